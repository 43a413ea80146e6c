"""Files as programs hand them over to the API, and what becomes of them."""

import json
from typing import Any

from ingestion.models import FileImport
from tenants.models import JobState
from tests.conftest import Agency
from tests.ingestion.doors import all_of
from tests.tenants.ledger import run

GERMAN = (
    "Kennung;Art;Datum;Benutzername;Kommentar;Notiz\n"
    "1;Kommentar;14.07.2026 18:42;ada;Was kostet die blaue Vase?;x\n"
    "2;like;14.07.2026 18:43;bob;;\n"
    "3;like;32.07.2026 18:43;bob;;\n"
).encode("cp1252")


def post(agency: Agency, address: str, body: bytes | dict[str, Any], **headers: str) -> Any:
    content, kind = (body, "text/csv") if isinstance(body, bytes) else (json.dumps(body), "application/json")
    return agency.program().post(f"/v1/{address}", content, content_type=kind, headers=headers)


def hand_over(agency: Agency, content: bytes, name: str = "rows.csv") -> Any:
    answer = post(agency, f"imports?source={agency.source.public_id}&name={name}", content)
    assert answer.status_code == 201, answer.content
    return answer.json()


def begin(agency: Agency, file: Any, **said: Any) -> Any:
    answer = post(agency, f"imports/{file['id']}/begin", said)
    assert answer.status_code == 202, answer.content
    return landed(agency, file)


def landed(agency: Agency, file: Any) -> Any:
    for kind in ("cut_file", "land_piece"):
        for job in all_of(agency, FileImport.job.field.related_model, kind=kind, state=JobState.QUEUED):
            assert run(agency, job).state == JobState.DONE, job.error
    return agency.program().get(f"/v1/imports/{file['id']}").json()


def counts(shown: Any) -> tuple[int, int, int, int]:
    return shown["received"], shown["accepted"], shown["duplicate"], shown["quarantined"]
