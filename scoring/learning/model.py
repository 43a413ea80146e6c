"""A model as it is released: what was learnt, calibrated on the newest closed window."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.special import expit

from scoring.features.attributes import Attribute
from scoring.learning.calibration import Bins, Calibration, Numbers, Rows
from scoring.learning.recipes import Learnt


@dataclass(frozen=True)
class Model:
    """What was learnt, how it is calibrated, the outcome rates among those scored alike, and the attributes that the
    matrix has to be made with.
    """

    learnt: Learnt
    calibration: Calibration
    bins: Bins
    attributes: tuple[Attribute, ...] = ()

    def log_odds(self, rows: pl.DataFrame) -> Numbers:
        """Return the calibrated log-odds of an outcome within the horizon, for each person."""
        return self.calibration.log_odds(self.learnt.log_odds(rows), clients_of(rows))

    def probability(self, rows: pl.DataFrame) -> Numbers:
        """Return the probability of an outcome within the horizon, for each person."""
        found: Numbers = expit(self.log_odds(rows))
        return found

    def interval(self, rows: pl.DataFrame) -> tuple[Numbers, Numbers]:
        """Return the 90 % interval of each: that of the outcome rate among those scored alike, when last looked."""
        log_odds = self.log_odds(rows)
        return self.bins.interval(log_odds, expit(log_odds))

    def base(self, rows: pl.DataFrame) -> Numbers:
        """Return the calibrated log-odds of somebody of the same client in whom nothing stands out."""
        return self.calibration.log_odds(np.full(rows.height, self.learnt.base), clients_of(rows))

    def contributions(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return what each group of columns adds to `base`, in calibrated log-odds: one column a group, one row a
        person. Base and a row's sum are its log-odds.
        """
        told = self.learnt.told(rows)
        return pl.DataFrame({group: self.calibration.slope * added for group, added in told.items()})


def clients_of(rows: pl.DataFrame) -> Rows:
    return rows["client"].to_numpy()
