"""Who buys within days of a cart: told at each person's first act on a rung, and day by day of all who had one."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from scoring.features.clock import DAY, PURCHASE, Facts
from scoring.features.matrix import matrix
from scoring.learning import prior
from scoring.learning.evaluation import Figure, evaluate
from scoring.learning.labels import Goal, labelled
from scoring.learning.parts import Part
from scoring.learning.recipes import SEED
from scoring.learning.tables import cut, is_enough
from scoring.learning.training import Trained, Verdict, learn

# All moments are moved to this one, so that one matrix has them all: features are of ages alone.
MOVED_TO = datetime(2020, 1, 1, tzinfo=UTC)
INSTANT = timedelta(microseconds=1)
# The share of days, and of those before them that calibrate, which come last.
JUDGING = 0.3
# Of an order of people, which says no probability.
OF_AN_ORDER = ("auc", "average_precision", "lift_top_decile")


@dataclass(frozen=True)
class Judged:
    """trained: what came of it, without attributes. by_prior, by_recency: how well the points of the prior, which is
    what people see while there is no model, and recency alone order the same rows.
    """

    trained: Trained
    by_prior: dict[str, Figure] = field(default_factory=dict)
    by_recency: dict[str, Figure] = field(default_factory=dict)


def judge_at_first(facts: Facts, *, rung: int, days: int, until: datetime) -> Judged:
    """Return how well it is told who buys within so many days after their first act on a rung, by what was known then.

    until: up to when outcomes are known; acts whose days are not over by then are left out. Parts follow each other in
    time, as those of a table; the labels of the first two close before the first act of the last part.
    """
    found = Trained(Verdict.BELOW_FLOOR, "", Goal(days=days))
    within = timedelta(days=days)
    moments = _moments(facts, rung).filter(pl.col("moment") + within <= until)
    if moments.is_empty():
        found.sentence = f"There is no first act on this rung whose {days} days are over by {until:%d %B %Y}."
        return Judged(found)
    rows = _rows(facts, moments, within)
    parts = _parts(rows, within)
    if parts is None:
        found.sentence = (
            f"It takes more than {2 * days} days: {days} for labels to close before what judges, and as many after."
        )
        return Judged(found)
    return _judged(found, *parts, base="their rate alone")


def judge_by_day(facts: Facts, *, rung: int, days: int, until: datetime) -> Judged:
    """Return how well it is told at the start of each day who buys within so many days, of all who ever acted on a
    rung: the question that a score answers, with a horizon of days.

    until: up to when outcomes are known. The last days judge; labels of each part close before the next begins.
    """
    found, within = Trained(Verdict.BELOW_FLOOR, "", Goal(days=days)), timedelta(days=days)
    moments = _moments(facts, rung)
    judging, before = _days(moments["moment"].to_list(), within, until)
    calibrating = before[-max(1, round(JUDGING * len(before))) :]
    fitted = [at for at in before if at + within <= calibrating[0]]
    if not fitted:
        found.sentence = f"It takes more than {3 * days} days to learn from some, to calibrate, and to judge by others."
        return Judged(found, *_by_orders(_on(facts, moments, judging, found.goal)) if judging else ())
    fit, calibrate, last = (_on(facts, moments, part, found.goal) for part in (fitted, calibrating, judging))
    return _judged(found, fit, calibrate, last, base="recency alone")


def _judged(found: Trained, fit: Part, calibrate: Part, last: Part, *, base: str) -> Judged:
    if is_enough(found, fit, calibrate, last):
        learn(found, fit, calibrate, last, (), base=base)
    return Judged(found, *_by_orders(last))


def _by_orders(part: Part) -> tuple[dict[str, Figure], dict[str, Figure]]:
    """Return how well the prior and recency alone order a part; nothing where there is nobody to tell apart."""
    if not part.has_both:
        return {}, {}
    points = prior.points(part.rows).sum_horizontal().to_numpy().astype(np.float64)
    by_prior, by_recency = (
        evaluate(part.labels, order, seed=SEED, of=OF_AN_ORDER, whose=part.several)
        for order in (points, -part.rows["recency"].to_numpy())
    )
    return by_prior, by_recency


def _days(moments: list[datetime], within: timedelta, until: datetime) -> tuple[list[datetime], list[datetime]]:
    """Return the starts of the days that judge, and of those whose labels close before."""
    if not moments:
        return [], []
    first = moments[0].replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    there = [first + DAY * ahead for ahead in range(max(0, (until - within - first).days + 1))]
    judging = there[len(there) - round(JUDGING * len(there)) :]
    return judging, [at for at in there if judging and at + within <= judging[0]]


def _on(facts: Facts, moments: pl.DataFrame, days: list[datetime], goal: Goal) -> Part:
    """Return the matrices at the starts of days, with labels, of those who had acted on the rung by then."""
    return Part(
        pl.concat(
            labelled(matrix(facts, at), facts, at, goal).join(
                moments.filter(pl.col("moment") < at), left_on="person", right_on="contact", how="semi"
            )
            for at in days
        )
    )


def _moments(facts: Facts, rung: int) -> pl.DataFrame:
    """Return when each contact first acted on the rung: contact, moment; the earliest first."""
    of_rung = facts.acts.filter(pl.col("rung") == rung)
    return of_rung.group_by("contact").agg(moment=pl.col("occurred_at").min()).sort("moment", "contact")


def _rows(facts: Facts, moments: pl.DataFrame, within: timedelta) -> pl.DataFrame:
    """Return the matrix of everybody just after their moment, as `labelled` does, in the order of moments. Made of acts
    and outcomes alone, which can be moved.
    """
    at = moments.rename({"moment": "at"})
    to = pl.lit(MOVED_TO) - pl.col("at")
    acts, outcomes = (
        frame.join(at, on="contact")
        .filter(pl.col("occurred_at") <= pl.col("at"), pl.col("known_at") <= pl.col("at"))
        .with_columns(pl.col("occurred_at", "known_at") + to)
        .drop("at")
        for frame in (facts.acts, facts.outcomes)
    )
    contacts = facts.contacts.join(at, on="contact", how="semi")
    moved = Facts(acts, outcomes, facts.links.clear(), contacts)
    bought = facts.outcomes.filter(pl.col("kind") == PURCHASE).join(at, on="contact")
    soon = (pl.col("occurred_at") > pl.col("at")) & (pl.col("occurred_at") < pl.col("at") + within)
    buyers = bought.filter(soon).select("contact").unique().with_columns(label=pl.lit(1, pl.Int8))
    rows = matrix(moved, MOVED_TO + INSTANT).join(
        moments.join(buyers, on="contact", how="left"), left_on="person", right_on="contact"
    )
    rows = rows.sort("moment", "person").with_row_index("on")
    return rows.with_columns(
        pl.col("label").fill_null(0), pl.col("on").cast(pl.Int32), whose="person", source=pl.lit(0)
    )


def _parts(rows: pl.DataFrame, within: timedelta) -> tuple[Part, Part, Part] | None:
    """Return three parts that follow each other; None where they would be empty. What lies within the days before the
    last part is left out, for its labels close too late.
    """
    moments = rows["moment"]
    first, last = moments[0], moments[-1]
    start = first + 0.7 * (last - first - within) + within
    before, judges = rows.filter(pl.col("moment") < start - within), rows.filter(pl.col("moment") >= start)
    if last - first <= within or before.height < 2 or judges.is_empty():
        return None
    window = cut(before["moment"].dt.timestamp().to_numpy().astype(np.float64))
    return Part(before[:window]), Part(before[window:]), Part(judges)
