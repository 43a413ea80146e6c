"""What tests do with rows that were set aside."""

import json
from typing import Any
from urllib.parse import urlencode

from ingestion.models import Delivery, KindMapping, Rejection
from ingestion.services import quarantine
from tenants.models import JobState
from tests.conftest import Agency, within
from tests.ingestion.doors import all_of
from tests.ingestion.test_files import open_jobs
from tests.tenants.ledger import run

LIST = "/v1/quarantine"


def set_aside(agency: Agency, **which: Any) -> list[Rejection]:
    """What is set aside besides the cast's own row."""
    return [it for it in all_of(agency, Rejection, **which) if "Ours bad row" not in it.row]


def counts(agency: Agency, batch: str) -> tuple[int, int, int, int]:
    (found,) = all_of(agency, Delivery, "received", "accepted", "duplicate", "quarantined", public_id=batch)
    return found  # type: ignore[no-any-return]


def mean(agency: Agency, word: str, **meaning: Any) -> None:
    with within(agency):
        KindMapping.objects.create(source=agency.source, word=word, **meaning)


def try_again(agency: Agency, **filters: str) -> Any:
    answer = agency.program().post(f"{LIST}/try-again?{urlencode(filters)}")
    do_jobs(agency)
    return answer


def do_jobs(agency: Agency) -> None:
    for job in open_jobs(agency, "try_rows_again"):
        assert run(agency, job).state == JobState.DONE


def mend_all_of(agency: Agency, batch: str) -> None:
    for rejection in set_aside(agency, delivery__public_id=batch):
        with within(agency):
            assert quarantine.mend(rejection, rejection.row) is None


def put(agency: Agency, rejection: Rejection, row: Any) -> Any:
    body = row if isinstance(row, bytes) else json.dumps(row).encode()
    return agency.program().put(f"{LIST}/{rejection.public_id}", body, content_type="application/json")
