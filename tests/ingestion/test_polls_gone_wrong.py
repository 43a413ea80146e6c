"""Accounts that are asked in vain: what is wrong is said, and another token is asked with at once."""

import threading
import time
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from ingestion.models import Poll
from ingestion.services import landing, polling
from tenants.models import JobState
from tenants.services import jobs
from tests.conftest import Agency, within
from tests.ingestion.asking import PAGES, ask, batches, job_of, landed, notifications, now, of_bluesky, of_mastodon
from tests.ingestion.of_accounts import Mastodon, follow
from tests.ingestion.platforms import Asked, Platform, Says
from tests.tenants.ledger import elsewhere, run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("fails", "code", "seconds"),
    [
        (Says({"error": "Too many requests"}, 429), "platform_away", 300),
        (Says({"error": "Too many requests"}, 429, {"Retry-After": "1800"}), "platform_away", 1800),
        (Says(b"", 503), "platform_away", 300),
        (Says(b"<html>", 200), "answer_unusable", 300),
        (Says({"error": "Not found"}, 404), "answer_unusable", 300),
        (Says({}, 302, {"Location": "https://169.254.169.254/"}), "answer_unusable", 300),
    ],
    ids=["busy", "busy until", "away", "no JSON", "not found", "moved"],
)
def test_a_platform_that_does_not_answer_is_asked_later_and_nothing_is_lost(
    agency: Agency, pots: Platform, mastodon: Mastodon, fails: Says, code: str, seconds: int
) -> None:
    poll, mastodon.fails = of_mastodon(agency), fails
    waiting = ask(agency, poll)
    assert (waiting.state, waiting.attempt) == (JobState.QUEUED, 0)
    assert (waiting.run_after - timezone.now()).total_seconds() == pytest.approx(seconds, abs=5)
    wrong = now(agency, poll)
    assert (wrong.error_code, wrong.answered_at) == (code, None)
    assert "pots.example" in wrong.error
    mastodon.fails = None
    ask(agency, poll)
    assert (landed(agency), now(agency, poll).error) == (notifications(7, 8, 9, 10), "")


def test_the_longer_it_does_not_answer_the_less_often_it_is_asked(
    agency: Agency, pots: Platform, mastodon: Mastodon
) -> None:
    poll, mastodon.fails, waits = of_mastodon(agency), Says({}, 500), []
    for minutes in (10, 60, 600):
        with within(agency):
            Poll.objects.filter(pk=poll.pk).update(answered_at=timezone.now() - timedelta(minutes=minutes))
        waits.append((ask(agency, poll).run_after - timezone.now()).total_seconds())
    assert waits == pytest.approx([600, 3600, 3600], abs=5)


def test_a_list_of_notifications_that_is_none_is_said_to_be(agency: Agency, pots: Platform, mastodon: Mastodon) -> None:
    pots.script = lambda asked: mastodon(asked) if asked.path.endswith("verify_credentials") else Says({"a": 1})
    poll = of_mastodon(agency)
    ask(agency, poll)
    assert "no notifications" in now(agency, poll).error
    assert batches(agency) == []


def test_a_token_that_was_revoked_stops_it_until_another_is_entered(
    agency: Agency, pots: Platform, mastodon: Mastodon
) -> None:
    poll = of_mastodon(agency)
    ask(agency, poll)
    mastodon.token = "another-token"
    mastodon.notices.append(follow(11))
    stopped = ask(agency, poll)
    assert (stopped.state, stopped.error_code) == (JobState.FAILED, "token_refused")
    asked = len(pots.asked)
    run(agency, stopped)  # nobody knocks again by themselves
    assert len(pots.asked) == asked
    shown = agency.browser().get(f"{PAGES}{poll.pk}/change/").content.decode()
    assert "pots.example does not take the token (401)" in shown
    assert "stopped, until it is asked by hand" in shown
    assert "canary token" not in shown
    assert (
        agency.browser().post(f"{PAGES}{poll.pk}/change/", {"enabled": "on", "token": "another-token"}).status_code
        == 302
    )
    assert run(agency, stopped).state == JobState.QUEUED
    assert ([landed(agency)[-1]], now(agency, poll).error) == (notifications(11), "")


def enter(agency: Agency, poll: Poll, token: str) -> None:
    """Enter another token as somebody does in another process."""

    def entered() -> None:
        with within(agency):
            polling.take_token(Poll.objects.select_related("job").get(pk=poll.pk), token)

    elsewhere(entered)


@pytest.mark.parametrize("path", ["verify_credentials", "notifications"])
@pytest.mark.parametrize("is_refused", [True, False])
def test_a_token_that_is_entered_while_another_is_asked_with_is_asked_with(
    agency: Agency, pots: Platform, mastodon: Mastodon, path: str, is_refused: bool
) -> None:
    poll = of_mastodon(agency)
    entered: list[str] = []

    def meanwhile(asked: Asked) -> Says:
        if not asked.path.endswith(path) or entered:
            return mastodon(asked)
        entered.append(asked.token)
        enter(agency, poll, "another token")
        if is_refused:
            return Says({}, 401)
        answer = mastodon(asked)
        mastodon.token = "another token"
        return answer

    pots.script = meanwhile
    assert run(agency, job_of(agency, poll)).state == JobState.QUEUED
    mastodon.token = "another token"
    assert run(agency, job_of(agency, poll)).state == JobState.QUEUED
    assert (landed(agency), now(agency, poll).error) == (notifications(7, 8, 9, 10), "")
    assert pots.asked[-1].token == "another token"


def test_it_is_switched_off_while_a_page_lands(
    agency: Agency, pots: Platform, mastodon: Mastodon, monkeypatch: pytest.MonkeyPatch
) -> None:
    poll = of_mastodon(agency)
    ends: list[threading.Thread] = []

    def off() -> None:
        with within(agency):
            polling.switch(now(agency, poll), enabled=False)

    def land(*args: Any, **more: Any) -> Any:
        thread = threading.Thread(target=elsewhere, args=(off,))
        thread.start()
        ends.append(thread)
        time.sleep(0.3)  # until it waits for us
        return landing.land(*args, **more)

    monkeypatch.setattr(polling, "landing", SimpleNamespace(land=land, terms=landing.terms))
    run(agency, job_of(agency, poll))
    ends[0].join()
    assert job_of(agency, poll).state == JobState.CANCELLED
    assert (now(agency, poll).enabled, landed(agency)) == (False, notifications(7, 8, 9, 10))


def test_one_that_was_tried_again_while_it_is_off_goes_on_when_it_is_switched_on(
    agency: Agency, pots: Platform, mastodon: Mastodon
) -> None:
    poll = of_mastodon(agency)
    for is_on in (False, True):
        with within(agency):
            polling.switch(now(agency, poll), enabled=is_on)
            if not is_on:
                jobs.try_again(job_of(agency, poll))
        run(agency, job_of(agency, poll))
        assert (job_of(agency, poll).state, len(landed(agency))) == (
            (JobState.QUEUED, 4) if is_on else (JobState.DONE, 0)
        )


def test_switching_off_what_has_stopped_is_no_mistake(agency: Agency, pots: Platform, mastodon: Mastodon) -> None:
    poll, mastodon.token = of_mastodon(agency), "another token"
    assert ask(agency, poll).state == JobState.FAILED
    with within(agency):
        polling.switch(now(agency, poll), enabled=False)
    assert now(agency, poll).enabled is False


def test_an_app_password_that_is_not_taken_is_said_in_its_own_words(agency: Agency, sky: Platform) -> None:
    poll = of_bluesky(agency, password="wrong")
    assert ask(agency, poll).state == JobState.FAILED
    assert "does not take this handle with this app password" in now(agency, poll).error


def test_a_token_of_another_account_begins_anew(agency: Agency, pots: Platform, mastodon: Mastodon) -> None:
    poll = of_mastodon(agency)
    ask(agency, poll)
    mastodon.account, mastodon.notices = "900", [follow(3)]
    ask(agency, poll)
    assert landed(agency) == notifications(3, 7, 8, 9, 10)


def test_a_server_within_the_network_is_not_asked(agency: Agency, pots: Platform, settings: Any) -> None:
    """The real client, with nothing standing in: the form refuses such a name, and the client does without the form."""
    settings.OUTBOUND_STAND_INS = {}
    poll = of_mastodon(agency)
    with within(agency):
        Poll.objects.filter(pk=poll.pk).update(server="127.0.0.1")
    stopped = ask(agency, poll)
    assert (stopped.state, stopped.error_code) == (JobState.FAILED, "address_refused")
    assert (now(agency, poll).error_code, pots.asked) == ("address_refused", [])


def test_a_secret_that_was_sealed_with_another_key_is_asked_for_anew(agency: Agency, pots: Platform) -> None:
    poll = of_mastodon(agency)
    with within(agency):
        Poll.objects.filter(pk=poll.pk).update(secrets=b"sealed elsewhere")
    assert ask(agency, poll).error_code == "token_refused"
    assert "another SECRET_KEY" in now(agency, poll).error
    assert pots.asked == []
