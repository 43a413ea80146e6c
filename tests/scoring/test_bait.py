"""Giveaways: what they bring is found where it does not stay, and a fair one among good posts is not."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from scoring.integrity import bait
from tests.scoring.accounts import MOMENT

START = datetime(2026, 1, 1, tzinfo=UTC)
END = START + timedelta(days=90)
LATER = END + timedelta(days=30)
WINDOW: dict[str, Any] = {"start": START, "end": END}
POSTS: dict[str, Any] = {
    "post": pl.Int64, "published_at": MOMENT, "bait": pl.Boolean, "giveaway": pl.Boolean, "engaged": pl.Float64,
}  # fmt: skip
ACTS: dict[str, Any] = {
    "contact": pl.Int64, "occurred_at": MOMENT, "post": pl.Int64, "follows": pl.Boolean, "direction": pl.Int64,
    "nature": pl.Int64, "automated": pl.Boolean,
}  # fmt: skip
Random = np.random.Generator
# Of a post every third day, on which days giveaways are.
DAYS = np.arange(0, 90, 3) + 18 / 24
GIVEAWAYS = (6, 36, 66)


def published(*, giveaways: tuple[int, ...] = GIVEAWAYS, engaged: float = np.nan) -> pl.DataFrame:
    is_one = np.isin(np.arange(0, 90, 3), giveaways)
    at = [START + timedelta(days=float(day)) for day in DAYS]
    rows = [
        (1 + number, day, bool(it), bool(it), engaged) for number, (day, it) in enumerate(zip(at, is_one, strict=True))
    ]
    return pl.DataFrame(rows, schema=POSTS, orient="row")


def crowd(
    random: Random,
    posts: pl.DataFrame,
    *,
    entrants: int = 150,
    stay: float = 0.05,
    others: int = 15,
    others_stay: float = 0.4,
) -> pl.DataFrame:
    """Return what people do who first appear on each post: some act once, some come back a week later."""
    rows: list[tuple[Any, ...]] = []
    contact = 0
    ordinary = posts.filter(~pl.col("giveaway"))["post"].to_list()
    for post, at, _, giveaway, _ in posts.iter_rows():
        count, rate = (entrants, stay) if giveaway else (others, others_stay)
        for _ in range(random.poisson(count)):
            contact += 1
            begun = at + timedelta(minutes=float(random.exponential(300)))
            rows.append((contact, begun, post, False, 1, 1, False))
            if giveaway:
                rows.append((contact, begun + timedelta(minutes=2), 0, True, 1, 1, False))
            if random.random() < rate:
                back = begun + timedelta(days=float(random.uniform(2, 20)))
                rows.append((contact, back, int(random.choice(ordinary)), False, 1, 1, False))
    return pl.DataFrame(rows, schema=ACTS, orient="row")


@pytest.fixture(scope="module")
def acts() -> pl.DataFrame:
    return crowd(np.random.default_rng(1), published())


def test_the_share_of_engagement_that_begging_posts_have(acts: pl.DataFrame) -> None:
    result = bait.bait_share(published(), acts, **WINDOW)
    on_posts = acts.filter(pl.col("post") > 0)
    on_giveaways = on_posts.join(published().filter("giveaway"), on="post").height
    assert result.answer == "found"
    assert result.effect == pytest.approx(on_giveaways / on_posts.height)
    assert result.low < result.effect < result.high  # type: ignore[operator]
    assert (result.n, result.seen["begging"], result.seen["giveaways"], result.seen["counted"]) == (30, 3, 3, False)
    assert result.seen["followed"] == result.seen["followed_begged"] > 300


def test_posts_that_beg_without_a_prize_count_as_well(acts: pl.DataFrame) -> None:
    begging = published().with_columns(bait=pl.lit(value=True))
    result = bait.bait_share(begging, acts, **WINDOW)
    assert (result.effect, result.seen["begging"]) == (1, 30)
    assert result.answer == "not_found"  # no more than their share of the posts: all


def test_what_the_platform_counted_goes_before_acts_if_it_is_known_of_every_post(acts: pl.DataFrame) -> None:
    counted = published(engaged=100)
    result = bait.bait_share(counted, acts, **WINDOW)
    assert (result.answer, result.effect, result.seen["counted"]) == ("not_found", 0.1, True)
    some = counted.with_columns(engaged=pl.when(pl.col("post") == 1).then(float("nan")).otherwise("engaged"))
    assert bait.bait_share(some, acts, **WINDOW).seen["counted"] is False


@pytest.mark.parametrize(
    ("posts", "why"),
    [
        (published(giveaways=(6, 36)), "few_giveaways"),
        (published().filter(pl.col("post") <= 19), "few_posts"),
        (published().with_columns(engaged=pl.lit(0.0)), "few_engaged"),
    ],
)
def test_what_lacks_is_said(acts: pl.DataFrame, posts: pl.DataFrame, why: str) -> None:
    assert bait.bait_share(posts, acts, **WINDOW).why == why
    if why != "few_engaged":
        assert bait.one_and_gone(posts, acts, acts_until=LATER, **WINDOW).why == why
        assert bait.giveaway_followers(posts, arrivals(np.full(90, 9)), **WINDOW).why == why


def test_who_comes_for_a_prize_and_goes_is_found(acts: pl.DataFrame) -> None:
    result = bait.one_and_gone(published(), acts, acts_until=LATER, **WINDOW)
    assert result.answer == "found"
    assert result.effect == pytest.approx(0.35, abs=0.08)
    assert result.seen["of"] + result.seen["others_of"] == result.n == acts["contact"].n_unique()
    for until in (None, END, END + timedelta(days=27)):
        assert bait.one_and_gone(published(), acts, acts_until=until, **WINDOW).why == "acts_not_known"


@pytest.mark.parametrize("stay", [0.4, 0.35])
def test_people_who_stay_as_others_do_are_not_found(stay: float) -> None:
    for seed in range(10):
        acts = crowd(np.random.default_rng(seed), published(), stay=stay)
        assert bait.one_and_gone(published(), acts, acts_until=LATER, **WINDOW).answer == "not_found"


def test_who_was_there_before_is_not_new_and_other_giveaways_are_no_coming_back(acts: pl.DataFrame) -> None:
    posts = published()
    early = acts.group_by("contact").agg(pl.col(it).first() for it in ACTS if it != "contact").select(acts.columns)
    known = early.with_columns(occurred_at=pl.lit(START - timedelta(days=9), MOMENT), post=pl.lit(0, pl.Int64))
    assert bait.one_and_gone(posts, pl.concat([acts, known]), acts_until=LATER, **WINDOW).why == "few_newcomers"
    entered = posts.filter("giveaway")["post"].to_list()
    again = acts.filter(pl.col("post").is_in(entered)).with_columns(
        occurred_at=pl.col("occurred_at") + timedelta(days=3), post=pl.lit(entered[-1], pl.Int64)
    )
    one, other = (bait.one_and_gone(posts, it, acts_until=LATER, **WINDOW) for it in (acts, pl.concat([acts, again])))
    assert one == other


def arrivals(gained: "np.ndarray[Any, Any]") -> pl.DataFrame:
    at = [START + timedelta(days=day) for day in range(len(gained))]
    return pl.DataFrame({"at": at, "gained": gained}, schema={"at": MOMENT, "gained": pl.Int64})


def usual(random: Random) -> "np.ndarray[Any, Any]":
    """Return how many follow on each of 90 days: some on each, and now and then a post that many see."""
    gained = random.negative_binomial(5, 0.25, 90)
    for day in random.choice(88, 2, replace=False):
        gained[day : day + 3] += [120, 60, 20]
    return gained


def test_followers_who_come_in_the_days_of_giveaways_are_found() -> None:
    gained = np.full(90, 10)
    for day in GIVEAWAYS:
        gained[day : day + 3] += [60, 40, 20]
    result = bait.giveaway_followers(published(), arrivals(gained), **WINDOW)
    assert (result.answer, result.n) == ("found", gained.sum())
    assert result.effect == pytest.approx((450 / 1260) / 0.1)
    assert result.low < result.effect < result.high  # type: ignore[operator]
    assert result.p is not None
    assert result.p < 0.01
    assert (result.seen["giveaway_days"], result.seen["gained_then"]) == (9, 450)


def test_giveaways_that_bring_nobody_are_seldom_found_whatever_else_is_seen_by_many() -> None:
    """Bursts of other posts fall on giveaways by chance: in 0 of 200 runs with four, in 2 of 200 with three."""
    random = np.random.default_rng(3)
    found = 0
    for _ in range(60):
        begun = tuple(int(3 * it) for it in random.choice(28, 4, replace=False))
        found += (
            bait.giveaway_followers(published(giveaways=begun), arrivals(usual(random)), **WINDOW).answer == "found"
        )
    assert found <= 2


def test_single_followers_and_daily_gains_are_the_same_thing() -> None:
    gained = usual(np.random.default_rng(4))
    one_by_one = arrivals(gained).select(
        at=(pl.col("at") + timedelta(hours=20)).repeat_by("gained").explode(empty_as_null=False)
    )
    single = one_by_one.with_columns(gained=pl.lit(1, pl.Int64)).sample(fraction=1, shuffle=True, seed=1)
    days = bait.giveaway_followers(published(), arrivals(gained), **WINDOW)
    assert bait.giveaway_followers(published(), single, **WINDOW) == days


def test_few_followers_and_giveaways_all_the_time_are_said() -> None:
    assert bait.giveaway_followers(published(), arrivals(np.zeros(90, int)), **WINDOW).why == "few_followers"
    always = published(giveaways=tuple(range(0, 90, 3)))
    assert bait.giveaway_followers(always, arrivals(np.full(90, 9)), **WINDOW).why == "giveaways_all_the_time"


def test_the_order_of_rows_does_not_matter(acts: pl.DataFrame) -> None:
    posts, gained = published(), arrivals(usual(np.random.default_rng(5)))
    other_acts, other_posts, other_gained = (
        it.sample(fraction=1, shuffle=True, seed=1) for it in (acts, posts, gained)
    )
    assert bait.bait_share(posts, acts, **WINDOW) == bait.bait_share(other_posts, other_acts, **WINDOW)
    later = {"acts_until": LATER, **WINDOW}
    assert bait.one_and_gone(posts, acts, **later) == bait.one_and_gone(other_posts, other_acts, **later)
    one = bait.giveaway_followers(posts, gained, **WINDOW)
    assert one == bait.giveaway_followers(other_posts, other_gained, **WINDOW)
