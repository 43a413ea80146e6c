"""Two ways to learn, both additive: log-odds are a sum over columns, so reasons are exact.

Both keep the signs of the catalogue: a column that may never lower a score never does. What was learnt gives
`contributions` of shape (n persons, k columns), in log-odds; raw log-odds are their sum and `intercept`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit
from sklearn.ensemble import HistGradientBoostingClassifier

from scoring.features.catalog import BY_NAME
from scoring.learning.calibration import Numbers

SEED = 20_261_124
# Strength of the penalty on standardised columns, in rows: as if so many had said that nothing matters.
PENALTY = 10.0
MOST_BINS = 64


def _squashed(values: Numbers) -> Numbers:
    """Return the logarithm of counts and days, whose tenth step says less than the first."""
    squashed: Numbers = np.sign(values) * np.log1p(np.abs(values))
    return squashed


@dataclass(frozen=True)
class Logistic:
    """Regularised logistic regression on the logarithms of the columns, standardised; coefficients keep their sign."""

    columns: tuple[str, ...]
    centre: Numbers
    width: Numbers
    coefficients: Numbers
    intercept: float

    def contributions(self, rows: pl.DataFrame) -> Numbers:
        values = _squashed(rows.select(self.columns).to_numpy())
        added: Numbers = (values - self.centre) / self.width * self.coefficients
        return added


def fit_logistic(rows: pl.DataFrame, labels: Numbers, columns: Sequence[str]) -> Logistic:
    """Fit by L-BFGS-B, which takes bounds; scikit-learn's own logistic regression takes none."""
    values = _squashed(rows.select(columns).to_numpy())
    centre, width = values.mean(axis=0), values.std(axis=0)
    width = np.where(width > 0, width, 1.0)  # a constant column adds nothing, whatever its coefficient
    standard = (values - centre) / width

    def objective(theta: Numbers) -> tuple[float, Numbers]:
        weights, intercept = theta[:-1], theta[-1]
        raw = standard @ weights + intercept
        gap = expit(raw) - labels
        value = np.logaddexp(0, raw).sum() - labels @ raw + PENALTY / 2 * weights @ weights
        return float(value), np.append(standard.T @ gap + PENALTY * weights, gap.sum())

    of_sign = {1: (0.0, None), -1: (None, 0.0), 0: (None, None)}
    bounds = [*(of_sign[BY_NAME[name].sign] for name in columns), (None, None)]
    start = np.append(np.zeros(len(columns)), logit(labels.mean()))
    precise = {"maxiter": 1000, "ftol": 1e-12, "gtol": 1e-8}
    found = minimize(objective, start, jac=True, method="L-BFGS-B", bounds=bounds, options=precise)
    return Logistic(tuple(columns), centre, width, found.x[:-1], float(found.x[-1]))


@dataclass(frozen=True)
class Boosting:
    """Additive boosting as what it is: one table a column. edges: where its bins begin, without the first; tables: what
    each bin adds.
    """

    columns: tuple[str, ...]
    edges: tuple[Numbers, ...]
    tables: tuple[Numbers, ...]
    intercept: float

    def contributions(self, rows: pl.DataFrame) -> Numbers:
        binned = _binned(rows, self.columns, self.edges)
        added = [table[binned[:, at]] for at, table in enumerate(self.tables)]
        return np.column_stack(added)


def fit_boosting(rows: pl.DataFrame, labels: Numbers, columns: Sequence[str]) -> Boosting:
    """Fit scikit-learn's boosting without interactions on our own quantile bins, then read its tables off.

    Without interactions the log-odds are a sum over columns: what one bin adds is seen by asking for it with all other
    columns in their first bin. The tables replace the trees: smaller, faster, and equal to 1e-12.
    """
    columns = tuple(columns)
    edges = tuple(_edges(rows[name].to_numpy()) for name in columns)
    binned = _binned(rows, columns, edges)
    booster = HistGradientBoostingClassifier(
        interaction_cst="no_interactions",
        monotonic_cst=[BY_NAME[name].sign for name in columns],
        learning_rate=0.05,
        max_iter=150,
        max_leaf_nodes=8,
        min_samples_leaf=50,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=SEED,
    ).fit(binned, labels)
    ask = _asked(booster)
    nowhere = np.zeros((1, len(columns)))
    intercept = float(ask(nowhere)[0])
    tables = []
    for at, of_column in enumerate(edges):
        each = np.repeat(nowhere, len(of_column) + 1, axis=0)
        each[:, at] = np.arange(len(of_column) + 1)
        tables.append(ask(each) - intercept)
    return Boosting(columns, edges, tuple(tables), intercept)


def _asked(booster: HistGradientBoostingClassifier) -> Callable[[Numbers], Numbers]:
    return lambda binned: np.asarray(booster.decision_function(binned), dtype=np.float64)


def _edges(values: Numbers) -> Numbers:
    """Return where bins begin: quantiles of the values, each once, without the least."""
    steps = np.quantile(values, np.linspace(0, 1, MOST_BINS + 1)[1:-1], method="higher")
    edges: Numbers = np.unique(steps[steps > values.min()])
    return edges


def _binned(rows: pl.DataFrame, columns: Sequence[str], edges: Sequence[Numbers]) -> "NDArray[np.int64]":
    """Return the number of the bin that each value lies in; what lies beyond the ends, in the bins at the ends."""
    binned = [
        np.searchsorted(of_column, rows[name].to_numpy(), side="right")
        for name, of_column in zip(columns, edges, strict=True)
    ]
    return np.column_stack(binned)


Recipe = Logistic | Boosting


def log_odds(recipe: Recipe, rows: pl.DataFrame) -> Numbers:
    """Return the raw log-odds, before calibration."""
    total: Numbers = recipe.intercept + recipe.contributions(rows).sum(axis=1)
    return total
