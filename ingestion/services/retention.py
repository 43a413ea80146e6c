"""What may not be kept any longer: rows older than their source allows, and acts that were deleted on their platform.

remove ──► remove_rows, a source each ──► batches that are too old, some at a time ──► whoever has nothing left by that
                                     └──► acts of which the platform said that they were deleted ──► likewise

Twice a day. Receipts stay, so that nothing of it lands again; so do batches, with how many rows they had.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Max, Q, QuerySet
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
    Post,
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
# A step ends with whichever of the two comes first: few batches of many rows, or many of few.
ROWS_A_STEP, BATCHES_A_STEP = 20_000, 500
CONTACTS_A_TIME = 1_000
# Of a batch's own rows the last may land as late as this, mended.
LATEST = quarantine.KEPT + DAY
OF_PLATFORMS = (SourceKind.X_API, SourceKind.PLATFORM_API)
# X's developer agreement allows a day; nobody allows less.
PLATFORMS_ALLOW = DAY
BY_MONTH, POSTS = Engagement._meta.db_table, Post._meta.db_table
# What a contact may still have of whom nothing came, the contact last.
WITH_CONTACTS = (Export, LoggedAct, IdentityLink, Contact)

OF_BATCHES = "DELETE FROM {} t WHERE t.tenant_id = %(tenant)s AND t.delivery_id = ANY(%(batches)s) {}"
IN_MONTHS = "AND t.received_at BETWEEN %(first)s AND %(last)s"
# Counts describe their post, and the first that came did it: the description stays as long as any of them. A prospect's
# stays as long as any act on it, too: without it the act would count as one with the brand.
UNNAMED_POSTS = """
DELETE FROM ingestion_post p USING ingestion_delivery b
WHERE p.tenant_id = %(tenant)s AND p.source_id = %(source)s AND b.tenant_id = p.tenant_id AND b.id = p.delivery_id
AND (b.id = ANY(%(batches)s) OR b.removed_at IS NOT NULL)
AND NOT EXISTS (SELECT FROM ingestion_postcount c
    JOIN ingestion_delivery d ON d.tenant_id = c.tenant_id AND d.id = c.delivery_id
    WHERE c.tenant_id = p.tenant_id AND c.post = p.ext_id AND d.source_id = p.source_id)
AND NOT EXISTS (SELECT FROM tenants_channel h
    JOIN ingestion_engagement e ON e.tenant_id = h.tenant_id
    JOIN ingestion_delivery d ON d.tenant_id = e.tenant_id AND d.id = e.delivery_id
    WHERE h.tenant_id = p.tenant_id AND h.id = p.channel_id AND h.role = 'prospect'
    AND e.post = p.ext_id AND d.source_id = p.source_id)
"""
# A link stands as long as the source says anything of either of the two.
UNUSED_LINKS = """
SELECT l.id FROM ingestion_identitylink l
LEFT JOIN ingestion_contact o ON o.tenant_id = l.tenant_id AND o.client_id = l.client_id AND o.key = l.key
WHERE l.tenant_id = %(tenant)s AND l.source_id = %(source)s AND l.ended_at IS NULL AND l.created_at <= %(before)s
AND NOT EXISTS (
    SELECT FROM (
        SELECT e.delivery_id FROM ingestion_engagement e
        WHERE e.tenant_id = l.tenant_id AND e.contact_id IN (l.contact_id, o.id)
        UNION ALL SELECT u.delivery_id FROM ingestion_outcome u
        WHERE u.tenant_id = l.tenant_id AND u.contact_id IN (l.contact_id, o.id)
        UNION ALL SELECT f.delivery_id FROM ingestion_contactfact f
        WHERE f.tenant_id = l.tenant_id AND f.contact_id IN (l.contact_id, o.id)
    ) said JOIN ingestion_delivery b ON b.tenant_id = l.tenant_id AND b.id = said.delivery_id
    WHERE b.source_id = %(source)s)
"""
# Between the acts of one source only: a platform's word counts for what that platform said. Once what it names has
# landed and gone, the word is of no use any more, for nothing of that id lands again.
DELETED_THERE = """
WITH said AS (
    SELECT d.id, d.in_reply_to AS ext_id, d.received_at, d.contact_id FROM ingestion_engagement d
    JOIN ingestion_delivery b ON b.tenant_id = d.tenant_id AND b.id = d.delivery_id
    WHERE d.tenant_id = %(tenant)s AND d.kind = 'delete' AND b.source_id = %(source)s
    AND EXISTS (SELECT FROM ingestion_receipt r WHERE r.tenant_id = d.tenant_id AND r.source_id = %(source)s
        AND r.shape = %(shape)s AND r.ext_id = d.in_reply_to)
), gone AS (
    DELETE FROM ingestion_engagement e USING said, ingestion_delivery b
    WHERE e.tenant_id = %(tenant)s AND e.ext_id = said.ext_id
    AND b.tenant_id = e.tenant_id AND b.id = e.delivery_id AND b.source_id = %(source)s
    RETURNING GREATEST(said.received_at, e.received_at) AS at, e.contact_id, e.target_id
), words AS (
    DELETE FROM ingestion_engagement e USING said
    WHERE e.tenant_id = %(tenant)s AND e.received_at = said.received_at AND e.id = said.id RETURNING e.contact_id
)
SELECT at, contact_id, target_id FROM gone UNION ALL SELECT NULL, contact_id, NULL FROM words
"""
NOTHING_LEFT = """
SELECT c.id FROM ingestion_contact c
WHERE c.tenant_id = %(tenant)s AND c.id = ANY(%(contacts)s) AND c.objected_at IS NULL AND c.erasure_id IS NULL
AND NOT EXISTS (SELECT FROM ingestion_engagement e WHERE e.tenant_id = c.tenant_id AND e.contact_id = c.id)
AND NOT EXISTS (SELECT FROM ingestion_engagement e WHERE e.tenant_id = c.tenant_id AND e.target_id = c.id)
AND NOT EXISTS (SELECT FROM ingestion_outcome o WHERE o.tenant_id = c.tenant_id AND o.contact_id = c.id)
AND NOT EXISTS (SELECT FROM ingestion_contactfact f WHERE f.tenant_id = c.tenant_id AND f.contact_id = c.id)
AND NOT EXISTS (SELECT FROM ingestion_loggedact g
    WHERE g.tenant_id = c.tenant_id AND g.contact_id = c.id AND g.taken_back_at IS NULL)
AND NOT EXISTS (SELECT FROM ingestion_identitylink l WHERE l.tenant_id = c.tenant_id AND l.ended_at IS NULL
    AND (l.contact_id = c.id OR (l.client_id = c.client_id AND l.key = c.key)))
"""
IN_DEFAULT = "SELECT EXISTS (SELECT FROM ingestion_engagement_default WHERE tenant_id = %s)"


def remove(work: jobs.Work) -> None:
    """Have what may not be kept any longer removed, source by source: one that fails keeps no other waiting."""
    with work.finishing():
        for source in selectors.sources().filter(Q(retention_days__isnull=False) | Q(kind__in=OF_PLATFORMS)):
            jobs.enqueue("remove_rows", {"source": source.pk}, parent=work.job)
        _look_into_default()


def remove_rows(work: jobs.Work) -> None:
    """Remove what may not be kept any longer of one source; killed on the way, it goes on with what is left."""
    with work.reading():
        source = selectors.sources().get(pk=work.args["source"])
        since = _last_run(work)
    if source.retention_days:
        _too_old(work, source, since)
    if source.kind in OF_PLATFORMS:
        with work.step(90):
            _deleted_there(work, source)


def due(source: Source, days: int) -> QuerySet[Delivery]:
    """Return the batches of a source whose rows go with the next run if they are kept for so many days, the oldest
    first.
    """
    return Delivery.objects.filter(
        source=source, removed_at__isnull=True, created_at__lte=Now() - timedelta(days=days)
    ).order_by("created_at")


def _last_run(work: jobs.Work) -> datetime:
    """Return when the run before ended. What was to go by then and is here came to be so by a change of its policy."""
    before = Job.objects.filter(kind=work.job.kind, args__source=work.args["source"], state=JobState.DONE)
    return before.aggregate(last=Max("finished_at"))["last"] or clock.now()


def _too_old(work: jobs.Work, source: Source, since: datetime) -> None:
    assert source.retention_days
    kept = timedelta(days=source.retention_days)
    more = True
    while more:
        with work.step(10):
            found = list(due(source, kept.days)[:BATCHES_A_STEP])
            batches = _as_many_as_a_step_takes(found)
            more = len(batches) < len(found) or len(found) == BATCHES_A_STEP
            if batches:
                due_at = max(batches[0].created_at + kept, since) + DAY
                _record(work, source, Why.KEPT_LONG_ENOUGH, _rows_of(source, batches), due_at)
                Delivery.objects.filter(pk__in=[it.pk for it in batches]).update(removed_at=Now())
    with work.step(80):
        before = clock.now() - kept
        bodies = HookBody.objects.filter(hook__source=source, created_at__lte=before).exclude(job__state__in=OPEN)
        gone = {HookBody._meta.db_table: bodies.delete()[0], **_links_of(source, before)}
        _record(work, source, Why.KEPT_LONG_ENOUGH, gone, clock.now() + DAY)


def _as_many_as_a_step_takes(batches: Sequence[Delivery]) -> list[Delivery]:
    taken: list[Delivery] = []
    rows = 0
    for batch in batches:
        taken.append(batch)
        rows += batch.received
        if rows >= ROWS_A_STEP:
            break
    return taken


def _rows_of(source: Source, batches: Sequence[Delivery]) -> dict[str, int]:
    """Remove the rows of some batches, of which the first is the oldest, and whoever has nothing left by that. Return
    how many went, by table.
    """
    # First what was set aside: whoever is mending a row of it is waited for, and what landed so goes too.
    removed = {model._meta.db_table: model._default_manager.filter(delivery__in=batches).delete()[0]
               for model in (Rejection, LoggedAct)}  # fmt: skip
    shapes = {Shape(it.shape) for it in batches}
    values: dict[str, Any] = {
        "tenant": tenant_id_in_force(),
        "source": source.pk,
        "batches": [it.pk for it in batches],
        "first": batches[0].created_at - DAY,
        "last": batches[-1].created_at + LATEST,
    }
    theirs: set[int] = set()
    with connection.cursor() as cursor:
        for shape in sorted(shapes):
            table = TABLES[shape]
            if not table.name or table.name == POSTS:
                continue
            people = {"person": "t.contact_id", "target": "t.target_id"}
            said = ", ".join(people[it] for it in table.people)
            months = IN_MONTHS if table.name == BY_MONTH else ""
            cursor.execute(f"{OF_BATCHES.format(table.name, months)} {said and f'RETURNING {said}'}", values)
            removed[table.name] = cursor.rowcount
            if said:
                theirs |= {contact for row in cursor.fetchall() for contact in row if contact}
        if shapes & {Shape.POSTS, Shape.POST_COUNTS, Shape.ENGAGEMENTS}:
            cursor.execute(UNNAMED_POSTS, values)
            removed[POSTS] = cursor.rowcount
    return _sum(removed, _of_whom_nothing_is_left(source.client_id, theirs))


def _links_of(source: Source, before: datetime) -> dict[str, int]:
    """Remove the source's links of people of whom it says nothing any more, and whoever has nothing left by that."""
    with connection.cursor() as cursor:
        cursor.execute(UNUSED_LINKS, {"tenant": tenant_id_in_force(), "source": source.pk, "before": before})
        unused = IdentityLink.objects.filter(pk__in=[pk for (pk,) in cursor.fetchall()])
    linked = list(unused.values_list("contact_id", "key"))
    others = Contact.objects.filter(client_id=source.client_id, key__in=[bytes(key) for _, key in linked])
    theirs = {contact for contact, _ in linked} | set(others.values_list("pk", flat=True))
    gone, _ = unused.delete()
    return _sum({IdentityLink._meta.db_table: gone}, _of_whom_nothing_is_left(source.client_id, theirs))


def _of_whom_nothing_is_left(client_id: int, candidates: Iterable[int]) -> dict[str, int]:
    """Remove those of some contacts of whom nothing is known any more. Return how many rows went, by table."""
    gone: dict[str, int] = {}
    empty = _empty(candidates)
    if empty:
        tombstones.lock(client_id, tombstones.ALONE)  # nothing about them lands meanwhile
        empty = _empty(empty)
    tables = [*erasing.tables_of("django", "scoring"), *(HELD[model._meta.db_table] for model in WITH_CONTACTS)]
    for start in range(0, len(empty), CONTACTS_A_TIME):
        some = empty[start : start + CONTACTS_A_TIME]
        gone = _sum(gone, {table.name: erasing.erase(table, some) for table in tables})
    return gone


def _empty(contacts: Iterable[int]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(NOTHING_LEFT, {"tenant": tenant_id_in_force(), "contacts": sorted(contacts)})
        return [pk for (pk,) in cursor.fetchall()]


def _deleted_there(work: jobs.Work, source: Source) -> None:
    values = {"tenant": tenant_id_in_force(), "source": source.pk, "shape": Shape.ENGAGEMENTS}
    with connection.cursor() as cursor:
        cursor.execute(DELETED_THERE, values)
        rows = cursor.fetchall()
    if not rows:
        return
    theirs = {contact for _, *both in rows for contact in both if contact}
    gone = _sum({BY_MONTH: len(rows)}, _of_whom_nothing_is_left(source.client_id, theirs))
    oldest = min((at for at, *_ in rows if at), default=clock.now())
    _record(work, source, Why.DELETED_THERE, gone, oldest + PLATFORMS_ALLOW)


def _sum(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {table: one.get(table, 0) + other.get(table, 0) for table in (*one, *other)}


def _record(work: jobs.Work, source: Source, why: Why, removed: Mapping[str, int], due_at: datetime) -> None:
    """Count rows as gone, in the transaction in which they go. due_at: when the oldest of them had to be."""
    if not any(removed.values()):
        return
    if clock.now() > due_at:
        logger.error("%s: rows of %s had to be gone by %s", work, source.public_id, due_at.isoformat())
    of_job, _ = Removal.objects.get_or_create(job=work.job, source=source, why=why, defaults={"due_at": due_at})
    of_job.removed = _sum(of_job.removed, {table: rows for table, rows in removed.items() if rows})
    of_job.due_at = min(of_job.due_at, due_at)
    of_job.save(update_fields=["removed", "due_at"])


def _look_into_default() -> None:
    """Say so where acts landed in no month's partition: nobody made it in time."""
    with connection.cursor() as cursor:
        cursor.execute(IN_DEFAULT, [tenant_id_in_force()])
        [(is_there,)] = cursor.fetchall()
    if is_there:
        logger.error("engagements lie in the default partition; docs/runbook.md says what to do")
