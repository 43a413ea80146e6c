"""What tests do with somebody who objects or is erased."""

from typing import Any

import scoring.tasks  # noqa: F401 (both declare their handlers)
from ingestion.models import Contact, Erasure, FileBlock
from ingestion.services import erasure
from tenants.models import Job
from tests.conftest import Agency, within
from tests.ingestion.test_files import open_jobs
from tests.scoring.agency import work_off
from tests.tenants.ledger import run


def contact_called(agency: Agency, handle: str) -> Contact:
    with within(agency):
        return Contact.objects.get(handle=handle)


def ask(agency: Agency, handle: str = "ada") -> Erasure:
    """Ask for the erasure of whoever has this handle; its first job is queued then."""
    with within(agency):
        return erasure.ask(Contact.objects.get(handle=handle), by=agency.owner)


def nothing_waits(agency: Agency) -> None:
    """Take away the cast's own file and the job for which it waits: nobody does it."""
    with within(agency):
        FileBlock.objects.all().delete()
        Job.objects.filter(kind="Ours kind").update(state="cancelled", finished_at="2026-01-01T00:00:00Z")


def erase(agency: Agency, handle: str = "ada") -> Erasure:
    """Erase whoever has this handle; return the certificate."""
    nothing_waits(agency)
    asked = ask(agency, handle)
    assert {job.state for job in work_off(agency)} == {"done"}
    return again(agency, asked)


def again(agency: Agency, asked: Erasure) -> Erasure:
    with within(agency):
        found: Any = Erasure.objects.get(pk=asked.pk)
    assert isinstance(found, Erasure)
    return found


def do(agency: Agency, *kinds: str) -> Job:
    """Do these jobs; return the last."""
    for kind in kinds:
        (job,) = open_jobs(agency, kind)
        done = run(agency, job)
    return done
