"""From a recipe's log-odds to a probability that may be shown."""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit
from sklearn.linear_model import LogisticRegression

from scoring.learning.rates import wilson

Numbers = NDArray[np.float64]
Rows = NDArray[np.int64]

# Below so many positives in a window only the level is taken from it.
ENOUGH_FOR_A_SLOPE = 30
LEAST_IN_A_BIN = 10
# Outcomes by which a client is taken to be like the others.
SHRINKAGE = 10.0


class SlopeNegative(Exception):
    """The window says that whoever is scored higher buys less. Nothing that orders people backwards is released."""


@dataclass(frozen=True)
class Calibration:
    """A sigmoid with one shift a client: log-odds of the outcome = intercept + slope · raw log-odds + shift, slope >=
    0. So reasons still add up.

    clients: row numbers, rising; shifts: of each, in log-odds. A client that is not among them has none.
    """

    slope: float
    intercept: float
    clients: Rows = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    shifts: Numbers = field(default_factory=lambda: np.zeros(0))

    def log_odds(self, raw: Numbers, clients: Rows) -> Numbers:
        return self.slope * raw + self.level(clients)

    def level(self, clients: Rows) -> Numbers:
        """Return the log-odds where the raw ones are 0."""
        if not len(self.clients):
            return np.full(len(clients), self.intercept)
        at = np.searchsorted(self.clients, clients).clip(0, len(self.clients) - 1)
        found: Numbers = self.intercept + np.where(self.clients[at] == clients, self.shifts[at], 0.0)
        return found

    def probability(self, raw: Numbers, clients: Rows) -> Numbers:
        found: Numbers = expit(self.log_odds(raw, clients))
        return found


def calibrate(raw: Numbers, labels: Numbers, clients: Rows, weights: Numbers) -> Calibration:
    """Return the sigmoid that fits a window, and how far each client lies beside it.

    raw: log-odds of contacts; labels: 0 or 1, both present; clients: whose they are; weights: how much each row counts.
    Below 30 positives only the intercept is fitted. A client's shift is held towards 0 as if SHRINKAGE outcomes had
    said that it is like the others; so a small client is judged as all are, a large one by itself. Raises
    SlopeNegative.
    """
    if labels.sum() < ENOUGH_FOR_A_SLOPE:
        found = Calibration(1.0, level(raw, labels, weights))
    else:
        # As good as unpenalised: two numbers from hundreds of rows.
        fitted = LogisticRegression(C=1e6, max_iter=1000).fit(raw.reshape(-1, 1), labels, sample_weight=weights)
        slope = float(fitted.coef_[0, 0])
        if slope < 0:
            raise SlopeNegative
        found = Calibration(slope, float(fitted.intercept_[0]))
    return beside(found, raw, labels, clients, weights)


def beside(found: Calibration, raw: Numbers, labels: Numbers, clients: Rows, weights: Numbers) -> Calibration:
    """Return the calibration with a shift for each client of a window; of a single one there is none to tell."""
    there, whose = np.unique(clients, return_inverse=True)
    if len(there) < 2:
        return found
    common = found.slope * raw + found.intercept
    of_clients = [whose == at for at in range(len(there))]
    shifts = [level(common[of], labels[of], weights[of], SHRINKAGE) for of in of_clients]
    return replace(found, clients=there.astype(np.int64), shifts=np.array(shifts))


def level(raw: Numbers, labels: Numbers, weights: Numbers, held: float = 0.0) -> float:
    """Return the shift with which as many are expected as there were, by Newton's method. held: how strongly it is held
    towards 0.
    """
    shift = 0.0
    for _ in range(50):
        expected = expit(raw + shift)
        pull = weights @ (labels - expected) - held * shift
        step = pull / max(weights @ (expected * (1 - expected)) + held, 1e-12)
        shift += float(np.clip(step, -2, 2))
        if abs(step) < 1e-10:
            break
    return shift


@dataclass(frozen=True)
class Bins:
    """Outcome rates by stretches of the calibrated log-odds, in a window that the model had not seen.

    floors: the least log-odds of each, rising, the first -inf; low, high: 90 % Wilson interval of its rate.
    """

    floors: Numbers
    low: Numbers
    high: Numbers

    def interval(self, log_odds: Numbers, probability: Numbers) -> tuple[Numbers, Numbers]:
        """Return low and high for each; widened where the sigmoid does not agree with its bin."""
        found = np.searchsorted(self.floors, log_odds, side="right") - 1
        return np.minimum(self.low[found], probability), np.maximum(self.high[found], probability)


def bins(log_odds: Numbers, labels: Numbers, most: int = 10) -> Bins:
    """Return at most ten bins, from the highest scores down, each with ten positives or more; equal scores together."""
    order = np.argsort(-log_odds, kind="stable")
    ranked, labels = log_odds[order], labels[order]
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
