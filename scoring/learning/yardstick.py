"""What a client's contacts were like when all of them were scored: whoever is scored later is held against it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring.learning.calibration import Numbers

# Of so many worths at most the ranks are kept; between two of them a rank is a tenth of a per cent.
KEPT = 1001


@dataclass(frozen=True)
class Yardstick:
    """mean: of the worths (probabilities, or points); worths: different ones, rising; ranks: of each, 0 to 100."""

    mean: float
    worths: Numbers
    ranks: Numbers

    def lift(self, worth: Numbers) -> Numbers:
        """Return how many times the client's usual each is; rounded, so that of equals, whose mean is a hair above
        each, all have the lift 1.
        """
        lift: Numbers = (worth / self.mean).round(9) if self.mean else np.ones(len(worth))
        return lift

    def rank(self, worth: Numbers) -> Numbers:
        """Return the share of the client's contacts that stand below each, with half of the equals, in per cent."""
        return np.interp(worth, self.worths, self.ranks) if len(self.worths) else np.full(len(worth), 50.0)


def kept(mean: float, worths: Sequence[float], ranks: Sequence[float]) -> Yardstick:
    """Return one as it was kept."""
    return Yardstick(mean, np.array(worths), np.array(ranks))


def yardstick(worth: Numbers) -> Yardstick:
    """Return that of some contacts, in any order."""
    different, times = np.unique(worth, return_counts=True)
    ranks = 100 * (np.cumsum(times) - times / 2) / max(len(worth), 1)
    return Yardstick(float(worth.mean()) if len(worth) else 0.0, different, ranks)


def thinned(whole: Yardstick) -> Yardstick:
    """Return it with as many worths as are kept, the first and the last among them."""
    chosen = np.unique(np.linspace(0, max(len(whole.worths) - 1, 0), KEPT).round().astype(int))[: len(whole.worths)]
    return Yardstick(whole.mean, whole.worths[chosen], whole.ranks[chosen])
