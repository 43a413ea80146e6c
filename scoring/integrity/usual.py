"""What was usual for a channel: counts of its own past, in logs."""

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

# From so few on a z is computed.
FEWEST = 3
# What is usual is a mean of logs in which a window counts half as much as one that is half a past younger.
HALF_LIFE = 0.5
# Added to the spread of logs: who never varied is not certain to go on like that. The scale makes 3 mark as many
# organic months as the z before it did. Where both come from: docs/evaluation.md.
FLOOR, SCALE = 0.5, 0.8


def past_of(channel: Places, place: Places, values: Numbers, *, back: int) -> Numbers:
    """Return for each window the values of the ones before it that are known, the latest first, NaN where there are
    fewer: (n, back, …).

    channel, place: of each window, sorted by both; values: (n, …). Gaps are passed over, as long as the past is not
    older than twice its length.
    """
    past = np.full((len(values), back, *values.shape[1:]), np.nan)
    for lag in range(1, min(back, len(values) - 1) + 1):
        is_past = (channel[lag:] == channel[:-lag]) & (place[lag:] - place[:-lag] <= 2 * back)
        past[lag:, lag - 1][is_past] = values[:-lag][is_past]
    return past


def compared(counts: Numbers, past: Numbers) -> tuple[Numbers, Numbers, Numbers, Numbers]:
    """Return what was usual, between what nine in ten lay, and z: of each window, NaN where fewer than three are known.

    counts: (n,), from 0; past: (n, back), as `past_of` returns it. z: by how many spreads the log of the count lies
    above what was usual, where the spread is the median absolute deviation of the past's logs, and a floor.
    """
    back, known = past.shape[1], np.isfinite(past).sum(axis=1)
    usual, low, high, z = (np.full(len(counts), np.nan) for _ in range(4))
    # What is known of a past comes first, so those of one length have no gaps.
    for length in np.unique(known[known >= FEWEST]).tolist():
        at = known == length
        logs = np.log1p(past[at, :length])
        centre = np.average(logs, axis=1, weights=0.5 ** (np.arange(length) / (HALF_LIFE * back)))
        spread = SCALE * (np.median(np.abs(logs - np.median(logs, axis=1)[:, None]), axis=1) + FLOOR)
        z[at] = (np.log1p(counts[at]) - centre) / spread
        usual[at] = np.expm1(centre)
        low[at], high[at] = np.quantile(past[at, :length], (0.05, 0.95), axis=1)
    return usual, low, high, z
