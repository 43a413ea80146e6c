"""Scoring all contacts, client by client, and showing the result at once.

    rescore ──► ScoreRun ──► score_client, one a client ──► Scores ──┐ with the last client
                                                                     ▼
                                       forget_run ◄── the run before is past, this one current

A client is scored in one transaction, so a job that is killed leaves nothing half done; readers see the current run and
nothing of any other. A run that an older one overtook is never shown.
"""

from datetime import timedelta
from typing import Any

from django.db.models.functions import Now

from ingestion import selectors as ingested
from scoring import selectors
from scoring.features.history import currencies
from scoring.features.matrix import matrix, rows_of, seen
from scoring.features.today import today
from scoring.learning import drift, prior
from scoring.learning.scoring import score
from scoring.learning.yardstick import thinned
from scoring.models import ClientRun, RunState, Score, ScoreRun
from scoring.services import artefacts, catching_up, facts, hindsight, turns, writing
from tenants import selectors as tenants
from tenants.services import jobs

# Two nights: if one run does not come about, the scores of the night before may still be used.
GOOD_FOR = timedelta(hours=48)


def rescore(work: jobs.Work) -> None:
    """Begin a run over all clients with contacts. args: as_of, optional: the moment the scores are to speak of.

    Raises ArtefactRefused where the model in use cannot be opened; another is learnt then.
    """
    with work.reading():
        as_of = facts.moment(work.args.get("as_of"))
        model = selectors.model_in_use()
        clients = ingested.clients_with_contacts()
    if model is not None and not artefacts.is_sound(model):
        with work.step(0):
            _learn_anew()
        artefacts.require_sound(model)
    with work.finishing():
        run = ScoreRun.objects.create(
            as_of=as_of,
            expires_at=as_of + GOOD_FOR,
            model=model,
            prior_version=prior.VERSION if model is None else None,
            job=work.job,
            clients=len(clients),
        )
        for client_id in clients:
            jobs.enqueue("score_client", {"run": run.public_id, "client": client_id}, parent=work.job)
        if not clients:
            _show(run)


def _learn_anew() -> None:
    if tenants.at_work("retrain") is None:
        jobs.enqueue("retrain")


def score_client(work: jobs.Work) -> None:
    """Score one client's contacts. With the last client the run is shown."""
    client_id: int = work.args["client"]
    with work.reading():
        run = ScoreRun.objects.select_related("model__artefact").get(public_id=work.args["run"])
        known = facts.known(before=run.as_of, client_id=client_id)
        model = artefacts.opened(run.model) if run.model else None
        # What a model is calibrated on has nothing of sources that may not be learnt from.
        learnable = facts.learnable_of(known, before=run.as_of, client_id=client_id) if model else known
    attributes, main = model.attributes if model else (), currencies(known, run.as_of)["main"].to_list()
    there, apart = seen(known, run.as_of), None if learnable is known else learnable
    del known, learnable  # of a large client, as much as everything else together
    rows = rows_of(there, attributes)
    scores = score(rows, model).beside(today(there, rows, run.as_of))
    spread = drift.counts(rows if apart is None else matrix(apart, run.as_of, attributes), _reference(run))
    against = thinned(scores.yardstick)
    with work.finishing():
        # Locked to the end, so that of two last clients one is the last.
        run = ScoreRun.objects.select_for_update().get(pk=run.pk)
        if run.state != RunState.OPEN:
            return  # overtaken: nobody will look
        ClientRun.objects.create(
            run=run,
            client_id=client_id,
            mean=against.mean,
            worths=against.worths.tolist(),
            ranks=against.ranks.tolist(),
            currency=main[0] if main else None,
            spread=spread,
        )
        written = writing.write(scores, run, client_id)
        run.clients_done, run.contacts = run.clients_done + 1, run.contacts + written
        run.save(update_fields=["clients_done", "contacts"])
        if run.clients_done == run.clients:
            _show(run)


def _show(run: ScoreRun) -> None:
    """Make a whole run the current one, unless a newer one is; runs before it are overtaken, whole or not."""
    turns.take_turns()  # for two runs may end at once
    if ScoreRun.objects.filter(state=RunState.CURRENT, as_of__gt=run.as_of).exists():
        _end(run, RunState.OVERTAKEN)
        return
    is_behind = False
    # Held until its people's new scores are in it, if that is being done just now.
    for before in ScoreRun.objects.filter(state=RunState.CURRENT).select_for_update():
        is_behind = before.scores.filter(as_of__gt=run.as_of).exists()
        writing.note_changes(run, before)
        _end(before, RunState.PAST)
    ScoreRun.objects.filter(pk=run.pk).update(state=RunState.CURRENT, completed_at=Now(), drift=_drift(run))
    # One whose client is just being written finds out by itself.
    for late in ScoreRun.objects.filter(state=RunState.OPEN, as_of__lt=run.as_of).select_for_update(skip_locked=True):
        _end(late, RunState.OVERTAKEN)
    catching_up.keep_up(at_once=is_behind)


def _drift(run: ScoreRun) -> list[dict[str, Any]] | None:
    """Return in what people look otherwise than in the window that the run's model was calibrated on, which began a
    horizon before it was learnt; None where there is nothing to hold them against.
    """
    if run.model is None or not _reference(run):
        return None
    after = 1 + (run.as_of - run.model.as_of) / timedelta(days=run.model.horizon_days)
    return drift.moved(_reference(run), drift.together(run.parts.values_list("spread", flat=True)), after=after)


def _reference(run: ScoreRun) -> dict[str, Any]:
    """Return what people were like when the run's model was calibrated; of the prior there is nothing to tell."""
    return run.model.report.get("reference", {}) if run.model else {}


def _end(run: ScoreRun, state: RunState) -> None:
    ScoreRun.objects.filter(pk=run.pk).update(state=state)
    jobs.enqueue("forget_run", {"run": run.public_id}, dedupe_key=run.public_id)


def forget_run(work: jobs.Work) -> None:
    """Delete the scores of a run that is not shown any more; the run itself stays as a record.

    The scores of a model's first run stay until it is known what came of them.
    """
    with work.finishing():
        run = ScoreRun.objects.get(public_id=work.args["run"])
        if run.state in (RunState.OPEN, RunState.CURRENT):
            return
        ClientRun.objects.filter(run=run).delete()
        if run not in hindsight.to_be_kept():
            Score.objects.filter(run=run).delete()
