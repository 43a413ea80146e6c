"""Honest people who are much together, put among others: guests of an evening, a club, an office, fans, friends."""

from collections.abc import Callable
from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Moments = NDArray[np.float64]
MINUTE, HOUR, DAY = 60, 3600, 86_400
# Who acts, on whose post, on which of their posts, and when: seconds from a midnight on.
Acts = tuple[Numbers, Numbers, Numbers, Moments]


def event(people: Numbers, days: int, random: np.random.Generator) -> Acts:
    """A live event: one evening everybody posts twice, and acts on most of the others' posts within minutes."""
    owner = np.repeat(people, 2)
    posted = random.integers(days // 2 + 1) * DAY + 19 * HOUR + random.uniform(0, 3 * HOUR, len(owner))
    return _acts(people, owner, posted, 0.6, random.exponential(3 * MINUTE, (len(owner), len(people))), random)


def club(people: Numbers, days: int, random: np.random.Generator) -> Acts:
    """A club: for a month its people meet online every week, and each time it is as at an event."""
    evenings = [event(people, 0, random) for _ in range(max(min(days // 7, 4), 1))]
    who, owner, post, second = (np.concatenate(it) for it in zip(*evenings, strict=True))
    week = np.repeat(np.arange(len(evenings)), [len(it[0]) for it in evenings])
    return who, owner, post + week * 2 * len(people), second + week * 7 * DAY


def office(people: Numbers, days: int, random: np.random.Generator) -> Acts:
    """Colleagues: each posts on one workday in two; the others look at nine, at half past twelve and at five, give or
    take twenty minutes, and act on most of what they have not seen.
    """
    posts = days // 3
    owner = np.repeat(people, posts)
    workdays = np.flatnonzero(np.arange(days) % 7 < 5)
    posted = random.choice(workdays, len(owner)) * DAY + random.uniform(8, 17, len(owner)) * HOUR
    looks = np.array([9, 12.5, 17, 33]) * HOUR
    hour = posted % DAY
    soonest = np.searchsorted(looks, hour)
    look = looks[np.minimum(soonest[:, None] + random.integers(0, 2, (len(owner), len(people))), 3)]
    after = np.maximum(look - hour[:, None] + random.uniform(-20, 20, look.shape) * MINUTE, MINUTE)
    return _acts(people, owner, posted, 0.7, after, random)


def fans(people: Numbers, days: int, random: np.random.Generator) -> Acts:
    """Fans: three of the people are popular and post daily; the others are told at once, and act within minutes."""
    owner = np.repeat(people[:3], days)
    posted = random.uniform(0, days, len(owner)) * DAY
    after = random.exponential(3 * MINUTE, (len(owner), len(people) - 3))
    return _acts(people[3:], owner, posted, 0.6, after, random)


def friends(people: Numbers, days: int, random: np.random.Generator) -> Acts:
    """Friends: each posts every third day, and the others act on nearly everything, when they come to it."""
    owner = np.repeat(people, max(days // 3, 1))
    posted = random.uniform(0, days, len(owner)) * DAY
    return _acts(people, owner, posted, 0.8, random.exponential(5 * HOUR, (len(owner), len(people))), random)


KINDS: dict[str, tuple[Callable[[Numbers, int, np.random.Generator], Acts], int]] = {
    "event": (event, 30), "club": (club, 15), "office": (office, 12), "fans": (fans, 40), "friends": (friends, 8),
}  # fmt: skip


def with_company(acts: pl.DataFrame, *, start: datetime, end: datetime, kind: str, seed: int) -> pl.DataFrame:
    """Return the acts with those of one honest company (`KINDS`), made of people who act in [start, end).

    acts: contact, target, post, occurred_at, words. Where they name posts, those of the company are named, too.
    """
    random = np.random.default_rng(seed)
    inside = acts.filter((pl.col("occurred_at") >= start) & (pl.col("occurred_at") < end))
    draw, size = KINDS[kind]
    people = random.permutation(inside["contact"].unique().sort().to_numpy())[:size]
    contact, target, post, second = draw(people, (end - start).days, random)
    named = int(acts["post"].abs().max() or 0)  # type: ignore[arg-type]
    made = pl.DataFrame({"contact": contact, "target": target, "post": post + named + 1, "second": second})
    columns = ["contact", "target", "post", "occurred_at", "words"]
    made = made.with_columns(
        post=pl.col("post") if named else pl.lit(0, pl.Int64),
        occurred_at=pl.lit(start).cast(acts.schema["occurred_at"])
        + pl.duration(seconds=pl.col("second").cast(pl.Int64)),
        words=pl.lit(-1, acts.schema["words"]),
    )
    return pl.concat([acts.select(columns), made.filter(pl.col("occurred_at") < end).select(columns)])


def _acts(
    people: Numbers, owner: Numbers, posted: Moments, share: float, after: Moments, random: np.random.Generator
) -> Acts:
    """Return who of the people acts on which posts of others, this share of them, so many seconds after each."""
    post, who = np.nonzero((random.random(after.shape) < share) & (owner[:, None] != people[None, :]))
    return people[who], owner[post], post, posted[post] + after[post, who]
