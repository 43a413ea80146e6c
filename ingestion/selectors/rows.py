"""What came in, as rows to be shown."""

import re
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import TruncHour

from ingestion.errors import UnknownSource
from ingestion.models import (
    Automation,
    Campaign,
    Contact,
    Counted,
    Delivery,
    Engagement,
    FileImport,
    Hook,
    IdentityLink,
    LoggedAct,
    Outcome,
    Poll,
    Rejection,
    Removal,
    Source,
    Vendor,
)
from tenants.models import Job
from tenants.models.job import STOPPED
from tenants.models.owned import PUBLIC_ID

VERDICTS = """
WITH pieces AS (SELECT * FROM ingestion_delivery WHERE tenant_id = %(tenant)s AND file_id = %(file)s)
SELECT place, 'duplicate', 'duplicate' FROM pieces, unnest(duplicate_rows) AS place
UNION ALL SELECT place, 'erased', 'erased_subject' FROM pieces, unnest(erased_rows) AS place
UNION ALL SELECT r.index, 'quarantined', r.code FROM pieces p
JOIN ingestion_rejection r ON r.tenant_id = p.tenant_id AND r.delivery_id = p.id
ORDER BY 1
"""


def sources() -> QuerySet[Source]:
    """Return where the agency's rows come from."""
    return Source.objects.select_related("client")


def removals() -> QuerySet[Removal]:
    """Return what was removed because it may not be kept any longer."""
    return Removal.objects.select_related("source__client", "job")


def source(public_id: str) -> Source:
    """Return one source. Raises UnknownSource."""
    found = sources().filter(public_id=public_id).first() if re.fullmatch(PUBLIC_ID, public_id) else None
    if found is None:
        raise UnknownSource
    return found


def deliveries() -> QuerySet[Delivery]:
    """Return the batches that were received."""
    return Delivery.objects.select_related("source", "file")


def by_hour(batches: QuerySet[Delivery]) -> QuerySet[Any]:
    """Return how many batches and rows came in, by hour (UTC), source (public id) and shape, the oldest first: named
    tuples.

    Rows count in the hour in which their batch was received, under the verdict that they have now. An hour in which
    nothing came in is not in it.
    """
    parts = ("hour", "source__public_id", "shape")
    sums = {"batches": Count("id"), **{name: Sum(name) for name in Counted.NAMES}}
    grouped = batches.annotate(hour=TruncHour("created_at", tzinfo=UTC)).values(*parts).order_by(*parts)
    lines: QuerySet[Any] = grouped.annotate(**sums).values_list(*parts, *sums, named=True)
    return lines


def rejections() -> QuerySet[Rejection]:
    """Return the rows that were set aside."""
    return Rejection.objects.select_related("delivery")


def by_batch(rows: QuerySet[Rejection]) -> list[tuple[int, int]]:
    """Return the batches (by row number) that rows are of, with how many of each."""
    counted = rows.order_by("delivery_id").values_list("delivery_id").annotate(count=Count("id"))
    return list(counted.values_list("delivery_id", "count"))


def imports() -> QuerySet[FileImport]:
    """Return the files that were handed over, each with the first of its jobs that will not go on by itself."""
    of_file = Q(pk=OuterRef("job_id")) | Q(parent_id=OuterRef("job_id"))
    stopped = Job.objects.filter(of_file, state__in=STOPPED).order_by("id").values("public_id")[:1]
    return FileImport.objects.select_related("source", "job").annotate(stopped_by=Subquery(stopped))


def stopped_pieces(file: FileImport) -> list[Job]:
    """Return the jobs of a file that will not go on by themselves."""
    jobs = Job.objects.filter(Q(pk=file.job_id) | Q(parent_id=file.job_id))
    return list(jobs.filter(state__in=STOPPED).order_by("id"))


def reasons_set_aside(file: FileImport) -> list[tuple[str, int]]:
    """Return why rows of a file were set aside, with how many, the most frequent first."""
    of_file = rejections().filter(delivery__file=file).order_by()
    return list(of_file.values_list("code").annotate(count=Count("id")).order_by("-count", "code"))


def verdicts(file: FileImport) -> Iterator[tuple[int, str, str]]:
    """Yield the rows of a file that were here before, are set aside or were dropped: place (from 0), verdict, code."""
    with connection.chunked_cursor() as cursor:  # a file may have a million
        cursor.execute(VERDICTS, {"tenant": file.tenant_id, "file": file.pk})
        yield from cursor


def campaigns() -> QuerySet[Campaign]:
    """Return what clients had done to be seen."""
    return Campaign.objects.select_related("client")


def vendors() -> QuerySet[Vendor]:
    """Return from whom clients bought attention."""
    return Vendor.objects.select_related("client")


def done_between(
    start: datetime, end: datetime, *, clients: Collection[int]
) -> QuerySet[Any, tuple[int, str, str, datetime, datetime | None]]:
    """Return what some clients had done to be seen, where it began before a moment and did not end before another.

    As (client, "order" with a vendor or the campaign's kind, name, start, end or None), in no order.
    """
    in_time = Q(client__in=clients, starts_at__lt=end) & (Q(ends_at__isnull=True) | Q(ends_at__gt=start))
    bought = Vendor.objects.filter(in_time).order_by().annotate(what=Value("order"))
    shown = Campaign.objects.filter(in_time).order_by().annotate(what=F("kind"))
    columns = ("client_id", "what", "name", "starts_at", "ends_at")
    return shown.values_list(*columns).union(bought.values_list(*columns), all=True)


def automations() -> QuerySet[Automation]:
    """Return what software does in clients' names, as they declare it."""
    return Automation.objects.select_related("client", "channel")


def hooks() -> QuerySet[Hook]:
    """Return the addresses to which platforms post."""
    return Hook.objects.select_related("source")


def polls() -> QuerySet[Poll]:
    """Return the accounts that are asked what happened."""
    return Poll.objects.select_related("source", "job")


def logged_acts() -> QuerySet[LoggedAct]:
    """Return what members logged by hand, but for what was done with people who are being erased."""
    shown = LoggedAct.objects.filter(contact__erasure__isnull=True)
    return shown.select_related("client", "contact", "delivery", "logged_by", "taken_back_by")


def links() -> QuerySet[IdentityLink]:
    """Return who is said to be who, links that have ended included; not of anybody who is being erased."""
    shown = IdentityLink.objects.filter(contact__erasure__isnull=True)
    return shown.select_related("contact", "source", "linked_by", "ended_by")


def clients_with_contacts() -> list[int]:
    """Return the row numbers of the clients that somebody was seen with."""
    return list(Contact.objects.order_by("client_id").values_list("client_id", flat=True).distinct())


def outcomes_to_learn_from(kinds: Collection[str], *, known_before: datetime) -> int:
    """Return how many outcomes of these kinds were known by then, of sources that may be learnt from."""
    known = Outcome.objects.filter(kind__in=kinds, known_at__lt=known_before)
    return known.filter(delivery__source__may_train=True).count()


def may_all_be_learnt_from(client_id: int | None = None) -> bool:
    """Whether every source that has sent something, of one client or of all, may be learnt from."""
    others = Delivery.objects.filter(source__may_train=False)
    return not (others if client_id is None else others.filter(source__client=client_id)).exists()


def left_out(*, known_before: datetime) -> dict[str, dict[str, int]]:
    """Return how many rows each source has that may not be learnt from: {source: {"acts": …, "outcomes": …}}."""
    counted: dict[str, dict[str, int]] = {}
    for name, model in (("acts", Engagement), ("outcomes", Outcome)):
        known = model._default_manager.filter(known_at__lt=known_before, delivery__source__may_train=False)
        by_source = known.order_by().values_list("delivery__source__public_id").annotate(rows=Count("*"))
        for source_id, rows in by_source:
            counted.setdefault(source_id, {})[name] = rows
    return counted
