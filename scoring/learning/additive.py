"""What is learnt, as what it is: log-odds that are a sum over columns, so reasons are exact."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from scoring.learning.calibration import Numbers


@dataclass(frozen=True)
class Column:
    """A column to learn from.

    group: columns that are explained together. sign: 1 where more may never lower a score, -1 where it may never raise
    one, 0 where the data decide. levels: None, the values are numbers, NaN where unknown; else they are codes from 0
    to levels, which stands for any other, and -1 where unknown.
    """

    name: str
    group: str
    sign: int = 0
    levels: int | None = None


@dataclass(frozen=True)
class Line:
    """A straight line in the logarithm of a column. unknown: what is added where the value is not known."""

    centre: float
    width: float
    weight: float
    unknown: float = 0.0

    def adds(self, values: Numbers) -> Numbers:
        added: Numbers = np.nan_to_num((squashed(values) - self.centre) / self.width * self.weight, nan=self.unknown)
        return added


@dataclass(frozen=True)
class Table:
    """One number for each stretch of a column's values. edges: where stretches begin, without the first; steps: what
    each adds, and last what is added where the value is not known.
    """

    edges: Numbers
    steps: Numbers

    def adds(self, values: Numbers) -> Numbers:
        added: Numbers = self.steps[binned(values, self.edges)]
        return added


Term = Line | Table


@dataclass(frozen=True)
class Additive:
    """Raw log-odds are `intercept` and what the terms add, one for each column. usual: what each adds on average, in
    the rows it was fitted on; reasons are told against it.
    """

    columns: tuple[Column, ...]
    terms: tuple[Term, ...]
    intercept: float
    usual: Numbers

    def contributions(self, rows: pl.DataFrame) -> Numbers:
        """Return what each column adds: shape (n persons, k columns), in log-odds."""
        added = [term.adds(rows[column.name].to_numpy()) for column, term in zip(self.columns, self.terms, strict=True)]
        return np.column_stack(added)

    def log_odds(self, rows: pl.DataFrame) -> Numbers:
        """Return the raw log-odds, before calibration."""
        total: Numbers = self.intercept + self.contributions(rows).sum(axis=1)
        return total

    @property
    def base(self) -> float:
        """The raw log-odds of somebody in whom nothing stands out."""
        return self.intercept + float(self.usual.sum())

    def told(self, rows: pl.DataFrame) -> dict[str, Numbers]:
        """Return what each group of columns adds to `base`. Exact: base and a row's sum are its log-odds."""
        added = self.contributions(rows) - self.usual
        groups: dict[str, Numbers] = {}
        for at, column in enumerate(self.columns):
            groups[column.group] = groups.get(column.group, 0.0) + added[:, at]
        return groups


def squashed(values: Numbers) -> Numbers:
    """Return the logarithm of counts and days, whose tenth step says less than the first."""
    found: Numbers = np.sign(values) * np.log1p(np.abs(values))
    return found


def binned(values: Numbers, edges: Sequence[float] | Numbers) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Return the number of the stretch in which each value lies; beyond the ends, at the ends; unknown, the last."""
    return np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values, side="right"))
