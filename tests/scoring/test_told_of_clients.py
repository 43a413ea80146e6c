"""Giveaway bait and the brand's own automation, from the rows that an agency sends to what people read."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from ingestion.models import Automation
from tenants.models import Channel
from tests.conftest import Agency, within
from tests.ingestion.doors import act, campaign, change, count, post, send
from tests.ingestion.test_automations import ADD, form
from tests.scoring.agency import forget_the_cast
from tests.scoring.audience import source_of
from tests.scoring.examined import AFTER, DAY, LATER, QUARTER, deliver, found, opened, told, watch

pytestmark = pytest.mark.django_db(transaction=True)

Rows = list[dict[str, Any]]
# Parts of handles, and of acts' ids, that stand nowhere else.
WHO = ("zqwin", "zqfan", "zqask", "zqgot", "zqled")
# What was done in the 28 days after the quarter is known by then, and it is asked again by the week.
A_MONTH_ON = AFTER + timedelta(days=35)
POSTS, GIVEAWAYS = 40, (4, 14, 24, 34)
BY_ENTRY = "GIVEAWAY! Like this post and tag two friends to win a teapot."
BY_CHANCE = "We are giving away three vases at the market on Saturday, come and say hello"


@pytest.fixture
def mine(agency: Agency) -> Agency:
    forget_the_cast(agency)
    change(agency, known_at_basis="lagged")
    with within(agency):
        Automation.objects.all().delete()
    return agency


def published(number: int) -> datetime:
    return QUARTER + timedelta(days=2.2 * number, hours=17)


def quarter(
    agency: Agency, *, caption: str, entrants: int, stay: float, follow: bool = True, counted: Iterable[int] = range(91)
) -> None:
    """Send forty posts, four of them with a prize, and who first appears on each; a part of them comes back.

    Two of the four say so in their captions; the two others are named by a campaign, if one enters by doing something.
    follow: whether who enters follows; counted: the days of which followers are counted.
    """
    random = np.random.default_rng(3)
    is_entered = caption == BY_ENTRY
    entered = GIVEAWAYS[2:] if is_entered else ()
    rows: Rows = []
    gained = random.poisson(6, 91)

    def add(who: str, at: datetime, on: int, **more: Any) -> None:
        act_ = act(f"{who}-{len(rows)}", kind="like", occurred_at=at.isoformat(), actor={"handle": who}, post=f"p{on}")
        rows.append(act_ | more)

    for number in range(POSTS):
        is_one = number in GIVEAWAYS
        for person in range(random.poisson(entrants if is_one else 12)):
            who = f"{'zqwin' if is_one else 'zqfan'}{number}x{person}"
            at = published(number) + timedelta(hours=float(random.exponential(6)))
            add(who, at, number)
            if is_one:
                add(who, at + timedelta(minutes=1), number, kind="comment", text=f"@friend{person} look at this")
            if is_one and follow:
                rows.append(act(f"{who}-f", kind="follow", occurred_at=at.isoformat(), actor={"handle": who}))
                gained[min(90, (at - QUARTER).days)] += 1
            if random.random() < (stay if is_one else 0.45):
                later = number + int(random.integers(1, 6))
                while later in GIVEAWAYS:
                    later += 1
                add(who, at + timedelta(days=float(random.uniform(2, 14))), min(later, POSTS - 1))
    rows += [
        act(f"zqfan-later{day}", occurred_at=(AFTER + day * DAY).isoformat(), actor={"handle": "zqfan0x0"})
        for day in range(34)
    ]
    texts = {number: caption if number in GIVEAWAYS and number not in entered else "" for number in range(POSTS)}
    posts = [
        post(id=f"p{number}", published_at=published(number).isoformat(),
             text=text or f"A quiet morning in the studio, number {number}")
        for number, text in texts.items()
    ]  # fmt: skip
    deliver(agency, posts, "posts")
    if entered:
        deliver(agency, [
            campaign(id="c1", name="Teapot weeks", starts_at=published(entered[0]).isoformat(),
                     ends_at=AFTER.isoformat(), posts=[f"p{it}" for it in entered], entry_kinds=["like", "share"]),
        ], "campaigns")  # fmt: skip
    days = [
        count(at=(QUARTER + (day + 1) * DAY).isoformat(), window="day", gained=int(gained[day]), followers=None)
        for day in counted
    ]
    deliver(agency, days, "audience-counts")
    deliver(agency, rows)


def test_a_prize_for_tags_and_shares_that_brings_nobody_who_stays_is_warned_of(mine: Agency) -> None:
    quarter(mine, caption=BY_ENTRY, entrants=110, stay=0.04)
    watch(mine, LATER)
    bait = found(mine, "giveaway_bait")
    assert {code: it.why or it.answer for code, it in bait.items()} == {
        "bait_share": "found", "one_and_gone": "acts_not_known", "giveaway_followers": "found",
    }  # fmt: skip
    assert opened(mine) == [], "one family alone is a finding"
    watch(mine, A_MONTH_ON)
    (warning,) = opened(mine)
    assert (warning.practice, warning.window, sorted(warning.families)) == (
        "giveaway_bait", "quarter", ["growth", "people"],
    )  # fmt: skip
    said = told(mine, warning, names=WHO)
    assert (said["channel"], said["plots"]) == (None, [])
    assert said["headline"] == (
        "Ours brand, 1 April 2026 to 30 June 2026: Of 1,557 acts, 920 were with posts that ask for them, or offer a "
        "prize for them. That is 59 % (25 % to 75 %); as posts like others they would have had 10 %, which is their "
        "share of 40 posts. Of 460 people who followed, all but fewer than 10 acted on such a post within a day of it."
    )
    gone, came = said["points"]
    assert gone.startswith("Of 460 people who first appeared on a giveaway, 440 were gone after a day: ")
    assert came.startswith("Of 992 new followers, 530 came on the day of a giveaway or the two after it, ")
    assert said["agreement"] == (
        "Besides posts, 2 of 2 checks that could be made agree (people: q 0.003; growth: q 0.010)."
    )
    assert "A giveaway was running then: “Teapot weeks”, 24 May 2026 to 1 July 2026." in " ".join(said["context"])


@pytest.mark.parametrize(
    ("caption", "entrants", "stay", "answered"),
    [
        (BY_CHANCE, 110, 0.04, {"bait_share": "few_giveaways"}),
        (BY_ENTRY, 14, 0.45, {"bait_share": "not_found"}),
    ],
)
def test_a_prize_that_nobody_begs_for_or_that_brings_people_who_stay_is_not(
    mine: Agency, caption: str, entrants: int, stay: float, answered: dict[str, str]
) -> None:
    quarter(mine, caption=caption, entrants=entrants, stay=stay)
    watch(mine, A_MONTH_ON)
    assert {code: it.why or it.answer for code, it in found(mine, "giveaway_bait").items()} == answered
    assert opened(mine) == []


def test_a_day_without_a_count_is_none_without_followers(mine: Agency) -> None:
    """Who counts followers on the days around giveaways only has not gained them all then."""
    around = sorted({int(2.2 * number) + day for number in GIVEAWAYS for day in range(-1, 4)})
    quarter(mine, caption=BY_ENTRY, entrants=110, stay=0.04, follow=False, counted=around)
    watch(mine, A_MONTH_ON)
    assert {code: it.why or it.answer for code, it in found(mine, "giveaway_bait").items()} == {
        "bait_share": "found", "one_and_gone": "found", "giveaway_followers": "few_followers",
    }  # fmt: skip
    assert opened(mine) == []


def test_of_two_counts_of_a_day_the_later_known_holds(mine: Agency) -> None:
    quarter(mine, caption=BY_ENTRY, entrants=110, stay=0.04)
    again = [
        count(at=(QUARTER + (day + 1) * DAY).isoformat(), window="day", gained=6, followers=None) for day in range(91)
    ]
    corrected = source_of(mine, "Corrected", known_after_days=20)
    assert send(mine, again, "audience-counts", corrected).json()["accepted"] == 91
    watch(mine, A_MONTH_ON)
    answered = found(mine, "giveaway_bait")["giveaway_followers"]
    assert (answered.answer, answered.n) == ("not_found", 91 * 6)


JUNE = datetime(2026, 6, 1, tzinfo=UTC)
INVITATION = (
    "Hello {}, we saw what you like and would love to have you with us: shall we connect, and see what comes of it?"
)
WELCOME = (
    "Welcome! This is sent by Sendwell, our software. Whoever writes back is answered by a person on the next day."
)


def by_day(random: np.random.Generator, many: int) -> list[datetime]:
    """Return moments of June between eight and ten at night, as people have them."""
    seconds = random.integers(0, 28, many) * 86_400 + random.integers(8 * 3600, 22 * 3600, many)
    return [JUNE + timedelta(seconds=int(it)) for it in np.sort(seconds)]


def people(random: np.random.Generator) -> Rows:
    """Return what forty people wrote in June, and one of them in July."""
    rows: Rows = []
    for person in range(40):
        for at in by_day(random, 32):
            text = f"{person} and {len(rows)} and {random.random()}"
            rows.append(act(f"zqfan-{len(rows)}", occurred_at=at.isoformat(), actor={"handle": f"zqfan{person}"},
                            text=text))  # fmt: skip
    return rows + [
        act(f"zqfan-later{day}", occurred_at=(AFTER + day * DAY).isoformat(), actor={"handle": "zqfan0"})
        for day in range(20)
    ]


def of_brand(
    name: str, at: datetime, to: str, kind: str, *, channel: str = "instagram/Ours.handle", **more: Any
) -> Any:
    return act(name, kind=kind, occurred_at=at.isoformat(), direction="outbound", actor=None, target={"handle": to},
               channel=channel, **more)  # fmt: skip


def answers(random: np.random.Generator, *, late: Callable[[], float]) -> Rows:
    """Return eighty questions, and the brand's answer to each, in words of its own."""
    rows: Rows = []
    for number, at in enumerate(by_day(random, 80)):
        who = f"zqask{number}"
        rows.append(act(f"zqask-{number}", occurred_at=at.isoformat(), actor={"handle": who},
                        text=f"Where can I see number {number}?"))  # fmt: skip
        answered = at + timedelta(seconds=late())
        text = f"You will find {random.random()} on the shelf to the left of {random.random()}, {number} steps in."
        rows.append(of_brand(f"a{number}", answered, who, "comment", in_reply_to=f"act-zqask-{number}", text=text))
    return rows


def welcomes(agency: Agency) -> Rows:
    """Send a channel, declare what greets people there and tells them so, and return its fifty greetings."""
    with within(agency):
        channel = Channel.objects.create(client=agency.client, platform="tiktok", handle="greets")
    declare(agency, channel=channel.id)
    return [
        of_brand(f"w{number}", JUNE + timedelta(hours=7 * number), f"zqgot{number}", "direct_message",
                 channel="tiktok/greets", text=WELCOME)
        for number in range(50)
    ]  # fmt: skip


def declare(agency: Agency, **more: Any) -> None:
    assert agency.browser().post(ADD, form(agency, **more)).status_code == 302


def test_software_that_acts_in_the_brand_s_name_and_tells_nobody_is_warned_of(mine: Agency) -> None:
    random = np.random.default_rng(4)
    declare(mine, disclosed=None, disclosed_where="")  # what nobody is told of is not left out
    rows = [*people(random), *answers(random, late=lambda: 3), *welcomes(mine)]
    for number in range(120):
        who = f"zqgot{number}"
        invited = JUNE + timedelta(seconds=number * 5 * 3600 + 7)
        rows.append(of_brand(f"i{number}", invited, who, "connection_request", text=INVITATION.format(who)))
    for number, at in enumerate(by_day(random, 60)):
        rows.append(of_brand(f"f{number}", at, f"zqled{number}", "follow"))
        if number < 40:
            rows.append(of_brand(f"u{number}", at + 5 * DAY, f"zqled{number}", "unfollow"))
    rows += [of_brand(f"l{day}", AFTER + day * DAY, "zqgot0", "direct_message") for day in range(20)]
    deliver(mine, rows)
    watch(mine, LATER)
    (warning,) = opened(mine)
    assert (warning.practice, warning.window, sorted(warning.families)) == (
        "own_automation", "month", ["latency", "text"],
    )  # fmt: skip
    said = told(mine, warning, names=WHO)
    assert (said["channel"], said["plots"]) == (None, [])
    assert said["headline"] == (
        "Ours brand, 1 June 2026 to 30 June 2026: Of 260 acts of the brand, 120 are timed as people hardly time "
        "theirs, or declared as software's by their source. That is 46 % (42 % to 50 %); of 100 people who do as much, "
        "96 or more are never so timed. Left out are 50 acts that the register discloses."
    )
    texts, replies = said["points"]
    assert texts.startswith("Of 120 texts of the brand, all but fewer than 10 went to three people or more, ")
    assert replies.startswith("Of 80 answers of the brand, all but fewer than 10 came within ten seconds. ")
    assert said["agreement"] == (
        "Besides timing, 2 of 2 checks that could be made agree (text: q below 0.001; latency: q below 0.001)."
    )
    assert said["not_tested"][0] == (
        "Follows that are taken back: what was done is needed up to 15 July 2026; it is known up to 8 July 2026."
    )
    watch(mine, AFTER + timedelta(days=21))
    (same,) = opened(mine)
    assert (same.pk, same.families) == (warning.pk, warning.families)
    now = told(mine, same, names=WHO)
    assert now["agreement"] == f"{said['agreement']} Since then, 1 of 1 check more agrees (follows: q below 0.001)."
    assert now["points"][2].startswith("Of 60 accounts that the brand began to follow, it left 40 within 14 days. ")
    assert now["points"][:2] == said["points"]


def test_posts_that_go_out_by_schedule_and_what_is_declared_are_not(mine: Agency) -> None:
    random = np.random.default_rng(5)
    rows = [*people(random), *answers(random, late=lambda: float(random.uniform(600, 30_000))), *welcomes(mine)]
    rows += [
        of_brand(f"n{number}", JUNE + timedelta(hours=8), f"zqgot{number}", "email", text=INVITATION.format("all"))
        for number in range(60)
    ]
    posts = [
        post(id=f"p{day}", published_at=(JUNE + timedelta(days=day, hours=9)).isoformat(), automated=True)
        for day in range(30)
    ]
    deliver(mine, posts, "posts")
    deliver(mine, rows)
    watch(mine, AFTER + timedelta(days=21))
    answered = found(mine, "own_automation")
    assert {code: it.why or it.answer for code, it in answered.items()} == {"periodic": "not_found"}
    assert (answered["periodic"].n, answered["periodic"].seen["disclosed"]) == (80, 50)
    assert opened(mine) == []
