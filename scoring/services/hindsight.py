"""What came of what models said, and the guard that goes back to the model before where that would have said it better.

    nightly_scoring ──► look_back, a week after a model's first run and every week until its time is over
                            └──► promotion.roll_back, where the guard is sure and nobody holds the model

A model is promoted for how it tells people apart in a window that is over. Whether that goes on is seen only now. The
scores of a model's first run are kept until then.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from scoring import selectors
from scoring.learning.comparing import Gain
from scoring.learning.hindsight import CERTAIN_THAT_WORSE, Look, Seen, worse
from scoring.learning.hindsight import look_back as seen_in
from scoring.learning.labels import Goal
from scoring.learning.model import Model
from scoring.models import Hindsight, ModelState, ModelVersion, ScoreRun
from scoring.services import artefacts, facts, promotion
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
        due = [_due(run, now) for run in whose_turn_it_is(now)]
        known = facts.known(before=now)
        counted = facts.to_count(known, before=now)
    seen = []
    for it in due:
        found = worse(known, counted, it.look, *it.models) if it.models else None
        seen.append((it, seen_in(known, counted, it.look), found))
        work.report(100 * len(seen) // len(due))
    with work.finishing():
        for it, came, found in seen:
            _keep(it, came, _guard(it, found), now)


def is_due() -> bool:
    """Whether there is a model whose turn it is."""
    return bool(whose_turn_it_is(clock.now()))


def whose_turn_it_is(now: datetime) -> list[ScoreRun]:
    """Return the first runs to look back at: of a week ago or more, of which it was not told within a week, nor once
    their time was over.
    """
    return [run for run in to_be_kept() if run.as_of <= now - EVERY and not _is_told(run, since=now - EVERY)]


def to_be_kept() -> list[ScoreRun]:
    """Return the first runs whose time is not over: their scores are kept."""
    return [run for run in selectors.first_runs() if not _is_over(run)]


def _is_over(run: ScoreRun) -> bool:
    told = run.model.hindsight if run.model else None
    return told is not None and told.days >= told.version.horizon_days


def _is_told(run: ScoreRun, *, since: datetime) -> bool:
    told = run.model.hindsight if run.model else None
    return told is not None and told.seen_at > since


def _due(run: ScoreRun, now: datetime) -> Due:
    version = run.model
    assert version is not None
    at = run.caught_up_at or run.as_of  # of whom something came in since, it was said later
    look = Look(
        at=at,
        goal=Goal(tuple(version.target), version.horizon_days),
        days=min((now - at).days, version.horizon_days),
        said=selectors.said_in(run),
        pace=version.report.get("pace", []),
    )
    before = promotion.rolls_back_to(version) if version.state == ModelState.PROMOTED else None
    if before is None or not artefacts.is_sound(version):
        return Due(run, version, look)
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


def _guard(it: Due, worse: Gain | None) -> str:
    """Go back to the model before where that is sure to have been better; say what was seen and done."""
    before = it.before
    if before is None or worse is None or worse.bound <= 0:
        return _all_is_well(it, worse)
    seen = (
        f"In the {it.look.days} days since it first scored, {before.public_id} would have told people apart better: "
        f"log loss lower by {worse.value:.4f} a contact, with {CERTAIN_THAT_WORSE} % certainty by {worse.bound:.4f} or "
        "more."
    )
    version = promotion.locked(it.version)
    if version.state != ModelState.PROMOTED or promotion.rolls_back_to(version) != before:
        return f"{seen} Another model was put in use meanwhile."
    if version.held_at is not None:
        return f"{seen} It is held, so it stays; roll back if you want the one before."
    promotion.roll_back(version, By(sentence=seen))
    return f"{seen} So that one was put in use again."


def _all_is_well(it: Due, worse: Gain | None) -> str:
    if it.version.state != ModelState.PROMOTED:
        return "It was not in use any more, so there was nothing to go back from."
    if it.before is None:
        return "There was no model before it to go back to."
    if worse is None:
        return "Too little came so far to hold it against the model before."
    return (
        f"Nothing says for sure that {it.before.public_id}, which scored before, would have told people apart better."
    )
