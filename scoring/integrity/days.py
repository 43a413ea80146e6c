"""Which days within a week stand out: a purchase of a day may be lost in the week that it is part of."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring.integrity.usual import Numbers, Places, compared, past_of

OF_A_WEEK = 7
# Where they begin and end; all seven are the week itself.
RUNS = [(begun, ended) for begun in range(7) for ended in range(begun + 1, 8) if ended - begun < OF_A_WEEK]
# With the same days of how many weeks before they are compared, so that no Sunday is held against a Monday.
BACK = 8
# Higher than for a week, since 27 runs of days are looked at in each; where it comes from: docs/evaluation.md.
LEAST_Z = 3.5


@dataclass(frozen=True)
class Runs:
    """Of each week the days that follow each other and stand out most: arrays, one entry a week.

    is_known: the days of the week and those of the eight before are. is_found: some stand out; first (0 to 6), length
    (1 to 6), gained, usual and z speak of these.
    """

    is_known: NDArray[np.bool_]
    is_found: NDArray[np.bool_]
    first: Places
    length: Places
    gained: Numbers
    usual: Numbers
    z: Numbers


def runs(channel: Places, place: Places, by_day: Numbers, *, least_extra: int) -> Runs:
    """Return which run of days stands out in each week, if any: z >= 3.5, and so many came above the usual. Of several
    it is the one with the most of a scan statistic (Kulldorff 1997), which is the burst with neither its edges cut off
    nor quiet days around it.

    channel, place: of each week, sorted by both; by_day: gains, (n, 7), NaN where a week's days are not known.
    """
    n = len(by_day)
    past = np.full((n, BACK, OF_A_WEEK), np.nan)
    has_days = np.isfinite(by_day).all(axis=1)
    past[has_days] = past_of(channel[has_days], place[has_days], by_day[has_days], back=BACK)
    is_known = has_days & np.isfinite(past).all(axis=(1, 2))
    first, length = np.zeros((2, n), dtype=np.int64)
    gained, usual, z, most = np.zeros((4, n))
    for begun, ended in RUNS if is_known.any() else ():
        counts, before = by_day[:, begun:ended].sum(axis=1), past[:, :, begun:ended].sum(axis=2)
        expected, _, _, deviation = compared(counts, before)
        strength = counts * np.log((counts + 1) / (expected + 1)) - (counts - expected)
        is_out = (deviation >= LEAST_Z) & (counts - expected >= least_extra)
        is_best = is_known & is_out & (strength > most)
        first[is_best], length[is_best] = begun, ended - begun
        for kept, new in ((gained, counts), (usual, expected), (z, deviation), (most, strength)):
            kept[is_best] = new[is_best]
    return Runs(is_known, length > 0, first, length, gained, usual, z)
