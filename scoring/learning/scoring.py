"""A matrix in, scores out: what is shown of each person."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from scoring.learning import prior
from scoring.learning.calibration import Numbers
from scoring.learning.explanation import discounts, reasons
from scoring.learning.model import Model
from scoring.learning.yardstick import Yardstick, yardstick

# Lift → band; the first that is reached.
BANDS = ((4.0, "strong"), (2.0, "warm"), (1.0, "some"), (0.0, "none"))
# So many rows are written at a time.
AT_ONCE = 20_000


@dataclass(frozen=True)
class Scores:
    """The scores of one client's persons, in the order of their numbers. Columns of `table`: person, probability, low,
    high, points, lift, band (null or empty where the basis does not have them), rank, stage, trend, and reasons and
    discounts as they are kept (see explanation). yardstick: what they were held against.
    """

    table: pl.DataFrame
    yardstick: Yardstick

    def beside(self, told: pl.DataFrame) -> "Scores":
        """Return the same with what is told of the persons beside their scores (features.today) in the table."""
        return Scores(self.table.join(told, on="person", how="left", maintain_order="left"), self.yardstick)

    def without(self, people: Collection[int]) -> "Scores":
        """Return the same without some persons."""
        return Scores(self.table.filter(~pl.col("person").is_in(list(people))), self.yardstick)

    def lines(self, columns: Sequence[str]) -> Iterator[bytes]:
        """Yield some columns as lines of CSV, some thousand at a time; lists of numbers as JSON, null as \\N."""
        as_json = pl.format("[{}]", pl.selectors.list().list.eval(pl.element().cast(pl.String)).list.join(","))
        for some in self.table.select(columns).iter_slices(AT_ONCE):
            yield some.with_columns(as_json).write_csv(include_header=False, null_value=r"\N").encode()


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
            pl.DataFrame({"reasons": told, "discounts": discounts(rows)}),
        ],
        how="horizontal",
    )
    return Scores(table, against)


def _bands(lift: Numbers) -> pl.Series:
    floors = [lift >= floor for floor, _ in BANDS]
    return pl.Series(np.select(floors, [name for _, name in BANDS], default=BANDS[-1][1]))
