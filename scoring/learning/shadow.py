"""What the data alone would say of the ladder: a twin of the model, learnt without the order, that scores nobody."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
from scipy.special import expit

from scoring.features.clock import ACT, INBOUND, Facts
from scoring.features.matrix import matrix
from scoring.features.rungs import RUNG_NAMES, RUNGS
from scoring.learning.additive import Column
from scoring.learning.calibration import Numbers
from scoring.learning.parts import Part, telling
from scoring.learning.rates import Z_90
from scoring.learning.recipes import PENALTY, design, logistic, unbound

AS_OF = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = 10


def inversions(facts: Facts, fit: Part, columns: list[Column]) -> list[dict[str, Any]]:
    """Return, for every two rungs that follow each other, what an act swapped from the lower to the higher one would
    add by the twin, in log-odds: `value` with its 90 % interval, and `inverted` where it lies below 0 as a whole.

    The twin is logistic regression without signs. The act is one of yesterday, of ten words, and the person's only one.
    Intervals are of the sandwich by persons (Huber 1967), since one person has a row at each moment.
    """
    there = unbound(telling(columns, fit.rows))
    made = design(fit.rows, there)
    standard = made.of(fit.rows)
    free: list[tuple[float | None, float | None]] = [(None, None)] * standard.shape[1]
    coefficients, intercept = logistic(standard, fit.labels, fit.weights, free)
    spread = _spread(standard, fit, coefficients, intercept)
    single = made.of(_single_acts(facts))
    found = []
    for lower, higher in pairwise(RUNGS):
        step = single[higher - 1] - single[lower - 1]
        if not step.any():
            continue  # nobody has come so far: there is nothing to be told
        value, half = float(step @ coefficients), Z_90 * float(np.sqrt(step @ spread @ step))
        found.append(
            {"from": RUNG_NAMES[lower], "to": RUNG_NAMES[higher], "value": value, "low": value - half,
             "high": value + half, "inverted": value + half < 0}
        )  # fmt: skip
    return found


def _spread(standard: Numbers, fit: Part, coefficients: Numbers, intercept: float) -> Numbers:
    """Return the covariance of the coefficients."""
    full = np.column_stack([standard, np.ones(len(standard))])
    said = expit(standard @ coefficients + intercept)
    penalty = np.diag([*np.full(standard.shape[1], PENALTY), 1e-6])
    bread = np.linalg.inv((full * (fit.weights * said * (1 - said))[:, None]).T @ full + penalty)
    _, person = np.unique(fit.rows["whose"].to_numpy(), return_inverse=True)
    pulls = full * (fit.weights * (fit.labels - said))[:, None]
    of_person = np.zeros((person.max() + 1, full.shape[1]))
    np.add.at(of_person, person, pulls)
    found: Numbers = (bread @ (of_person.T @ of_person) @ bread)[:-1, :-1]
    return found


def _single_acts(facts: Facts) -> pl.DataFrame:
    """Return the matrix of seven people, each with one act, on rungs 1 to 7."""
    nothing = {frame.name: getattr(facts, frame.name).clear() for frame in fields(facts)}
    people = {"contact": list(RUNGS)}
    at = [AS_OF - timedelta(days=1)] * len(RUNGS)
    act = {**people, "occurred_at": at, "known_at": at, "rung": list(RUNGS), "nature": [ACT] * len(RUNGS),
           "direction": [INBOUND] * len(RUNGS), "words": [WORDS] * len(RUNGS)}  # fmt: skip
    acts, contacts = _filled(nothing["acts"], act), _filled(nothing["contacts"], people)
    return matrix(Facts(**nothing | {"acts": acts, "contacts": contacts}), AS_OF)


def _filled(frame: pl.DataFrame, values: dict[str, Any]) -> pl.DataFrame:
    """Return rows of these values; every other column says nothing."""
    rows = len(values["contact"])
    return pl.DataFrame({name: values.get(name, [0] * rows) for name in frame.columns}).cast(frame.schema)
