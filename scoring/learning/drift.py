"""Whether people look as they did in the window that a model was calibrated on: where a column has moved, and how far.

By the population stability index (PSI), the sum over bins of (now - then) · log(now / then). Source: Siddiqi 2006,
Credit Risk Scorecards, which calls .25 a shift. Luck moves few people further than many, and the past grows longer with
every day: what a column moves by in any case is measured first, and is no drift.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from scipy.special import chdtri

from scoring.learning.additive import Column, binned
from scoring.learning.calibration import Numbers

PARTS = 10
SHIFT = 0.25
# Of a hundred quiet runs, in how many luck may move any of the columns so far.
LUCK = 0.01

# Of each column, how many people are in each of its bins; the last is of whom it is not known.
Counts = dict[str, list[int]]


def reference(then: pl.DataFrame, before: pl.DataFrame, columns: Sequence[Column]) -> dict[str, Any]:
    """Return what is kept of a window to hold later ones against, as JSON: the edges of each column's bins, whether
    it has levels, the counts, and `usual`, the PSI by which it had moved since the window before.
    """
    kept = {}
    for column in columns:
        of: dict[str, Any] = {
            "edges": _edges(then[column.name].to_numpy(), column),
            "levels": column.levels is not None,
        }
        of["counts"], earlier = (_counted(rows[column.name].to_numpy(), of) for rows in (then, before))
        kept[column.name] = {**of, "usual": psi(earlier, of["counts"])}
    return kept


def counts(rows: pl.DataFrame, kept: Mapping[str, Any]) -> Counts:
    """Return how many people are in each bin of a reference. rows: a matrix with its columns."""
    return {name: _counted(rows[name].to_numpy(), of) for name, of in kept.items()}


def together(parts: Iterable[Counts]) -> Counts:
    """Return the counts of several clients as one."""
    found: Counts = {}
    for part in parts:
        for name, of in part.items():
            found[name] = [a + b for a, b in zip(found.get(name, [0] * len(of)), of, strict=True)]
    return found


def moved(kept: Mapping[str, Any], now: Counts, *, after: float = 1.0) -> list[dict[str, Any]]:
    """Return the columns that have moved, the furthest first: `feature`, `psi`, `least`, which it had to be above, and
    `way`: up, down, unknown where it is mostly not known any more, or mixed where levels have no order.

    after: how much later, in times of what lies between the window and the one before. A column that moves as it did
    then has a PSI that grows with the square of it; it may move by once as much again.
    """
    found = []
    for name, of in kept.items():
        if name not in now or not sum(now[name]) or not sum(of["counts"]):
            continue
        least = max(SHIFT, _luck(of, sum(now[name]), len(kept)) + (1 + after) ** 2 * of["usual"])
        size = psi(of["counts"], now[name])
        if size > least:
            found.append({"feature": name, "psi": size, "least": least, "way": _way(of, now[name])})
    return sorted(found, key=lambda it: -it["psi"])


def psi(then: Sequence[int], now: Sequence[int]) -> float:
    """Return the population stability index of counts in the same bins; half a person is added to each bin.

    >>> psi([50, 50], [50, 50]), round(psi([90, 10], [50, 50]), 2)
    (0.0, 0.85)
    """
    p, q = ((np.array(of) + 0.5) / (sum(of) + 0.5 * len(of)) for of in (then, now))
    return float(((q - p) * np.log(q / p)).sum())


def _luck(of: Mapping[str, Any], people: int, columns: int) -> float:
    """Where nothing changes, PSI times n · m / (n + m) is as chi-squared with a degree fewer than there are bins.
    Source: Yurdakul and Naranjo 2020, Statistical properties of the population stability index.
    """
    there = sum(1 for count in of["counts"] if count)
    return float(chdtri(max(there - 1, 1), LUCK / columns) * (1 / sum(of["counts"]) + 1 / people))


def _way(of: Mapping[str, Any], now: Sequence[int]) -> str:
    (*known, unknown), (*known_now, unknown_now) = (np.array(it) / sum(it) for it in (of["counts"], now))
    if unknown_now - unknown > (1 - unknown) / 2:
        return "unknown"
    if of["levels"]:
        return "mixed"
    # There is more where fewer lie below each edge.
    below, below_now = (np.cumsum(it).sum() / max(sum(it), 1e-9) for it in (known, known_now))
    return "up" if below_now < below else "down"


def _counted(values: Numbers, of: Mapping[str, Any]) -> list[int]:
    if of["levels"]:
        values = np.where(values < 0, np.nan, values)
    found: list[int] = np.bincount(binned(values, of["edges"]), minlength=len(of["edges"]) + 2).tolist()
    return found


def _edges(values: Numbers, column: Column) -> list[float]:
    """Return where bins begin: tenths of the known values, and the least above the lowest, for most have none of most
    things; of levels, each its own.
    """
    if column.levels is not None:
        return [level + 0.5 for level in range(column.levels)]
    known = np.unique(values[~np.isnan(values)])
    if len(known) < 2:
        return []
    tenths = np.nanquantile(values, np.linspace(0, 1, PARTS + 1)[1:-1], method="higher")
    edges: list[float] = np.unique(np.append(tenths[tenths > known[0]], known[1])).tolist()
    return edges
