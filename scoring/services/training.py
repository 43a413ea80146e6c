"""Learning anew, and the nightly question whether it is due."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.db.models.functions import Now

from ingestion import selectors as ingested
from scoring import selectors
from scoring.errors import ArtefactRefused
from scoring.learning.circumstances import circumstances
from scoring.learning.labels import Goal
from scoring.learning.model import Model
from scoring.learning.training import Trained, Verdict, train
from scoring.models import ModelState, ModelVersion
from scoring.services import artefacts, catching_up, facts, forgetting, hindsight, promotion
from scoring.services.aims import aim, goal_of
from tenants.models import Client
from tenants.services import clock, jobs

# Retraining is due when outcomes have grown by a tenth and by ten at least, and after a month in any case.
GROWTH, LEAST_GROWTH, LONGEST = 0.1, 10, timedelta(days=30)

STATES = {
    Verdict.BETTER: ModelState.PROMOTED,
    Verdict.CANDIDATE: ModelState.CANDIDATE,
    Verdict.FAILED_GATE: ModelState.FAILED_GATE,
    Verdict.BELOW_FLOOR: ModelState.BELOW_FLOOR,
}


def retrain(work: jobs.Work) -> None:
    """Learn from all that may be learnt from, and put the model in use if it is good enough.

    args: as_of, optional: the moment to learn at (ISO 8601); what was known later is not looked at.
    """
    with work.reading():
        erasures = ingested.erasures_asked_for()
        as_of = facts.moment(work.args.get("as_of"))
        goal = aim()
        champion = _champion(goal)
        known = facts.known(before=as_of, learnable=True)
        outcomes = ingested.outcomes_to_learn_from(goal.kinds, known_before=as_of)
        left_out = ingested.left_out(known_before=as_of)
        insiders = ingested.insiders_seen()
        on_prospects = ingested.acts_on_prospects(known_before=as_of)
        clients = dict(Client.objects.values_list("pk", "public_id"))
        sources = {source.pk: f"“{source.name}” ({source.public_id})" for source in ingested.sources()}
    trained = train(known, as_of, goal=goal, champion=champion, report=lambda share: work.report(round(100 * share)))
    key = artefacts.key()
    with work.finishing():
        version = ModelVersion(
            state=STATES[trained.verdict],
            sentence=_sentence(trained, sources),
            missing=trained.missing,
            as_of=as_of,
            target=list(goal.kinds),
            horizon_days=goal.days,
            recipe=trained.recipe,
            provisional=trained.is_provisional,
            quality=trained.quality,
            baseline=trained.baseline,
            report=_named(trained.report, clients),
            data=_data(trained, left_out, insiders, on_prospects),
            circumstances=circumstances(),
            outcomes=outcomes,
            artefact=artefacts.stored(trained.model, key),
            # Whoever is erased while it learns is in what it has read.
            saw_erased_at=Now() if ingested.erasures_asked_for() != erasures else None,
        )
        if promotion.change_over(version):
            jobs.enqueue("rescore", {"as_of": work.args["as_of"]} if "as_of" in work.args else {})


def _champion(goal: Goal) -> Model | None:
    """Return the model that a new one has to stand up to: the one in use, if it tells the same and can be opened."""
    in_use = selectors.model_in_use()
    if in_use is None or goal_of(in_use) != goal:
        return None
    try:
        return artefacts.opened(in_use)
    except ArtefactRefused:
        return None


def _sentence(trained: Trained, sources: Mapping[int, str]) -> str:
    """Return the verdict in words, with the source that most of what is odd came from."""
    if trained.suspect is None:
        return trained.sentence
    return f"{trained.sentence} Most of theirs came from the source {sources[trained.suspect]}."


def _named(report: dict[str, Any], clients: Mapping[int, str]) -> dict[str, Any]:
    """Return the tables with clients by their public ids."""
    if "clients" not in report:
        return report
    return {**report, "clients": {clients[int(number)]: told for number, told in report["clients"].items()}}


def _data(trained: Trained, left_out: dict[str, dict[str, int]], insiders: int, on_prospects: int) -> dict[str, Any]:
    parts = asdict(trained.split) if trained.split else {}
    windows = {part: [it.isoformat() for it in at] if part == "fit" else at.isoformat() for part, at in parts.items()}
    return {
        "windows": windows,
        "rows": trained.rows,
        "positives": trained.positives,
        "log_loss": trained.log_loss,
        "left_out": left_out,
        "insiders_left_out": insiders,
        "acts_on_prospects_left_out": on_prospects,
    }


def look_after(work: jobs.Work) -> None:
    """The night's work: retrain where it is due, look back where it is, rescore in any case, so that what is old counts
    as old.

    Scores do not wait for learning, which may fail; a model that is put in use has everybody scored again.
    """
    with work.reading():
        due, looks_back = is_due(), hindsight.is_due()
    with work.finishing():
        forgetting.let_go()
        catching_up.forget_changes()
        if due:
            jobs.enqueue("retrain")
        if looks_back:
            jobs.enqueue("look_back")
        jobs.enqueue("rescore")


def is_due() -> bool:
    """Whether there is more to learn from than the last time, by a tenth and by ten, or that was 30 days ago, or
    something else is to be told, or the model in use cannot be opened any more, or somebody it learnt from was erased
    since anything was learnt.
    """
    now = clock.now()
    last = selectors.model_versions().first()
    if last is None or now - last.created_at >= LONGEST:
        return True
    goal = aim()
    if goal_of(last) != goal:
        return True
    grown = ingested.outcomes_to_learn_from(goal.kinds, known_before=now) - last.outcomes
    in_use = selectors.model_in_use()
    if grown >= max(LEAST_GROWTH, GROWTH * last.outcomes):
        return True
    return in_use is not None and (not artefacts.is_sound(in_use) or _is_to_be_learnt_without(in_use, last))


def _is_to_be_learnt_without(in_use: ModelVersion, last: ModelVersion) -> bool:
    """Whether somebody whom the model in use has seen was erased, and nothing was learnt since."""
    return in_use.saw_erased_at is not None and last.created_at <= in_use.saw_erased_at
