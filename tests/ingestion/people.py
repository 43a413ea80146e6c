"""What tests do with somebody who objects or is erased."""

import subprocess
from typing import Any

from django.conf import settings
from django.db import connection

import scoring.tasks  # noqa: F401 (both declare their handlers)
from config.embedded.binaries import postgres_programs
from ingestion.models import Contact, Erasure, FileBlock
from ingestion.services import erasure
from tenants.models import Job
from tests.conftest import Agency, within
from tests.ingestion.test_files import open_jobs
from tests.scoring.agency import work_off
from tests.tenants.ledger import run

CANARY = "canary7ada"


def dump(database: str = "") -> str:
    """Return a whole database as `pg_dump` writes it, this one unless another is named; bytes as hexadecimal digits."""
    database = database or connection.settings_dict["NAME"]
    address = settings.SERVERS.postgres.url(role="postgres", database=database)
    program = postgres_programs() / "pg_dump"
    return subprocess.run([program, "--data-only", address], capture_output=True, text=True, check=True).stdout


def shows(text: str, canary: str = CANARY) -> bool:
    return canary in text.lower() or canary.encode().hex() in text


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
