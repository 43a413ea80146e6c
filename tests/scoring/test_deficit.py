"""What is done for each post and follower, before a burst and after it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from scoring.integrity import deficit
from scoring.integrity.check import Result

START = datetime(2026, 3, 2, tzinfo=UTC)
WEEK = timedelta(weeks=1)
END = START + WEEK
WEEKS = 26 + 1 + 12


def channel(
    ratio: float, *, growth: float = 3.0, seed: int = 1, a_post: float = 40.0, weeks: int = WEEKS
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return weeks in which followers do so much a post, and from the burst on new ones `ratio` times that."""
    random = np.random.default_rng(seed)
    ends = [START + (week - 25) * WEEK for week in range(weeks)]
    chance = random.normal(0, 0.4, weeks)
    for week in range(1, weeks):
        chance[week] = 0.4 * chance[week - 1] + chance[week] * np.sqrt(0.84)
    new = np.where(np.arange(weeks) >= 26, growth - 1, 0.0)
    posts = random.integers(2, 9, weeks)
    expected = posts * (1 + ratio * new) * np.exp(chance)
    acts = {kind: random.poisson(expected * part).astype(float) for kind, part in (("likes", a_post), ("comments", 8))}
    levels = pl.DataFrame({"at": ends, "followers": 5_000 * (1 + new)})
    return pl.DataFrame({"end": ends, "posts": posts.astype(float), **acts}), levels


def compared(of: tuple[pl.DataFrame, pl.DataFrame], **more: Any) -> Result:
    arguments: dict[str, Any] = {"start": START, "end": END, "apart": []}
    return deficit.channel(*of, **arguments | more)


def test_the_sum_of_log_ratios_is_higher_where_less_came_with_a_gain() -> None:
    gained, others = np.array([100.0, 100.0, 0.0]), np.array([[100.0, 100.0], [10.0, 0.0], [0.0, 0.0]])
    same, worse, nothing = deficit.deficit(gained, others)
    assert (same, nothing) == (0, 0)
    assert worse == pytest.approx(np.log(100.5 / 10.5) + np.log(100.5 / 0.5))


def test_new_followers_who_do_nothing_are_found() -> None:
    results = [compared(channel(0.0, seed=seed)) for seed in range(40)]
    assert np.mean([it.answer == "found" for it in results]) >= 0.85
    assert np.mean([it.effect or 0 for it in results]) == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize(("ratio", "most"), [(1.0, 0.01), (0.7, 0.04), (0.5, 0.08)])
def test_followers_of_bursts_that_nobody_bought_are_seldom_found(ratio: float, most: float) -> None:
    """One half is the minimum: as large an effect is found in one case of twenty."""
    results = [compared(channel(ratio, seed=seed)) for seed in range(150)]
    assert np.mean([it.answer == "found" for it in results]) <= most
    assert np.mean([it.effect or 0 for it in results]) == pytest.approx(ratio, abs=0.06)


def test_a_channel_that_posts_less_is_not_acted_on_less() -> None:
    weeks, levels = channel(1.0)
    is_after = pl.col("end") >= END
    counts = pl.col("posts", "likes", "comments")
    fewer = weeks.with_columns(pl.when(is_after).then(counts / 4).otherwise(counts))
    assert compared((fewer, levels)).effect == pytest.approx(compared((weeks, levels)).effect, abs=0.02)


def test_an_explained_burst_raises_the_bar() -> None:
    of = channel(0.0)
    assert compared(of).answer == "found"
    assert compared(of, most_ratio=-0.2).answer == "not_found"


@pytest.mark.parametrize(
    ("of", "why"),
    [
        (channel(0.0, weeks=26 + 9), "few_weeks"),
        (channel(0.0, growth=1.4), "small_growth"),
        (tuple(frame.slice(10) for frame in channel(0.0)), "few_weeks"),
    ],
)
def test_too_little_is_said(of: tuple[pl.DataFrame, pl.DataFrame], why: str) -> None:
    result = compared(of)
    assert (result.answer, result.why, result.p) == ("not_applicable", why, None)


def test_kinds_of_which_there_are_few_are_left_out() -> None:
    of = channel(0.0)
    rare = (of[0].with_columns(shares=pl.lit(3.0)), of[1])
    assert compared(rare) == compared(of)
    assert compared((rare[0].drop("likes", "comments"), of[1])).why == "few_acts"


def test_weeks_of_other_bursts_and_without_posts_are_set_apart() -> None:
    weeks, levels = channel(0.0)
    before = (START - 12 * WEEK, START - 10 * WEEK)
    assert compared((weeks, levels), apart=[before]).seen["weeks_before"] == 24
    silent = weeks.with_columns(posts=pl.when(pl.col("end") == START).then(0.0).otherwise("posts"))
    assert compared((silent, levels)).seen["weeks_before"] == 25


def test_the_order_of_rows_says_nothing() -> None:
    weeks, levels = channel(0.2)
    assert compared((weeks, levels)) == compared((weeks.reverse(), levels.sample(fraction=1, shuffle=True, seed=1)))


def posts(**missing: float) -> pl.DataFrame:
    """Return a post on each day of 40 weeks with 5 likes, 2 comments and 1 share; of each kind a share is not known."""
    random = np.random.default_rng(1)
    days = 7 * 40
    return pl.DataFrame(
        {
            "published_at": [START - 26 * WEEK + timedelta(days=day) for day in range(days)],
            **{
                kind: np.where(random.random(days) < missing.get(kind, 0.0), np.nan, number)
                for kind, number in (("likes", 5.0), ("comments", 2.0), ("shares", 1.0))
            },
        }
    )


@pytest.mark.parametrize(
    ("missing", "kinds"),
    [
        ({}, ["likes", "comments", "shares"]),
        ({"shares": 1.0}, ["likes", "comments"]),
        ({"shares": 0.5, "comments": 0.05}, ["likes", "comments"]),
        ({"likes": 1.0, "comments": 1.0}, ["shares"]),
    ],
)
def test_what_a_platform_does_not_show_is_not_asked_for(missing: dict[str, float], kinds: list[str]) -> None:
    weeks = weeks_of(posts(**missing))
    assert weeks.columns == ["end", "posts", *kinds]
    assert weeks.height >= 39
    whole = weeks.filter(pl.col("posts") == 7)
    for kind, number in {"likes": 35, "comments": 14, "shares": 7}.items():
        assert kind not in kinds or whole[kind].unique().to_list() == [number]


def weeks_of(of: pl.DataFrame, *, until: datetime = START + 20 * WEEK) -> pl.DataFrame:
    return deficit.weeks_of(of, start=START, end=END, until=until).sort("end")


def test_posts_that_still_get_more_are_not_compared() -> None:
    whole = weeks_of(posts())
    for until in (END + 9 * WEEK, END + 10 * WEEK - timedelta(seconds=1)):
        assert weeks_of(posts(), until=until).equals(whole.filter(pl.col("end") <= END + 8 * WEEK))


def test_posts_that_nobody_counted_say_nothing() -> None:
    of = posts()
    uncounted = of.with_columns(pl.lit(float("nan")).alias(kind) for kind in deficit.KINDS)
    assert weeks_of(pl.concat([of, uncounted])).equals(weeks_of(of))
    assert weeks_of(uncounted).is_empty()
    assert compared((weeks_of(uncounted), channel(0.0)[1])).why == "few_weeks"
