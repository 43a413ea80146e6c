"""Rows of people that are known to be real or false, as figures by column."""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from config.evaluation.throwaway import EvaluationFailed, rows_of
from scoring.learning.rates import Z_90, wilson

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Figure = dict[str, float]

LABEL = "is_fake"
Rows = Sequence[Mapping[str, str]]


def read(file: Path, columns: Sequence[str] = ()) -> tuple[Rows, Flags]:
    """Return the rows of a file, and which of them are false. Raises EvaluationFailed where it has no such label, or
    only one kind.
    """
    rows = list(rows_of(file, (LABEL, *columns)))
    for number, row in enumerate(rows, 1):
        if row[LABEL].strip() not in ("0", "1"):
            said = (
                f"Row {number} of {file.name} has “{row[LABEL][:40]}” in {LABEL}; expected 1 where it is false, else 0."
            )
            raise EvaluationFailed(said)
    is_fake = np.array([row[LABEL].strip() == "1" for row in rows], dtype=np.bool_)
    if is_fake.all() or not is_fake.any():
        raise EvaluationFailed(f"{file.name} needs real rows and false ones, by {LABEL}.")
    return rows, is_fake


def numbers(file: Path, rows: Rows, column: str) -> Numbers:
    """Return a column, NaN where a cell is empty. Raises EvaluationFailed where one is no number."""
    found = []
    for number, row in enumerate(rows, 1):
        try:
            value = float(row[column]) if row[column].strip() else math.nan
        except ValueError as wrong:
            said = f"Row {number} of {file.name} has “{row[column][:40]}” in {column}; expected a number."
            raise EvaluationFailed(said) from wrong
        found.append(value)
    return np.array(found)


def days(file: Path, rows: Rows, column: str) -> Numbers:
    """Return a column of days since 1970, NaN where a cell is empty. Raises EvaluationFailed where one is no day."""
    found = []
    for number, row in enumerate(rows, 1):
        try:
            value = (
                (date.fromisoformat(row[column].strip()[:10]) - date(1970, 1, 1)).days if row[column].strip() else None
            )
        except ValueError as wrong:
            said = (
                f"Row {number} of {file.name} has “{row[column][:40]}” in {column}; expected a day such as 2012-06-24."
            )
            raise EvaluationFailed(said) from wrong
        found.append(math.nan if value is None else float(value))
    return np.array(found)


def mean(values: Iterable[float]) -> Figure:
    """Return a mean with its 90 % interval."""
    drawn = np.fromiter(values, dtype=np.float64)
    half = Z_90 * float(drawn.std(ddof=1)) / math.sqrt(len(drawn))
    return {"value": float(drawn.mean()), "low": float(drawn.mean()) - half, "high": float(drawn.mean()) + half}


def rate(found: Sequence[bool]) -> Figure:
    """Return a share with its 90 % interval (Wilson 1927): that of none is not certain to be none.

    >>> rate([True] * 9 + [False])["value"]
    0.9
    """
    share = sum(found) / len(found)
    low, high = wilson(sum(found), len(found))
    return {"value": share, "low": low, "high": high}
