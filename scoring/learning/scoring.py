"""A matrix in, scores out: what is shown of each person."""

from collections.abc import Collection

import numpy as np
import polars as pl

from scoring.learning import prior
from scoring.learning.calibration import Numbers
from scoring.learning.explanation import Reason, discounts, reasons
from scoring.learning.model import Model
from scoring.learning.yardstick import Yardstick, yardstick

# Lift → band; the first that is reached.
BANDS = ((4.0, "strong"), (2.0, "warm"), (1.0, "some"), (0.0, "none"))


class Scores:
    """The scores of one client's persons, in the order of their numbers. Columns of `table`: person, probability, low,
    high, points, lift, band (null or empty where the basis does not have them), rank, stage, trend; `reasons` and
    `discounts`, one list a person; `yardstick`: what they were held against.
    """

    def __init__(
        self, table: pl.DataFrame, reasons: list[list[Reason]], discounts: list[list[Reason]], yardstick: Yardstick
    ) -> None:
        self.table = table
        self.reasons = reasons
        self.discounts = discounts
        self.yardstick = yardstick

    def beside(self, told: pl.DataFrame) -> "Scores":
        """Return the same with what is told of the persons beside their scores (features.today) in the table."""
        table = self.table.join(told, on="person", how="left", maintain_order="left")
        return Scores(table, self.reasons, self.discounts, self.yardstick)


def score(rows: pl.DataFrame, model: Model | None) -> Scores:
    """Return the scores of one client's matrix, by the model or, without one, by the prior. rows: made with the model's
    attributes.

    rank: 0 to 100, the share of the client's contacts that stand below, with half of the equals. lift: over the mean
    probability of the client's contacts now.
    """
    return _score(rows, model, None)


def score_some(rows: pl.DataFrame, people: Collection[int], model: Model | None, against: Yardstick) -> Scores:
    """Return the scores of some people of a matrix, held against what all of the client's contacts were like."""
    return _score(rows.filter(pl.col("person").is_in(list(people))), model, against)


def _score(rows: pl.DataFrame, model: Model | None, against: Yardstick | None) -> Scores:
    nothing = pl.lit(None, pl.Float64)
    if model is None:
        points = prior.points(rows)
        total = points.sum_horizontal()
        shares = points.select((pl.all() / total).fill_nan(0.0))
        worth = total.to_numpy()
        against = against or yardstick(worth)
        figures = pl.select(
            pl.lit(total).alias("points"), probability=nothing, low=nothing, high=nothing, lift=nothing, band=pl.lit("")
        )
        shares = shares.with_columns(refused=-(rows["refused"] > 0).cast(pl.Float64))
        told = reasons(shares, rows)
    else:
        worth = model.probability(rows)
        against = against or yardstick(worth)
        low, high = model.interval(rows)
        lift = against.lift(worth)
        figures = pl.DataFrame({"probability": worth, "low": low, "high": high, "lift": lift, "band": _bands(lift)})
        figures = figures.with_columns(points=nothing)
        told = reasons(model.contributions(rows), rows, model.attributes)
    table = pl.concat(
        [
            rows.select("person"),
            figures.select("probability", "low", "high", "points", "lift", "band"),
            pl.DataFrame({"rank": against.rank(worth)}),
            rows.select("stage", trend="trend_word"),
        ],
        how="horizontal",
    )
    return Scores(table, told, discounts(rows), against)


def _bands(lift: Numbers) -> pl.Series:
    floors = [lift >= floor for floor, _ in BANDS]
    return pl.Series(np.select(floors, [name for _, name in BANDS], default=BANDS[-1][1]))
