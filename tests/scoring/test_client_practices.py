"""What is said of a client's practices: as their checks see them, read aloud, and without a small group's number."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from scoring.integrity import automated, bait, outbound
from scoring.integrity.catalog import CHECKS
from scoring.integrity.catalog.automated_engagement import AUTOMATED_ENGAGEMENT
from scoring.integrity.catalog.giveaway_bait import GIVEAWAY_BAIT
from scoring.integrity.catalog.own_automation import OWN_AUTOMATION
from scoring.integrity.catalog.practice import Practice
from scoring.integrity.check import Answer, Result
from scoring.integrity.evidence import Evidence, evidence
from tests.scoring.accounts import (
    END,
    MOMENT,
    START,
    TEXT,
    WINDOW,
    acts,
    by_clock,
    by_day,
    like,
    people,
    texts,
)

LATER = END + timedelta(days=30)
SOFTWARE = 15


def random(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def of_scheduler(contact: int, spam: list[int]) -> pl.DataFrame:
    """Return what an account does by the clock, day and night: 200 answers, mostly within seconds and the same."""
    seconds, names = by_clock(random(contact), 200), contact * 1000 + np.arange(200)
    same = 100 + 5 * (contact % 10)
    text = pl.Series("signature", [*like(random(contact), spam, same), *texts(random(contact), 200 - same)], dtype=TEXT)
    asked = acts(9, seconds, act=names, automated=True)
    return pl.concat(
        [asked, acts(contact, seconds + (2 if contact % 5 else 60), reply=names, words=25).with_columns(text)]
    )


def of_person(contact: int) -> pl.DataFrame:
    """Return what somebody writes by day: ten answers after some minutes, each a text of its own."""
    seconds, names = by_day(random(contact), 10), contact * 1000 + np.arange(10)
    text = pl.Series("signature", texts(random(contact), 10), dtype=TEXT)
    asked = acts(9, seconds, act=names, automated=True)
    return pl.concat([asked, acts(contact, seconds + 300, reply=names, words=25).with_columns(text)])


@pytest.fixture(scope="module")
def engagement() -> dict[str, Result]:
    [spam] = texts(random(), 1)
    made = [of_person(500 + it) for it in range(40)] + [of_scheduler(1000 + it, spam) for it in range(SOFTWARE)]
    rows = pl.concat([people(random(), 300), *made])
    checks = (automated.clockwork, automated.sleepless, automated.latency, automated.duplicates)
    return {check.__name__: check(rows, **WINDOW) for check in checks}


@pytest.fixture(scope="module")
def conduct() -> dict[str, Result]:
    """Return what is seen of a brand that answers by software, and follows to be followed."""
    at, names = by_clock(random(2), 300), 1 + np.arange(300)
    other = pl.lit(10_000, pl.Int64) + pl.int_range(pl.len())
    asked = acts(0, at, act=names).with_columns(contact=other)
    [text] = texts(random(), 1)
    same = pl.Series("signature", [*like(random(), text, 240), *texts(random(3), 60)], dtype=TEXT)
    late = np.where(names % 3 > 0, 2, 3000)
    answers = acts(0, at + late, reply=names, direction=2, words=25, channel=3, kind=7).with_columns(
        same, contact=other
    )
    days = by_day(random(4), 100)
    follows = acts(0, days, direction=2, channel=3, kind=8).with_columns(contact=other, follows=True)
    undone = acts(0, days[:60] + 3 * 86_400, direction=2, nature=-1, channel=3, kind=9)
    left = undone.with_columns(contact=other, unfollows=True)
    disclosed = acts(0, by_day(random(5), 50), direction=2, channel=4).with_columns(contact=other)
    later = acts(0, np.array([(LATER - START).total_seconds()]), direction=2, channel=4).with_columns(contact=other)
    parts = [people(random(), 100), asked, answers, follows, left, disclosed, later]
    flags = ("follows", "unfollows", "invites")
    rows = pl.concat([
        part.with_columns(pl.lit(value=False).alias(it) for it in flags if it not in part.columns).select(
            sorted({*part.columns, *flags})
        )
        for part in parts
    ])  # fmt: skip
    register = pl.DataFrame({"start": [START], "end": [LATER], "channel": [4], "disclosed": [True]}).cast(
        {"start": MOMENT, "end": MOMENT}
    )
    results = {it.__name__: it(rows, register, **WINDOW) for it in (outbound.periodic, outbound.identical)}
    results["auto_replies"] = outbound.auto_replies(rows, register, **WINDOW)
    results["churn"] = outbound.churn(rows, register, **WINDOW)
    return results


@pytest.fixture(scope="module")
def giveaways() -> dict[str, Result]:
    """Return what is seen of a quarter with 30 posts, of which three are giveaways that bring people who go."""
    start, end = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
    rows: list[tuple[Any, ...]] = []
    posts: list[tuple[Any, ...]] = []
    gained = np.full(90, 10)
    contact = 0
    for post in range(1, 31):
        at, is_one = start + timedelta(days=3 * post - 2.5), post in {3, 13, 23}
        posts.append((post, at, False, is_one, float("nan")))
        if is_one:
            gained[3 * post - 3 : 3 * post] += 40
        for place in range(150 if is_one else 15):
            contact += 1
            rows.append((contact, at, post, is_one, 1, 1, False))
            if place % 15 < (1 if is_one else 5 + post % 3):
                rows.append((contact, at + timedelta(days=7), 0, False, 1, 1, False))
    done = pl.DataFrame(
        rows, orient="row", schema={"contact": pl.Int64, "occurred_at": MOMENT, "post": pl.Int64, "follows": pl.Boolean,
                                    "direction": pl.Int64, "nature": pl.Int64, "automated": pl.Boolean},
    )  # fmt: skip
    published = pl.DataFrame(
        posts, orient="row", schema={"post": pl.Int64, "published_at": MOMENT, "bait": pl.Boolean,
                                     "giveaway": pl.Boolean, "engaged": pl.Float64},
    )  # fmt: skip
    days = [start + timedelta(days=day) for day in range(90)]
    arrivals = pl.DataFrame({"at": days, "gained": gained}, schema={"at": MOMENT, "gained": pl.Int64})
    return {
        "bait_share": bait.bait_share(published, done, start=start, end=end),
        "one_and_gone": bait.one_and_gone(published, done, start=start, end=end, acts_until=end + timedelta(days=30)),
        "giveaway_followers": bait.giveaway_followers(published, arrivals, start=start, end=end),
    }


def said(practice: Practice, results: dict[str, Result]) -> Evidence:
    assert {it.answer for it in results.values()} == {Answer.FOUND}
    counting = {it.family: 0.0005 for it in practice.confirming}
    return evidence(practice, results, subject="Fernleaf", window=(START, END), zone=UTC, counting=counting)


def test_a_warning_of_automated_engagement_reads_aloud(engagement: dict[str, Result]) -> None:
    told = said(AUTOMATED_ENGAGEMENT, engagement)
    assert told.headline == (
        "Fernleaf, 1 March 2026 to 31 March 2026: 29 % (19 % to 38 %) of the engagement was by accounts that are timed "
        "as people hardly are; had all of them been people, it would have been 7 % or less in 95 of 100 cases. Timing "
        "can be told of 80 accounts, with 30 acts or more."
    )
    rest, answers, written = told.points
    assert rest == (
        "In the five hours of the day in which each did least, accounts that are timed as people hardly are did 18 % "
        "of what they did, and others who were as busy 0 %. That is 18 points more (18 to 18); who takes no rest at "
        "all does 21 % then. Compared were 80 accounts."
    )
    assert answers == (
        "Of what accounts that are timed as people hardly are replied to others, 80 % came within ten seconds, of "
        "everybody else's replies 0 %. That is 80 points more (60 to 93). Compared were 55 accounts."
    )
    assert written == (
        "Of the texts of accounts that are timed as people hardly are, 59 % were nearly the same as another of the "
        "month, of everybody else's 0 %. That is 59 points more (56 to 62). Compared were 55 accounts."
    )
    assert told.not_tested[0] == "Not tested: accounts with fewer than 30 acts."


def test_a_warning_of_the_brands_own_automation_reads_aloud(conduct: dict[str, Result]) -> None:
    told = said(OWN_AUTOMATION, conduct)
    assert told.headline == (
        "Fernleaf, 1 March 2026 to 31 March 2026: Of 400 acts of the brand, 300 are timed as people hardly time "
        "theirs, or declared as software's by their source. That is 75 % (60 % to 85 %); of 100 people who do as "
        "much, 96 or more are never so timed. Left out are 50 acts that the register discloses."
    )
    written, answers, follows = told.points
    assert written == (
        "Of 300 texts of the brand, 240 went to three people or more, nearly the same. That is 80 % (76 % to 84 %); up "
        "to 50 % is taken for usual, for who is often asked the same has an answer ready."
    )
    assert answers == (
        "Of 300 answers of the brand, 200 came within ten seconds. That is 67 % (62 % to 71 %); up to 10 % is taken "
        "for usual where people write them."
    )
    assert follows == (
        "Of 100 accounts that the brand began to follow, it left 60 within 14 days. That is 60 % (52 % to 68 %); up to "
        "30 % is taken for usual."
    )


def test_a_warning_of_giveaway_bait_reads_aloud(giveaways: dict[str, Result]) -> None:
    told = said(GIVEAWAY_BAIT, giveaways)
    assert told.headline == (
        "Fernleaf, 1 March 2026 to 31 March 2026: Of 855 acts, 450 were with posts that ask for them, or offer a prize "
        "for them. That is 53 % (26 % to 71 %); as posts like others they would have had 10 %, which is their share of "
        "30 posts. Of 450 people who followed, all but fewer than 10 acted on such a post within a day of it."
    )
    gone, came = told.points
    assert gone == (
        "Of 450 people who first appeared on a giveaway, 420 were gone after a day: for 28 days they did nothing, or "
        "only on other giveaways. Of 405 who first appeared on other posts it was 243. That is 93 %, where 60 % is "
        "usual: 33 points more (32 to 35)."
    )
    assert came == (
        "Of 1,260 new followers, 450 came on the day of a giveaway or the two after it, which are 10 % of the days. "
        "That is 3.6 times what is usual on as many days (2.3 to 4.8 times)."
    )
    counted = sentence("bait_share", with_seen(giveaways["bait_share"], counted=True))
    assert counted.startswith("Of 855 likes, comments, shares and saves, 450 were")


def sentence(check: str, result: Result) -> str:
    return CHECKS[check].sentence(result, UTC)


def with_seen(result: Result, *, n: int | None = None, effect: float | None = None, **seen: Any) -> Result:
    return replace(
        result, n=result.n if n is None else n, effect=result.effect if effect is None else effect,
        seen={**result.seen, **seen},
    )  # fmt: skip


def test_nothing_that_the_timing_says_tells_how_few_there_are(engagement: dict[str, Result]) -> None:
    """Software is in no sentence counted, nor are the acts told by which it could be: 30 are the fewest of each."""
    screen = engagement["clockwork"]
    assert {sentence("clockwork", with_seen(screen, beyond=few, acts=99)) for few in range(100)} == {
        sentence("clockwork", screen)
    }
    assert "of fewer than 10 accounts" in sentence("clockwork", with_seen(screen, n=4))
    for check in ("sleepless", "latency", "duplicates"):
        # Ten of those compared are others.
        few = {sentence(check, with_seen(engagement[check], n=n)) for n in range(11, 20)}
        assert len(few) == 1
        assert "Compared were" not in few.pop()
        assert sentence(check, with_seen(engagement[check], n=20)).endswith("Compared were 20 accounts.")


@pytest.mark.parametrize("check", ["periodic", "identical", "auto_replies", "churn"])
def test_what_few_got_or_few_did_not_get_from_a_brand_is_not_counted(check: str, conduct: dict[str, Result]) -> None:
    def of(hits: int) -> str:
        return sentence(check, with_seen(conduct[check], n=60, of=60, hits=hits))

    (few,) = {of(hits) for hits in range(10)}
    (nearly_all,) = {of(60 - others) for others in range(10)}
    assert "fewer than 10" in few
    assert "That is less than 17 %" in few
    assert "all but fewer than 10" in nearly_all
    assert "That is more than 83 %" in nearly_all
    assert "10" in of(10)
    assert "fewer than" not in of(10) + of(50)
    for said in (few, nearly_all):
        assert not re.search(r"(?<![\d.,])\d(?![\d.,])", said.replace("5 %", "")), said


def test_few_who_came_by_giveaways_are_not_counted(giveaways: dict[str, Result]) -> None:
    def engaged(hits: int) -> str:
        return sentence("bait_share", with_seen(giveaways["bait_share"], engaged=40, effect=hits / 40, followed=9))

    def followed(hits: int, of: int) -> str:
        return sentence("bait_share", with_seen(giveaways["bait_share"], followed=of, followed_begged=hits))

    def gone(**seen: int) -> str:
        return sentence("one_and_gone", with_seen(giveaways["one_and_gone"], **seen))

    def came(hits: int) -> str:
        return sentence("giveaway_followers", with_seen(giveaways["giveaway_followers"], gained_then=hits, gained=60))

    for told in (engaged, came, lambda hits: followed(hits, 60), lambda hits: gone(hits=hits, of=60),
                 lambda hits: gone(others_hits=hits, others_of=60)):  # fmt: skip
        total = 40 if told is engaged else 60
        (few,) = {told(hits) for hits in range(10)}
        (nearly_all,) = {told(total - others) for others in range(10)}
        assert "fewer than 10" in few
        assert "all but fewer than 10" in nearly_all
    assert "That is less than 25 %;" in engaged(4)
    assert "followed" not in engaged(20)
    assert "points" not in gone(hits=450) + gone(others_hits=9), "from the difference it could be worked out"
    assert "times" not in came(9) + came(51)


def test_less_than_usual_is_told_as_less(giveaways: dict[str, Result]) -> None:
    less = replace(giveaways["one_and_gone"], effect=-0.04, low=-0.09, high=0.01)
    assert sentence("one_and_gone", less).endswith("4 points less (9 less to 1 more).")
