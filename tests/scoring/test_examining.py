"""Clients are examined by the month and the quarter: once, when a window is closed; again where something lacked."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from ingestion.models import Engagement
from scoring.integrity.examine import LEAST, MOST
from scoring.models import EthicsWarning, Finding, WarningState
from scoring.selectors import explained_effects
from scoring.services import reviews
from tenants.models import Client
from tests.conftest import Agency, within
from tests.ingestion.doors import act, change, post, send
from tests.scoring.agency import forget_the_cast
from tests.scoring.examined import AFTER, LATER, QUARTER, found, watch
from tests.scoring.gathered import planted

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mine(agency: Agency) -> Agency:
    forget_the_cast(agency)
    change(agency, known_at_basis="lagged")
    return agency


def talk(agency: Agency, *, answered: int, of: int = 40) -> None:
    """Send a quarter of posts that sell, and comments of which so many are answered within an hour."""
    days = [QUARTER + timedelta(days=1 + number * 2) for number in range(of)]
    send(
        agency, [post(id=f"p{n}", published_at=day.isoformat(), promotion=True) for n, day in enumerate(days)], "posts"
    )
    rows: list[dict[str, Any]] = [
        act(
            f"q{n}", occurred_at=day.isoformat(), actor={"handle": f"p{n}"}, text="Where can I buy the blue one please?"
        )
        for n, day in enumerate(days)
    ]
    rows += [
        act(f"a{n}", occurred_at=(days[n] + timedelta(minutes=40)).isoformat(), direction="outbound", actor=None,
            target={"handle": f"p{n}"}, in_reply_to=f"act-q{n}", text="In our shop, from Monday on.")
        for n in range(answered)
    ]  # fmt: skip
    assert send(agency, rows).json()["accepted"] == len(rows)


def test_a_quarter_of_conduct_is_told_once_it_is_closed(mine: Agency) -> None:
    talk(mine, answered=4)
    watch(mine, AFTER + timedelta(days=6))
    assert found(mine, "conduct") == {}, "acts of its last days may be on their way"
    watch(mine, LATER)
    conduct = found(mine, "conduct")
    assert {code: it.answer for code, it in conduct.items()} == {
        "generous": "found", "reliable": "found", "aware": "found", "causes": "not_applicable",
    }  # fmt: skip
    assert (conduct["generous"].effect, conduct["reliable"].n) == (1.0, 40)
    assert found(mine, "community")["community"].why == "few_people"
    with within(mine):
        assert not EthicsWarning.objects.filter(client=mine.client).exists(), "advice is no warning"


def test_a_window_is_examined_once(mine: Agency) -> None:
    talk(mine, answered=4)
    watch(mine, LATER)
    before = {code: it.created_at for code, it in found(mine, "conduct").items()}
    talk_later = [act("late", occurred_at=(QUARTER + timedelta(days=3)).isoformat(), text="Lovely, lovely, lovely.")]
    send(mine, talk_later)
    watch(mine, LATER + timedelta(days=1))
    assert {code: it.created_at for code, it in found(mine, "conduct").items()} == before


def test_what_lacked_is_asked_again_for_six_weeks(mine: Agency) -> None:
    talk(mine, answered=4, of=12)
    watch(mine, LATER)
    assert found(mine, "conduct")["reliable"].why == "few_comments"
    days = [QUARTER + timedelta(days=60, hours=n) for n in range(30)]
    send(
        mine,
        [
            act(f"l{n}", occurred_at=it.isoformat(), text=f"When does shop number {n} open?")
            for n, it in enumerate(days)
        ],
    )
    watch(mine, AFTER + timedelta(days=60))
    assert found(mine, "conduct")["reliable"].why == "few_comments", "nobody waits for longer"
    watch(mine, LATER + timedelta(days=5))
    assert found(mine, "conduct")["reliable"].why == "few_comments", "and it is asked by the week"
    watch(mine, LATER + timedelta(days=6))
    assert found(mine, "conduct")["reliable"].answer == "found"


def test_what_was_looked_at_before_its_acts_came_in_is_looked_at_again(mine: Agency) -> None:
    """Posts are imported on one day and acts on another: by then their time may be long over."""
    days = [QUARTER + timedelta(days=1 + number * 2) for number in range(40)]
    send(mine, [post(id=f"p{n}", published_at=day.isoformat()) for n, day in enumerate(days)], "posts")
    late = AFTER + timedelta(days=70)
    watch(mine, late)
    assert found(mine, "conduct")["reliable"].why == "few_comments"
    talk(mine, answered=4)
    watch(mine, late + timedelta(days=1))
    assert found(mine, "conduct")["reliable"].why == "few_comments", "it is asked by the week"
    watch(mine, late + timedelta(days=7))
    assert found(mine, "conduct")["reliable"].answer == "found"


def test_quarters_are_those_of_the_agency_s_clock(mine: Agency) -> None:
    with within(mine):
        mine.tenant.zone = "America/New_York"
        mine.tenant.save()
    talk(mine, answered=4)
    watch(mine, LATER)
    with within(mine):
        (window,) = set(Finding.objects.filter(practice="conduct", start__gte=QUARTER).values_list("start", "end"))
    assert window == (datetime(2026, 4, 1, 4, tzinfo=UTC), datetime(2026, 7, 1, 4, tzinfo=UTC))


SPAM = (
    "Come and see what everybody here talks about since last week at the only place where you can still get it for so "
    "very little"
)


JUNE, JULY = datetime(2026, 6, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)


def month_of_engagement(agency: Agency, *, bots: int, begun: datetime = JUNE) -> None:
    """Send a month of sixty people who sleep and write their own words, and of software that does neither."""
    random = np.random.default_rng(5)
    rows: list[dict[str, Any]] = []

    def add(who: str, second: float, text: str) -> None:
        at = begun + timedelta(seconds=int(second))
        rows.append(act(f"{who}-{begun:%m}-{len(rows)}", occurred_at=at.isoformat(), actor={"handle": who}, text=text))

    for person in range(60):
        for day in sorted(random.choice(28, 20, replace=False)):
            for hour in random.uniform(8, 22, 2):
                add(
                    f"person{person}", (int(day) * 24 + hour) * 3600, f"{person} and {len(rows)} were {random.random()}"
                )
    for bot in range(bots):
        for number in range(150):
            add(f"bot{bot}", bot * 77 + number * 4 * 3600 + random.normal(0, 2), f"{SPAM} {number}")
    for begin in range(0, len(rows), 4000):
        assert send(agency, rows[begin : begin + 4000]).json()["accepted"] == len(rows[begin : begin + 4000])


def test_software_that_never_rests_and_writes_one_text_is_warned_of(mine: Agency) -> None:
    month_of_engagement(mine, bots=6)
    watch(mine, LATER)
    june = found(mine, "automated_engagement")
    assert {code: it.answer for code, it in june.items()} == {
        "clockwork": "found", "sleepless": "found", "latency": "not_applicable", "duplicates": "found",
    }  # fmt: skip
    with within(mine):
        (warning,) = EthicsWarning.objects.filter(client=mine.client)
        assert (warning.practice, warning.window, sorted(warning.families)) == (
            "automated_engagement", "month", ["hours", "text"],
        )  # fmt: skip
    (said,) = mine.program().get("/v1/warnings?practice=automated_engagement").json()["results"]
    assert (said["channel"], said["client"]) == (None, mine.client.public_id)
    assert said["headline"].startswith("Ours brand, 1 June 2026 to 30 June 2026: ")
    assert "bot" not in str(said).replace("both", "")
    page = mine.browser().get(f"/admin/scoring/ethicswarning/{warning.pk}/change/").content.decode()
    assert "all of the client&#x27;s" in page


def test_what_was_explained_is_what_the_same_client_s_next_month_is_measured_by(mine: Agency) -> None:
    month_of_engagement(mine, bots=6)
    watch(mine, LATER)
    with within(mine):
        warning = EthicsWarning.objects.get(client=mine.client)
        reviews.answer(warning, WarningState.EXPLAINED, by=mine.owner, sentence="It is our own service desk abroad.")
    explained = found(mine, "automated_engagement")["sleepless"].effect
    assert explained is not None
    month_of_engagement(mine, bots=6, begun=JULY)
    watch(mine, LATER + timedelta(days=31))
    with within(mine):
        july = {it.check_code: it for it in Finding.objects.filter(client=mine.client, start=JULY - timedelta(hours=1))}
        assert july["sleepless"].seen["least"] == min(explained, MOST["sleepless"]) > LEAST["sleepless"]
        assert (july["clockwork"].answer, july["sleepless"].answer) == ("found", "not_found")
        assert EthicsWarning.objects.filter(client=mine.client).count() == 1
        elsewhere = Client.objects.create(name="Another brand")
        assert explained_effects("automated_engagement", "sleepless", client_id=elsewhere.pk) == []


def test_people_alone_are_not_warned_of(mine: Agency) -> None:
    month_of_engagement(mine, bots=0)
    watch(mine, LATER)
    assert {code: it.answer for code, it in found(mine, "automated_engagement").items()} == {"clockwork": "not_found"}


def test_people_who_act_for_each_other_are_warned_of_without_a_name(mine: Agency) -> None:
    made, members = planted(pods=2)
    rows = [
        act(f"pod-{number}", kind="like", direction="peer", actor={"handle": f"m{who}"}, target={"handle": f"m{whose}"},
            post=f"p{on}" if on else f"p{whose}-{at:%d}", occurred_at=at.isoformat())
        for number, (who, whose, on, at) in enumerate(
            made.select("contact", "target", "post", "occurred_at").iter_rows()
        )
    ]  # fmt: skip
    for begin in range(0, len(rows), 5000):
        assert send(mine, rows[begin : begin + 5000]).json()["quarantined"] == 0
    watch(mine, datetime(2026, 4, 9, tzinfo=UTC))
    with within(mine):
        (warning,) = EthicsWarning.objects.filter(client=mine.client)
    assert (warning.practice, sorted(warning.families)) == ("engagement_pods", ["attention", "reciprocity"])
    said = mine.program().get(f"/v1/warnings/{warning.public_id}").json()
    assert [(plot["code"], len(plot["points"])) for plot in said["plots"]] == [("pod_timeline", 60)]
    assert not [who for who in members if f"m{who}" in str(said)]
    page = mine.browser().get(f"/admin/scoring/ethicswarning/{warning.pk}/change/").content.decode()
    assert "How long after each other pairs of the groups act" in page


def test_a_client_of_whom_only_posts_and_counts_are_known_is_examined(mine: Agency) -> None:
    """Platforms export one row a post: what sells and what begs is seen in them, without a single act."""
    with within(mine):
        Engagement.objects.all().delete()
    days = [QUARTER + timedelta(days=1 + n * 2) for n in range(40)]
    rows = [
        post(id=f"p{n}", published_at=day.isoformat(), promotion=True, bait=["like"] if n % 4 == 0 else [])
        for n, day in enumerate(days)
    ]
    assert send(mine, rows, "posts").json()["accepted"] == 40
    watch(mine, LATER)
    assert found(mine, "conduct")["generous"].answer == "found"
    assert found(mine, "conduct")["reliable"].why == "few_comments"
    assert found(mine, "giveaway_bait").keys() >= {"bait_share"}
    assert found(mine, "engagement_pods")["synchrony"].answer == "not_applicable"
