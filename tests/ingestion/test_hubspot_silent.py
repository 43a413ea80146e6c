"""HubSpot does not answer, or does not take the token: what it posted waits, and nothing is lost."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from ingestion.models import Hook, HookBody
from ingestion.services import digestion, hooks
from tenants.models import JobState
from tenants.services.secret import seal
from tests.conftest import Agency, within
from tests.ingestion.of_hubspot import CONTACTS, DEALS, LINKED, WON, Crm, attempt, event, purchases, state
from tests.ingestion.platforms import Asked, Platform, Says
from tests.ingestion.posting import bodies, by_hubspot, digest
from tests.ingestion.test_files import open_jobs
from tests.tenants.ledger import change, elsewhere, killed, run

pytestmark = pytest.mark.django_db(transaction=True)


# --- It does not answer


@pytest.mark.parametrize(
    ("fails", "code", "seconds"),
    [
        (Says({"policyName": "TEN_SECONDLY_ROLLING"}, 429), "platform_away", 10),
        (Says({"policyName": "DAILY"}, 429, {"Retry-After": "7200"}), "platform_away", 7200),
        (Says(b"<html>Bad gateway</html>", 502), "platform_away", 10),
        (Says(b"<html>Welcome</html>"), "answer_unusable", 10),
        (Says({"message": "no such path"}, 404), "answer_unusable", 10),
        (Says({}, 302, {"Location": "https://169.254.169.254/"}), "answer_unusable", 10),
    ],
    ids=["busy", "busy until", "broken", "no JSON", "not found", "moved"],
)
def test_while_it_does_not_answer_the_body_waits(
    agency: Agency, hook: Hook, crm: Crm, fails: Says, code: str, seconds: int
) -> None:
    crm.fails = fails
    by_hubspot(hook, WON)
    waiting = attempt(agency)
    assert (waiting.state, waiting.attempt) == (JobState.QUEUED, 0)  # as often as it takes
    assert (waiting.run_after - timezone.now()).total_seconds() == pytest.approx(seconds, abs=5)
    assert state(agency, hook)[0] == code
    assert len(bodies(agency)) == 1

    crm.fails = None
    change(agency, waiting, run_after=timezone.now() - timedelta(seconds=1))
    digest(agency)
    assert (len(purchases(agency)), bodies(agency), state(agency, hook)) == (1, [], ("", ""))


def test_the_longer_it_does_not_answer_the_less_often_it_is_asked(agency: Agency, hook: Hook, crm: Crm) -> None:
    crm.fails = Says({}, 500)
    by_hubspot(hook, WON)
    (job,) = open_jobs(agency, "digest_hook")
    waits = []
    for minutes in (1, 10, 600):
        with within(agency):
            HookBody.objects.filter(job=job).update(created_at=timezone.now() - timedelta(minutes=minutes))
        change(agency, job, run_after=timezone.now() - timedelta(seconds=1))
        waits.append((run(agency, job).run_after - timezone.now()).total_seconds())
    assert waits == pytest.approx([60, 600, 3600], abs=5)


@pytest.mark.parametrize("path", [DEALS, LINKED, CONTACTS])
@pytest.mark.parametrize(
    "part",
    [
        {"status": "COMPLETE", "numErrors": 1, "errors": [{"status": "error", "category": "INTERNAL_ERROR"}]},
        {"status": "PENDING"},
    ],
    ids=["errors", "pending"],
)
def test_a_part_of_an_answer_is_none(
    agency: Agency, hook: Hook, hubapi: Platform, crm: Crm, path: str, part: dict[str, Any]
) -> None:
    hubapi.script = lambda asked: Says(part | {"results": []}, 207) if asked.path == path else crm(asked)
    by_hubspot(hook, WON)
    waiting = attempt(agency)
    assert (waiting.state, state(agency, hook)[0], len(bodies(agency))) == (JobState.QUEUED, "platform_away", 1)

    hubapi.script = crm
    change(agency, waiting, run_after=timezone.now() - timedelta(seconds=1))
    digest(agency)
    assert (len(purchases(agency)), bodies(agency), state(agency, hook)) == (1, [], ("", ""))


# --- It does not take the token


def test_a_token_that_is_refused_is_said_once_and_bodies_wait_for_another(
    agency: Agency, hook: Hook, hubapi: Platform, crm: Crm
) -> None:
    crm.token = "pat-eu1-another"
    by_hubspot(hook, WON)
    refused = attempt(agency)
    assert (refused.state, refused.error_code) == (JobState.FAILED, "token_refused")
    code, sentence = state(agency, hook)
    assert code == "token_refused"
    assert "api.hubapi.com does not take the token (401)" in sentence
    assert "enter it here" in sentence

    by_hubspot(hook, [event("deal.creation")])
    assert attempt(agency).error == sentence
    assert (len(hubapi.asked), len(bodies(agency))) == (1, 2)  # the second is not even tried

    page = f"/admin/ingestion/hook/{hook.pk}/change/"
    shown = agency.browser().get(page).content.decode()
    assert "does not take the token (401)" in shown
    assert "canary" not in shown
    filled = {"account": "", "enabled": "on", "secret": "", "access_token": "pat-eu1-another"}
    assert agency.browser().post(page, filled).status_code == 302
    digest(agency)
    assert (len(purchases(agency)), bodies(agency), state(agency, hook)) == (1, [], ("", ""))


@pytest.mark.parametrize("by", ["form", "hand"])
def test_a_token_that_is_entered_while_another_is_refused_is_asked_with(
    agency: Agency, hook: Hook, hubapi: Platform, crm: Crm, by: str
) -> None:
    """By hand: as a body finds it that was posted while the token was being entered."""
    crm.token = "pat-eu1-another"

    def enter() -> None:
        with within(agency):
            if by == "form":
                hooks.take_token(Hook.objects.get(pk=hook.pk), crm.token)
            else:
                Hook.objects.filter(pk=hook.pk).update(token_to_ask=seal(crm.token))

    def meanwhile(asked: Asked) -> Says:
        if len(hubapi.asked) == 1:
            elsewhere(enter)
        return crm(asked)

    hubapi.script = meanwhile
    by_hubspot(hook, WON)
    assert attempt(agency).state == JobState.QUEUED
    assert state(agency, hook) == ("", "")
    digest(agency)
    assert (len(purchases(agency)), bodies(agency), state(agency, hook)) == (1, [], ("", ""))


def test_a_token_without_a_right_is_said_to_lack_it(agency: Agency, hook: Hook, crm: Crm) -> None:
    crm.fails = Says({"category": "MISSING_SCOPES"}, 403)
    by_hubspot(hook, WON)
    assert attempt(agency).state == JobState.FAILED
    assert "lacks a right" in state(agency, hook)[1]


def test_a_token_that_was_sealed_with_another_key_is_asked_for_anew(
    agency: Agency, hook: Hook, hubapi: Platform
) -> None:
    with within(agency):
        Hook.objects.filter(pk=hook.pk).update(token_to_ask=b"sealed elsewhere")
    by_hubspot(hook, WON)
    assert attempt(agency).error_code == "token_refused"
    assert "another SECRET_KEY" in state(agency, hook)[1]
    assert hubapi.asked == []


# --- It is killed


def test_what_was_asked_and_not_yet_landed_is_asked_again_and_lands_once(
    agency: Agency, hook: Hook, hubapi: Platform
) -> None:
    by_hubspot(hook, WON)
    (job,) = open_jobs(agency, "digest_hook")
    killed(agency, job, digestion.digest)
    assert (purchases(agency), len(bodies(agency)), len(hubapi.asked)) == ([], 1, 3)
    assert run(agency, job).state == JobState.DONE
    assert (len(purchases(agency)), bodies(agency), len(hubapi.asked)) == (1, [], 6)
