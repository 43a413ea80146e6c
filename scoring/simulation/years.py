"""A channel's followers day by day over two years, with what honest agencies live through, and with what is sold.

How people of each kind behave is assumed, and said here; nothing is drawn from real data.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from scoring.simulation import audience
from scoring.simulation.columns import Numbers, Texts

DAY = timedelta(days=1)
# A Monday. Weeks that are judged begin once a past of weeks is whole, and end early enough for what comes after.
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
WEEKS, FIRST_JUDGED, JUDGED = 104, 34, 52
DAYS = 7 * WEEKS
MOMENT = pl.Datetime("us", "UTC")
# Of all followers, who leaves in a day; and of each post, who acts on it, of whom as they usually do.
LEAVE_A_DAY, LIKE_A_POST = 0.004 / 30, 0.02
PROFILES = ("followers", "following", "posts", "bio_length", "digit_share", "has_avatar")


@dataclass(frozen=True)
class Kind:
    """Those who come at one time for one reason. times: how many, in weeks of the channel's usual gain; days: over how
    many; acts: how much they do, over what others do; leaves: which share of them within 30 days; each from, to.
    """

    times: tuple[float, float]
    days: tuple[int, int]
    acts: tuple[float, float]
    leaves: tuple[float, float]
    is_sold: bool = False


HONEST = {
    "viral": Kind((2, 15), (2, 5), (0.5, 1.0), (0.0, 0.15)),
    "press": Kind((1, 8), (2, 6), (0.5, 1.0), (0.0, 0.15)),
    "advert": Kind((2, 8), (7, 28), (0.45, 0.9), (0.05, 0.2)),
    "giveaway": Kind((3, 15), (3, 10), (0.4, 0.9), (0.2, 0.5)),
}
# What is sold: at once and young, by and by, or at once and made long ago, in one batch, to look like anybody.
SOLD = {
    "burst": Kind((6, 20), (1, 3), (0.0, 0.05), (0.7, 0.95), is_sold=True),
    "drip": Kind((10, 30), (42, 70), (0.0, 0.05), (0.3, 0.6), is_sold=True),
    "aged": Kind((6, 20), (2, 6), (0.0, 0.05), (0.05, 0.2), is_sold=True),
}
KINDS = HONEST | SOLD
# How often in a year each happens to a channel, on average; a clean-up to a platform, and what it takes of all.
A_YEAR = {"viral": 1.2, "press": 0.6, "advert": 1.0, "giveaway": 1.0}
CLEAN_UPS, CLEANED = 0.7, (0.02, 0.1)


@dataclass(frozen=True)
class Came:
    """One time at which people of a kind came: on how many days from `first` on, and how many on each."""

    kind: str
    first: int
    by_day: Numbers
    acts: float
    leaves: float

    @property
    def end(self) -> int:
        return self.first + len(self.by_day)


@dataclass(frozen=True)
class Year:
    """What is known of a channel, as checks take it: gains and levels by day, followers, and acts by week."""

    gains: pl.DataFrame
    levels: pl.DataFrame
    followers: pl.DataFrame
    weeks: pl.DataFrame
    usual: Numbers
    came: Sequence[Came] = field(default_factory=tuple)


def happenings(random: np.random.Generator, a_day: float) -> list[Came]:
    """Return what honestly happens to a channel in its year."""
    kinds = [kind for kind, often in A_YEAR.items() for _ in range(random.poisson(often))]
    return [came(random, kind, a_day) for kind in kinds]


def came(random: np.random.Generator, kind: str, a_day: float) -> Came:
    """Return that people of a kind came, some time in the year that is judged."""
    of = KINDS[kind]
    days = int(random.integers(of.days[0], of.days[1] + 1))
    first = 7 * FIRST_JUDGED + int(random.integers(0, 7 * JUDGED - days))
    people = random.uniform(*of.times) * 7 * a_day
    shape = np.ones(days) if kind in ("drip", "advert") else 0.6 ** np.arange(days)
    by_day = random.poisson(people * shape / shape.sum()).astype(np.float64)
    return Came(kind, first, by_day, random.uniform(*of.acts), random.uniform(*of.leaves))


def clean_ups(random: np.random.Generator) -> list[tuple[int, float]]:
    """Return on which days a platform takes accounts away, and which share of all."""
    days = 7 * FIRST_JUDGED + random.integers(0, 7 * (JUDGED + 8), random.poisson(CLEAN_UPS))
    return [(int(day), random.uniform(*CLEANED)) for day in days]


def channel(
    random: np.random.Generator, *, a_day: float, happened: Sequence[Came], cleaned: Sequence[tuple[int, float]]
) -> Year:
    """Return a channel that gains so many a day by itself, more on some weekdays, and with chance that lasts."""
    chance = np.zeros(DAYS)
    for day, step in enumerate(random.normal(0, 0.3, DAYS).tolist()):
        chance[day] = 0.5 * chance[day - 1] + step
    by_weekday = np.tile(np.exp(random.normal(0, 0.2, 7)), WEEKS)
    usual = random.poisson(random.gamma(6, a_day * by_weekday * np.exp(chance) / 6)).astype(np.float64)
    gained, left, acting = usual.copy(), np.zeros(DAYS), usual.copy()
    for it in happened:
        gained[it.first : it.end] += it.by_day
        acting[it.first : it.end] += it.acts * it.by_day
        for day, people in enumerate(it.by_day.tolist(), it.first):
            # Half of those who leave go on one day, as accounts do that are taken away; the others by and by.
            going = it.leaves * people / 2
            left[day + 1 : day + 29] += going / 28
            left[min(day + 20, DAYS - 1)] += going
    level = np.zeros(DAYS)
    before = 300.0 * a_day
    taken = dict(cleaned)
    for day in range(DAYS):
        before = (before + gained[day] - left[day]) * (1 - LEAVE_A_DAY) * (1 - taken.get(day, 0.0))
        level[day] = round(before)
    ends = pl.Series([FIRST + (day + 1) * DAY for day in range(DAYS)], dtype=MOMENT)
    nothing = pl.lit(float("nan"))
    counted = pl.DataFrame({"at": ends, "known_at": ends, "gained": gained.astype(np.int64), "followers": level})
    return Year(
        gains=counted.select(pl.lit(1).alias("channel"), "at", "known_at", "gained", window=pl.lit(1)),
        levels=counted.select("at", "known_at", "followers", gained=nothing, lost=nothing, window=pl.lit(0)),
        followers=_followers(random, usual, happened),
        weeks=_weeks(random, 300.0 * a_day + acting.cumsum()[6::7], ends[6::7]),
        usual=usual,
        came=happened,
    )


def _followers(random: np.random.Generator, usual: Numbers, happened: Sequence[Came]) -> pl.DataFrame:
    """Return when people followed, and whether they did anything else soon."""
    rate = random.uniform(0.15, 0.45)
    parts = [
        (np.arange(DAYS), usual, rate),
        *((np.arange(it.first, it.end), it.by_day, rate * it.acts) for it in happened),
    ]
    days = np.concatenate([np.repeat(days, counts.astype(np.int64)) for days, counts, _ in parts])
    acted = np.concatenate([random.random(int(counts.sum())) < share for _, counts, share in parts])
    at = ((days + random.random(len(days))) * DAY.total_seconds() * 1e6).astype(np.int64)
    return pl.DataFrame({"at": at, "acted": acted}).select(
        (pl.lit(FIRST).cast(MOMENT) + pl.col("at").cast(pl.Duration("us"))).alias("followed_at"), "acted"
    )


def _weeks(random: np.random.Generator, acting: Numbers, ends: pl.Series) -> pl.DataFrame:
    """Return posts and acts by week, of so many followers who act as people do."""
    posts = random.poisson(4, WEEKS).astype(np.float64)
    expected = acting * posts * LIKE_A_POST * np.exp(random.normal(0, 0.35, WEEKS))
    likes, comments = random.poisson(expected), random.poisson(expected / 10)
    return pl.DataFrame({"end": ends, "posts": posts, "likes": likes, "comments": comments})


def sample(random: np.random.Generator, year: Year, *, first: int, end: int, most: int) -> pl.DataFrame:
    """Return the profiles of at most so many who came on these days, at random."""
    kinds, counts = ["usual"], [year.usual[first:end].sum()]
    for it in year.came:
        begun, ended = max(first, it.first), min(end, it.end)
        kinds.append(it.kind)
        counts.append(it.by_day[begun - it.first : ended - it.first].sum() if begun < ended else 0.0)
    of_all = np.repeat(kinds, np.array(counts, dtype=np.int64))
    return _profiles(random, random.choice(of_all, min(most, len(of_all)), replace=False), first, end)


def earlier(random: np.random.Generator, size: int) -> pl.DataFrame:
    """Return as many profiles of those who followed in three years before what is judged."""
    end = 7 * FIRST_JUDGED
    return _profiles(random, np.full(size, "usual"), end - 3 * 365, end)


def _profiles(random: np.random.Generator, kinds: Texts, first: int, end: int) -> pl.DataFrame:
    """Return one profile for each kind of person."""
    begun, ended = FIRST + first * DAY, FIRST + end * DAY
    real = audience.real(random, len(kinds), ended + DAY)
    empty = audience.empty(random, len(kinds), ended, ended + DAY)
    is_empty = np.isin(kinds, ["burst", "drip"]) & (random.random(len(kinds)) >= audience.WELL_MADE)
    # Who comes for a prize follows more and posts less than others do.
    for_prizes = kinds == "giveaway"
    real["following"] = np.where(for_prizes, real["following"] * 1.4, real["following"])
    real["posts"] = np.where(for_prizes, real["posts"] // 1.5, real["posts"])
    facts = {name: np.where(is_empty, empty[name], real[name]).astype(np.float64) for name in PROFILES}
    made = np.where(is_empty, _day(empty["created_on"]), _day(real["created_on"]))
    # Four in five of what one seller has were made in one week.
    batch = _day(np.array([ended.date()], dtype="datetime64[D]"))[0] - (60 if "burst" in kinds else 500)
    in_batch = np.isin(kinds, ["burst", "aged"]) & (random.random(len(kinds)) < 0.8)
    made = np.where(in_batch, batch + random.integers(0, 7, len(kinds)), made)
    moments = {"cohort_from": begun, "cohort_to": ended, "sampled_at": ended + DAY}
    return pl.DataFrame({**facts, "created_on": made.astype(np.float64)}).with_columns(
        **{name: pl.lit(moment).cast(MOMENT) for name, moment in moments.items()}
    )


def _day(days: Texts) -> Numbers:
    """Return days as numbers since 1970."""
    return days.astype("datetime64[D]").astype(np.float64)
