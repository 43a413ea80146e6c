"""Presence: whom one has really met. Events attended, calls, letters."""

import polars as pl

from scoring.features.rungs import CALL, LETTER, MEETING


def presence(own: pl.DataFrame) -> pl.DataFrame:
    """Return person, met, spoke, wrote; persons with none are absent.

    Whole and for good, where the ladder's columns fade: to have met does not wear off. A count of meetings alone would
    fall where one is swapped for a call, and lower a score; so each counts what stands above it as well.
    """
    high = own.filter(pl.col("rung") >= MEETING)
    return high.group_by("person").agg(
        met=pl.len(), spoke=(pl.col("rung") >= CALL).sum(), wrote=(pl.col("rung") >= LETTER).sum()
    )
