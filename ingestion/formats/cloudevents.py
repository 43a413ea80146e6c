"""CloudEvents 1.0, by themselves, in batches, or beside their data in headers.

`data` is the row. What it does not say itself is taken from the event: its `id` from `source` and `id`, which together
name an event, its moment from `time`, and its kind from the last word of `type`. Source: the specification's JSON
format and HTTP binding, version 1.0.2.
"""

import base64
import binascii
from collections.abc import Mapping
from urllib.parse import unquote

import msgspec
from msgspec import Raw, Struct

from ingestion.formats import json_batch, wrapped
from ingestion.formats.fact import LONGEST_ID
from ingestion.formats.reading import Format
from ingestion.formats.refusal import RowRefused

NOTHING = Raw()


class Event(Struct):
    specversion: str
    id: str
    source: str
    type: str
    time: str | None = None
    datacontenttype: str | None = None
    data: Raw = NOTHING
    data_base64: str | None = None


def joined(headers: Mapping[str, str], data: bytes) -> bytes:
    """Return the event whose attributes came as headers (without their `ce-`), as JSON would have it."""
    said = {name: unquote(value, errors="replace") for name, value in headers.items()}
    return msgspec.json.encode(said | {"data": Raw(data)})


def row(event: bytes, format_: Format) -> bytes:
    """Return the row that an event brings. Raises RowRefused."""
    it = wrapped.opened(event, Event, "CloudEvent 1.0")
    if it.specversion != "1.0":
        raise RowRefused("invalid", "/specversion", "CloudEvents are read in version 1.0.")
    if not it.id or not it.source:
        raise RowRefused("missing", "/id" if not it.id else "/source", "An event is named by its source and id.")
    own = f"{it.source} {it.id}"
    if len(own) > LONGEST_ID:
        raise RowRefused("invalid", "/id", f"Source and id of an event have at most {LONGEST_ID} characters together.")
    kind = it.type.rpartition(".")[2] if "kind" in format_.row.__struct_fields__ else None
    taken = wrapped.fields(_data(it), "/data")
    return wrapped.row(
        taken, **{"id": own if _is_known_by_its_id(format_) else None, format_.moment: it.time, "kind": kind}
    )


def _is_known_by_its_id(format_: Format) -> bool:
    """Whether every row has an id; where it may be left out, rows are known by what they say."""
    return any(it.encode_name == "id" and it.required for it in msgspec.structs.fields(format_.row))


def _data(event: Event) -> bytes:
    if event.data_base64 is not None:
        try:
            data = base64.b64decode(event.data_base64, validate=True)
            json_batch.check_fields(data)
        except (binascii.Error, ValueError, RecursionError) as wrong:
            raise RowRefused("invalid", "/data_base64", f"This is no JSON in base64: {wrong}.") from wrong
        return data
    if bytes(event.data) in (b"", b"null"):
        raise RowRefused("missing", "/data", "An event without data has no row.")
    if "json" not in (event.datacontenttype or "json").lower():
        raise RowRefused("invalid", "/datacontenttype", "The data of an event is JSON.")
    return bytes(event.data)
