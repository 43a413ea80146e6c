"""From a recipe's log-odds to a probability that may be shown."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from scoring.learning.rates import wilson

Numbers = NDArray[np.float64]

# Below so many positives in a window only the level is taken from it.
ENOUGH_FOR_A_SLOPE = 30
LEAST_IN_A_BIN = 10


class SlopeNegative(Exception):
    """The window says that whoever is scored higher buys less. Nothing that orders people backwards is released."""


@dataclass(frozen=True)
class Calibration:
    """A sigmoid: log-odds of the outcome = intercept + slope · raw log-odds, slope >= 0. So reasons still add up."""

    slope: float
    intercept: float

    def log_odds(self, raw: Numbers) -> Numbers:
        return self.intercept + self.slope * raw

    def probability(self, raw: Numbers) -> Numbers:
        found: Numbers = expit(self.log_odds(raw))
        return found


def calibrate(raw: Numbers, labels: Numbers) -> Calibration:
    """Return the sigmoid that fits a window. raw: log-odds of contacts; labels: 0 or 1, both present.

    Below 30 positives only the intercept is fitted. Raises SlopeNegative.
    """
    if labels.sum() < ENOUGH_FOR_A_SLOPE:
        return Calibration(1.0, _level(raw, labels))
    # As good as unpenalised: two numbers from hundreds of rows.
    fitted = LogisticRegression(C=1e6, max_iter=1000).fit(raw.reshape(-1, 1), labels)
    slope = float(fitted.coef_[0, 0])
    if slope < 0:
        raise SlopeNegative
    return Calibration(slope, float(fitted.intercept_[0]))


def _level(raw: Numbers, labels: Numbers) -> float:
    """Return the shift with which as many are expected as there were, by Newton's method."""
    shift = 0.0
    for _ in range(50):
        expected = expit(raw + shift)
        step = (labels.sum() - expected.sum()) / max((expected * (1 - expected)).sum(), 1e-12)
        shift += float(np.clip(step, -2, 2))
        if abs(step) < 1e-10:
            break
    return shift


@dataclass(frozen=True)
class Bins:
    """Outcome rates by stretches of the raw log-odds, in a window that the model had not seen.

    floors: the least raw log-odds of each, rising, the first -inf; low, high: 90 % Wilson interval of its rate.
    """

    floors: Numbers
    low: Numbers
    high: Numbers

    def interval(self, raw: Numbers, probability: Numbers) -> tuple[Numbers, Numbers]:
        """Return low and high for each; widened where the sigmoid does not agree with its bin."""
        found = np.searchsorted(self.floors, raw, side="right") - 1
        return np.minimum(self.low[found], probability), np.maximum(self.high[found], probability)


def bins(raw: Numbers, labels: Numbers, most: int = 10) -> Bins:
    """Return at most ten bins, from the highest scores down, each with ten positives or more; equal scores together."""
    order = np.argsort(-raw, kind="stable")
    ranked, labels = raw[order], labels[order]
    wanted = max(LEAST_IN_A_BIN, int(np.ceil(labels.sum() / most)))
    ends, positives = [], 0
    for place, label in enumerate(labels):
        positives += int(label)
        is_last_of_equals = place + 1 == len(ranked) or ranked[place + 1] < ranked[place]
        if positives >= wanted and is_last_of_equals:
            ends.append(place + 1)
            positives = 0
    if not ends or ends[-1] < len(ranked):
        # What is left has too few positives for a bin of its own: the last one reaches down to the end.
        ends = [*ends[:-1], len(ranked)]
    starts = [0, *ends[:-1]]
    intervals = [wilson(int(labels[start:end].sum()), end - start) for start, end in zip(starts, ends, strict=True)]
    floors = [-np.inf if end == len(ranked) else ranked[end - 1] for end in ends]
    low, high = zip(*intervals, strict=True)
    return Bins(np.array(floors[::-1]), np.array(low[::-1]), np.array(high[::-1]))
