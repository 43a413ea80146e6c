"""How many follow a channel, month by month, and what the profiles of some of them look like."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from scoring.simulation.columns import Flags, Numbers, Places, Row
from scoring.simulation.crowd import Arrival, Crowd
from scoring.simulation.deeds import Deeds
from scoring.simulation.months import Past

# Followers from before anything is told, for each person who comes by themselves; some of them leave.
EARLIER = 5.0
LEAVE_A_MONTH = 0.004
# What a clean-up removes of all followers: accounts that nobody used any more.
CLEANED_UP = 0.08
SAMPLE = 200
# Before, a burst has no past of twelve months to stand out from, and nobody looks at profiles.
FIRST_STANDING_OUT = 12
LOOKED_AT_AFTER = timedelta(days=2, hours=8)
# Earlier followers are sampled of those who came from three years before the first month on.
LONG_BEFORE = timedelta(days=3 * 365)
MOST_FOLLOWING = 7_500
# Of the accounts that are sold some look like anybody's.
WELL_MADE = 0.15


def a_month(done: Deeds, act: str, past: Past) -> Places:
    """Return how often something was done in each month that closed."""
    counts, _ = np.histogram(done.day[done.act == act], past.edge_days)
    return counts.astype(np.int64)


def counts(
    random: np.random.Generator, channel: str, done: Deeds, past: Past, *, usual: int, cleaned: int | None
) -> tuple[list[Row], int]:
    """Return gains and levels of every closed month, by time, and how many a clean-up removed.

    usual: how many people come by themselves. cleaned: the month of the clean-up.
    """
    gained, left = a_month(done, "follow", past), a_month(done, "unfollow", past)
    level, removed = round(EARLIER * usual), 0
    rows: list[Row] = [{"channel": channel, "at": _sent(past.edges[0]), "followers": level}]
    for month, end in enumerate(past.edges[1:]):
        lost = int(left[month] + random.binomial(level, LEAVE_A_MONTH))
        if month == cleaned:
            removed = round(CLEANED_UP * level)
            lost += removed
        level += int(gained[month]) - lost
        at = {"channel": channel, "at": _sent(end)}
        rows.append({**at, "window": "month", "gained": int(gained[month]), "lost": lost})
        rows.append({**at, "followers": level})
    return rows, removed


def samples(
    random: np.random.Generator, channel: str, people: Crowd, bursts: Sequence[Arrival], past: Past
) -> list[Row]:
    """Return a sample of each burst's month, and before the first one a sample of earlier followers."""
    looked_at = sorted(it.month for it in bursts if it.month >= FIRST_STANDING_OUT)
    rows: list[Row] = []
    for month in looked_at:
        begin, end = past.edges[month], past.edges[month + 1]
        sampled_at = end + LOOKED_AT_AFTER
        if month == looked_at[0]:
            earlier = np.zeros(SAMPLE, dtype=np.bool_)  # none of them empty
            rows += _sample(random, channel, earlier, past.edges[0] - LONG_BEFORE, begin, sampled_at)
        low, high = past.edge_days[month : month + 2]
        came = (people.came >= low) & (people.came < high) & (people.begins == "follow")
        of_month = np.flatnonzero(came)
        drawn = random.choice(of_month, min(SAMPLE, len(of_month)), replace=False)
        empty = (people.role[drawn] == "bought") & (random.random(len(drawn)) >= WELL_MADE)
        rows += _sample(random, channel, empty, begin, end, sampled_at)
    return rows


def _sample(
    random: np.random.Generator,
    channel: str,
    is_empty: Flags,
    begin: datetime,
    end: datetime,
    sampled_at: datetime,
) -> list[Row]:
    """Return profiles of one cohort, numbered."""
    cohort = {
        "channel": channel, "cohort_from": _sent(begin), "cohort_to": _sent(end), "sampled_at": _sent(sampled_at),
        "method": "at random",
    }  # fmt: skip
    of_people, of_sold = real(random, len(is_empty), sampled_at), empty(random, len(is_empty), end, sampled_at)
    facts = {name: np.where(is_empty, of_sold[name], of_people[name]).tolist() for name in of_people}
    return [
        {**cohort, "number": number + 1, **{name: values[number] for name, values in facts.items()}}
        for number in range(len(is_empty))
    ]


def real(random: np.random.Generator, n: int, sampled_at: datetime) -> dict[str, Any]:
    """Return profiles of people: few have many followers, a quarter says nothing of itself."""
    return {
        "followers": random.lognormal(5.3, 1.2, n).astype(int),
        "following": np.minimum(random.lognormal(5.8, 0.9, n), MOST_FOLLOWING).astype(int),
        "posts": random.lognormal(3.3, 1.5, n).astype(int),
        "bio_length": np.where(random.random(n) < 0.25, 0, random.integers(8, 150, n)),
        "has_avatar": random.random(n) < 0.95,
        "is_private": random.random(n) < 0.35,
        "digit_share": np.where(random.random(n) < 0.55, 0.0, random.beta(2, 8, n).round(2)),
        "created_on": _days_before(sampled_at, random.uniform(40, 4_000, n)),
    }


def empty(random: np.random.Generator, n: int, end: datetime, sampled_at: datetime) -> dict[str, Any]:
    """Return profiles as they are sold: young, empty, following thousands."""
    return {
        "followers": random.lognormal(2.6, 1.1, n).astype(int),
        "following": np.minimum(random.lognormal(7.4, 0.7, n), MOST_FOLLOWING).astype(int),
        "posts": random.poisson(random.lognormal(-0.5, 1.2, n)),
        "bio_length": np.where(random.random(n) < 0.8, 0, random.integers(8, 60, n)),
        "has_avatar": random.random(n) < 0.5,
        "is_private": random.random(n) < 0.1,
        "digit_share": random.beta(4, 6, n).round(2),
        "created_on": _days_before(end, random.exponential(120, n) + 35),
    }


def _days_before(moment: datetime, days: Numbers) -> Any:
    first = np.datetime64(moment.date(), "D")
    return np.datetime_as_string(first - days.astype("timedelta64[D]"), unit="D")


def _sent(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
