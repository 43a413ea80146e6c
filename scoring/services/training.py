"""Learning anew, and the nightly question whether it is due."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.db.models.functions import Now

from ingestion import selectors as ingested
from scoring import selectors
from scoring.errors import ArtefactRefused
from scoring.learning import artefact
from scoring.learning.labels import HORIZON, TARGET
from scoring.learning.model import Model
from scoring.learning.training import Trained, Verdict, circumstances, train
from scoring.models import Artefact, ModelState, ModelVersion
from scoring.services import facts, forgetting
from tenants.models import Tenant
from tenants.scope import tenant_id_in_force
from tenants.services import clock, jobs
from tenants.services.secret import secret_for

SIGNING = "scoring.artefacts"
# Retraining is due when outcomes have grown by a tenth and by ten at least, and after a month in any case.
GROWTH, LEAST_GROWTH, LONGEST = 0.1, 10, timedelta(days=30)

STATES = {
    Verdict.BEATS_BASELINE: ModelState.PROMOTED,
    Verdict.CANDIDATE: ModelState.CANDIDATE,
    Verdict.FAILED_GATE: ModelState.FAILED_GATE,
    Verdict.BELOW_FLOOR: ModelState.BELOW_FLOOR,
}


def retrain(work: jobs.Work) -> None:
    """Learn from all that may be learnt from, and put the model in use if it is better than recency alone.

    args: as_of, optional: the moment to learn at (ISO 8601); what was known later is not looked at.
    """
    with work.reading():
        erasures = ingested.erasures_asked_for()
        as_of = facts.moment(work.args.get("as_of"))
        known = facts.known(before=as_of, learnable=True)
        outcomes = ingested.outcomes_to_learn_from(TARGET, known_before=as_of)
        left_out = ingested.left_out(known_before=as_of)
        insiders = ingested.insiders_seen()
        on_prospects = ingested.acts_on_prospects(known_before=as_of)
    trained = train(known, as_of, report=lambda share: work.report(round(100 * share)))
    key = secret_for(SIGNING)
    with work.finishing():
        version = ModelVersion(
            state=STATES[trained.verdict],
            sentence=trained.sentence,
            missing=trained.missing,
            as_of=as_of,
            target=list(TARGET),
            horizon_days=HORIZON.days,
            recipe=trained.recipe,
            provisional=trained.is_provisional,
            quality=trained.quality,
            baseline=trained.baseline,
            data=_data(trained, left_out, insiders, on_prospects),
            circumstances=circumstances(),
            outcomes=outcomes,
            artefact=_stored(trained.model, key),
            # Whoever is erased while it learns is in what it has read.
            saw_erased_at=Now() if ingested.erasures_asked_for() != erasures else None,
        )
        if _change_over(version):
            jobs.enqueue("rescore", {"as_of": work.args["as_of"]} if "as_of" in work.args else {})


def _change_over(version: ModelVersion) -> bool:
    """Save a new version, and put it in use if it is to be. Say whether another basis scores from now on.

    A model in use stays until a better one comes, or until it cannot be opened any more. Two trainings take turns here;
    of two, the one that learnt later stays in use.
    """
    Tenant.objects.select_for_update(no_key=True).get(pk=tenant_id_in_force())
    in_use = selectors.model_in_use()
    if version.state == ModelState.PROMOTED and in_use is not None and in_use.as_of > version.as_of:
        version.state = ModelState.CANDIDATE
        version.sentence += " A model that was learnt later is in use."
    is_promoted = version.state == ModelState.PROMOTED
    is_over = in_use is not None and (is_promoted or not opens(in_use))
    if in_use is not None and is_over:
        ModelVersion.objects.filter(pk=in_use.pk).update(state=ModelState.RETIRED, retired_at=Now())
    if is_promoted:
        version.promoted_at = Now()
    version.save()
    return is_promoted or is_over


def _stored(model: Model | None, key: bytes) -> Artefact | None:
    if model is None:
        return None
    made = artefact.seal(model, key)
    stored, _ = Artefact.objects.get_or_create(
        digest=made.digest, defaults={"signature": made.signature, "content": made.content}
    )
    return stored


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


def opened(version: ModelVersion) -> Model:
    """Return the model of a version. Raises ArtefactRefused."""
    stored = version.artefact
    if stored is None:
        raise ArtefactRefused("there is none")
    sealed = artefact.Sealed(bytes(stored.content), bytes(stored.digest), bytes(stored.signature))
    return artefact.opened(sealed, secret_for(SIGNING))


def opens(version: ModelVersion) -> bool:
    """Whether the model of a version is what was stored."""
    try:
        opened(version)
    except ArtefactRefused:
        return False
    return True


def look_after(work: jobs.Work) -> None:
    """The night's work: retrain where it is due, rescore in any case, so that what is old counts as old.

    Scores do not wait for learning, which may fail; a model that is put in use has everybody scored again.
    """
    with work.reading():
        due = is_due()
    with work.finishing():
        forgetting.let_go()
        if due:
            jobs.enqueue("retrain")
        jobs.enqueue("rescore")


def is_due() -> bool:
    """Whether there is more to learn from than the last time, by a tenth and by ten, or that was 30 days ago, or the
    model in use cannot be opened any more, or somebody it learnt from was erased since anything was learnt.
    """
    now = clock.now()
    last = selectors.model_versions().first()
    if last is None or now - last.created_at >= LONGEST:
        return True
    grown = ingested.outcomes_to_learn_from(TARGET, known_before=now) - last.outcomes
    in_use = selectors.model_in_use()
    if grown >= max(LEAST_GROWTH, GROWTH * last.outcomes):
        return True
    return in_use is not None and (not opens(in_use) or _is_to_be_learnt_without(in_use, last))


def _is_to_be_learnt_without(in_use: ModelVersion, last: ModelVersion) -> bool:
    """Whether somebody whom the model in use has seen was erased, and nothing was learnt since."""
    return in_use.saw_erased_at is not None and last.created_at <= in_use.saw_erased_at
