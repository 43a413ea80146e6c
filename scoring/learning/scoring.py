"""A matrix in, scores out: what is shown of each person."""

import numpy as np
import polars as pl

from scoring.learning import prior
from scoring.learning.calibration import Numbers
from scoring.learning.explanation import Reason, discounts, reasons
from scoring.learning.model import Model

# Lift → band; the first that is reached.
BANDS = ((4.0, "strong"), (2.0, "warm"), (1.0, "some"), (0.0, "none"))


class Scores:
    """The scores of one client's persons. Columns of `table`: person, probability, low, high, points, lift (null where
    the basis does not have them), rank, position, band, stage, trend; `reasons` and `discounts`, one list a person.
    """

    def __init__(self, table: pl.DataFrame, reasons: list[list[Reason]], discounts: list[list[Reason]]) -> None:
        self.table = table
        self.reasons = reasons
        self.discounts = discounts


def score(rows: pl.DataFrame, model: Model | None) -> Scores:
    """Return the scores of one client's matrix, by the model or, without one, by the prior. rows: made with the model's
    attributes.

    rank: 0 to 100, the share of the client's contacts that stand below, with half of the equals. position: 1 for the
    first; equals in the order of their numbers. lift: over the mean probability of the client's contacts now.
    """
    nothing = pl.lit(None, pl.Float64)
    if model is None:
        points = prior.points(rows)
        total = points.sum_horizontal()
        shares = points.select((pl.all() / total).fill_nan(0.0))
        worth = total.to_numpy()
        figures = pl.select(
            pl.lit(total).alias("points"), probability=nothing, low=nothing, high=nothing, lift=nothing, band=pl.lit("")
        )
        shares = shares.with_columns(refused=-(rows["refused"] > 0).cast(pl.Float64))
        told = reasons(shares, rows)
    else:
        worth = model.probability(rows)
        low, high = model.interval(rows)
        # Rounded: of equals, whose mean is a hair above each, all have the lift 1.
        lift = (worth / worth.mean()).round(9) if len(worth) else worth
        figures = pl.DataFrame({"probability": worth, "low": low, "high": high, "lift": lift, "band": _bands(lift)})
        figures = figures.with_columns(points=nothing)
        told = reasons(model.contributions(rows), rows, model.attributes)
    ranked = pl.DataFrame({"rank": _percentile(worth), "position": _positions(worth)})
    table = pl.concat(
        [
            rows.select("person"),
            figures.select("probability", "low", "high", "points", "lift", "band"),
            ranked,
            rows.select("stage", trend="trend_word"),
        ],
        how="horizontal",
    )
    return Scores(table, told, discounts(rows))


def _bands(lift: Numbers) -> pl.Series:
    floors = [lift >= floor for floor, _ in BANDS]
    return pl.Series(np.select(floors, [name for _, name in BANDS], default=BANDS[-1][1]))


def _percentile(worth: Numbers) -> Numbers:
    places = pl.Series(worth).rank("average").to_numpy()
    percentile: Numbers = 100 * (places - 0.5) / max(len(worth), 1)
    return percentile


def _positions(worth: Numbers) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    positions = np.empty(len(worth), dtype=np.int64)
    positions[np.argsort(-worth, kind="stable")] = np.arange(1, len(worth) + 1)
    return positions
