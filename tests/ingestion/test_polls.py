"""Accounts are asked again and again: what is new lands once."""

from typing import Any

import pytest
from django.utils import timezone

from ingestion.models import Rejection
from ingestion.services import polling
from tenants.models import Job, JobState
from tests.conftest import Agency, within
from tests.ingestion.asking import ask, batches, job_of, landed, notifications, now, of_bluesky, of_mastodon
from tests.ingestion.doors import all_of
from tests.ingestion.of_accounts import Bluesky, Mastodon, follow, like
from tests.ingestion.platforms import Asked, Platform, Says, played
from tests.tenants.ledger import killed, run

pytestmark = pytest.mark.django_db(transaction=True)


# --- Mastodon


def test_what_happened_lands_and_the_account_is_asked_again_in_five_minutes(
    agency: Agency, pots: Platform, mastodon: Mastodon
) -> None:
    poll = of_mastodon(agency)
    waiting = run(agency, job_of(agency, poll))
    assert landed(agency) == notifications(7, 8, 9, 10)
    assert (waiting.state, waiting.error) == (JobState.QUEUED, "")
    assert (waiting.run_after - timezone.now()).total_seconds() == pytest.approx(300, abs=5)
    after = now(agency, poll)
    assert (after.handle, after.account, after.landed, after.has_more) == ("fernleaf", "14700", 4, False)
    assert after.asked_at is not None
    assert after.asked_at == after.answered_at


def test_only_what_is_new_is_asked_for_and_makes_a_batch(agency: Agency, pots: Platform, mastodon: Mastodon) -> None:
    poll = of_mastodon(agency)
    ask(agency, poll)
    ask(agency, poll)
    mastodon.notices += [follow(11), follow(100)]
    ask(agency, poll)
    assert landed(agency) == notifications(7, 8, 9, 10, 11, 100)
    assert batches(agency) == [(4, 4, 0), (2, 2, 0)]
    assert all_of(agency, Job, "state", kind="ask_platform", pk=poll.job_id) == [JobState.QUEUED]  # one row, always


def test_pages_are_read_to_their_end_and_no_further_than_a_turn_goes(
    agency: Agency, pots: Platform, mastodon: Mastodon, monkeypatch: pytest.MonkeyPatch
) -> None:
    mastodon.notices = [follow(number) for number in range(1, 251)]
    monkeypatch.setattr(polling, "MOST_PAGES", 2)
    poll = of_mastodon(agency)
    ask(agency, poll)
    assert (len(landed(agency)), now(agency, poll).has_more) == (160, True)
    ask(agency, poll)
    assert (len(landed(agency)), now(agency, poll).has_more) == (250, True)
    ask(agency, poll)
    assert (now(agency, poll).has_more, len(batches(agency))) == (False, 4)


def test_what_cannot_be_used_is_set_aside_once(agency: Agency, pots: Platform, mastodon: Mastodon) -> None:
    mastodon.notices = [follow(7) | {"type": "wink"}, follow(8) | {"type": "poll"}]
    poll = of_mastodon(agency)
    for _ in range(2):
        ask(agency, poll)
    assert all_of(agency, Rejection, "code", delivery__id__gt=agency.batch.id) == ["unknown_kind"]
    assert (now(agency, poll).landed, now(agency, poll).left_out) == (1, 1)


def test_a_server_that_says_the_same_again_is_not_believed_twice(
    agency: Agency, pots: Platform, mastodon: Mastodon
) -> None:
    """One that does not know min_id answers with its newest, whatever it is asked."""
    poll = of_mastodon(agency)
    pots.script = lambda asked: (
        mastodon(asked) if asked.path.endswith("verify_credentials") else Says(mastodon.notices[::-1])
    )
    for _ in range(2):
        ask(agency, poll)
    assert batches(agency) == [(4, 4, 0)]


# --- Bluesky


def uris(*numbers: int) -> list[str]:
    return [f"at://did:plc:ada/app.bsky.feed.like/{it}" for it in numbers]


def test_a_session_is_opened_once_and_anew_when_it_has_expired(agency: Agency, sky: Platform, bluesky: Bluesky) -> None:
    poll = of_bluesky(agency)
    for _ in range(3):
        ask(agency, poll)
    assert (landed(agency), bluesky.session) == (uris(7, 8, 9), 1)
    bluesky.session = 5  # the first one has expired
    bluesky.notices.insert(0, like(10))
    ask(agency, poll)
    assert (landed(agency), bluesky.session) == (uris(7, 8, 9, 10), 6)
    assert batches(agency) == [(3, 3, 0), (1, 1, 0)]
    assert now(agency, poll).account == "did:plc:fernleaf"


def test_pages_are_read_back_to_what_was_read_before(agency: Agency, sky: Platform, bluesky: Bluesky) -> None:
    bluesky.notices = [like(number) for number in range(120, 0, -1)]
    poll = of_bluesky(agency)
    ask(agency, poll)
    assert len(landed(agency)) == 120
    bluesky.notices[:0] = [like(number) for number in range(330, 120, -1)]
    sky.asked.clear()
    ask(agency, poll)
    assert (len(landed(agency)), len(sky.asked)) == (330, 4)  # a day is read again: somebody may have come in late
    assert sum(it[2] for it in batches(agency)) == 0


def test_what_a_turn_does_not_reach_comes_with_the_next_and_nothing_new_is_lost(
    agency: Agency, sky: Platform, bluesky: Bluesky, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(polling, "MOST_PAGES", 1)
    bluesky.notices = [like(number) for number in range(250, 0, -1)]
    poll = of_bluesky(agency)
    ask(agency, poll)
    assert (len(landed(agency)), now(agency, poll).has_more) == (100, True)
    bluesky.notices.append(like(0))
    bluesky.notices.insert(0, like(251))  # shifts all pages by one
    for _ in range(2):
        ask(agency, poll)
    assert (len(landed(agency)), now(agency, poll).has_more) == (251, False)
    monkeypatch.setattr(polling, "MOST_PAGES", 20)
    ask(agency, poll)
    assert (len(landed(agency)), now(agency, poll).has_more) == (252, False)


def test_of_what_happened_at_the_same_moment_nothing_is_missed(agency: Agency, sky: Platform, bluesky: Bluesky) -> None:
    at = "2026-05-01T10:00:09.000Z"
    poll = of_bluesky(agency)
    ask(agency, poll)
    bluesky.notices.insert(0, like(90, at))
    ask(agency, poll)
    ask(agency, poll)
    assert landed(agency) == uris(7, 8, 9, 90)
    assert batches(agency) == [(3, 3, 0), (1, 1, 0)]


def test_what_was_sorted_in_late_lands(agency: Agency, sky: Platform, bluesky: Bluesky) -> None:
    bluesky.notices = [like(100)]
    poll = of_bluesky(agency)
    ask(agency, poll)
    bluesky.notices = [like(101), like(100), like(99)]
    ask(agency, poll)
    ask(agency, poll)
    assert landed(agency) == uris(99, 100, 101)
    assert sum(it[2] for it in batches(agency)) == 0


def test_who_is_signed_in_is_whoever_was_asked_before(agency: Agency, sky: Platform, bluesky: Bluesky) -> None:
    poll = of_bluesky(agency)
    ask(agency, poll)
    asked, bluesky.session = len(sky.asked), 5
    named: list[str] = []

    def noted(asked: Asked) -> Says:
        if asked.path.endswith("createSession"):
            named.append(asked.json["identifier"])
        return bluesky(asked)

    sky.script = noted
    ask(agency, poll)
    assert (named, len(sky.asked)) == (["did:plc:fernleaf"], asked + 3)


# --- What is too strange or too large


@pytest.mark.parametrize("extra", ["deep", "parts", "large"])
def test_a_strange_record_costs_no_other(agency: Agency, sky: Platform, bluesky: Bluesky, extra: str) -> None:
    poll = of_bluesky(agency)
    ask(agency, poll)
    deep: Any = []
    for _ in range(64):
        deep = [deep]
    bad = like(10)
    bad["record"]["x"] = {"deep": deep, "parts": [0] * 260_000, "large": "x" * 900_000}[extra]
    bluesky.notices[:0] = [like(11), bad, *(like(it) | {"x": "x" * 800_000} for it in range(20, 26))]
    for _ in range(2):
        ask(agency, poll)
    lost = extra != "large"
    assert landed(agency) == uris(7, 8, 9, *([] if lost else [10]), 11, *range(20, 26))
    assert (now(agency, poll).error, now(agency, poll).left_out) == ("", int(lost))


def test_a_page_that_is_too_large_is_read_in_parts(agency: Agency, pots: Platform, mastodon: Mastodon) -> None:
    mastodon.notices = [follow(it) | {"x": "x" * 70_000} for it in range(20, 110)]
    poll = of_mastodon(agency)
    ask(agency, poll)
    assert (len(landed(agency)), now(agency, poll).error) == (90, "")


def test_what_is_larger_than_any_page_is_stepped_over(agency: Agency, pots: Platform, mastodon: Mastodon) -> None:
    mastodon.notices[1] |= {"x": "x" * 5_300_000}
    poll = of_mastodon(agency)
    for _ in range(2):
        ask(agency, poll)
    assert landed(agency) == notifications(7, 9, 10)
    assert (now(agency, poll).error, now(agency, poll).left_out) == ("", 1)


@pytest.mark.parametrize(
    "said",
    [{"id": "1\0"}, {"id": ""}, {"acct": "a" * 300}, {"acct": "a\ud800"}],
    ids=["nul", "none", "long", "half an emoji"],
)
def test_an_account_that_is_named_strangely_is_said_to_be(
    agency: Agency, pots: Platform, mastodon: Mastodon, said: dict[str, str]
) -> None:
    pots.script = lambda asked: Says({"id": "14700", "acct": "fernleaf"} | said)
    poll = of_mastodon(agency)
    assert ask(agency, poll).state == JobState.QUEUED
    assert (now(agency, poll).error_code, len(pots.asked)) == ("answer_unusable", 1)


@pytest.mark.parametrize("number", ["7\0", "7\ud800"])
def test_a_place_that_cannot_be_kept_is_said_to_be(
    agency: Agency, pots: Platform, mastodon: Mastodon, number: str
) -> None:
    mastodon_says = mastodon
    pots.script = lambda asked: (
        mastodon_says(asked) if asked.path.endswith("verify_credentials") else Says([follow(7) | {"id": number}])
    )
    poll = of_mastodon(agency)
    assert ask(agency, poll).state == JobState.QUEUED
    assert "no id of a notification that can be kept" in now(agency, poll).error


# --- One account, several servers and sources


def test_the_same_numbers_on_another_server_are_others(
    agency: Agency, pots: Platform, mastodon: Mastodon, settings: Any
) -> None:
    with played(Mastodon([follow(7), follow(8)])) as other:
        settings.OUTBOUND_STAND_INS |= {"other.example": other.origin}
        with within(agency):
            there = polling.make(agency.source, platform="mastodon", server="other.example", token="canary token")
        for poll in (of_mastodon(agency), there):
            ask(agency, poll)
    assert batches(agency) == [(4, 4, 0), (2, 2, 0)]


def test_an_account_is_asked_once_for_a_source(agency: Agency, pots: Platform, mastodon: Mastodon) -> None:
    ask(agency, of_mastodon(agency))
    again = of_mastodon(agency)
    stopped = ask(agency, again)
    assert (stopped.state, now(agency, again).error_code) == (JobState.FAILED, "asked_twice")
    assert "asked for this source already" in now(agency, again).error
    assert batches(agency) == [(4, 4, 0)]


# --- Killed


@pytest.mark.parametrize("writes", [0, 1, 2])
def test_whenever_it_is_killed_everything_lands_once(
    agency: Agency, pots: Platform, mastodon: Mastodon, writes: int
) -> None:
    mastodon.notices = [follow(number) for number in range(1, 161)]  # two pages, and one that is empty
    poll = of_mastodon(agency)
    killed(agency, job_of(agency, poll), polling.ask, writes=writes)
    assert len(landed(agency)) == writes * 80
    assert run(agency, job_of(agency, poll)).state == JobState.QUEUED
    assert len(landed(agency)) == 160
    assert batches(agency) == [(80, 80, 0)] * 2


@pytest.mark.parametrize("writes", [0, 1])
def test_whenever_it_is_killed_reading_back_everything_lands_once(
    agency: Agency, sky: Platform, bluesky: Bluesky, writes: int
) -> None:
    bluesky.notices = [like(number) for number in range(150, 0, -1)]
    poll = of_bluesky(agency)
    killed(agency, job_of(agency, poll), polling.ask, writes=writes)
    assert len(landed(agency)) == writes * 100
    run(agency, job_of(agency, poll))
    assert len(landed(agency)) == 150
    assert sum(it[2] for it in batches(agency)) == 0
