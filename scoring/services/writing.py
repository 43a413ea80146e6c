"""Scores into their table: staged by COPY, and from there into a run, with what became of their bands."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from ingestion import selectors as ingested
from scoring.learning.scoring import Scores
from scoring.models import Score, ScoreRun
from tenants.scope import tenant_id_in_force
from tenants.services.staging import stage_lines

COLUMNS = {
    "contact_id": "bigint",
    "probability": "float8",
    "low": "float8",
    "high": "float8",
    "points": "float8",
    "lift": "float8",
    "band": "text",
    "rank": "float8",
    "stage": "text",
    "trend": "text",
    "customer": "bool",
    "step": "smallint",
    "step_since": "timestamptz",
    "step_due_at": "timestamptz",
    "moment": "smallint",
    "moment_at": "timestamptz",
    "step_values": "jsonb",
    "moment_values": "jsonb",
    "reasons": "jsonb",
    "discounts": "jsonb",
}
NAMES = ", ".join(f'"{name}"' for name in COLUMNS)
# In the order of pages, so that a page lies together.
INSERT = f"""
INSERT INTO scoring_score (tenant_id, run_id, client_id, as_of, {NAMES})
SELECT %(tenant)s, %(run)s, %(client)s, %(as_of)s, {NAMES} FROM scored
ORDER BY COALESCE(probability, points) DESC, contact_id
"""
BAND_CHANGE = """
INSERT INTO scoring_bandchange (tenant_id, contact_id, run_id, at, was, became, lift)
SELECT %(tenant)s, n.contact_id, %(run)s, %(as_of)s, {was}, n.band, n.lift
FROM {scores} n
JOIN scoring_score o ON o.tenant_id = %(tenant)s AND o.run_id = %(before)s AND o.contact_id = n.contact_id
WHERE {which} AND n.band <> {was} AND n.band <> '' AND o.band <> ''
ON CONFLICT DO NOTHING
"""
# Whoever was scored later than the new run was made is scored anew at once: that their band was back meanwhile is no
# change.
OF_RUN = BAND_CHANGE.format(
    scores="scoring_score",
    was="o.band",
    which="n.tenant_id = %(tenant)s AND n.run_id = %(run)s AND (o.as_of IS NULL OR o.as_of <= %(as_of)s)",
)
TOLD = """COALESCE((SELECT b.became FROM scoring_bandchange b WHERE b.tenant_id = %(tenant)s
AND b.contact_id = n.contact_id ORDER BY b.at DESC LIMIT 1), o.band)"""
WITHIN_RUN = BAND_CHANGE.format(scores="scored", was=TOLD, which="true")


def write(scores: Scores, run: ScoreRun, client_id: int) -> int:
    """Write the scores of all of a client's contacts into a run; return how many.

    But of those who have objected or are being erased since they were read: whoever writes holds the run.
    """
    with connection.cursor() as cursor:
        _stage(cursor, scores, client_id)
        return _insert(cursor, run, client_id, as_of=None)


def write_anew(scores: Scores, run: ScoreRun, client_id: int, contact_ids: Collection[int], as_of: datetime) -> int:
    """Put the scores of some people, who are all these contacts, in the place of theirs in the current run, likewise.

    Return by how many the run has grown.
    """
    with connection.cursor() as cursor:
        _stage(cursor, scores, client_id)
        cursor.execute(WITHIN_RUN, _values(run, run, as_of))
        gone, _ = Score.objects.filter(run=run, contact_id__in=contact_ids).delete()
        return _insert(cursor, run, client_id, as_of=as_of) - gone


def note_changes(run: ScoreRun, before: ScoreRun) -> None:
    """Note whose band is another in a run than in the one before."""
    with connection.cursor() as cursor:
        # Of rows that were written just now the planner knows nothing, and takes a loop within a loop for quick.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(OF_RUN, _values(run, before, run.as_of))
        cursor.execute("SET LOCAL enable_nestloop = on")


def _values(run: ScoreRun, before: ScoreRun, as_of: datetime) -> dict[str, Any]:
    return {"tenant": tenant_id_in_force(), "run": run.pk, "before": before.pk, "as_of": as_of}


def _stage(cursor: CursorWrapper, scores: Scores, client_id: int) -> None:
    told = scores.without(ingested.withheld(client_id))
    stage_lines(cursor, "scored", COLUMNS, told.lines(["person", *list(COLUMNS)[1:]]))


def _insert(cursor: CursorWrapper, run: ScoreRun, client_id: int, *, as_of: datetime | None) -> int:
    cursor.execute(INSERT, {"tenant": tenant_id_in_force(), "run": run.pk, "client": client_id, "as_of": as_of})
    written: int = cursor.rowcount
    return written
