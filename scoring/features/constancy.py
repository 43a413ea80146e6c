"""Constancy: engage consistently. When the person was there, whatever it was that they did."""

import polars as pl

from scoring.features.clock import REFUND

YEAR = 365
LONGEST_TENURE = 3650
RECENT, BEFORE = 28, 112  # days: the last four weeks, and the twelve before them


def constancy(own: pl.DataFrame, outcomes: pl.DataFrame) -> pl.DataFrame:
    """Return person and the columns of this family; persons who never did anything are absent.

    Any act counts, a glance as well: what an act is worth is the ladder's business, so an act that is swapped for a
    higher one changes nothing here.
    """
    days = pl.concat(
        [own.select("person", "day"), outcomes.filter(pl.col("kind") != REFUND).select("person", "day")]
    ).sort("person", "day")
    day = pl.col("day")
    of_a_year = day.filter(day < YEAR)
    return days.group_by("person", maintain_order=True).agg(
        recency=day.min().clip(0, YEAR),
        tenure=day.max().clip(0, LONGEST_TENURE),
        active_weeks=(day.filter(day < 26 * 7) // 7).n_unique(),
        longest_silence=pl.max_horizontal(of_a_year.diff().max().fill_null(0), of_a_year.min().fill_null(YEAR)),
        acts_recent=(day < RECENT).sum(),
        acts_before=day.is_between(RECENT, BEFORE, closed="left").sum(),
        trend=(day < RECENT).sum() / 4 - day.is_between(RECENT, BEFORE, closed="left").sum() / 12,
    )
