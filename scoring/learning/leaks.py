"""Columns that look as if they were filled in once it was known how it ended. Whoever learns from them tells the past.

No program can see from a table alone when a cell was written. It can see what hardly ever comes of things known
beforehand, and refuse it. Of what is only filled in more often where it ended one way it cannot know: a form may have
asked those alone who stayed, or those who mean it may fill in more. That is told, with the figures without it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.special import expit

from scoring.features.attributes import Attribute
from scoring.learning.additive import Column
from scoring.learning.calibration import Numbers
from scoring.learning.evaluation import evaluate
from scoring.learning.parts import Part
from scoring.learning.recipes import SEED, fit_boosting, fit_logistic
from scoring.learning.report import difference

# The AUC, for sure, with which one column alone tells later rows. What was known beforehand had .63 at most as a level
# (where a lead came from), and .78 as a number (recency, of a music shop's customers): docs/evaluation.md.
TOO_WELL_AS_LEVEL, TOO_WELL_AS_NUMBER = 0.7, 0.85
# How much more often, for sure, it is filled in where it ended one way than where it ended the other.
APART = 0.1
# How much more often it is filled in among the first third of rows than among the last.
FADING = 0.5


@dataclass(frozen=True)
class Leak:
    """column: as the table has it; sentence: what is odd about it, with figures."""

    column: str
    sentence: str


def leaks(fit: Part, window: Part, rows: pl.DataFrame, there: Iterable[Attribute]) -> Iterator[Leak]:
    """Yield the attributes to refuse, each with the first reason there is.

    fit, window: parts that follow each other; labels are read of these alone. rows: all of them, in order.
    """
    for it in there:
        if reason := _alone(fit, window, it) or _fading(rows, it):
            yield Leak(it.name, reason)


def suspects(fit: Part, window: Part, there: Iterable[Attribute]) -> Iterator[Leak]:
    """Yield the attributes that may have been asked for only once it was known."""
    for it in there:
        if reason := _filled(fit, window, it):
            yield Leak(it.name, reason)


def _alone(fit: Part, window: Part, it: Attribute) -> str:
    """One column that tells later rows as well as a whole model hardly ever does."""
    if not (fit.has_both and window.has_both) or fit.rows[it.column].n_unique() == 1:
        return ""
    column = Column(it.column, it.column, levels=None if it.levels is None else len(it.levels))
    fitted = fit_boosting if it.levels is None else fit_logistic
    said = expit(fitted(fit.rows, fit.labels, [column], fit.weights).log_odds(window.rows))
    auc = evaluate(window.labels, said, seed=SEED, of=("auc",))["auc"]
    if auc["low"] <= (TOO_WELL_AS_NUMBER if it.levels is None else TOO_WELL_AS_LEVEL):
        return ""
    return f"“{it.name}” alone tells later rows with an AUC of {auc['value']:.2f}, as hardly anything known beforehand."


def _filled(fit: Part, window: Part, it: Attribute) -> str:
    """Whether it is filled in at all tells how it ended, as where only those are asked who stay."""
    labels = np.concatenate([fit.labels, window.labels])
    known = np.concatenate([_known(part.rows, it) for part in (fit, window)])
    one, other = known[labels == 1], known[labels == 0]
    if not len(one) or not len(other):
        return ""
    apart = difference(int(one.sum()), len(one), int(other.sum()), len(other))
    if apart["low"] <= APART and apart["high"] >= -APART:
        return ""
    return (
        f"“{it.name}” is filled in for {one.mean():.0%} of those with the label and for {other.mean():.0%} of those "
        "without it."
    )


def _fading(rows: pl.DataFrame, it: Attribute) -> str:
    """Filled in for old rows and not for new ones: later than when one has to tell, or no longer at all."""
    known = _known(rows, it)
    first, *_, last = (float(third.mean()) for third in np.array_split(known, 3))
    if abs(first - last) < FADING:
        return ""
    return f"“{it.name}” is filled in for {first:.0%} of the first third of rows and for {last:.0%} of the last."


def _known(rows: pl.DataFrame, it: Attribute) -> Numbers:
    values = rows[it.column].to_numpy()
    return (~np.isnan(values) if it.levels is None else values >= 0).astype(np.float64)
