"""Ways to learn. All keep the sign of each column: one that may never lower a score never does. Two give a sum over
columns; the third puts columns together, and is taken only where that is worth it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
from scipy.optimize import minimize
from scipy.special import expit, logit
from sklearn.ensemble import HistGradientBoostingClassifier

from scoring.learning.additive import Additive, Column, Line, Table, Term, binned, squashed
from scoring.learning.calibration import Numbers

SEED = 20_261_124
# Strength of the penalty on standardised columns, in rows: as if so many had said that nothing matters.
PENALTY = 10.0
MOST_BINS = 64


@dataclass(frozen=True)
class Design:
    """Columns as logistic regression takes them: a number as its standardised logarithm and, where it is not always
    known, whether it is; a level as whether it is that one.

    places: where each column's begin, and where the last ends.
    """

    columns: tuple[Column, ...]
    centres: Numbers
    widths: Numbers
    places: tuple[int, ...]

    def of(self, rows: pl.DataFrame) -> Numbers:
        """Return the design of rows: shape (n persons, `places[-1]`)."""
        made = np.zeros((rows.height, self.places[-1]))
        for at, column in enumerate(self.columns):
            values, place = rows[column.name].to_numpy(), self.places[at]
            if column.levels is None:
                standard = (squashed(values) - self.centres[at]) / self.widths[at]
                made[:, place] = np.nan_to_num(standard, nan=0.0)
                if self.places[at + 1] - place == 2:
                    made[:, place + 1] = np.isnan(values)
            else:
                made[np.arange(rows.height), place + values.astype(np.int64) + 1] = 1.0
        return made

    def bounds(self) -> list[tuple[float | None, float | None]]:
        """Return the bounds of each coefficient, by the signs of the columns."""
        of_sign = {1: (0.0, None), -1: (None, 0.0), 0: (None, None)}
        free = (None, None)
        return [
            of_sign[column.sign] if extra == 0 else free
            for column, begin, end in zip(self.columns, self.places, self.places[1:], strict=False)
            for extra in range(end - begin)
        ]

    def terms(self, weights: Numbers) -> tuple[Term, ...]:
        """Return what the coefficients say, one term a column."""
        return tuple(self._term(at, weights[begin:end]) for at, (begin, end) in enumerate(_spans(self.places)))

    def _term(self, at: int, weights: Numbers) -> Term:
        levels = self.columns[at].levels
        if levels is None:
            unknown = float(weights[1]) if len(weights) == 2 else 0.0
            return Line(float(self.centres[at]), float(self.widths[at]), float(weights[0]), unknown)
        return Table(_between(levels), np.append(weights, 0.0))


def design(rows: pl.DataFrame, columns: Sequence[Column]) -> Design:
    """Return the design that these rows are standardised by."""
    centres, widths, sizes = np.zeros(len(columns)), np.ones(len(columns)), []
    for at, column in enumerate(columns):
        if column.levels is not None:
            sizes.append(column.levels + 2)  # one for each level, for any other, and for what is not known
            continue
        values = squashed(rows[column.name].to_numpy())
        unknown = np.isnan(values)
        known = values[~unknown]
        if len(known) and np.ptp(known) > 0:  # a constant column adds nothing, whatever its coefficient
            centres[at], widths[at] = known.mean(), known.std()
        elif len(known):
            centres[at] = known[0]
        sizes.append(1 + bool(unknown.any()))
    return Design(tuple(columns), centres, widths, (0, *(int(end) for end in np.cumsum(sizes))))


def fit_logistic(
    rows: pl.DataFrame, labels: Numbers, columns: Sequence[Column], weights: Numbers | None = None
) -> Additive:
    """Fit regularised logistic regression on the logarithms of the columns, by L-BFGS-B, which takes bounds;
    scikit-learn's own takes none.
    """
    made = design(rows, columns)
    coefficients, intercept = logistic(made.of(rows), labels, _given(weights, labels), made.bounds())
    return _centred(tuple(columns), made.terms(coefficients), intercept, rows)


def logistic(
    standard: Numbers, labels: Numbers, weights: Numbers, bounds: list[tuple[float | None, float | None]]
) -> tuple[Numbers, float]:
    """Return coefficients and intercept that fit a design, within bounds."""

    def objective(theta: Numbers) -> tuple[float, Numbers]:
        of_columns, intercept = theta[:-1], theta[-1]
        raw = standard @ of_columns + intercept
        gap = weights * (expit(raw) - labels)
        value = weights @ (np.logaddexp(0, raw) - labels * raw) + PENALTY / 2 * of_columns @ of_columns
        return float(value), np.append(standard.T @ gap + PENALTY * of_columns, gap.sum())

    start = np.append(np.zeros(standard.shape[1]), logit(np.average(labels, weights=weights)))
    precise = {"maxiter": 1000, "ftol": 1e-12, "gtol": 1e-8}
    found = minimize(objective, start, jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)], options=precise)
    return found.x[:-1], float(found.x[-1])


def fit_boosting(
    rows: pl.DataFrame, labels: Numbers, columns: Sequence[Column], weights: Numbers | None = None
) -> Additive:
    """Fit scikit-learn's boosting without interactions on our own quantile bins, then read its tables off.

    Without interactions the log-odds are a sum over columns: what one bin adds is seen by asking for it with all other
    columns in their first bin. The tables replace the trees: smaller, faster, and equal to 1e-12.
    """
    edges = [_edges(rows[column.name].to_numpy(), column) for column in columns]
    booster = _booster(
        columns,
        interaction_cst="no_interactions",
        categorical_features=[column.levels is not None for column in columns],
    ).fit(in_bins(rows, columns, edges), labels, sample_weight=_given(weights, labels))
    ask = _asked(booster)
    nowhere = np.zeros((1, len(columns)))
    intercept = float(ask(nowhere)[0])
    terms = []
    for at, of_column in enumerate(edges):
        each = np.repeat(nowhere, len(of_column) + 2, axis=0)
        each[:, at] = [*range(len(of_column) + 1), np.nan]
        terms.append(Table(of_column, ask(each) - intercept))
    return _centred(tuple(columns), tuple(terms), intercept, rows)


def _booster(columns: Sequence[Column], **more: Any) -> HistGradientBoostingClassifier:
    return HistGradientBoostingClassifier(
        monotonic_cst=[column.sign for column in columns],
        learning_rate=0.05,
        max_iter=150,
        max_leaf_nodes=8,
        min_samples_leaf=50,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=SEED,
        **more,
    )


def _centred(columns: tuple[Column, ...], terms: tuple[Term, ...], intercept: float, rows: pl.DataFrame) -> Additive:
    learnt = Additive(columns, terms, intercept, np.zeros(len(columns)))
    return replace(learnt, usual=learnt.contributions(rows).mean(axis=0))


@dataclass(frozen=True)
class Whole:
    """A booster that may put columns together. It is not a sum, so what a group adds is seen by taking it away: by
    putting its columns to `usual`, the middle bin of each. What is left over is told as what comes `together`.
    """

    columns: tuple[Column, ...]
    edges: tuple[Numbers, ...]
    usual: Numbers
    booster: HistGradientBoostingClassifier

    def log_odds(self, rows: pl.DataFrame) -> Numbers:
        """Return the raw log-odds, before calibration."""
        return self._of(in_bins(rows, self.columns, self.edges))

    @property
    def base(self) -> float:
        """The raw log-odds of somebody in whom nothing stands out."""
        return float(self._of(self.usual.reshape(1, -1))[0])

    def told(self, rows: pl.DataFrame) -> dict[str, Numbers]:
        """Return what each group of columns adds to `base`; with `together` a row's sum is its log-odds."""
        bins = in_bins(rows, self.columns, self.edges)
        said = self._of(bins)
        groups: dict[str, Numbers] = {}
        for group in dict.fromkeys(column.group for column in self.columns):
            without = bins.copy()
            for at, column in enumerate(self.columns):
                if column.group == group:
                    without[:, at] = self.usual[at]
            groups[group] = said - self._of(without)
        groups["together"] = said - self.base - np.sum(list(groups.values()), axis=0)
        return groups

    def _of(self, bins: Numbers) -> Numbers:
        return _asked(self.booster)(bins)


def fit_whole(rows: pl.DataFrame, labels: Numbers, columns: Sequence[Column], weights: Numbers | None = None) -> Whole:
    """Fit scikit-learn's boosting on our own quantile bins; levels in the order of their numbers."""
    edges = tuple(_edges(rows[column.name].to_numpy(), column) for column in columns)
    bins = in_bins(rows, columns, edges)
    booster = _booster(columns).fit(bins, labels, sample_weight=_given(weights, labels))
    usual = pl.DataFrame(bins).select(pl.all().fill_nan(None).quantile(0.5, "nearest").fill_null(0.0))
    return Whole(tuple(columns), edges, usual.to_numpy()[0], booster)


Learnt = Additive | Whole


def in_bins(rows: pl.DataFrame, columns: Sequence[Column], edges: Sequence[Numbers]) -> Numbers:
    """Return the number of the bin of each value, NaN where it is not known: what the booster learns from."""
    found = []
    for column, of_column in zip(columns, edges, strict=True):
        bins = binned(rows[column.name].to_numpy(), of_column).astype(np.float64)
        found.append(np.where(bins > len(of_column), np.nan, bins))
    return np.column_stack(found)


def _asked(booster: HistGradientBoostingClassifier) -> Callable[[Numbers], Numbers]:
    return lambda bins: np.asarray(booster.decision_function(bins), dtype=np.float64)


def _edges(values: Numbers, column: Column) -> Numbers:
    """Return where bins begin: quantiles of the known values, each once, without the least; of levels, each its own."""
    if column.levels is not None:
        return _between(column.levels)
    known = values[~np.isnan(values)]
    if not len(known):
        return np.zeros(0)
    steps = np.quantile(known, np.linspace(0, 1, MOST_BINS + 1)[1:-1], method="higher")
    edges: Numbers = np.unique(steps[steps > known.min()])
    return edges


def _between(levels: int) -> Numbers:
    """Return where the bins of levels begin: each has its own, and so has what is not known."""
    return np.arange(levels + 1, dtype=np.float64) - 0.5


def unbound(columns: Sequence[Column]) -> list[Column]:
    """Return the columns without their signs: what the data alone would say."""
    return [replace(column, sign=0) for column in columns]


def _given(weights: Numbers | None, labels: Numbers) -> Numbers:
    return np.ones(len(labels)) if weights is None else weights


def _spans(places: Sequence[int]) -> list[tuple[int, int]]:
    return list(pairwise(places))
