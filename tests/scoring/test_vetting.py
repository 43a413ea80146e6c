"""A creator's channel before they are hired: what is told of it, and what to ask; in words, on its page, in the API."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from scoring.integrity.catalog import CHECKS
from scoring.integrity.catalog.bought_followers import BOUGHT_FOLLOWERS
from scoring.integrity.check import Answer, Judged, Result, lacking
from scoring.integrity.vetting import Vetted, vet
from scoring.models import EthicsWarning, Finding, WarningState
from scoring.services import reviews
from tenants.models import Channel, ChannelRole, Client
from tests.conftest import Agency, within
from tests.ingestion.doors import change, count, post, post_count, send
from tests.scoring.agency import ask, forget_the_cast, work_off

ZONE = ZoneInfo("Europe/London")
START, DAY = datetime(2026, 3, 2, tzinfo=UTC), timedelta(days=1)
ACCUSES = re.compile(r"fake|fraud|bought|cheat|guilty|suspici|dishonest|bot\b", re.IGNORECASE)
BURST = {"gained": 700, "usual": 100.0, "low": 60.0, "high": 160.0, "z": 6.0, "window": "week", "extra": 600}
ENGAGED: dict[str, Any] = {"course": None, "comments_to_likes": None, "advise": []}


def judged(code: str, result: Result, *, week: int = 0) -> tuple[Any, Judged]:
    start = START + week * 7 * DAY
    return CHECKS[code], Judged("week", week, start, start + 7 * DAY, result, channel=1)


def found(**more: Any) -> Result:
    return replace(Result(Answer.FOUND, n=300, effect=0.5, low=0.4, high=0.6), **more)


GROWN = judged("growth", found(n=26, effect=600.0, low=500.0, high=700.0, seen=BURST), week=3)
QUIET = judged("growth", Result(Answer.NOT_FOUND, n=26, effect=5.0, low=-20.0, high=30.0, seen=BURST))


def of(code: str, vetted: Vetted) -> Any:
    return next(it for it in vetted.looked if it.code == code)


def test_of_a_channel_of_which_nothing_is_known_everything_is_asked() -> None:
    known = vet([], zone=ZONE)
    assert known.summary.startswith("0 of 11 checks were made")
    assert len(known.asks) == len(known.looked) == 11
    assert {it.answer for it in known.looked} == {Answer.NOT_APPLICABLE}
    assert "no proof" not in known.summary


def test_without_a_burst_nothing_is_asked_of_what_looks_into_bursts() -> None:
    known = vet([QUIET], zone=ZONE)
    assert of("growth", known).sentence == "2 March 2026 to 8 March 2026: 1 window was looked at, and none stands out."
    assert of("retention", known).sentence == "there was no burst to look into."
    assert of("retention", known).ask == ""
    assert "no proof of anything" in known.summary


def test_without_growth_what_looks_into_bursts_is_asked_for() -> None:
    known = vet([judged("growth", lacking("short_past", n=3, needed=26))], zone=ZONE)
    assert "none could be looked for" in of("retention", known).sentence
    assert of("retention", known).ask in known.asks
    assert of("growth", known).ask in known.asks


def test_a_burst_is_told_with_what_was_seen_in_it() -> None:
    tested = [
        QUIET,
        GROWN,
        judged("profile_mixture", lacking("few_profiles", new=3, earlier=0, needed=170), week=3),
        judged("retention", found(seen={"excess": 600, "days": 30, "least_lost": 0.3, "curve": []}), week=3),
    ]
    known = vet(tested, zone=ZONE)
    assert of("growth", known).answer == of("retention", known).answer == Answer.FOUND
    assert of("growth", known).sentence.startswith("23 March 2026 to 29 March 2026: ")
    assert "looked at, and none" not in of("growth", known).sentence
    assert "170" in of("profile_mixture", known).sentence
    assert of("profile_mixture", known).ask.startswith("Ask for leave")
    assert "Worth a question: " in known.summary
    assert "It says nothing of who caused it." in known.summary
    assert not ACCUSES.search(" ".join([known.summary, *known.asks, *(it.sentence for it in known.looked)]))


def test_what_is_seen_from_outside_is_the_latest() -> None:
    of_then = [
        judged("post_engagement", found(answer=Answer.NOT_FOUND, effect=0.03, seen=ENGAGED), week=0),
        judged("post_engagement", lacking("few_counted", n=2, needed=10), week=5),
    ]
    assert of("post_engagement", vet(of_then, zone=ZONE)).answer == Answer.NOT_APPLICABLE
    assert of("post_engagement", vet(of_then[:1], zone=ZONE)).result.effect == 0.03


def test_no_order_of_findings_changes_anything() -> None:
    tested = [QUIET, GROWN, judged("retention", lacking("gap_after"), week=3)]
    assert vet(tested, zone=ZONE) == vet(tested[::-1], zone=ZONE)


CREATOR = "instagram/creator"
AUGUST = datetime(2026, 8, 15, tzinfo=UTC)


@pytest.fixture
def hiring(agency: Agency) -> Agency:
    """The agency, with a creator who is being vetted, and a source whose rows were known when they happened."""
    forget_the_cast(agency)
    with within(agency):
        Channel.objects.create(client=agency.client, platform="instagram", handle="creator", role=ChannelRole.PROSPECT)
    change(agency, known_at_basis="lagged")
    return agency


def send_half_a_year(agency: Agency) -> None:
    """Send a post every other day that gets less from month to month, and a count of followers each month."""
    days = [START + 2 * DAY * n for n in range(90)]
    rows = [
        post(id=f"c{n}", channel=CREATOR, published_at=at.isoformat(), promotion=n % 3 != 0)
        for n, at in enumerate(days)
    ]
    assert send(agency, rows, "posts").json()["accepted"] == 90
    counted = [
        post_count(post=f"c{n}", at=(at + 7 * DAY).isoformat(), likes=round(400 * 0.8 ** (n / 15)) + n % 7, comments=20)
        for n, at in enumerate(days)
    ]
    assert send(agency, counted, "post-counts").json()["accepted"] == 90
    followers = [count(channel=CREATOR, at=(START + 30 * DAY * n).isoformat(), followers=10_000) for n in range(7)]
    assert send(agency, followers, "audience-counts").json()["accepted"] == 7


@pytest.mark.django_db(transaction=True)
def test_a_prospect_is_looked_at_told_and_asked_about(hiring: Agency) -> None:
    send_half_a_year(hiring)
    ask(hiring, "watch", as_of="2026-09-05T12:00:00+00:00")
    assert {job.state for job in work_off(hiring)} == {"done"}
    with within(hiring):
        channel = Channel.objects.get(handle="creator")
        said = Finding.objects.filter(practice="vetting", channel=channel)
        ends = sorted({it.end.astimezone(ZONE).month for it in said})
        assert ends == [4, 5, 6, 7, 8], "the months that were over for a week"
    address = f"/v1/channels/{channel.public_id}/vetting"
    told = hiring.program().get(address).json()
    looked = {it["code"]: it for it in told["looked"]}
    assert looked["post_engagement"]["answer"] == "found"
    assert looked["post_engagement"]["low"] < looked["post_engagement"]["value"] < looked["post_engagement"]["high"]
    assert "It falls, by " in looked["post_engagement"]["sentence"]
    assert looked["rhythm"]["answer"] == "not_found"
    assert looked["selling"]["answer"] == "found"
    assert looked["growth"]["answer"] == "not_applicable"
    assert looked["engagement_pods"]["ask"] in told["asks"]
    page = hiring.browser().get("/admin/scoring/prospect/")
    assert "what posts get, how much of it sells" in unescape(page.content.decode())
    page = hiring.browser().get(f"/admin/scoring/prospect/{channel.pk}/change/")
    shown = unescape(page.content.decode())
    assert told["summary"] in shown
    assert all(it in shown for it in told["asks"])
    assert not ACCUSES.search(json.dumps(told))


@pytest.mark.django_db(transaction=True)
def test_a_month_is_looked_at_once(hiring: Agency) -> None:
    send_half_a_year(hiring)
    made = []
    for day in ("05", "12"):
        ask(hiring, "watch", as_of=f"2026-09-{day}T12:00:00+00:00")
        work_off(hiring)
        with within(hiring):
            made.append(set(Finding.objects.filter(practice="vetting", end__lt=AUGUST).values_list("created_at")))
    assert made[0] == made[1]
    with within(hiring):
        assert Finding.objects.filter(practice="vetting", end__gt=AUGUST).exists(), "August is over by then"


@pytest.mark.django_db(transaction=True)
def test_counts_that_come_after_posts_are_looked_at_the_next_night(hiring: Agency) -> None:
    days = [START + 2 * DAY * n for n in range(60)]
    rows = [post(id=f"c{n}", channel=CREATOR, published_at=at.isoformat()) for n, at in enumerate(days)]
    send(hiring, rows, "posts")

    def answer() -> str:
        with within(hiring):
            return Finding.objects.filter(check_code="post_engagement").latest("end").answer

    ask(hiring, "watch", as_of="2026-11-20T12:00:00+00:00")
    work_off(hiring)
    assert answer() == "not_applicable"
    counted = [post_count(post=f"c{n}", at=(at + 7 * DAY).isoformat(), comments=20) for n, at in enumerate(days)]
    send(hiring, counted, "post-counts")
    send(hiring, [count(channel=CREATOR, at=at.isoformat(), followers=10_001) for at in days[::10]], "audience-counts")
    ask(hiring, "watch", as_of="2026-11-21T12:00:00+00:00")
    work_off(hiring)
    assert answer() == "not_found"


@pytest.mark.django_db(transaction=True)
def test_who_fell_silent_is_asked_about(hiring: Agency) -> None:
    send_half_a_year(hiring)
    late = datetime(2026, 11, 20, tzinfo=UTC)
    send(hiring, [count(channel=CREATOR, at=late.isoformat(), followers=10_001)], "audience-counts")
    ask(hiring, "watch", as_of=(late + 5 * DAY).isoformat())
    work_off(hiring)
    with within(hiring):
        rhythm = Finding.objects.filter(check_code="rhythm").latest("end")
    assert (rhythm.answer, rhythm.end.month, rhythm.n) == ("found", 11, 13)
    assert rhythm.effect == pytest.approx(4 / 13, abs=0.1), "the last weeks of August"


def test_what_was_explained_is_no_question_any_more(agency: Agency) -> None:
    with within(agency):
        Channel.objects.update(role=ChannelRole.PROSPECT)
        window = {
            "practice": "bought_followers",
            "version": BOUGHT_FOLLOWERS.version,
            "window": "month",
            "place": 24_304,
        }
        times = {"start": START, "end": START + 30 * DAY, "channel": agency.channel}
        growth = {"answer": "found", "n": 12, "effect": 600.0, "low": 1.0, "high": 2.0, "seen": BURST}
        Finding.objects.create(**window, **times, check_code="growth", **growth)
        warning = EthicsWarning.objects.create(**window, **times, families={"profiles": 0.001, "creation": 0.001})
    page, address = agency.browser(), f"/v1/channels/{agency.channel.public_id}/vetting"
    assert "Worth a question: growth" in agency.program().get(address).json()["summary"]
    with within(agency):
        reviews.answer(warning, WarningState.EXPLAINED, by=agency.owner, sentence="A press mention, we have seen it.")
    assert "Worth a question" not in agency.program().get(address).json()["summary"]
    shown = unescape(page.get(f"/admin/scoring/prospect/{agency.channel.pk}/change/").content.decode())
    assert "2 March 2026 to 31 March 2026 (explained)" in shown


def test_lists_ask_the_database_as_often_for_many_as_for_one(agency: Agency) -> None:
    with within(agency):
        Channel.objects.update(role=ChannelRole.PROSPECT)
    browser = agency.browser()

    def queries(address: str) -> int:
        browser.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(address).status_code == 200
        return len(asked)

    pages = ("/admin/scoring/prospect/", "/admin/scoring/conduct/")
    at_one = [queries(it) for it in pages]
    with within(agency):
        for number in range(3):
            brand = Client.objects.create(name=f"Brand {number}")
            Channel.objects.create(
                client=brand, platform="instagram", handle=f"creator{number}", role=ChannelRole.PROSPECT
            )
    assert [queries(it) for it in pages] == at_one


def test_of_a_client_s_own_channel_there_is_nothing_to_vet(agency: Agency) -> None:
    assert agency.program().get(f"/v1/channels/{agency.channel.public_id}/vetting").status_code == 404
    page = unescape(agency.browser().get("/admin/scoring/prospect/").content.decode())
    assert "No creator is being vetted." in page


def test_a_stranger_s_prospect_is_nobody_s(agency: Agency, other: Agency) -> None:
    with within(other):
        Channel.objects.update(role=ChannelRole.PROSPECT)
    page = f"/admin/scoring/prospect/{other.channel.pk}/change/"
    assert other.browser().get(page).status_code == 200
    assert agency.browser().get(page).status_code == 302
    assert agency.program().get(f"/v1/channels/{other.channel.public_id}/vetting").status_code == 404
    assert "Stranger" not in agency.browser().get("/admin/scoring/prospect/").content.decode()


def test_conduct_is_told_by_the_quarter(agency: Agency) -> None:
    with within(agency):
        for place, (share, answer) in enumerate([(0.2, "not_found"), (0.8, "found")]):
            start = datetime(2026, 1 + 3 * place, 1, tzinfo=UTC)
            share_of = {"value": share, "low": share - 0.1, "high": share + 0.1, "n": 40}
            Finding.objects.create(
                client=agency.client, practice="conduct", version=1, check_code="generous", window="quarter",
                place=place, start=start, end=start + 90 * DAY, answer=answer, n=40, effect=share, low=share - 0.1,
                high=share + 0.1,
                seen={"promotional": share_of, "asking": None, "advise": ["promotional"] if place else []},
            )  # fmt: skip
    shown = unescape(agency.browser().get("/admin/scoring/conduct/").content.decode())
    assert "1 April 2026 to 29 June 2026" in shown
    assert "generous" in shown
    page = f"/admin/scoring/conduct/{agency.client.pk}/change/"
    shown = unescape(agency.browser().get(page).content.decode())
    assert "Of 40 posts 80 % (70 % to 90 %) offer something for sale" in shown
    assert "Be generous: show, explain and ask more than you offer." in shown
    assert "0.20 (0.10 to 0.30)" in shown, "the quarter before"


def test_a_client_without_a_quarter_says_when_there_is_one(agency: Agency) -> None:
    page = f"/admin/scoring/conduct/{agency.client.pk}/change/"
    assert "A quarter is looked at a week after it is over." in agency.browser().get(page).content.decode()
