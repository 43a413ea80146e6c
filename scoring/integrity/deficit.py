"""Is a channel acted on less, for what it gained, than before? Bought followers add to the one and not to the other."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from scoring.integrity.check import LEVEL, Answer, Result, Window, lacking
from scoring.integrity.cohorts import LEAST_KNOWN
from scoring.integrity.draws import DRAWS, SEED, Numbers
from scoring.integrity.engagement import MOST_RATIO, outside

# Added to every count, so that none has a logarithm of nothing (Anscombe 1956).
HALF = 0.5
WEEK = timedelta(weeks=1)
# Which weeks are compared, before the burst and after it, and of how many at least something must be known.
BEFORE, AFTER, LEAST_BEFORE, LEAST_AFTER = 26, 12, 18, 9
# What one week does the next often does, too: weeks come and go three by three.
BLOCK = 3
# Kinds of acts of which there are fewer a week say nothing of one week.
LEAST_ACTS = 10
# Where a channel grew by less, what the new ones do is lost in what one week differs from the next.
LEAST_GROWTH = 1.5
# What is done with posts, as platforms count it; some do not show all of it.
KINDS = ("likes", "comments", "shares")


def deficit(gained: Numbers, others: Numbers) -> Numbers:
    """Return by how much each fell short in what usually comes with a gain: the sum of log ratios, higher is worse.

    gained: (n,), others: (n, kinds), counts from 0. In logs of natural base; 0 where every other count is as large.

    >>> deficit(np.array([99.5, 99.5]), np.array([[99.5, 99.5], [9.5, 0.0]])).round(2).tolist()
    [0.0, 7.6]
    """
    summed: Numbers = np.sum(np.log(gained + HALF)[:, None] - np.log(others + HALF), axis=1)
    return summed


def channel(
    weeks: pl.DataFrame,
    levels: pl.DataFrame,
    *,
    start: datetime,
    end: datetime,
    apart: Iterable[Window],
    most_ratio: float = MOST_RATIO,
) -> Result:
    """Compare what is done for each post and follower in the twelve weeks after [start, end) with the 26 weeks before,
    but for weeks in windows set apart.

    weeks: one row for each week of which acts are known: end, posts (of the channel itself), and how often each of
    `KINDS` was done that it has (`weeks_of`); levels: at, followers. effect: what the followers who came since do, over
    what earlier ones do, if these go on as before; 1 is the same, 0 is nothing. p: the share of 9,999 permutations of
    weeks, three by three, in which the deficit is as large, were the effect `most_ratio`.
    """
    weeks = _with_levels(weeks, levels).filter(
        (pl.col("posts") > 0) & pl.col("followers").is_finite() & outside(apart, pl.col("end") - WEEK, pl.col("end"))
    )
    before = weeks.filter((pl.col("end") <= start) & (pl.col("end") > start - BEFORE * WEEK))
    after = weeks.filter((pl.col("end") >= end + WEEK) & (pl.col("end") <= end + AFTER * WEEK))
    seen: dict[str, Any] = {"weeks_before": before.height, "weeks_after": after.height}
    if before.height < LEAST_BEFORE or after.height < LEAST_AFTER:
        return lacking("few_weeks", n=after.height, **seen)
    known = [kind for kind in KINDS if kind in weeks.columns]
    kinds = [kind for kind in known if before[kind].mean() >= LEAST_ACTS]  # type: ignore[operator]
    if not kinds:
        return lacking("few_acts", n=after.height, needed=LEAST_ACTS, **seen)
    usual = float(before["followers"][-1])
    now = float(np.median(after["followers"].to_numpy()))
    if now < LEAST_GROWTH * usual:
        return lacking("small_growth", n=after.height, followers_before=usual, followers_after=now, **seen)
    of_before, of_after = (_by_kind(of, kinds) for of in (before, after))
    level = after["followers"].to_numpy()
    least = np.log(level) - np.log(usual + most_ratio * np.maximum(level - usual, 0))
    p = _p(of_before, of_after - least)
    ratios = _ratio(_drawn(of_after) - _drawn(of_before), usual, now)
    ratio = float(_ratio(_blocks(of_after).mean() - _blocks(of_before).mean(), usual, now))
    low, high = np.quantile(ratios, (0.05, 0.95))
    is_found = ratio < most_ratio and p <= LEVEL
    seen |= {"followers_before": round(usual), "followers_after": round(now), "kinds": kinds, "most_ratio": most_ratio}
    return Result(
        Answer.FOUND if is_found else Answer.NOT_FOUND,
        n=after.height, effect=ratio, low=float(low), high=float(high), p=p, seen=seen,
    )  # fmt: skip


def weeks_of(posts: pl.DataFrame, *, start: datetime, end: datetime, until: datetime) -> pl.DataFrame:
    """Return the weeks of a channel around [start, end) as `channel` takes them: end, posts, and what they got of each
    of `KINDS` that is known of nine in ten of the posts of which anything was counted.

    posts: published_at and, as last counted before `until`, each of `KINDS` (NaN not known); those of which a kind that
    counts is not known are left out, and so is a week that is not over for a week: its posts still get more.
    """
    is_around = pl.col("published_at").is_between(start - BEFORE * WEEK, end + AFTER * WEEK)
    counted = posts.filter(is_around & pl.any_horizontal(pl.col(KINDS).is_finite()))
    known_of = counted.select(pl.col(KINDS).is_finite().mean().fill_null(0)).row(0, named=True)
    kinds = [kind for kind in KINDS if known_of[kind] >= LEAST_KNOWN]
    known = counted.filter(pl.all_horizontal(pl.col(kinds).is_finite())) if kinds else counted.clear()
    week = pl.col("published_at").dt.truncate("1w") + WEEK
    return (
        known.filter(week <= until - WEEK)
        .group_by(end=week)
        .agg(pl.len().alias("posts"), *(pl.col(kind).clip(0).sum() for kind in kinds))
    )


def _with_levels(weeks: pl.DataFrame, levels: pl.DataFrame) -> pl.DataFrame:
    """Return the weeks by time, with the last number of followers that was known at the end of each."""
    known = levels.filter(pl.col("followers").is_finite()).sort("at").select(end="at", followers="followers")
    return weeks.sort("end").join_asof(known, on="end", tolerance="35d")


def _by_kind(weeks: pl.DataFrame, kinds: Sequence[str]) -> Numbers:
    """Return the deficit of each week for each post and kind."""
    reach = (weeks["followers"] * weeks["posts"]).to_numpy()
    return deficit(reach, weeks.select(kinds).to_numpy().astype(np.float64)) / len(kinds)


def _ratio(deficit: Numbers, usual: float, now: float) -> Numbers:
    """Return what new followers do, over what earlier ones do, at this deficit for each follower."""
    ratio: Numbers = (now * np.exp(-np.asarray(deficit)) - usual) / (now - usual)
    return ratio


def _blocks(weeks: Numbers) -> Numbers:
    """Return the means of weeks that follow each other, three by three; those left over, the first, are left out."""
    means: Numbers = weeks[len(weeks) % BLOCK :].reshape(-1, BLOCK).mean(axis=1)
    return means


def _p(before: Numbers, after: Numbers) -> float:
    blocks = np.concatenate([_blocks(after), _blocks(before)])
    of_after = len(_blocks(after))
    random = np.random.default_rng(SEED)
    shuffled = random.permuted(np.tile(blocks, (DRAWS, 1)), axis=1)
    drawn = shuffled[:, :of_after].mean(axis=1) - shuffled[:, of_after:].mean(axis=1)
    seen = blocks[:of_after].mean() - blocks[of_after:].mean()
    return (1 + int((drawn >= seen - 1e-12).sum())) / (1 + DRAWS)


def _drawn(weeks: Numbers) -> Numbers:
    """Return the means of resamples of weeks, three by three, as far apart as those of so few are too close."""
    blocks = _blocks(weeks)
    random = np.random.default_rng([SEED, len(weeks)])
    means = blocks[random.integers(0, len(blocks), (DRAWS, len(blocks)))].mean(axis=1)
    spread: Numbers = blocks.mean() + (means - blocks.mean()) * np.sqrt(len(blocks) / (len(blocks) - 1))
    return spread
