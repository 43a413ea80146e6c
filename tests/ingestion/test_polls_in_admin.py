"""Accounts to ask are entered, asked at once and switched off by owners and managers."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from ingestion.models import Poll
from ingestion.services import polling
from tenants.models import Job, JobState
from tests.conftest import Agency, within
from tests.ingestion.asking import PAGES, job_of, now, of_bluesky, of_mastodon
from tests.ingestion.doors import all_of
from tests.ingestion.of_accounts import Mastodon
from tests.ingestion.platforms import Platform
from tests.tenants.ledger import change, run, seen

pytestmark = pytest.mark.django_db(transaction=True)


def form(agency: Agency, **more: str) -> dict[str, Any]:
    return {"source": agency.source.id, "platform": "mastodon", "server": "Pots.example", "handle": "",
            "token": "canarytoken"} | more  # fmt: skip


def test_a_manager_has_an_account_asked(agency: Agency, pots: Platform, mastodon: Mastodon) -> None:
    mastodon.token = "canarytoken"
    browser = agency.browser(agency.member("manager"))
    assert browser.post(f"{PAGES}add/", form(agency)).status_code == 302
    poll = all_of(agency, Poll)[-1]
    assert poll.server == "pots.example"
    assert b"canarytoken" not in bytes(poll.secrets)
    assert run(agency, job_of(agency, poll)).state == JobState.QUEUED
    shown = browser.get(PAGES).content.decode()
    assert "fernleaf" in shown
    assert "canarytoken" not in browser.get(f"{PAGES}{poll.pk}/change/").content.decode()


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"token": ""}, "Enter what the account is asked with"),
        ({"token": "canary\u200btoken"}, "has a sign that no token has"),
        ({"token": "canary token"}, "has a sign that no token has"),
        ({"platform": "bluesky"}, "Enter the account&#x27;s handle"),
        *(
            ({"server": server}, "server&#x27;s name alone")
            for server in (
                "https://pots.example", "pots.example/api", "pots.example:8443", "ada@pots.example", "localhost",
                "127.0.0.1", "0x7f.1", "2130706433", "[::1]", "pots..example", "-pots.example", "pots.example.",
                "pots\uff0eexample",
            )
        ),
    ],
)  # fmt: skip
def test_an_account_that_cannot_be_asked_is_refused_in_words(
    agency: Agency, more: dict[str, str], sentence: str
) -> None:
    answer = agency.browser().post(f"{PAGES}add/", form(agency, **more))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert len(all_of(agency, Poll, "id")) == 1  # the cast's


def test_an_account_of_bluesky_is_entered_once_for_a_source(agency: Agency) -> None:
    of_bluesky(agency)
    again = form(agency, platform="bluesky", server="bsky.social", handle="fernleaf.bsky.social")
    answer = agency.browser().post(f"{PAGES}add/", again)
    assert "This account is asked for this source already." in answer.content.decode()
    assert len(all_of(agency, Poll, "id")) == 2  # the cast's too


def test_what_failed_here_stands_on_the_page_too(agency: Agency, pots: Platform) -> None:
    poll = of_mastodon(agency)
    change(agency, job_of(agency, poll), state=JobState.QUARANTINED, finished_at=timezone.now(), error="canary failed")
    for page in (PAGES, f"{PAGES}{poll.pk}/change/"):
        assert "canary failed" in agency.browser().get(page).content.decode()


def test_what_it_is_asked_with_can_be_forgotten(agency: Agency, pots: Platform) -> None:
    poll, browser = of_mastodon(agency), agency.browser()
    run(agency, job_of(agency, poll))
    chosen = {"action": "forget", "_selected_action": [poll.pk]}
    assert "Enter another token" in browser.post(PAGES, chosen, follow=True).content.decode()
    assert (bytes(now(agency, poll).secrets), job_of(agency, poll).state) == (b"", JobState.CANCELLED)
    page = f"{PAGES}{poll.pk}/change/"
    asked = len(pots.asked)
    assert browser.post(page, {"enabled": "on", "token": ""}).status_code == 302
    assert run(agency, job_of(agency, poll)).state == JobState.FAILED
    assert "was forgotten" in now(agency, poll).error
    assert len(pots.asked) == asked
    assert browser.post(page, {"enabled": "on", "token": "canarytoken"}).status_code == 302
    assert b"canarytoken" not in bytes(now(agency, poll).secrets)
    assert job_of(agency, poll).state == JobState.QUEUED


def test_an_account_of_which_nothing_landed_can_be_deleted(agency: Agency, pots: Platform) -> None:
    poll, browser = of_mastodon(agency), agency.browser(agency.member("manager"))
    page = f"{PAGES}{poll.pk}/delete/"
    assert agency.browser(agency.member("analyst")).post(page, {"post": "yes"}).status_code == 403
    assert browser.post(page, {"post": "yes"}).status_code == 302
    assert all_of(agency, Poll, "id", pk=poll.pk) == []
    assert job_of(agency, poll).state == JobState.CANCELLED

    landed = of_mastodon(agency)
    run(agency, job_of(agency, landed))
    assert browser.post(f"{PAGES}{landed.pk}/delete/", {"post": "yes"}).status_code == 403
    assert now(agency, landed).landed == 4


def test_ask_now_asks_now_and_off_asks_nobody(agency: Agency, pots: Platform) -> None:
    poll, browser = of_mastodon(agency), agency.browser()
    run(agency, job_of(agency, poll))
    pots.asked.clear()
    run(agency, job_of(agency, poll))
    assert pots.asked == []
    now_please = {"action": "ask_now", "_selected_action": [poll.pk]}
    assert "is asked now" in browser.post(PAGES, now_please, follow=True).content.decode()
    run(agency, job_of(agency, poll))
    assert len(pots.asked) == 2

    page = f"{PAGES}{poll.pk}/change/"
    assert browser.post(page, {"token": ""}).status_code == 302
    assert job_of(agency, poll).state == JobState.CANCELLED
    assert "is switched off" in browser.post(PAGES, now_please, follow=True).content.decode()
    run(agency, job_of(agency, poll))
    assert len(pots.asked) == 2
    assert browser.post(page, {"enabled": "on", "token": ""}).status_code == 302
    run(agency, job_of(agency, poll))
    assert len(pots.asked) == 4


@pytest.mark.parametrize("role", ["analyst", "viewer"])
def test_others_have_nobody_asked(agency: Agency, role: str) -> None:
    browser = agency.browser(agency.member(role))
    assert re.search("bsky.social", browser.get(PAGES).content.decode())
    assert browser.post(f"{PAGES}add/", form(agency)).status_code == 403
    chosen = {"action": "ask_now", "_selected_action": all_of(agency, Poll, "id")}
    before = seen(agency, job_of(agency, all_of(agency, Poll)[0])).run_after
    browser.post(PAGES, chosen)
    assert job_of(agency, all_of(agency, Poll)[0]).run_after == before


def test_what_is_being_asked_is_not_said_to_be_asked_now(agency: Agency, pots: Platform) -> None:
    poll = of_mastodon(agency)
    change(agency, job_of(agency, poll), state=JobState.RUNNING, lease_until=timezone.now() + timedelta(minutes=1))
    chosen = {"action": "ask_now", "_selected_action": [poll.pk]}
    shown = agency.browser().post(PAGES, chosen, follow=True).content.decode()
    assert "is being asked already" in shown
    assert "is asked now" not in shown


def test_a_job_of_an_account_is_one_and_begins_anew_however_it_ended(agency: Agency, pots: Platform) -> None:
    poll = of_mastodon(agency)
    change(agency, job_of(agency, poll), state=JobState.DONE, finished_at=timezone.now())
    with within(agency):
        assert polling.ask_now(now(agency, poll))
    assert job_of(agency, poll).state == JobState.QUEUED
    assert len(all_of(agency, Job, "id", kind="ask_platform", dedupe_key=poll.public_id)) == 1
