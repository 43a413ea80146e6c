"""A month of a client in which people act on members' posts at random, to put pods and honest company among."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from scoring.simulation.pods import Tightness, with_pods

START, END = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
# Contacts have large numbers, which are seen where they leak.
FIRST = 7_000_000_000_000
TIGHT = Tightness(0.7, 5)
SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "contact": pl.Int64, "target": pl.Int64, "post": pl.Int64, "occurred_at": pl.Datetime("us", "UTC"),
    "words": pl.Int16,
}  # fmt: skip


def month(*, people: int = 300, acts: int = 6000, named: bool = True, seed: int = 1) -> pl.DataFrame:
    """Return acts within hours of posts; each third person posts ten times."""
    random = np.random.default_rng(seed)
    owners = people // 3
    post = random.integers(0, owners * 10, acts)
    second = random.uniform(0, 31 * 86_400, owners * 10)[post] + random.exponential(6 * 3600, acts)
    return pl.DataFrame(
        {
            "contact": FIRST + random.integers(0, people, acts),
            "target": FIRST + post % owners,
            "post": post + 1 if named else np.zeros(acts, np.int64),
            "occurred_at": [START + timedelta(seconds=it) for it in (second % (31 * 86_400)).round().tolist()],
            "words": np.full(acts, -1),
        },
        schema=SCHEMA,
    )


def planted(
    *, pods: int = 2, tightness: Tightness = TIGHT, seed: int = 1, acts: pl.DataFrame | None = None
) -> tuple[pl.DataFrame, frozenset[int]]:
    """Return a month with pods in it, and all of their members."""
    among = month() if acts is None else acts
    made, truth = with_pods(among, start=START, end=END, pods=pods, tightness=tightness, seed=seed)
    return made, frozenset().union(*truth)


def rows(*made: tuple[int, int, int, float]) -> pl.DataFrame:
    """Return acts of a contact on a target's post, so many minutes after the month's start."""
    return pl.DataFrame(
        [(who, target, post, START + timedelta(minutes=minute), -1) for who, target, post, minute in made],
        schema=SCHEMA,
        orient="row",
    )
