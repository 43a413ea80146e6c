"""A music shop's labels, turned: at random they cost hardly anything, with aim nothing is learnt from them (T77)."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from scoring.features.matrix import matrix
from scoring.learning import gates
from scoring.learning.choosing import choose
from scoring.learning.evaluation import evaluate
from scoring.learning.labels import Goal, labelled
from scoring.learning.parts import Part
from scoring.learning.splits import split
from scoring.learning.training import columns
from tests.scoring.frames import facts
from tests.scoring.test_poisoned import Turn, at_random, with_aim

GOAL = Goal()
NOW, SINCE = datetime(1997, 12, 31, tzinfo=UTC), datetime(1997, 1, 1, tzinfo=UTC)


def by_moment(file: Path) -> list[pl.DataFrame]:
    bought = pl.read_csv(file).with_row_index("outcome", offset=1).select(
        contact=pl.col("customer_id").cast(pl.Int64),
        occurred_at=pl.col("date").str.to_datetime("%Y-%m-%d", time_unit="us", time_zone="UTC"),
        known_at=pl.col("date").str.to_datetime("%Y-%m-%d", time_unit="us", time_zone="UTC"),
        kind=pl.lit(3),
        value=pl.col("value").cast(pl.Float64),
        currency=pl.lit(1),
        outcome=pl.col("outcome").cast(pl.Int64),
        refund_of=pl.lit(0),
        source=pl.lit(1),
    )  # fmt: skip
    there = facts([], bought.to_dicts())
    parts = split(now=NOW, since=SINCE, horizon=GOAL.horizon)
    assert parts is not None
    return [labelled(matrix(there, at), there, at, GOAL) for at in parts.moments]


def learnt(rows: list[pl.DataFrame], turn: Turn) -> tuple[gates.Odd | None, float]:
    """Return what is odd about the outcomes, turned, and how good what is learnt is where they were not."""
    *fit, window = (turn(it) for it in rows[:-1])
    before, after, test = Part(pl.concat(fit)), Part(window), Part(rows[-1])
    said = choose(before, after, columns()).probability(test)
    return gates.odd(before, after), evaluate(test.labels, said, seed=1, of=["auc"])["auc"]["value"]


def test_turned_at_random_they_cost_less_than_a_hundredth(purchases: Path) -> None:
    rows = by_moment(purchases)
    odd, clean = learnt(rows, lambda it: it)
    assert odd is None
    assert clean > 0.79
    for share in (0.01, 0.1):
        odd, turned = learnt(rows, at_random(share))
        assert (odd, turned > clean - 0.01) == (None, True), share
    for share in (0.01, 0.05, 0.3):
        *fit, window = (with_aim(share)(it) for it in rows[:-1])
        odd = gates.odd(Part(pl.concat(fit)), Part(window))
        assert odd is not None, share
