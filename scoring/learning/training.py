"""From facts and a moment to a model and a verdict on it."""

import hashlib
import platform
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy.special import logit

from scoring import features, learning
from scoring.features import catalog
from scoring.features.clock import Facts
from scoring.features.history import bought
from scoring.features.matrix import matrix
from scoring.learning.calibration import Calibration, Numbers, SlopeNegative, bins, calibrate
from scoring.learning.evaluation import Figure, evaluate, loss
from scoring.learning.labels import HORIZON, labelled
from scoring.learning.model import Model
from scoring.learning.recipes import SEED, Recipe, fit_boosting, fit_logistic, log_odds
from scoring.learning.splits import Split, split

# Measured on real sets (design 4): below, a model orders people worse than the prior does.
FLOOR = 30
ENOUGH_FOR_BOOSTING = 100
ROWS_A_COLUMN = 5
# Positives in the window that judges, below which a model is shown as provisional; and below which nothing is judged,
# since not even one interval could be given (calibration.LEAST_IN_A_BIN).
ENOUGH_TO_BE_SURE, FEWEST_TO_JUDGE = 100, 10


class Verdict(StrEnum):
    """beats_baseline: better than recency alone, in the newest window. candidate: it is not. failed_gate: nothing that
    may be released could be learnt. below_floor: too little to learn from yet.
    """

    BEATS_BASELINE = "beats_baseline"
    CANDIDATE = "candidate"
    FAILED_GATE = "failed_gate"
    BELOW_FLOOR = "below_floor"


@dataclass
class Trained:
    """What came of it. sentence: the verdict in words; missing: how many more buyers a model needs.

    positives: distinct persons with an outcome, by part. quality, baseline: figures of the newest window, which nothing
    was fitted on or chosen by; log_loss: of the model and of the baseline there.
    """

    verdict: Verdict
    sentence: str
    missing: int = 0
    model: Model | None = None
    recipe: str = ""
    split: Split | None = None
    rows: dict[str, int] = field(default_factory=dict)
    positives: dict[str, int] = field(default_factory=dict)
    quality: dict[str, Figure] = field(default_factory=dict)
    baseline: dict[str, Figure] = field(default_factory=dict)
    log_loss: dict[str, float] = field(default_factory=dict)

    @property
    def is_provisional(self) -> bool:
        return self.positives.get("test", 0) < ENOUGH_TO_BE_SURE


@dataclass(frozen=True)
class _Part:
    """The rows of one part and what became of them."""

    rows: pl.DataFrame

    @property
    def labels(self) -> Numbers:
        return self.rows["label"].to_numpy().astype(np.float64)

    @property
    def positives(self) -> int:
        """Distinct persons: several moments would count one buyer twice, and so would several contacts of theirs."""
        return self.rows.filter(pl.col("label") == 1)["whose"].n_unique()

    @property
    def has_both(self) -> bool:
        return self.rows["label"].n_unique() == 2


def train(facts: Facts, now: datetime, *, report: Callable[[float], None] = lambda _: None) -> Trained:
    """Return what can be learnt at `now` from facts known before it. The same facts give the same model.

    report: told which share is done, from 0 to 1; what it raises ends the training.

    Fitted on the oldest moments; calibrated, and the recipe chosen, on the next window; judged on the newest, which is
    used for nothing else. The released calibration is made anew on the newest window; the figures are of the one
    before.
    """
    since = _since(facts)
    parts = split(now=now, since=since) if since is not None else None
    if parts is None:
        return _too_early(facts, now, since)
    rows = []
    for number, at in enumerate(parts.moments, 1):
        rows.append(labelled(matrix(facts, at), facts, at))
        report(0.7 * number / len(parts.moments))  # fitting and judging take the rest
    fit, window, test = _Part(pl.concat(rows[:-2])), _Part(rows[-2]), _Part(rows[-1])
    found = Trained(
        Verdict.BELOW_FLOOR,
        "",
        split=parts,
        rows={"fit": fit.rows.height, "calibrate": window.rows.height, "test": test.rows.height},
        positives={"fit": fit.positives, "calibrate": window.positives, "test": test.positives},
    )
    if fit.positives < FLOOR:
        found.missing = FLOOR - fit.positives
        found.sentence = _floor_sentence(found.missing, fit.positives, parts.calibrate)
    elif min(window.positives, test.positives) < FEWEST_TO_JUDGE:
        found.missing = FEWEST_TO_JUDGE - min(window.positives, test.positives)
        found.sentence = (
            f"Of the last two spans of {HORIZON.days} days each needs {FEWEST_TO_JUDGE} buyers to judge a model by; "
            f"they have {window.positives} and {test.positives}."
        )
    elif not (fit.has_both and window.has_both and test.has_both):
        found.verdict = Verdict.FAILED_GATE
        found.sentence = "In one of the windows everybody bought: there is nothing to tell apart."
    else:
        try:
            _learn(found, fit, window, test)
        except SlopeNegative:
            found.verdict = Verdict.FAILED_GATE
            found.sentence = "Whoever was scored higher bought less in the next window: what was learnt does not hold."
    return found


def _learn(found: Trained, fit: _Part, window: _Part, test: _Part) -> None:
    # Windows at different moments have different base rates, so what is compared is always calibrated on the same one.
    recipe, calibration = _best(_recipes(fit), window)
    base = fit_logistic(fit.rows, fit.labels, ["recency"])
    raw, base_raw = log_odds(recipe, test.rows), log_odds(base, test.rows)
    said = calibration.probability(raw)
    base_said = _steadied(log_odds(base, window.rows), window.labels).probability(base_raw)
    found.quality = evaluate(test.labels, said, seed=SEED)
    found.baseline = evaluate(test.labels, base_said, seed=SEED)
    found.log_loss = {"model": loss(test.labels, said), "baseline": loss(test.labels, base_said)}
    found.recipe = type(recipe).__name__.lower()
    found.model = Model(
        recipe=recipe,
        calibration=calibrate(raw, test.labels),
        bins=bins(raw, test.labels),
        usual=recipe.contributions(fit.rows).mean(axis=0),
    )
    gain = found.log_loss["baseline"] - found.log_loss["model"]
    if gain > 0:
        found.verdict = Verdict.BEATS_BASELINE
        found.sentence = (
            "In the newest window it told buyers apart better than recency alone "
            f"(log loss lower by {gain:.4f} a contact)."
        )
    else:
        found.verdict = Verdict.CANDIDATE
        found.sentence = (
            "In the newest window recency alone told buyers apart as well or better "
            f"(log loss lower by {-gain:.4f} a contact); whatever scored before goes on."
        )


def _recipes(fit: _Part) -> list[Recipe]:
    """Fit what the number of positives allows."""
    columns = catalog.NAMES_IN_ORDER
    if fit.positives < ENOUGH_FOR_BOOSTING:
        return [fit_logistic(fit.rows, fit.labels, columns[: fit.positives // ROWS_A_COLUMN])]
    return [fit_logistic(fit.rows, fit.labels, columns), fit_boosting(fit.rows, fit.labels, columns)]


def _best(recipes: list[Recipe], window: _Part) -> tuple[Recipe, Calibration]:
    """Return the recipe that tells the window's buyers apart best, with its calibration there: two numbers for each.

    Raises SlopeNegative where none of them orders people the right way round.
    """
    found: list[tuple[float, Recipe, Calibration]] = []
    for recipe in recipes:
        raw = log_odds(recipe, window.rows)
        with suppress(SlopeNegative):
            calibration = calibrate(raw, window.labels)
            found.append((loss(window.labels, calibration.probability(raw)), recipe, calibration))
    if not found:
        raise SlopeNegative
    _, recipe, calibration = min(found, key=lambda it: it[0])
    return recipe, calibration


def _steadied(raw: Numbers, labels: Numbers) -> Calibration:
    """Calibrate the baseline, which is never released; where it is backwards, it says the same of everybody."""
    try:
        return calibrate(raw, labels)
    except SlopeNegative:
        return Calibration(0.0, float(logit(labels.mean())))


def _since(facts: Facts) -> datetime | None:
    known = pl.concat([facts.acts["known_at"], facts.outcomes["known_at"]])
    first = known.min()
    return first if isinstance(first, datetime) else None


def _too_early(facts: Facts, now: datetime, since: datetime | None) -> Trained:
    buyers = bought(facts.outcomes)["contact"].n_unique()
    missing = max(FLOOR - buyers, 0)
    needed = 4 * HORIZON.days
    days = (now - since).days if since else 0
    return Trained(
        Verdict.BELOW_FLOOR,
        f"What is known reaches back {days} days. A model needs {needed}: {HORIZON.days} to look back on, as many to "
        "learn what followed, and as many twice more to calibrate and to judge.",
        missing=missing,
    )


def _floor_sentence(missing: int, positives: int, before: datetime) -> str:
    return (
        f"{missing} more {'buyer is' if missing == 1 else 'buyers are'} needed: a model is learnt from {FLOOR} or more "
        f"who were seen before they bought, and bought before {before:%d %B %Y}; there are {positives}. Purchases "
        "since then are kept to judge it by."
    )


def circumstances() -> dict[str, Any]:
    """Return what a model depends on besides data: libraries, seed, the catalogue, and the code that made it."""
    libraries = ("numpy", "polars", "scikit-learn", "scipy", "skops")
    return {
        "catalogue": catalog.fingerprint(),
        "code": _revision(),
        "libraries": {"python": platform.python_version()} | {name: version(name) for name in libraries},
        "seed": SEED,
    }


def _revision() -> str:
    """Return a digest of the code that computes features and learns: an image has no history to name a commit of."""
    rooms = [Path(str(room.__file__)).parent for room in (features, learning)]
    digest = hashlib.sha256()
    for file in sorted(file for room in rooms for file in room.glob("*.py")):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]
