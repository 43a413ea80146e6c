"""What is left of people in scores and models once they object, or are erased.

Models hold no person's data, and yet they have learnt from it. Those that had are marked: the next night retrains
without the person, and what was learnt with them is deleted 30 days after it was marked.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db.models.functions import Now

from ingestion import selectors as ingested
from scoring import selectors
from scoring.models import Artefact, BandChange, ModelState, ModelVersion, RunState, Score, ScoreRun
from scoring.services import promotion, turns
from tenants.services import erasing, jobs

KEPT = timedelta(days=30)


def forget(work: jobs.Work) -> None:
    """Delete the scores of somebody who is being erased, mark the models that had learnt from them, and have the rest
    deleted.
    """
    erasure_id: str = work.args["erasure"]
    with work.reading():
        contacts = ingested.being_erased(erasure_id)
        known = ingested.known_since(contacts)
    with work.finishing():
        _wait_for_runs()
        removed = {table.name: erasing.erase(table, contacts) for table in erasing.tables_of("scoring")}
        args = {"erasure": erasure_id, "removed": removed, "models": _mark(known)}
        jobs.enqueue("clear_person", args, dedupe_key=erasure_id, parent=work.job)


def drop_scores(work: jobs.Work) -> None:
    """Delete the scores of those who have objected to profiling, and what became of them."""
    with work.finishing():
        _wait_for_runs()
        withheld = ingested.withheld()
        for model in (Score, BandChange):
            model._default_manager.filter(contact_id__in=withheld).delete()


def _wait_for_runs() -> None:
    """Whoever writes scores holds their run; once it is ours, they are there, and the next look who is withheld.

    The newest first, as whoever shows a run takes it and then the one before.
    """
    written = ScoreRun.objects.filter(state__in=[RunState.OPEN, RunState.CURRENT])
    list(written.order_by("-id").select_for_update())


def _mark(known: Mapping[str, datetime]) -> list[str]:
    """Mark the models that had learnt from a person of whom something was known since then, by source."""
    turns.take_turns()  # trainings do, too
    stored = ModelVersion.objects.filter(artefact__isnull=False).order_by("id")
    saw = [version for version in stored if has_learnt_from(version, known)]
    unmarked = [version.pk for version in saw if version.saw_erased_at is None]
    ModelVersion.objects.filter(pk__in=unmarked).update(saw_erased_at=Now())
    return [version.public_id for version in saw]


def has_learnt_from(version: ModelVersion, known: Mapping[str, datetime]) -> bool:
    """Whether a model was learnt from a source that had said something of a person by then. What sources were left out
    is written in the version, so it counts what their policy was at the time.
    """
    left_out: Collection[str] = version.data.get("left_out", {})
    return any(since < version.as_of and source not in left_out for source, since in known.items())


def let_go() -> None:
    """Delete what was learnt from people who have been erased, once it was kept for long enough. A model that is still
    in use then is retired, and contacts are ordered by the prior.
    """
    old = selectors.models_that_saw_erased(before=KEPT).filter(artefact__isnull=False)
    artefacts = set(old.values_list("artefact_id", flat=True))
    for version in old.filter(state=ModelState.PROMOTED):
        promotion.retire_erased(version)
    old.update(artefact=None)
    Artefact.objects.filter(pk__in=artefacts, versions__isnull=True).delete()
