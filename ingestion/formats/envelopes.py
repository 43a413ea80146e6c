"""Bodies as programs send them: rows as they are, Segment's calls, or CloudEvents.

Whatever the envelope, what is in it becomes a row of the door's shape, and is read, refused and set aside as such.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from ingestion.errors import NotJson
from ingestion.formats import cloudevents, json_batch, segment
from ingestion.formats.fact import Terms
from ingestion.formats.reading import Format, Reading
from ingestion.formats.reading import read as read_rows
from ingestion.formats.refusal import RowRefused

JSON = "application/json"
LINES = ("application/x-ndjson", "application/ndjson", "application/jsonl")
EVENT = "application/cloudevents+json"
EVENTS = "application/cloudevents-batch+json"
MEDIA_TYPES = (JSON, *LINES, EVENT, EVENTS)
NOT_BESIDE: Mapping[str, str] = MappingProxyType({})


# Takes a row out of its envelope. Raises RowRefused.
Unwrap = Callable[[bytes, Format], bytes]


@dataclass(frozen=True)
class Batch:
    """The rows of a body, each as it stands there. late: by how much the sender's clock is."""

    rows: Sequence[bytes]
    unwrap: Unwrap | None = None
    late: timedelta = segment.NO_TIME


def split(body: bytes, *, now: datetime, media_type: str = JSON, event: Mapping[str, str] = NOT_BESIDE) -> Batch:
    """Return what is in a body. event: the attributes of a CloudEvent that were sent beside its data, as headers.

    Raises NotJson, TooDeep or TooManyRows.
    """
    if media_type == EVENTS:
        return Batch(json_batch.split(body), cloudevents.row)
    if media_type == EVENT:
        return Batch([_only(body)], cloudevents.row)
    if event:
        return Batch([cloudevents.joined(event, _only(body))], cloudevents.row)
    if media_type in LINES:
        return Batch(json_batch.lines(body))
    envelope = json_batch.opened(body)
    rows = json_batch.split(bytes(envelope.batch))
    if not any(segment.is_call(row) for row in rows):
        return Batch(rows)
    return Batch(rows, segment.row, segment.late(envelope.sentAt, rows, now))


def _only(body: bytes) -> bytes:
    """Return a body that is one row, after the looks that the rows of an array get."""
    rows = json_batch.split(b"[" + body + b"]")
    if len(rows) != 1:
        raise NotJson("Send one event, or several as application/cloudevents-batch+json.")
    return rows[0]


def read(format_: Format, terms: Terms, batch: Batch) -> Reading:
    """Return what became of each row.

    A moment is moved where it is landed, and not where it is compared with one that came before: sent again, the same
    call would be found to be as much later as it took.
    """
    decode_row = json_batch.decoder(format_)

    def unwrapped(row: bytes) -> bytes:
        if batch.unwrap is None:
            return row
        json_batch.check_size(row)
        json_batch.check_fields(row)
        return batch.unwrap(row, format_)

    def kept(row: bytes) -> str:
        with suppress(RowRefused):
            row = unwrapped(row)
        return row.decode(errors="replace")

    reading = read_rows(
        format_,
        replace(terms, late=batch.late),
        batch.rows,
        decode=lambda row: decode_row(unwrapped(row)),
        kept=kept,
    )
    reading.late = batch.late
    return reading
