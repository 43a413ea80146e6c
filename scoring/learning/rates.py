"""Rates with their uncertainty; light enough for the web to load."""

from math import sqrt
from statistics import NormalDist

Z_90 = NormalDist().inv_cdf(0.95)


def wilson(positives: float, rows: int, z: float = Z_90) -> tuple[float, float]:
    """Return the 90 % interval of a rate; z: another one's quantile of the normal distribution. Source: Wilson 1927.

    >>> tuple(round(bound, 3) for bound in wilson(10, 100))
    (0.061, 0.16)
    """
    rate = positives / rows
    middle = (rate + z * z / (2 * rows)) / (1 + z * z / rows)
    half = z * sqrt(rate * (1 - rate) / rows + z * z / (4 * rows * rows)) / (1 + z * z / rows)
    return max(0.0, middle - half), min(1.0, middle + half)
