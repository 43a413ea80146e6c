"""What came of what a model said of everybody, and whether the model before would have told people apart better.

What was said is what was kept of it. What another model would have said is computed anew, and so is what this one says,
that both are held to the same: a matrix made today at an earlier moment has nothing in it that was known later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import exp, log, sqrt
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.special import expit

from scoring.features.clock import ACT, DAY, OUTBOUND, TWO_SIDED, Facts, Schema, persons, with_person
from scoring.features.matrix import matrix
from scoring.learning.calibration import LEAST_IN_A_BIN, Numbers, level
from scoring.learning.comparing import Gain, gain
from scoring.learning.evaluation import evaluate
from scoring.learning.labels import Goal, labelled
from scoring.learning.model import Model
from scoring.learning.parts import Part
from scoring.learning.rates import Z_90
from scoring.learning.recipes import SEED
from scoring.learning.report import PARTS, rate

# One-sided: a model that is as good as the one before is called worse in one look of a hundred.
CERTAIN_THAT_WORSE = 99
# Of which one in a hundred is ten.
GUARD_DRAWS = 1_000
# Two-sided, 99 %: beyond, more or fewer had the outcome than was said, and luck is no explanation.
Z_DRIFTED = 2.576
# What tells people apart is seen early, how high chances should be only once the time is over.
EARLY, WHOLE = ("auc", "average_precision"), ("auc", "average_precision", "brier", "brier_skill", "ece")

SAID: Schema = {"person": pl.Int64, "client": pl.Int64, "probability": pl.Float64}


@dataclass(frozen=True)
class Look:
    """What to look back at: what was said at `at` of an outcome of `goal`, and what came of it within `days`.

    said: of everybody person, client and probability. pace: of those who had the outcome in the window that the
    model was calibrated on, how many had it on which day.
    """

    at: datetime
    goal: Goal
    days: int
    said: Sequence[tuple[int, int, float | None]]
    pace: Sequence[int]

    @property
    def so_far(self) -> Goal:
        return Goal(self.goal.kinds, self.days)


@dataclass(frozen=True)
class Seen:
    """What was seen. contacts: of whom something was said; positives: who had the outcome; report: tables, as JSON."""

    contacts: int
    positives: int
    report: dict[str, Any]


def look_back(known: Facts, counted: Facts, look: Look) -> Seen:
    """Return what came of what was said. known: all that is known now; counted: what of it may be learnt from. Of whom
    nothing else was known then, it cannot be told what came, and they are left out.
    """
    said_of = _seen_by(counted, look, pl.DataFrame(look.said, schema=SAID, orient="row"))
    rows = labelled(said_of, counted, look.at, look.so_far)
    part, said = Part(rows), rows["probability"].to_numpy()
    labels = part.labels
    positives = int(labels.sum())
    come = _come(look)
    report: dict[str, Any] = {
        "deciles": _deciles(rows, said * come, _contacted(known, look, rows)),
        "expected": _expected(float(said.sum()) * come, positives, sum(look.pace[: look.days])),
    }
    if min(positives, rows.height - positives) >= LEAST_IN_A_BIN:
        of = WHOLE if look.days >= look.goal.days else EARLY
        report["figures"] = evaluate(labels, said, seed=SEED, of=of, whose=part.several)
    return Seen(rows.height, positives, report)


def worse(known: Facts, counted: Facts, look: Look, model: Model, before: Model) -> Gain | None:
    """Return by how much the log loss of the model before is lower; None where too little came to tell.

    Both are judged by how they tell people apart: while the time is not over both say too much, so both are brought to
    as many as came.
    """
    part = _part(known, counted, look, model)
    if min(part.labels.sum(), len(part.labels) - part.labels.sum()) < LEAST_IN_A_BIN:
        return None
    of_before = part if before.attributes == model.attributes else _part(known, counted, look, before)
    ours, theirs = _levelled(model, part), _levelled(before, of_before)
    whose = part.rows["whose"].to_numpy()
    return gain(part.labels, theirs, ours, whose, seed=SEED, certainty=CERTAIN_THAT_WORSE, draws=GUARD_DRAWS)


def pace(part: Part, days: int) -> list[int]:
    """Return on which day of a horizon those of a window who had the outcome had it: how many on each of so many."""
    on = part.rows.filter(pl.col("label") == 1).unique("whose")["on"].to_numpy()
    found: list[int] = np.bincount(on, minlength=days).tolist()
    return found


def _part(known: Facts, counted: Facts, look: Look, model: Model) -> Part:
    rows = _seen_by(counted, look, matrix(known, look.at, model.attributes))
    return Part(labelled(rows, counted, look.at, look.so_far))


def _seen_by(counted: Facts, look: Look, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows of those of whom something of what may be counted was known when it was said."""
    frames = (counted.acts, counted.outcomes, counted.said)
    there = pl.concat(it.filter(pl.col("known_at") < look.at).select("contact") for it in frames).unique()
    return rows.join(with_person(there, persons(counted, look.at)), on="person", how="semi")


def _levelled(model: Model, part: Part) -> Numbers:
    """Return what a model says of a part, brought to the level of what came."""
    raw = model.log_odds(part.rows)
    said: Numbers = expit(raw + level(raw, part.labels, np.ones(len(raw))))
    return said


def _come(look: Look) -> float:
    """Return which share of the outcomes of a whole horizon is usually there after so many days."""
    return sum(look.pace[: look.days]) / sum(look.pace) if sum(look.pace) else 0.0


def _contacted(known: Facts, look: Look, rows: pl.DataFrame) -> NDArray[np.bool_]:
    """Return to whom the brand turned in the time looked at: of those who had the outcome, on a day before it. What
    software does, such as to confirm an order, is no turning to anybody.
    """
    acts = known.acts.filter(
        pl.col("direction").is_in([OUTBOUND, TWO_SIDED]),
        pl.col("nature") == ACT,
        ~pl.col("automated"),
        pl.col("occurred_at").is_between(look.at, look.at + look.days * DAY, closed="left"),
    )
    day = (pl.col("occurred_at").min() - pl.lit(look.at)).dt.total_days()
    first = with_person(acts, persons(known)).group_by(whose="person").agg(first=day)
    found = rows.select("whose", "on").join(first, on="whose", how="left", maintain_order="left")
    in_time = (pl.col("on") < 0) | (pl.col("first") < pl.col("on"))
    return found.select(pl.col("first").is_not_null() & in_time.fill_null(value=False)).to_series().to_numpy()


def _deciles(rows: pl.DataFrame, said: Numbers, contacted: NDArray[np.bool_]) -> list[dict[str, Any]]:
    """Return ten parts of as many contacts, the highest first: what was said to come by now, what came, and the same of
    those who were contacted and of the others. Equals are parted by lot.
    """
    lot = np.random.default_rng(SEED).permutation(len(said))
    order = np.lexsort((lot, -said))
    labels = rows["label"].to_numpy()
    found = []
    for of in np.array_split(order, PARTS):
        if len(of):
            by = {"contacted": of[contacted[of]], "others": of[~contacted[of]]}
            told = {name: rate(int(labels[it].sum()), len(it)) if len(it) else None for name, it in by.items()}
            found.append({"said": float(said[of].mean()), **rate(int(labels[of].sum()), len(of)), **told})
    return found


def _expected(said: float, came: int, learnt_from: int) -> dict[str, Any]:
    """Return how many had the outcome over how many were said to have it by now, with the 90 % interval of a ratio of
    two counts. learnt_from: how many had it so early in the window that the model was calibrated on.
    """
    found: dict[str, Any] = {"said": said, "came": came, "ratio": None, "drifted": False}
    if learnt_from >= LEAST_IN_A_BIN and said > 0:
        # Half an outcome, so that none at all says something, too.
        there = max(came, 0.5)
        ratio, error = log(there / said), sqrt(1 / max(there, said / 2) + 1 / learnt_from)
        low, high = (exp(ratio + side * Z_90 * error) for side in (-1, 1))
        found["ratio"] = {"value": came / said, "low": low if came else 0.0, "high": high}
        found["drifted"] = abs(ratio) > Z_DRIFTED * error
    return found
