"""Facts in, a model out: fitted, calibrated and judged forward in time, with a verdict on it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from scoring.features import catalog
from scoring.features.attributes import Attribute, attributes, declared
from scoring.features.clock import Facts
from scoring.features.matrix import matrix
from scoring.learning import drift, gates
from scoring.learning.additive import Column
from scoring.learning.calibration import Numbers, SlopeNegative, bins
from scoring.learning.choosing import Chosen, baseline, calibrated, choose
from scoring.learning.comparing import Gain, gain
from scoring.learning.evaluation import Figure, evaluate, loss
from scoring.learning.hindsight import pace
from scoring.learning.labels import Goal, labelled, positives
from scoring.learning.model import Model
from scoring.learning.parts import Part, telling
from scoring.learning.recipes import SEED
from scoring.learning.report import told
from scoring.learning.shadow import inversions
from scoring.learning.splits import Split, split

# Measured on real sets (design 4): below, a model orders people worse than the prior does.
FLOOR = 30
# Positives in the window that judges, below which a model is shown as provisional; and below which nothing is judged,
# since not even one interval could be given (calibration.LEAST_IN_A_BIN).
ENOUGH_TO_BE_SURE, FEWEST_TO_JUDGE = 100, 10
# A challenger may be worse than the model in use by so much log loss a contact, with 80 % certainty, and not more.
TOLERANCE = 0.002
EARLIER_WINDOWS = 2
OF_EARLIER_WINDOWS = ("auc", "average_precision", "brier_skill")


class Verdict(StrEnum):
    """better: than recency alone or, where a model is in use, hardly worse than that at worst, in the newest window.
    candidate: it is not. failed_gate: nothing that may be released could be learnt. below_floor: too little to learn
    from yet.
    """

    BETTER = "better"
    CANDIDATE = "candidate"
    FAILED_GATE = "failed_gate"
    BELOW_FLOOR = "below_floor"


@dataclass
class Trained:
    """What came of it. sentence: the verdict in words; missing: how many more buyers a model needs.

    positives: distinct persons with an outcome, by part. quality, baseline: figures of the newest window, which nothing
    was fitted on or chosen by; log_loss: of the model and of the baseline there. report: tables about it, as JSON.
    said: the probabilities that it is judged by. suspect: the source that most of what is odd came from, by row number.
    """

    verdict: Verdict
    sentence: str
    goal: Goal
    missing: int = 0
    model: Model | None = None
    recipe: str = ""
    split: Split | None = None
    rows: dict[str, int] = field(default_factory=dict)
    positives: dict[str, int] = field(default_factory=dict)
    quality: dict[str, Figure] = field(default_factory=dict)
    baseline: dict[str, Figure] = field(default_factory=dict)
    log_loss: dict[str, float] = field(default_factory=dict)
    report: dict[str, Any] = field(default_factory=dict)
    said: Numbers = field(default_factory=lambda: np.zeros(0))
    suspect: int | None = None

    @property
    def is_provisional(self) -> bool:
        return self.positives.get("test", 0) < ENOUGH_TO_BE_SURE


def train(
    facts: Facts,
    now: datetime,
    *,
    goal: Goal | None = None,
    champion: Model | None = None,
    report: Callable[[float], None] = lambda _: None,
) -> Trained:
    """Return what can be learnt at `now` from facts known before it. The same facts give the same model.

    champion: the model in use, if it is for the same goal. report: told which share is done, from 0 to 1; what it
    raises ends the training.

    Fitted on the oldest moments; calibrated, and the recipe chosen, on the next window; judged on the newest, which is
    used for nothing else. The released calibration is made anew on the newest window; the figures are of the one
    before.
    """
    goal = goal or Goal()
    since = _since(facts)
    parts = split(now=now, since=since, horizon=goal.horizon) if since is not None else None
    if parts is None:
        return _too_early(facts, now, since, goal)
    there = attributes(facts, parts.fit[-1])
    rows = {}
    for number, at in enumerate(parts.moments, 1):
        rows[at] = _rows(facts, at, goal, there)
        report(0.6 * number / len(parts.moments))  # fitting and judging take the rest
    fit, window, test = (
        Part(pl.concat(rows[at] for at in parts.fit)),
        Part(rows[parts.calibrate]),
        Part(rows[parts.test]),
    )
    found = Trained(
        Verdict.BELOW_FLOOR,
        "",
        goal,
        split=parts,
        rows={"fit": fit.rows.height, "calibrate": window.rows.height, "test": test.rows.height},
        positives={"fit": fit.positives, "calibrate": window.positives, "test": test.positives},
    )
    if fit.positives < FLOOR:
        found.missing = FLOOR - fit.positives
        found.sentence = _floor_sentence(goal, found.missing, fit.positives, parts.calibrate)
    elif min(window.positives, test.positives) < FEWEST_TO_JUDGE:
        found.missing = FEWEST_TO_JUDGE - min(window.positives, test.positives)
        found.sentence = (
            f"Of the last two spans of {goal.days} days each needs {goal.people(FEWEST_TO_JUDGE)} to judge a model by; "
            f"they have {window.positives} and {test.positives}."
        )
    else:
        in_use = None if champion is None else InUse(champion, partial(_as_read, facts, champion, goal))
        learn(found, fit, window, test, there, in_use=in_use)
        if found.model is not None:
            report(0.8)
            found.report["pace"] = pace(test, goal.days)
            found.report["reference"] = drift.reference(test.rows, window.rows, found.model.learnt.columns)
            found.report["windows"] = list(_windows_before(parts, rows, found.recipe, columns(there)))
            found.report["inversions"] = inversions(facts, fit, columns())
            found.report["without_gate"] = _without_gate(found, facts, test)
    return found


@dataclass(frozen=True)
class InUse:
    """The model in use, and how it reads a part: with the attributes that it was made with."""

    model: Model
    read: Callable[[Part], Part]


def learn(
    found: Trained,
    fit: Part,
    window: Part,
    test: Part,
    there: tuple[Attribute, ...],
    *,
    in_use: InUse | None = None,
    base: str = "recency alone",
) -> None:
    """Fill in what can be learnt from parts that follow each other, with the verdict; no model where that is none.

    base: what the column `recency`, which a first model is held against, is called in a sentence.
    """
    if not (fit.has_both and window.has_both and test.has_both):
        _fail(found, "In one of the windows everybody had the outcome: there is nothing to tell apart.")
    elif not telling(columns(there), fit.rows):
        _fail(found, "All that is known is the same of everybody: there is nothing to tell apart by.")
    elif odd := gates.odd(fit, window, test):
        _fail(found, odd.sentence)
        found.suspect = odd.source
    else:
        try:
            _learn(found, fit, window, test, there)
            _compare(found, fit, window, test, in_use, base)
        except SlopeNegative:
            _fail(
                found, "Whoever was scored higher had it less often in the next window: what was learnt does not hold."
            )


def columns(there: Sequence[Attribute] = ()) -> list[Column]:
    """Return the columns of the catalogue, in its order, and those of attributes."""
    levels = {it.column: len(it.levels) for it in there if it.levels is not None}
    declarations = [*catalog.CATALOGUE, *(declared(it.column) for it in there)]
    return [Column(it.name, it.group, it.sign, levels.get(it.name)) for it in declarations]


def _rows(facts: Facts, at: datetime, goal: Goal, there: Sequence[Attribute], *, gated: bool = True) -> pl.DataFrame:
    return labelled(matrix(facts, at, there, gated=gated), facts, at, goal)


RECENCY = Column("recency", "recency")
# What the gate sets aside. A text that is pasted again says nothing new without it, either.
GATED = ("conditioned_acts", "automated_acts", "confirmed_acts")


def _learn(found: Trained, fit: Part, window: Part, test: Part, there: tuple[Attribute, ...]) -> None:
    chosen = choose(fit, window, columns(there))
    said = chosen.probability(test)
    found.recipe = chosen.recipe
    found.said = said
    found.quality = evaluate(test.labels, said, seed=SEED, whose=test.several)
    found.report = told(test, said, seed=SEED)
    released = calibrated(chosen.learnt, test)
    log_odds = released.log_odds(chosen.learnt.log_odds(test.rows), test.clients)
    found.model = Model(chosen.learnt, released, bins(log_odds, test.labels), there)


def _compare(found: Trained, fit: Part, window: Part, test: Part, in_use: InUse | None, base: str) -> None:
    """Hold it against recency alone and against the model in use: calibrated on the same window, for windows at
    different moments have different base rates.
    """
    said, whose = found.said, test.rows["whose"].to_numpy()
    alone = baseline(fit, window, RECENCY).probability(test)
    found.baseline = evaluate(test.labels, alone, seed=SEED, whose=test.several)
    found.log_loss = {"model": loss(test.labels, said), "baseline": loss(test.labels, alone)}
    over_base, over_champion = gain(test.labels, said, alone, whose, seed=SEED), None
    if in_use is not None:
        learnt, calibrate, judge = in_use.model.learnt, in_use.read(window), in_use.read(test)
        try:
            before = Chosen("", learnt, calibrated(learnt, calibrate)).probability(judge)
        except SlopeNegative:
            pass  # the model in use orders people backwards by now: whatever is better than recency takes its place
        else:
            over_champion = gain(test.labels, said, before, whose, seed=SEED)
            found.log_loss["champion"] = loss(test.labels, before)
    _judge(found, over_base, over_champion, base)


def _as_read(facts: Facts, model: Model, goal: Goal, part: Part) -> Part:
    """Return a part as a model reads it: with the attributes that it was made with."""
    if not model.attributes:
        return part
    (at,) = part.rows["moment"].unique()
    return Part(_rows(facts, at, goal, model.attributes))


def _without_gate(found: Trained, facts: Facts, judged: Part) -> dict[str, Any]:
    """Return how many acts were set aside by the moment that judges, and how good the same way of learning is where
    they count as any act. In the newest window, beside the figures of the model.
    """
    aside = int(judged.rows.select(pl.sum_horizontal(pl.col(GATED).sum())).item())
    if not aside or found.split is None or found.model is None:
        return {"set_aside": aside, "quality": {}}
    *fit, window, test = (
        _rows(facts, at, found.goal, found.model.attributes, gated=False) for at in found.split.moments
    )
    try:
        chosen = choose(Part(pl.concat(fit)), Part(window), columns(found.model.attributes), only=found.recipe)
    except SlopeNegative:
        return {"set_aside": aside, "quality": {}}
    judge = Part(test)
    return {
        "set_aside": aside,
        "quality": evaluate(judge.labels, chosen.probability(judge), seed=SEED, whose=judge.several),
    }


def _judge(found: Trained, over_base: Gain, over_champion: Gain | None, base: str = "recency alone") -> None:
    """A first model has to be better than recency alone; a challenger may not be worse than the model in use."""
    over, than = (over_base, base) if over_champion is None else (over_champion, "the model in use")
    least = 0.0 if over_champion is None else -TOLERANCE
    found.report["gain"] = {"over": than, "value": over.value, "bound": over.bound, "least": least}
    figures = (
        f"log loss {'lower' if over.value > 0 else 'higher'} by {abs(over.value):.4f} a contact; with 80 % certainty "
        f"{'lower' if over.bound > 0 else 'higher'} by {abs(over.bound):.4f} at {'least' if over.bound > 0 else 'most'}"
    )
    if over.bound > least:
        found.verdict = Verdict.BETTER
        better = "better than" if over.bound > 0 else "about as well as"
        found.sentence = f"In the newest window it told people apart {better} {than} ({figures})."
    else:
        found.verdict = Verdict.CANDIDATE
        found.sentence = (
            f"In the newest window it did not tell people apart better than {than} for sure ({figures}); whatever "
            "scored before goes on."
        )


def _windows_before(
    parts: Split, rows: dict[datetime, pl.DataFrame], recipe: str, there: list[Column]
) -> Iterator[dict[str, Any]]:
    """Yield how good the same way of learning was in the windows before, each judged by what was known before it."""
    horizon = parts.test - parts.calibrate
    for back in range(1, EARLIER_WINDOWS + 1):
        test, window = (rows.get(parts.test - horizon * steps) for steps in (back, back + 1))
        before = [rows[at] for at in parts.fit if at <= parts.test - horizon * (back + 2)]
        if test is None or window is None or not before:
            return
        fit, calibrate, judge = Part(pl.concat(before)), Part(window), Part(test)
        if fit.positives < FLOOR or min(calibrate.positives, judge.positives) < FEWEST_TO_JUDGE:
            return
        try:
            said = choose(fit, calibrate, there, only=recipe).probability(judge)
        except SlopeNegative:
            continue
        alone = baseline(fit, calibrate, RECENCY).probability(judge)
        asked: dict[str, Any] = {"seed": SEED, "of": OF_EARLIER_WINDOWS, "whose": judge.several}
        yield {
            "from": (parts.test - horizon * back).isoformat(),
            "positives": judge.positives,
            "quality": evaluate(judge.labels, said, **asked),
            "baseline": evaluate(judge.labels, alone, **asked),
        }


def _fail(found: Trained, sentence: str) -> None:
    found.verdict, found.sentence = Verdict.FAILED_GATE, sentence


def _since(facts: Facts) -> datetime | None:
    known = pl.concat([facts.acts["known_at"], facts.outcomes["known_at"]])
    first = known.min()
    return first if isinstance(first, datetime) else None


def _too_early(facts: Facts, now: datetime, since: datetime | None, goal: Goal) -> Trained:
    reaches = (now - since).days if since else 0
    buyers = positives(facts, since, Goal(goal.kinds, reaches + 1)).height if since else 0
    needed = 4 * goal.days
    return Trained(
        Verdict.BELOW_FLOOR,
        f"What is known reaches back {reaches} days. A model needs {needed}: {goal.days} to look back on, as many to "
        "learn what followed, and as many twice more to calibrate and to judge.",
        goal,
        missing=max(FLOOR - buyers, 0),
    )


def _floor_sentence(goal: Goal, missing: int, found: int, before: datetime) -> str:
    more = goal.people(missing).replace(" ", " more ", 1)
    return (
        f"{more} {'is' if missing == 1 else 'are'} needed: a model is learnt from {FLOOR} or more who were seen before "
        f"and had it before {before:%d %B %Y}; there are {found}. What came since then is kept to judge it by."
    )
