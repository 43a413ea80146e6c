"""What came before an erasure and has not landed is waited for; what stopped it is said."""

import pytest
from django.db import transaction

from ingestion.models import (
    HookBody,
    Sender,
    Source,
)
from ingestion.services import files, hooks
from tenants.models import Client, Job, JobState
from tests.conftest import Agency, within
from tests.ingestion.doors import act, all_of, send
from tests.ingestion.people import again, ask, do, nothing_waits
from tests.ingestion.test_files import land, open_jobs, take_in
from tests.tenants.ledger import change as change_job
from tests.tenants.ledger import run

pytestmark = pytest.mark.django_db(transaction=True)

LONG_AGO = "2026-01-01T00:00:00Z"


def test_a_file_that_came_before_is_waited_for(agency: Agency) -> None:
    send(agency, [act(1)])
    nothing_waits(agency)
    rows = b"7,like,2026-05-01T10:00:00Z,ada\n8,like,2026-05-01T10:00:00Z,bob\n"
    file = take_in(agency, b"id,kind,occurred_at,actor.handle\n" + rows)
    asked = ask(agency)
    job = do(agency, "erase_person", "forget", "clear_person")
    assert job.state == JobState.QUEUED
    assert (job.run_after - job.created_at).total_seconds() == pytest.approx(60, abs=5)
    waits = agency.program().get(f"/v1/erasures/{asked.public_id}").json()
    assert (waits["state"], waits["waits_for"], waits["finished_at"]) == ("running", [file.public_id], None)
    landed = land(agency, file)
    assert (landed.accepted, landed.erased) == (1, 1)
    change_job(agency, job, run_after=LONG_AGO)
    assert run(agency, job).state == JobState.DONE
    shown = agency.program().get(f"/v1/erasures/{asked.public_id}").json()
    assert (shown["state"], shown["waits_for"]) == ("finished", [])


def test_a_file_that_nobody_begins_is_waited_for_until_it_is_let_go(agency: Agency) -> None:
    send(agency, [act(1)])
    nothing_waits(agency)
    with within(agency), transaction.atomic():
        content = "id,kind,actor.handle\n7,like,ada\n".encode("utf-16")
        file = files.take_in([content], name="rows", source_id=agency.source.public_id)
    asked = ask(agency)
    job = do(agency, "erase_person", "forget", "clear_person")
    browser = agency.browser()
    page = browser.get(f"/admin/ingestion/erasure/{asked.pk}/change/").content.decode()
    assert "begin it, or let go of it" in page
    with within(agency):
        files.drop(file)
    change_job(agency, job, run_after=LONG_AGO)
    assert run(agency, job).state == JobState.DONE
    assert again(agency, asked).finished_at is not None


def test_a_body_that_is_still_to_be_digested_is_waited_for(agency: Agency) -> None:
    send(agency, [act(1)])
    nothing_waits(agency)
    with within(agency):
        body = HookBody.objects.get()
        body.job = Job.objects.create(kind="digest_hook", dedupe_key="d", args={"body": body.pk})
        body.save()
    asked = ask(agency)
    job = do(agency, "erase_person", "forget", "clear_person")
    assert job.state == JobState.QUEUED
    assert again(agency, asked).finished_at is None
    with within(agency):
        Job.objects.filter(kind="digest_hook").update(state="quarantined", finished_at=LONG_AGO)
    change_job(agency, job, run_after=LONG_AGO)
    assert run(agency, job).state == JobState.DONE
    assert again(agency, asked).finished_at is not None


def another_client(agency: Agency) -> Source:
    """Return a source of another client of the agency's."""
    with within(agency):
        there = Client.objects.create(name="Another")
        return Source.objects.create(
            client=there, name="There", kind="own_system", platform="instagram", may_match=True
        )


def test_what_another_client_waits_for_is_not(agency: Agency) -> None:
    there = another_client(agency)
    send(agency, [act(1)])
    nothing_waits(agency)
    with within(agency):
        job = Job.objects.create(kind="digest_hook", dedupe_key="d")
        hook = hooks.make(there, sender=Sender.META, secret="s", account="a")
        HookBody.objects.create(hook=hook, body=b'{"from": "ada"}', job=job)
        stopped = Job.objects.create(kind="digest_hook", dedupe_key="e", state="failed", finished_at=LONG_AGO)
        HookBody.objects.create(hook=hook, body=b'{"from": "ada"}', job=stopped)
    asked = ask(agency)
    do(agency, "erase_person", "forget", "clear_person")
    assert again(agency, asked).finished_at is not None
    assert len(all_of(agency, HookBody, "id", hook=hook)) == 2


def test_an_erasure_that_has_stopped_says_so_and_by_what(agency: Agency) -> None:
    send(agency, [act(1)])
    nothing_waits(agency)
    asked = ask(agency)
    do(agency, "erase_person")
    (job,) = open_jobs(agency, "forget")
    change_job(agency, job, state="quarantined", finished_at=LONG_AGO)
    shown = agency.program().get(f"/v1/erasures/{asked.public_id}").json()
    assert (shown["state"], shown["stopped_by"]) == ("stopped", job.public_id)
    page = agency.browser().get(f"/admin/ingestion/erasure/{asked.pk}/change/").content.decode()
    assert f"/admin/tenants/job/{job.pk}/change/" in page
