"""Accounts as tests draw them: people, and software that poses as people, over March 2026."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

START, END = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
WINDOW: dict[str, Any] = {"start": START, "end": END}
SECONDS = (END - START).total_seconds()
DAY, HOUR = 86_400, 3_600
MOMENT = pl.Datetime("us", "UTC")
TEXT = pl.Array(pl.UInt8, 64)
Seconds = NDArray[Any]
Random = np.random.Generator


def acts(contact: int, seconds: Seconds, **more: Any) -> pl.DataFrame:
    """Return acts of one contact, so many seconds after START; inbound, without text, of source 1."""
    usual: Mapping[str, Any] = {
        "direction": 1, "nature": 1, "words": -1, "automated": False, "act": 0, "reply": 0, "channel": 0, "post": 0,
        "kind": 1, "source": 1,
    }  # fmt: skip
    at = pl.Series([START + timedelta(seconds=int(it)) for it in seconds], dtype=MOMENT)
    frame = pl.DataFrame({"contact": pl.Series([contact] * len(seconds), dtype=pl.Int64), "occurred_at": at})
    columns = {
        name: pl.lit(value) if np.isscalar(value) else pl.Series(value) for name, value in {**usual, **more}.items()
    }
    made = frame.with_columns(signature=pl.lit([0] * 64, TEXT)).with_columns(**columns)
    numbers = [name for name in usual if name != "automated"]
    return made.with_columns(pl.col(numbers).cast(pl.Int64))


def people(random: Random, many: int, *, first: int = 1, busiest: int = 200) -> pl.DataFrame:
    """Return acts of people: in sittings by day, most of them seldom, one in three often."""
    made = []
    for contact in range(first, first + many):
        count = int(min(busiest, 1 + random.exponential(60 if random.random() < 0.34 else 4)))
        made.append(acts(contact, by_day(random, count)))
    return pl.concat(made)


def by_day(random: Random, count: int) -> Seconds:
    """Return when a person acts: in sittings of some acts, between seven and eleven in the evening of their own."""
    wakes = 7 * HOUR + random.normal(0, HOUR)
    sittings = np.repeat(
        random.integers(0, 31, count) * DAY + wakes + random.uniform(0, 15 * HOUR, count), random.geometric(0.4, count)
    )[:count]
    seconds: Seconds = np.clip(sittings + random.lognormal(4, 1.2, count).cumsum() % (2 * HOUR), 0, SECONDS - 1)
    return seconds


def in_one_go(random: Random, count: int) -> Seconds:
    """Return when somebody acts who finds a brand one evening, and likes all of it: every few seconds."""
    begun = random.integers(0, 30) * DAY + 19 * HOUR
    return begun + (random.gamma(3, 1.2, count)).cumsum()


def by_clock(random: Random, count: int, *, every: float = 2_700, jitter: float = 2) -> Seconds:
    """Return when a scheduler acts: every so many seconds, give or take some, day and night."""
    return random.uniform(0, DAY) + every * np.arange(count) + random.normal(0, jitter, count)


def texts(random: Random, many: int) -> list[list[int]]:
    """Return signatures of as many texts that have nothing in common."""
    return random.integers(0, 256, (many, 64)).tolist()  # type: ignore[no-any-return]


def like(random: Random, text: list[int], many: int, *, changed: int = 12) -> list[list[int]]:
    """Return signatures of texts that are nearly the same as one: so many of 64 bytes differ."""
    made = np.tile(np.array(text), (many, 1))
    for row in made:
        row[random.choice(64, changed, replace=False)] = random.integers(0, 256, changed)
    return made.tolist()  # type: ignore[no-any-return]
