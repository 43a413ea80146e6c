"""What may not be kept any longer: rows older than their source allows, and acts that were deleted on their platform.

remove ──► batches that are too old, some at a time ──► whoever has nothing left
      └──► acts of which a platform said that they were deleted

Twice a day. Receipts stay, so that nothing of it lands again; so do batches, with how many rows they had.
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max, QuerySet
from django.db.models.functions import Now

from ingestion import selectors
from ingestion.models import (
    Contact,
    Delivery,
    Engagement,
    Export,
    HookBody,
    IdentityLink,
    LoggedAct,
    Rejection,
    Removal,
    Shape,
    Source,
    SourceKind,
    Why,
)
from ingestion.services import quarantine, tombstones
from ingestion.services.tables import TABLES
from tenants.models import Job, JobState
from tenants.models.held import HELD
from tenants.models.job import OPEN
from tenants.scope import tenant_id_in_force
from tenants.services import clock, erasing, jobs

logger = logging.getLogger(__name__)

DAY = timedelta(days=1)
BATCHES_A_STEP = 20
CONTACTS_A_STEP = 1_000
# Of a batch's own rows the last may land as late as this, mended.
LATEST = quarantine.KEPT + DAY
OF_PLATFORMS = (SourceKind.X_API, SourceKind.PLATFORM_API)
# X's developer agreement allows a day; nobody allows less.
PLATFORMS_ALLOW = DAY

BY_MONTH = Engagement._meta.db_table
# What a contact may still have of whom nothing came, the contact last.
WITH_CONTACTS = (Export, IdentityLink, Contact)

# Between the acts of one source only: a platform's word counts for what that platform said.
DELETED_THERE = """
WITH said AS (
    SELECT d.in_reply_to AS ext_id, min(d.received_at) AS at FROM ingestion_engagement d
    JOIN ingestion_delivery b ON b.tenant_id = d.tenant_id AND b.id = d.delivery_id
    WHERE d.tenant_id = %(tenant)s AND d.kind = 'delete' AND b.source_id = %(source)s GROUP BY 1
), gone AS (
    DELETE FROM ingestion_engagement e USING said, ingestion_delivery b
    WHERE e.tenant_id = %(tenant)s AND e.ext_id = said.ext_id
    AND b.tenant_id = e.tenant_id AND b.id = e.delivery_id AND b.source_id = %(source)s
    RETURNING GREATEST(said.at, e.received_at) AS at
)
SELECT count(*), min(at) FROM gone
"""
NOTHING_LEFT = """
SELECT c.id FROM ingestion_contact c
WHERE c.tenant_id = %(tenant)s AND c.client_id = %(client)s AND c.created_at <= %(before)s
AND c.objected_at IS NULL AND c.erasure_id IS NULL
AND NOT EXISTS (SELECT FROM ingestion_engagement e WHERE e.tenant_id = c.tenant_id AND e.contact_id = c.id)
AND NOT EXISTS (SELECT FROM ingestion_engagement e WHERE e.tenant_id = c.tenant_id AND e.target_id = c.id)
AND NOT EXISTS (SELECT FROM ingestion_outcome o WHERE o.tenant_id = c.tenant_id AND o.contact_id = c.id)
AND NOT EXISTS (SELECT FROM ingestion_contactfact f WHERE f.tenant_id = c.tenant_id AND f.contact_id = c.id)
AND NOT EXISTS (SELECT FROM ingestion_loggedact g WHERE g.tenant_id = c.tenant_id AND g.contact_id = c.id)
AND NOT EXISTS (SELECT FROM ingestion_identitylink l WHERE l.tenant_id = c.tenant_id AND l.ended_at IS NULL
    AND (l.contact_id = c.id OR (l.client_id = c.client_id AND l.key = c.key)))
ORDER BY c.id LIMIT %(most)s
"""
IN_DEFAULT = "SELECT EXISTS (SELECT FROM ingestion_engagement_default WHERE tenant_id = %s)"


def remove(work: jobs.Work) -> None:
    """Remove what may not be kept any longer, source by source; killed on the way, it goes on with what is left."""
    with work.reading():
        sources = list(selectors.sources())
        since = _last_run(work)
    for number, source in enumerate(sources):
        progress = 100 * number // len(sources)
        if source.retention_days:
            _too_old(work, source, since, progress)
        if source.kind in OF_PLATFORMS:
            with work.step(progress):
                _deleted_there(work, source)
    with work.finishing():
        _look_into_default()


def due(source: Source, days: int) -> QuerySet[Delivery]:
    """Return the batches of a source whose rows go with the next run if they are kept for so many days, the oldest
    first.
    """
    return Delivery.objects.filter(
        source=source, removed_at__isnull=True, created_at__lte=Now() - timedelta(days=days)
    ).order_by("created_at")


def _last_run(work: jobs.Work) -> datetime:
    """Return when the run before ended. What was to go by then and is here came to be so by a change of its policy."""
    ended = Job.objects.filter(kind=work.job.kind, state=JobState.DONE).aggregate(last=Max("finished_at"))["last"]
    return ended or clock.now()


def _too_old(work: jobs.Work, source: Source, since: datetime, progress: int) -> None:
    assert source.retention_days
    kept = timedelta(days=source.retention_days)
    more = True
    while more:
        with work.step(progress):
            batches = list(due(source, kept.days)[:BATCHES_A_STEP])
            more = len(batches) == BATCHES_A_STEP
            if batches:
                due_at = max(batches[0].created_at + kept, since) + DAY
                _record(work, source, Why.KEPT_LONG_ENOUGH, _rows_of(batches), due_at)
                Delivery.objects.filter(pk__in=[it.pk for it in batches]).update(removed_at=Now())
    with work.step(progress):
        before = clock.now() - kept
        links = IdentityLink.objects.filter(source=source, ended_at__isnull=True, created_at__lte=before)
        bodies = HookBody.objects.filter(hook__source=source, created_at__lte=before).exclude(job__state__in=OPEN)
        for model, rows in ((IdentityLink, links), (HookBody, bodies)):
            oldest = rows.order_by("created_at").values_list("created_at", flat=True).first()
            if oldest:
                gone = {model._meta.db_table: rows.delete()[0]}
                _record(work, source, Why.KEPT_LONG_ENOUGH, gone, max(oldest + kept, since) + DAY)
    more = True
    while more:
        with work.step(progress):
            more = _of_whom_nothing_is_left(work, source, before) == CONTACTS_A_STEP


def _rows_of(batches: Sequence[Delivery]) -> dict[str, int]:
    """Remove the rows of some batches, of which the first is the oldest. Return how many, by table."""
    # First what was set aside: whoever is mending a row of it is waited for, and what landed so goes too.
    set_aside, _ = Rejection.objects.filter(delivery__in=batches).delete()
    logged, _ = LoggedAct.objects.filter(delivery__in=batches).delete()
    removed = {Rejection._meta.db_table: set_aside, LoggedAct._meta.db_table: logged}
    shapes = {Shape(it.shape) for it in batches}
    if Shape.POST_COUNTS in shapes:  # they describe their posts
        shapes.add(Shape.POSTS)
    values: dict[str, Any] = {
        "tenant": tenant_id_in_force(),
        "batches": [it.pk for it in batches],
        "first": batches[0].created_at - DAY,
        "last": batches[-1].created_at + LATEST,
    }
    with connection.cursor() as cursor:
        for name in sorted({TABLES[shape].name for shape in shapes} - {""}):
            months = "AND received_at BETWEEN %(first)s AND %(last)s" if name == BY_MONTH else ""
            cursor.execute(
                f"DELETE FROM {name} WHERE tenant_id = %(tenant)s AND delivery_id = ANY(%(batches)s) {months}", values
            )
            removed[name] = cursor.rowcount
    return removed


def _of_whom_nothing_is_left(work: jobs.Work, source: Source, before: datetime) -> int:
    """Remove some of the contacts that came before a moment and of whom nothing is known any more. Return how many."""
    tombstones.lock(source.client_id, tombstones.ALONE)  # nothing about them lands meanwhile
    values: dict[str, Any] = {
        "tenant": tenant_id_in_force(),
        "client": source.client_id,
        "before": before,
        "most": CONTACTS_A_STEP,
    }
    with connection.cursor() as cursor:
        cursor.execute(NOTHING_LEFT, values)
        contacts = [pk for (pk,) in cursor.fetchall()]
    if contacts:
        tables = [*erasing.tables_of("django", "scoring"), *(HELD[model._meta.db_table] for model in WITH_CONTACTS)]
        gone = {table.name: erasing.erase(table, contacts) for table in tables}
        _record(work, source, Why.KEPT_LONG_ENOUGH, gone, clock.now() + DAY)
    return len(contacts)


def _deleted_there(work: jobs.Work, source: Source) -> None:
    with connection.cursor() as cursor:
        cursor.execute(DELETED_THERE, {"tenant": tenant_id_in_force(), "source": source.pk})
        acts, oldest = cursor.fetchone()
    if acts:
        _record(work, source, Why.DELETED_THERE, {BY_MONTH: acts}, oldest + PLATFORMS_ALLOW)


def _record(work: jobs.Work, source: Source, why: Why, removed: Mapping[str, int], due_at: datetime) -> None:
    """Count rows as gone, in the transaction in which they go. due_at: when the oldest of them had to be."""
    if clock.now() > due_at:
        logger.error("%s: rows of %s had to be gone by %s", work, source.public_id, due_at.isoformat())
    of_job, _ = Removal.objects.get_or_create(job=work.job, source=source, why=why, defaults={"due_at": due_at})
    for table, rows in removed.items():
        if rows:
            of_job.removed[table] = of_job.removed.get(table, 0) + rows
    of_job.due_at = min(of_job.due_at, due_at)
    of_job.save(update_fields=["removed", "due_at"])


def _look_into_default() -> None:
    """Say so where acts landed in no month's partition: nobody made it in time."""
    with connection.cursor() as cursor:
        cursor.execute(IN_DEFAULT, [tenant_id_in_force()])
        [(is_there,)] = cursor.fetchall()
    if is_there:
        logger.error("engagements lie in the default partition; docs/runbook.md says what to do")
