"""A plain table of leads in, a model judged forward in order out: the same attributes, recipes, calibration and figures
as for contacts.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl

from scoring.features.attributes import Attribute, attributes_of, with_attributes
from scoring.features.catalog import NAMES_IN_ORDER
from scoring.features.matrix import MISSING, SHOWN
from scoring.learning import leaks
from scoring.learning.calibration import Numbers
from scoring.learning.labels import Goal
from scoring.learning.leaks import Leak
from scoring.learning.parts import Part
from scoring.learning.training import FEWEST_TO_JUDGE, FLOOR, Trained, Verdict, learn

# The last 30 % of rows judge; of those before them the last 30 % choose the recipe and calibrate.
SHARE_BEFORE = 0.7
MOST_COLUMNS = 1000
# No row has a moment: its place in the order is all that is known.
NO_MOMENT = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Table:
    """columns: name → the text of each row, in any order; an empty one is not known. labels: of each, 1 or 0. order: of
    each, rising with time; what is equal is of the same time, and is never parted.
    """

    columns: Mapping[str, Sequence[str]]
    labels: Sequence[int]
    order: Sequence[float]


@dataclass(frozen=True)
class Judged:
    """trained: what came of it, without a moment of its own. learnt_from: the columns that are learnt from; leaks: why
    some of them are refused, and then nothing is learnt; suspects: which may have been filled in later, and `without`:
    what comes of it without them, None where there are none.
    """

    trained: Trained
    learnt_from: tuple[str, ...] = ()
    leaks: tuple[Leak, ...] = ()
    suspects: tuple[Leak, ...] = ()
    without: Trained | None = None


def judge(table: Table, *, keep: Collection[str] = ()) -> Judged:
    """Return what can be learnt from a table, and how well it tells the rows that come last.

    keep: columns of which somebody says that they were known before the label, whatever they look like.

    The rows are parted in order: fitted on the first 49 %, chosen and calibrated on the next 21 %, judged on the last
    30 %. Held against whoever says the same of every row.
    """
    found = Trained(Verdict.BELOW_FLOOR, "", Goal())
    if len(table.columns) > MOST_COLUMNS:
        found.verdict = Verdict.FAILED_GATE
        found.sentence = (
            f"The table has {len(table.columns):,} columns, of which chance alone would make some tell the label. At "
            f"most {MOST_COLUMNS:,} are looked at."
        )
        return Judged(found)
    sorted_ = np.argsort(np.asarray(table.order, dtype=np.float64), kind="stable")
    order = np.asarray(table.order, dtype=np.float64)[sorted_]
    test = cut(order)
    window = cut(order[:test])
    if not 0 < window < test:
        found.sentence = "The order has too few different values: three parts that follow each other cannot be made."
        return Judged(found)
    said = _said(table, sorted_)
    there = attributes_of(said.filter(pl.col("person") < window))
    rows = _rows(said, np.asarray(table.labels)[sorted_], there)
    fit, calibrate, last = Part(rows[:window]), Part(rows[window:test]), Part(rows[test:])
    names = tuple(it.name for it in there)
    if not is_enough(found, fit, calibrate, last):
        return Judged(found, names)
    not_kept = [it for it in there if it.name not in keep]
    if leaking := tuple(leaks.leaks(fit, calibrate, rows, not_kept)):
        found.verdict, found.sentence = Verdict.FAILED_GATE, " ".join(it.sentence for it in leaking)
        return Judged(found, names, leaking)
    learn(found, fit, calibrate, last, there, base="their rate alone")
    suspects, without = tuple(leaks.suspects(fit, calibrate, not_kept)), None
    if suspects:
        without, others = Trained(Verdict.BELOW_FLOOR, "", Goal()), {it.column for it in suspects}
        sure = tuple(it for it in there if it.name not in others)
        learn(without, fit, calibrate, last, sure, base="their rate alone")
    return Judged(found, names, suspects=suspects, without=without)


def cut(order: Numbers) -> int:
    """Return how many rows come first, where the order changes nearest to 70 %; 0 where it never changes.

    >>> cut(np.array([1, 2, 3, 4, 5, 6, 7, 8, 9, 10.0])), cut(np.array([1, 1, 1, 1, 1, 2.0])), cut(np.array([3, 3.0]))
    (7, 5, 0)
    """
    changes = np.flatnonzero(np.diff(order)) + 1
    return int(changes[np.argmin(abs(changes - SHARE_BEFORE * len(order)))]) if len(changes) else 0


def _said(table: Table, sorted_: "np.ndarray[Any, Any]") -> pl.DataFrame:
    """Return the table as what was said of people, who are numbered in order, from 0."""
    people = np.arange(len(sorted_))
    frames = [
        pl.DataFrame({"person": people, "value": pl.Series(values, dtype=pl.String)[sorted_].str.strip_chars()})
        .filter(pl.col("value") != "")
        .select("person", pl.lit(name).alias("name"), "value")
        for name, values in table.columns.items()
    ]
    nothing = pl.DataFrame(schema={"person": pl.Int64, "name": pl.String, "value": pl.String})
    return pl.concat([nothing, *frames])


def _rows(said: pl.DataFrame, labels: "np.ndarray[Any, Any]", there: Sequence[Attribute]) -> pl.DataFrame:
    """Return a matrix as `labelled` does, of people of whom nothing but attributes is known."""
    person = np.arange(len(labels))
    rows = pl.DataFrame(
        {"person": person, "whose": person, "on": person.astype(np.int32), "label": labels.astype(np.int8)}
    )
    unknown = [pl.lit(MISSING.get(name, 0.0)).alias(name) for name in (*NAMES_IN_ORDER, *SHOWN)]
    rows = rows.with_columns(*unknown, client=pl.lit(0, pl.Int64), source=pl.lit(0, pl.Int64), moment=pl.lit(NO_MOMENT))
    return with_attributes(rows, said, there)


def is_enough(found: Trained, fit: Part, calibrate: Part, last: Part) -> bool:
    """Fill in how many rows the parts have, and whether they have enough with the label to learn from; if not, what is
    missing.
    """
    parts = {"fit": fit, "calibrate": calibrate, "test": last}
    found.rows = {name: part.rows.height for name, part in parts.items()}
    found.positives = {name: part.positives for name, part in parts.items()}
    least = min(calibrate.positives, last.positives)
    if fit.positives < FLOOR:
        found.missing = FLOOR - fit.positives
        found.sentence = (
            f"{found.missing} more rows with the label are needed: a model is learnt from {FLOOR} or more in the first "
            f"part; there are {fit.positives}."
        )
    elif least < FEWEST_TO_JUDGE:
        found.missing = FEWEST_TO_JUDGE - least
        found.sentence = (
            f"Of the two parts that come later each needs {FEWEST_TO_JUDGE} rows with the label to judge a model by; "
            f"they have {calibrate.positives} and {last.positives}."
        )
    return not found.missing
