"""Shares and medians with their 90 % intervals, as findings keep them."""

from collections.abc import Sequence

import numpy as np
from scipy.stats import binom

from scoring.learning.rates import wilson

OUTSIDE = 0.05
Figure = dict[str, float]
"""value, low, high and n, the number of cases it rests on."""


def share(count: int, of: int) -> Figure:
    """Return a share of at least one case (Wilson 1927).

    >>> {name: round(value, 3) for name, value in share(10, 100).items()}
    {'value': 0.1, 'low': 0.061, 'high': 0.16, 'n': 100}
    """
    low, high = wilson(count, of)
    return {"value": count / of, "low": low, "high": high, "n": of}


def median(values: Sequence[float]) -> Figure | None:
    """Return a median with its exact interval, between two of the values in order, whatever their distribution; None
    where there are fewer than five, which have none.

    >>> median([5, 1, 2, 4, 3])
    {'value': 3.0, 'low': 1.0, 'high': 5.0, 'n': 5}
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    n = len(ordered)
    # As many at either end as fewer than lie on one side of the true median in at most one of twenty cases.
    cut = int(binom.ppf(OUTSIDE, n, 0.5)) if n else 0
    if n and binom.cdf(cut, n, 0.5) > OUTSIDE:
        cut -= 1
    if cut < 0 or not n:
        return None
    return {"value": float(np.median(ordered)), "low": float(ordered[cut]), "high": float(ordered[n - 1 - cut]), "n": n}
