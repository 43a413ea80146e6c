"""A model as it is released: what was learnt, calibrated on the newest closed window."""

from dataclasses import dataclass

import polars as pl

from scoring.features.catalog import BY_NAME
from scoring.learning.calibration import Bins, Calibration, Numbers
from scoring.learning.recipes import Recipe, log_odds


@dataclass(frozen=True)
class Model:
    """usual: what each column adds on average, in the rows it was fitted on; reasons are told against it."""

    recipe: Recipe
    calibration: Calibration
    bins: Bins
    usual: Numbers

    def probability(self, rows: pl.DataFrame) -> Numbers:
        """Return the probability of an outcome within the horizon, for each person."""
        return self.calibration.probability(log_odds(self.recipe, rows))

    def interval(self, rows: pl.DataFrame) -> tuple[Numbers, Numbers]:
        """Return the 90 % interval of each: that of the outcome rate among those scored alike, when last looked."""
        raw = log_odds(self.recipe, rows)
        return self.bins.interval(raw, self.calibration.probability(raw))

    def base(self) -> float:
        """Return the calibrated log-odds of a person in whom nothing stands out."""
        usual = self.recipe.intercept + float(self.usual.sum())
        return self.calibration.intercept + self.calibration.slope * usual

    def contributions(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return what each group of columns adds to `base`, in calibrated log-odds.

        One column a group, one row a person. Exact: base and a row's sum are its log-odds.
        """
        added = self.calibration.slope * (self.recipe.contributions(rows) - self.usual)
        groups: dict[str, Numbers] = {}
        for at, name in enumerate(self.recipe.columns):
            group = BY_NAME[name].group
            groups[group] = groups[group] + added[:, at] if group in groups else added[:, at]
        return pl.DataFrame(groups)
