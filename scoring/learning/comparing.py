"""Whether one of two is better, for sure enough to act on it."""

from dataclasses import dataclass

import numpy as np

from scoring.learning.calibration import Numbers, Rows
from scoring.learning.evaluation import DRAWS, draws_of, losses

# One-sided: in so many of a hundred resamples the gain is larger than its bound.
CERTAINTY = 80


@dataclass(frozen=True)
class Gain:
    """By how much the log loss of one is lower than that of another, in nats a contact; bound: at least so much, with
    a certainty, by resampling persons.
    """

    value: float
    bound: float


def gain(
    labels: Numbers,
    probability: Numbers,
    other: Numbers,
    whose: Rows,
    *,
    seed: int,
    certainty: int = CERTAINTY,
    draws: int = DRAWS,
) -> Gain:
    """Return what is gained by one probability over another. whose: the person each row is of, who come and go whole;
    certainty: of its bound, in per cent; draws: how often they are drawn.
    """
    better = losses(labels, other) - losses(labels, probability)
    people, at = np.unique(whose, return_inverse=True)
    of_person, rows = np.bincount(at, weights=better), np.bincount(at)
    drawn = [
        float(np.dot(times, of_person) / np.dot(times, rows)) for times in draws_of(len(people), seed=seed, draws=draws)
    ]
    return Gain(float(better.mean()), float(np.percentile(drawn, 100 - certainty)))
