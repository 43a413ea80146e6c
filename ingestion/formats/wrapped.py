"""What envelopes have in common: an object of which some fields are taken, and a row made of them, to the letter."""

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Raw, Struct

from ingestion.formats.refusal import RowRefused

S = TypeVar("S", bound=Struct)
Fields = dict[str, Raw]

_fields = msgspec.json.Decoder(Fields)


def opened(wrapped: bytes, kind: type[S], called: str) -> S:
    """Return an envelope. called: what it is, for people. Raises RowRefused."""
    try:
        return msgspec.json.decode(wrapped, type=kind)
    except msgspec.MsgspecError as wrong:
        raise RowRefused("invalid", "", f"This is no {called}: {wrong}.") from wrong
    except RecursionError as wrong:
        raise RowRefused("invalid", "", f"This is no {called}: it nests too deep.") from wrong


def fields(value: bytes, place: str) -> Fields:
    """Return an object's fields as they stand there. Raises RowRefused."""
    try:
        return _fields.decode(value)
    except (msgspec.MsgspecError, RecursionError) as wrong:
        raise RowRefused("invalid", place, f"Expected an object with the fields of a row: {wrong}.") from wrong


def row(taken: Fields, **more: Any) -> bytes:
    """Return a row. more: what is added where the fields do not say it; nothing where it is None or empty."""
    said: Mapping[str, Any] = {name: value for name, value in more.items() if value not in (None, "", {})}
    return msgspec.json.encode({**said, **taken})
