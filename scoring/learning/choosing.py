"""Which recipe learns: what the number of buyers allows, and of these what orders the next window best."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from scoring.learning.additive import Column
from scoring.learning.calibration import Calibration, Numbers, SlopeNegative, beside, calibrate
from scoring.learning.comparing import gain
from scoring.learning.evaluation import losses
from scoring.learning.parts import Part, telling
from scoring.learning.recipes import SEED, Learnt, fit_boosting, fit_logistic, fit_whole

ENOUGH_FOR_BOOSTING = 100
ROWS_A_COLUMN = 5
# So much less log loss a contact, with 80 % certainty, before exact sums are given up.
MARGIN = 0.005
Fit = Callable[..., Learnt]
RECIPES: Mapping[str, Fit] = {"logistic": fit_logistic, "boosting": fit_boosting, "whole": fit_whole}


@dataclass(frozen=True)
class Chosen:
    """What was learnt, by which recipe, and calibrated on the window that it was chosen by."""

    recipe: str
    learnt: Learnt
    calibration: Calibration

    def probability(self, part: Part) -> Numbers:
        """Return what it says beforehand of a later part."""
        return self.calibration.probability(self.learnt.log_odds(part.rows), part.clients)


def choose(fit: Part, window: Part, columns: Sequence[Column], *, only: str = "") -> Chosen:
    """Return what orders the window best of what can be learnt from the rows before it.

    Below 100 buyers that is logistic regression on the first columns that tell anything, one for five buyers; from then
    on boosting competes, and the whole booster, which has to be better by a margin. only: the one recipe to try.
    Raises SlopeNegative where none orders people the right way round.
    """
    there = telling(list(columns), fit.rows)
    names = list(RECIPES)
    if fit.positives < ENOUGH_FOR_BOOSTING:
        there, names = there[: fit.positives // ROWS_A_COLUMN], ["logistic"]
    found: dict[str, Chosen] = {}
    for name in [only] if only in names else names:
        with suppress(SlopeNegative):
            learnt = RECIPES[name](fit.rows, fit.labels, there, fit.weights)
            found[name] = Chosen(name, learnt, calibrated(learnt, window))
    if not found:
        raise SlopeNegative
    if only in found:
        return found[only]
    said = {name: it.probability(window) for name, it in found.items()}
    sums = [name for name in found if name != "whole"] or ["whole"]
    best = min(sums, key=lambda name: window.weights @ losses(window.labels, said[name]))
    if "whole" in found and best != "whole":
        whose = window.rows["whose"].to_numpy()
        if gain(window.labels, said["whole"], said[best], whose, seed=SEED).bound > MARGIN:
            best = "whole"
    return found[best]


def calibrated(learnt: Learnt, window: Part) -> Calibration:
    """Return the calibration that fits a window. Raises SlopeNegative."""
    return calibrate(learnt.log_odds(window.rows), window.labels, window.clients, window.weights)


def baseline(fit: Part, window: Part, column: Column) -> Chosen:
    """Return logistic regression on one column, which is never released; where the window says that it is backwards, it
    says the same of everybody of a client.
    """
    learnt = fit_logistic(fit.rows, fit.labels, [column], fit.weights)
    try:
        return Chosen("logistic", learnt, calibrated(learnt, window))
    except SlopeNegative:
        level = Calibration(0.0, float(logit(np.average(window.labels, weights=window.weights))))
        raw = np.zeros(window.rows.height)
        return Chosen("logistic", learnt, beside(level, raw, window.labels, window.clients, window.weights))
