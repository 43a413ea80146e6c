"""How far a relationship has grown, and where it is going."""

import numpy as np
import polars as pl
from scipy.special import bdtr, bdtrc

from scoring.features.constancy import BEFORE
from scoring.features.rungs import MEETING

ENGAGED_AFTER = 3
# Of acts spread evenly over 16 weeks, a quarter fall into the last four; a trend is what would be rarer than this.
SHARE, RARE = 0.25, 0.10
# So many acts are needed before none in the last four weeks would be rare.
ENOUGH = 9


def stage() -> pl.Expr:
    """Return the stage, from the columns of the matrix.

    *Engaged* is who had three qualified interactions on three days or in three threads; *advocate*, who is engaged and
    helps other contacts, or has met the brand or spoken with it.
    """
    three_apart = pl.max_horizontal("qualified_days", "qualified_threads") >= ENGAGED_AFTER
    engaged = (pl.col("qualified") >= ENGAGED_AFTER) & three_apart
    return (
        pl.when(engaged & ((pl.col("helped") > 0) | (pl.col("highest_rung") >= MEETING)))
        .then(pl.lit("advocate"))
        .when(engaged)
        .then(pl.lit("engaged"))
        .when(pl.col("qualified") > 0)
        .then(pl.lit("acquaintance"))
        .when(pl.col("own_acts") > 0)
        .then(pl.lit("passer-by"))
        .otherwise(pl.lit("stranger"))
        .alias("stage")
    )


def trends(acts_recent: pl.Series, acts_before: pl.Series, tenure: pl.Series) -> pl.Series:
    """Return the trend of each person: whether the last four weeks are out of line with the twelve before.

    acts_recent, acts_before: how many acts and purchases fall into them; tenure: days since the first. A trend is said
    where an even pace would show as much in at most one of ten cases; steady, where there are enough acts for either to
    show. Who has not been there for all of the 16 weeks has none.

    >>> trends(pl.Series([5, 0, 3, 1, 5]), pl.Series([1, 12, 9, 2, 0]), pl.Series([200] * 4 + [9])).to_list()
    ['improving', 'declining', 'steady', 'not_enough_info', 'not_enough_info']
    """
    recent = acts_recent.to_numpy().astype(np.int64)
    all_ = recent + acts_before.to_numpy().astype(np.int64)
    # The binomial tails: at least so many, at most so many.
    rises = (recent > 0) & (bdtrc(recent - 1, all_, SHARE) <= RARE)
    falls = bdtr(recent, all_, SHARE) <= RARE
    return pl.select(
        pl.when(tenure < BEFORE)
        .then(pl.lit("not_enough_info"))
        .when(pl.Series(rises))
        .then(pl.lit("improving"))
        .when(pl.Series(falls))
        .then(pl.lit("declining"))
        .when(pl.Series(all_ >= ENOUGH))
        .then(pl.lit("steady"))
        .otherwise(pl.lit("not_enough_info"))
        .alias("trend_word")
    ).to_series()
