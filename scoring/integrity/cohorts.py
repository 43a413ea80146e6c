"""Which sampled profiles are of those who came in a burst, and which of those who came before."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import polars as pl

from scoring.integrity.check import Window

# A fact counts if it is known of so many in both samples.
LEAST_KNOWN = 0.9
# A cohort's days may be those of another zone than the window's.
OTHER_ZONE = timedelta(days=1)


def new_and_earlier(
    profiles: pl.DataFrame, *, start: datetime, end: datetime, apart: Iterable[Window]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the profiles of who followed within [start, end), and of who followed before, but for cohorts that lie in
    windows set apart.

    profiles: cohort_from, cohort_to, sampled_at, and facts (`selectors.frames.profiles`). A cohort is new if its middle
    lies in the window and it is not longer; of cohorts that overlap the largest counts, of one that was sampled again
    the last sample.
    """
    length = pl.col("cohort_to") - pl.col("cohort_from")
    middle = pl.col("cohort_from") + length / 2
    is_new = (middle >= start) & (middle < end) & (length <= end - start + 2 * OTHER_ZONE)
    is_earlier = (middle < start) & (pl.col("cohort_to") <= start + OTHER_ZONE)
    is_usual = _overlap(apart) <= length / 2
    return _once(profiles.filter(is_new)), _once(profiles.filter(is_earlier & is_usual))


def _once(profiles: pl.DataFrame) -> pl.DataFrame:
    """Return the profiles of cohorts that do not overlap, the largest first; of one that was sampled again the last
    sample. Otherwise the same people could be in it twice.
    """
    last = pl.col("sampled_at").max().over("cohort_from", "cohort_to")
    profiles = profiles.filter(pl.col("sampled_at") == last)
    cohorts = profiles.group_by("cohort_from", "cohort_to").len().sort("len", "cohort_from", descending=[True, False])
    kept: dict[int, Window] = {}
    for place, (begun, ended, _) in enumerate(cohorts.iter_rows()):
        if all(ended <= other_begun or begun >= other_ended for other_begun, other_ended in kept.values()):
            kept[place] = (begun, ended)
    return profiles.join(cohorts[list(kept)], on=["cohort_from", "cohort_to"], how="semi")


def _overlap(windows: Iterable[Window]) -> pl.Expr:
    """Return how much of a cohort's time lies within these windows."""
    inside = [
        pl.min_horizontal(pl.col("cohort_to"), pl.lit(end)) - pl.max_horizontal(pl.col("cohort_from"), pl.lit(start))
        for start, end in windows
    ]
    nothing = pl.lit(timedelta(0))
    return pl.sum_horizontal(nothing, *(pl.max_horizontal(it, nothing) for it in inside))


def rate(inside: int, of: int) -> float:
    """Return a share that is never quite none or all, so that draws of it vary (Jeffreys).

    >>> rate(0, 4), rate(4, 4)
    (0.1, 0.9)
    """
    return (inside + 0.5) / (of + 1)
