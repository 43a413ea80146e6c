"""Scoring all contacts, client by client, and showing the result at once.

    rescore ──► ScoreRun ──► score_client, one a client ──► Scores ──┐ with the last client
                                                                     ▼
                                       forget_run ◄── the run before is past, this one current

A client is scored in one transaction, so a job that is killed leaves nothing half done; readers see the current run and
nothing of any other. A run that an older one overtook is never shown.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models.functions import Now

from ingestion import selectors as ingested
from scoring import selectors
from scoring.features.matrix import matrix
from scoring.learning import prior
from scoring.learning.scoring import Scores, score
from scoring.models import RunState, Score, ScoreRun
from scoring.services import artefacts, facts
from tenants.models import Tenant
from tenants.scope import tenant_id_in_force
from tenants.services import jobs
from tenants.services.staging import stage

# Two nights: if one run does not come about, the scores of the night before may still be used.
GOOD_FOR = timedelta(hours=48)
COLUMNS = {
    "contact_id": "bigint",
    "probability": "float8",
    "low": "float8",
    "high": "float8",
    "points": "float8",
    "lift": "float8",
    "band": "text",
    "rank": "float8",
    "position": "integer",
    "stage": "text",
    "trend": "text",
    "reasons": "jsonb",
    "discounts": "jsonb",
}
NAMES = ", ".join(f'"{name}"' for name in COLUMNS)
INSERT = f"""
INSERT INTO scoring_score (tenant_id, run_id, client_id, {NAMES})
SELECT %(tenant)s, %(run)s, %(client)s, {NAMES} FROM scored ORDER BY position
"""


def rescore(work: jobs.Work) -> None:
    """Begin a run over all clients with contacts. args: as_of, optional: the moment the scores are to speak of."""
    with work.reading():
        as_of = facts.moment(work.args.get("as_of"))
        model = selectors.model_in_use()
        clients = ingested.clients_with_contacts()
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


def score_client(work: jobs.Work) -> None:
    """Score one client's contacts. With the last client the run is shown."""
    client_id: int = work.args["client"]
    with work.reading():
        run = ScoreRun.objects.select_related("model__artefact").get(public_id=work.args["run"])
        known = facts.known(before=run.as_of, client_id=client_id)
        model = artefacts.opened(run.model) if run.model else None
    attributes = model.attributes if model else ()
    scores = score(matrix(known, run.as_of, attributes), model)
    with work.finishing():
        # Locked to the end, so that of two last clients one is the last.
        run = ScoreRun.objects.select_for_update().get(pk=run.pk)
        if run.state != RunState.OPEN:
            return  # overtaken: nobody will look
        written = _write(scores, run, client_id)
        run.clients_done, run.contacts = run.clients_done + 1, run.contacts + written
        run.save(update_fields=["clients_done", "contacts"])
        if run.clients_done == run.clients:
            _show(run)


def _write(scores: Scores, run: ScoreRun, client_id: int) -> int:
    """Write the scores, but of those who have objected or are being erased since they were read; return how many."""
    withheld = ingested.withheld(client_id)
    with connection.cursor() as cursor:
        stage(cursor, "scored", COLUMNS, (row for row in _rows(scores) if row[0] not in withheld))
        cursor.execute(INSERT, {"tenant": tenant_id_in_force(), "run": run.id, "client": client_id})
        written: int = cursor.rowcount
    return written


def _rows(scores: Scores) -> Iterator[tuple[Any, ...]]:
    figures = scores.table.select("person", *list(COLUMNS)[1:-2]).iter_rows()
    for figure, reasons, discounts in zip(figures, scores.reasons, scores.discounts, strict=True):
        yield (*figure, json.dumps(reasons), json.dumps(discounts))


def _show(run: ScoreRun) -> None:
    """Make a whole run the current one, unless a newer one is; runs before it are overtaken, whole or not.

    Two runs that end at once take turns here. (A lock that does not hold up those who add rows to the agency.)
    """
    Tenant.objects.select_for_update(no_key=True).get(pk=run.tenant_id)
    if ScoreRun.objects.filter(state=RunState.CURRENT, as_of__gt=run.as_of).exists():
        _end(run, RunState.OVERTAKEN)
        return
    for before in ScoreRun.objects.filter(state=RunState.CURRENT):
        _end(before, RunState.PAST)
    ScoreRun.objects.filter(pk=run.pk).update(state=RunState.CURRENT, completed_at=Now())
    # One whose client is just being written finds out by itself.
    for late in ScoreRun.objects.filter(state=RunState.OPEN, as_of__lt=run.as_of).select_for_update(skip_locked=True):
        _end(late, RunState.OVERTAKEN)


def _end(run: ScoreRun, state: RunState) -> None:
    ScoreRun.objects.filter(pk=run.pk).update(state=state)
    jobs.enqueue("forget_run", {"run": run.public_id}, dedupe_key=run.public_id)


def forget_run(work: jobs.Work) -> None:
    """Delete the scores of a run that is not shown any more; the run itself stays as a record."""
    with work.finishing():
        Score.objects.filter(run__public_id=work.args["run"]).exclude(
            run__state__in=[RunState.OPEN, RunState.CURRENT]
        ).delete()
