"""What came of what models said, and the guard that goes back to the model before where that would have said it better.

    nightly_scoring ──► look_back, a week after a model's first run and every week until its time is over
                            └──► promotion.roll_back, where the guard is sure and nobody holds the model

A model is promoted for how it tells people apart in a window that is over. Whether that goes on is seen only now. The
scores of a model's first run are kept until then.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from scoring import selectors
from scoring.learning.comparing import Gain
from scoring.learning.hindsight import CERTAIN_THAT_WORSE, Look, Seen, worse
from scoring.learning.hindsight import look_back as seen_in
from scoring.learning.model import Model
from scoring.models import Hindsight, ModelState, ModelVersion, ScoreRun
from scoring.services import artefacts, facts, promotion
from scoring.services.aims import goal_of
from scoring.services.promotion import By
from tenants.services import clock, jobs

EVERY = timedelta(days=7)


@dataclass(frozen=True)
class Due:
    """A run to look back at. before: the model that was in use before the run's, if the guard is to hold it against
    that; models: both, opened.
    """

    run: ScoreRun
    version: ModelVersion
    look: Look
    before: ModelVersion | None = None
    models: tuple[Model, Model] | None = None


def look_back(work: jobs.Work) -> None:
    """Look at what came of what models said, of each whose turn it is; where it is due, go back to the one before."""
    with work.reading():
        now = clock.now()
        due = [_due(run, version, now) for run, version in whose_turn_it_is(now)]
        known = facts.known(before=now)
        counted = facts.learnable_of(known, before=now)
    seen = []
    for it in due:
        gain = worse(known, counted, it.look, *it.models) if it.models else None
        seen.append((it, seen_in(known, counted, it.look), gain))
        work.report(100 * len(seen) // len(due))
    with work.finishing():
        # The latest first: what it is gone back to is told that it is in use again.
        for it, came, gain in sorted(seen, key=lambda told: -told[0].version.pk):
            _keep(it, came, _guard(it, gain), now)


def is_due() -> bool:
    """Whether there is a model whose turn it is."""
    return bool(whose_turn_it_is(clock.now()))


def whose_turn_it_is(now: datetime) -> list[tuple[ScoreRun, ModelVersion]]:
    """Return the first runs to look back at, each with its model: of a week ago or more, of which it was not told
    within a week, nor once their time was over.
    """
    return [
        (run, version)
        for run, version in _first_runs()
        if run.as_of <= now - EVERY and (version.hindsight is None or version.hindsight.seen_at <= now - EVERY)
    ]


def to_be_kept() -> list[ScoreRun]:
    """Return the first runs whose time is not over: their scores are kept."""
    return [run for run, _ in _first_runs()]


def _first_runs() -> Iterator[tuple[ScoreRun, ModelVersion]]:
    for run in selectors.first_runs():
        version = run.model
        if version is not None and (version.hindsight is None or version.hindsight.days < version.horizon_days):
            yield run, version


def _due(run: ScoreRun, version: ModelVersion, now: datetime) -> Due:
    at = run.caught_up_at or run.as_of  # of whom something came in since, it was said later
    look = Look(
        at=at,
        goal=goal_of(version),
        days=min((now - at).days, version.horizon_days),
        said=selectors.said_in(run),
        pace=version.report.get("pace", []),
    )
    before = promotion.rolls_back_to(version) if version.state == ModelState.PROMOTED else None
    if before is None or goal_of(version) != goal_of(before) or not artefacts.is_sound(version):
        return Due(run, version, look, before)
    return Due(run, version, look, before, (artefacts.opened(version), artefacts.opened(before)))


def _keep(it: Due, came: Seen, guard: str, now: datetime) -> None:
    said = {
        "as_of": it.look.at,
        "days": it.look.days,
        "seen_at": now,
        "contacts": came.contacts,
        "positives": came.positives,
        "report": came.report,
        "sentence": guard,
    }
    Hindsight.objects.update_or_create(version=it.version, defaults=said)
    if it.look.days >= it.version.horizon_days:
        jobs.enqueue("forget_run", {"run": it.run.public_id})


def _guard(it: Due, gain: Gain | None) -> str:
    """Go back to the model before where that is sure to have been better; say what was seen and done."""
    version, before = promotion.locked(it.version), it.before
    if version.state != ModelState.PROMOTED:
        return "It was not in use any more, so there was nothing to go back from."
    if it.version.state != ModelState.PROMOTED:
        return "It is in use again: the model after it told people apart worse."
    if before is None:
        return "There was no model before it to go back to."
    if gain is None or gain.bound <= 0:
        return _stays(it, gain, before.public_id)
    seen = (
        f"In the {it.look.days} days since it first scored, {before.public_id} would have told people apart better: "
        f"log loss lower by {gain.value:.4f} a contact, with {CERTAIN_THAT_WORSE} % certainty by {gain.bound:.4f} or "
        "more."
    )
    return f"{seen} {_go_back(version, before, seen)}"


def _stays(it: Due, gain: Gain | None, before: str) -> str:
    if it.models is None:
        return f"It was not held against {before}, which told something else or cannot be compared."
    if gain is None:
        return f"Too little came so far to hold it against {before}, which scored before."
    return f"Nothing says for sure that {before}, which scored before, would have told people apart better."


def _go_back(version: ModelVersion, before: ModelVersion, why: str) -> str:
    if promotion.rolls_back_to(version) != before:
        return "Which model is before it has changed meanwhile, so it stays."
    if version.held_at is not None:
        return "It is held, so it stays; roll back if you want the one before."
    promotion.roll_back(version, By(sentence=why))
    return "So that one was put in use again."
