"""Rows that were set aside: mended, tried again, given up, or let go after 30 days.

A row that can be used in the end lands as if it had been good from the start: in its own batch, whose counts move from
one verdict to the other, so that every row has exactly one all the time.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import transaction
from django.db.models import F, Func, PositiveIntegerField, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Now
from msgspec import Struct

from ingestion import selectors
from ingestion.errors import NoLongerSetAside
from ingestion.formats import json_batch
from ingestion.formats.reading import FORMATS, MOST_BYTES_A_ROW, Verdict
from ingestion.formats.reading import read as read_rows
from ingestion.formats.refusal import RowRefused
from ingestion.models import Delivery, FileImport, FileKind, Rejection, Shape
from ingestion.services import files, landing
from tenants.models import Job
from tenants.services import jobs

KEPT = timedelta(days=30)
# Rows set aside of one batch are one transaction, of a whole file's many.
ROWS_A_STEP = 1_000
PLACES = ArrayField(PositiveIntegerField())


def mend(rejection: Rejection, row: str) -> Verdict | None:
    """Try one row as somebody has mended it. Return what is still wrong with it; None: it can be used, or was here.

    It is kept as mended, unless it is too long, even where something is still wrong; not where it names somebody who
    was erased. Raises NoLongerSetAside.
    """
    if len(row) > MOST_BYTES_A_ROW:
        return Verdict(rejection.index, "row_too_large", "", "A row has at most 32 KB. It is kept as it was.")
    locked = Rejection.objects.select_for_update().filter(pk=rejection.pk).first()
    if locked is None:
        raise NoLongerSetAside
    locked.row = row
    left = _weigh([locked])
    return left[0] if left else None


def try_again(rows: QuerySet[Rejection]) -> Job:
    """Have rows tried again by a job: a word for an act was given its meaning, a channel or a policy was changed."""
    with transaction.atomic():
        job = jobs.enqueue("try_rows_again", {"rows": rows.count()})
        rows.update(retry=job)
    return job


def try_each_again(work: jobs.Work) -> None:
    """Do what `try_again` asked for, batch by batch; killed on the way, it goes on with what is left."""
    with work.reading():
        waiting = selectors.by_batch(Rejection.objects.filter(retry=work.job))
    done, total = 0, max(work.args["rows"], 1)
    for delivery_id, count in waiting:
        for _ in range(0, count, ROWS_A_STEP):
            done += min(ROWS_A_STEP, count)
            with work.step(min(100 * done // total, 99)):
                marked = Rejection.objects.filter(delivery=delivery_id, retry=work.job)
                rows = list(marked.select_for_update().order_by("index")[:ROWS_A_STEP])
                _weigh(rows)


def give_up(rows: QuerySet[Rejection]) -> int:
    """Let rows go that nobody will mend, with what is kept of them. Their batch goes on counting them as set aside."""
    deleted, _ = rows.delete()
    return deleted


def expire() -> int:
    """Let go of what has been kept for long enough."""
    return give_up(Rejection.objects.filter(created_at__lte=Now() - KEPT))


def _weigh(rows: Sequence[Rejection]) -> list[Verdict]:
    """Land what can be used of some rows of one batch. Return what is wrong with the others, and which of them are gone
    because they name somebody who was erased.
    """
    if not rows:
        return []
    delivery = selectors.deliveries().select_related("source", "file").get(pk=rows[0].delivery_id)
    shape = Shape(delivery.shape)
    reading = read_rows(
        FORMATS[shape.label],
        replace(landing.terms(delivery.source, shape), late=rows[0].late),  # one for a batch
        rows,
        decode=_decoder(delivery),
        kept=lambda it: it.row,
        places=[it.index for it in rows],
    )
    found = landing.weigh(reading, delivery)
    still = {it.index: it for it in found.quarantined}
    _keep([it for it in rows if it.index in still], still)
    Rejection.objects.filter(pk__in=[it.pk for it in rows if it.index not in still]).delete()
    _move(delivery, found, used=len(rows) - len(still))
    return [*found.quarantined, *found.erased]


def _decoder(delivery: Delivery) -> Callable[[Rejection], Struct]:
    read = _reader(delivery)

    def decode(rejection: Rejection) -> Struct:
        if rejection.code == "unknown_account":  # in its own batch it would land with a brand that it is not of
            raise RowRefused(rejection.code, rejection.pointer, rejection.detail)
        return read(rejection.row)

    return decode


def _reader(delivery: Delivery) -> Callable[[str], Struct]:
    if delivery.file is not None and delivery.file.kind != FileKind.NDJSON:
        return files.reader_of_kept(delivery.file)
    decode = json_batch.decoder(FORMATS[Shape(delivery.shape).label])
    return lambda row: decode(row.encode(errors="surrogatepass"))


def _keep(rows: list[Rejection], still: dict[int, Verdict]) -> None:
    for row in rows:
        verdict = still[row.index]
        row.code, row.pointer, row.detail, row.retry = verdict.code, verdict.pointer, verdict.detail, None
    Rejection.objects.bulk_update(rows, ["code", "pointer", "detail", "row", "retry"])


def _move(delivery: Delivery, found: landing.Landing, *, used: int) -> None:
    """Count rows that were set aside under their new verdict."""
    duplicate, erased = len(found.duplicate), len(found.erased)
    moved = {
        "accepted": F("accepted") + used - duplicate - erased,
        "duplicate": F("duplicate") + duplicate,
        "erased": F("erased") + erased,
        "quarantined": F("quarantined") - used,
    }
    named: dict[str, Combinable] = {"unmatched": F("unmatched") + found.unmatched}
    if delivery.file is not None:
        named["duplicate_rows"] = _with("duplicate_rows", found.duplicate)
        named["erased_rows"] = _with("erased_rows", found.erased)
    Delivery.objects.filter(pk=delivery.pk).update(**moved, **named)
    if delivery.file is not None:
        FileImport.objects.filter(pk=delivery.file.pk).update(**moved)


def _with(places: str, verdicts: list[Verdict]) -> Combinable:
    """Return the places of rows of a file with some more."""
    more = Value([it.index for it in verdicts], PLACES)
    return Func(F(places), more, function="array_cat", output_field=PLACES)
