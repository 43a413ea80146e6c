"""Webhooks of any other program: where the fields of a row stand in its JSON is declared, and saved with the source."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Literal

import msgspec
from msgspec import Struct, inspect

from ingestion.formats.fields import Field, leaves
from ingestion.formats.ladder import KINDS
from ingestion.formats.person import Identifier
from ingestion.formats.reading import FORMATS, Format
from ingestion.formats.webhooks.payload import parsed, since_epoch
from ingestion.formats.webhooks.row import Row, taken, unreadable

POINTER = re.compile(r"(?:/(?:[^~/]|~[01])*)*")
INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
COUNTED = re.compile(r"([0-9]{1,18})(?:\.([0-9]{1,6})[0-9]{0,6})?")
FRACTION = re.compile(r"-?[0-9]{1,18}(?:\.[0-9]{1,18})?(?:[eE][-+]?[0-9]{1,2})?")
MICROSECONDS = {"s": 10**6, "ms": 10**3, "us": 1}
IDENTIFIERS = (*Identifier, "email_sha256")


class Place(Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """Where a value comes from: a JSON pointer (RFC 6901) into the event, or a constant.

    unit: of a moment that is counted since 1970; without it moments are RFC 3339.
    """

    at: str | None = None
    constant: str | int | float | bool | None = None
    unit: Literal["s", "ms", "us"] | None = None


class Mapping(Struct, forbid_unknown_fields=True, kw_only=True, frozen=True):
    """How one program's events become rows.

    shape: of FORMATS. events: a JSON pointer to the array of events; empty where the body is one event, or the array.
    fields: by the shape's names, with dots where they nest (actor.handle). kinds: the program's name for a kind → ours.
    """

    shape: str
    events: str = ""
    fields: dict[str, Place]
    kinds: dict[str, str] = {}


def rows(body: bytes, mapping: Mapping) -> list[Row]:
    """Return the events. mapping: one without problems. Raises NotJson, TooDeep or TooManyRows."""
    return taken(_rows(parsed(body), mapping))


def _rows(payload: Any, mapping: Mapping) -> Iterator[Row]:
    found = pointed(payload, mapping.events)
    known = _named(FORMATS[mapping.shape])
    for event in found if isinstance(found, list) else [found]:
        if isinstance(event, dict):
            yield Row(mapping.shape, _row(event, mapping, known))
        else:
            yield unreadable(payload if found is None else event, shape=mapping.shape)


def _row(event: dict[str, Any], mapping: Mapping, known: dict[str, Field]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, place in mapping.fields.items():
        value = _value(event, place)
        if name == "kind" and isinstance(value, str):
            value = mapping.kinds.get(value, value)
        if value not in (None, ""):
            _put(row, name.split("."), _fitting(value, known[name].kind))
    return row


def _named(format_: Format) -> dict[str, Field]:
    """Return the fields of a shape as a mapping names them."""
    return {".".join(field.names): field for field in leaves(format_.row).values()}


def _value(event: dict[str, Any], place: Place) -> Any:
    value = place.constant if place.at is None else pointed(event, place.at)
    if place.unit and isinstance(value, str | int) and not isinstance(value, bool):
        return _counted(str(value), place.unit)
    return value


def _counted(text: str, unit: str) -> str:
    """Return a moment that is counted since 1970 as RFC 3339; anything else as it is."""
    found = COUNTED.fullmatch(text)
    if found is None:
        return text
    fraction = int((found[2] or "").ljust(6, "0")) * MICROSECONDS[unit] // 10**6
    return since_epoch(int(found[1]) * MICROSECONDS[unit] + fraction, timedelta(microseconds=1)) or text


def _fitting(value: Any, kind: Any) -> Any:
    """Return a number as text where a text is wanted, for many ids are numbers, and a fraction as a number again."""
    if isinstance(kind, inspect.StrType) and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(kind, inspect.FloatType) and isinstance(value, str) and FRACTION.fullmatch(value):
        return float(value)
    return value


def _put(row: dict[str, Any], names: list[str], value: Any) -> None:
    *outer, last = names
    for name in outer:
        row = row.setdefault(name, {})
    row[last] = value


def pointed(value: Any, pointer: str) -> Any:
    """Return what a JSON pointer leads to, None where there is no such place.

    >>> pointed({"a/b": [{"c": 7}]}, "/a~1b/0/c"), pointed({}, "/a"), pointed([7], "")
    (7, None, [7])
    """
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and INDEX.fullmatch(name):
            value = value[int(name)] if int(name) < len(value) else None
        else:
            value = value.get(name) if isinstance(value, dict) else None
    return value


def problems(mapping: Mapping, format_: Format) -> list[str]:
    """Return what keeps a mapping from making rows of a shape, in sentences."""
    known = _named(format_)
    return [
        *_of_the_whole(mapping, format_, known),
        *(said for name, place in mapping.fields.items() for said in _of_one(name, place, known)),
        *_of_kinds(mapping, known),
    ]


def _of_the_whole(mapping: Mapping, format_: Format, known: dict[str, Field]) -> Iterator[str]:
    if mapping.shape != format_.name:
        yield f"The mapping makes {mapping.shape[:40]}, not {format_.name}."
    if POINTER.fullmatch(mapping.events) is None:
        yield "Where the events stand is no JSON pointer: begin it with a slash, as in /data/events."
    heads = {name.split(".")[0] for name in mapping.fields}
    for field in msgspec.structs.fields(format_.row):
        if field.required and field.encode_name not in heads:
            yield f"Say where “{field.encode_name}” stands; every row has it."
    people = sorted({name.split(".")[0] for name in known if "." in name})
    if people and not any(f"{who}.{by}" in mapping.fields for who in people for by in IDENTIFIERS):
        yield f"Say where a person is named, such as {people[0]}.handle or {people[0]}.email."


def _of_one(name: str, place: Place, known: dict[str, Field]) -> Iterator[str]:
    shown = name[:60]
    if name not in known:
        yield f"There is no field “{shown}”. Known are {', '.join(known)}."
        return
    if (place.at is None) == (place.constant is None):
        yield f"Give “{shown}” either a place in the event or a constant."
    if place.at is not None and POINTER.fullmatch(place.at) is None:
        yield f"The place of “{shown}” is no JSON pointer: begin it with a slash, as in /data/id."
    if name == "id" and place.constant is not None:
        yield "An id is each event's own; it cannot be a constant."
    if place.unit is not None and not isinstance(known[name].kind, inspect.DateTimeType):
        yield f"“{shown}” is no moment; it has no unit."


def _of_kinds(mapping: Mapping, known: dict[str, Field]) -> Iterator[str]:
    kind = known.get("kind")
    if kind is None:
        if mapping.kinds:
            yield "Rows of this shape have no kind to translate."
        return
    ours = [str(it) for it in kind.kind.values] if isinstance(kind.kind, inspect.LiteralType) else list(KINDS)
    constant = mapping.fields["kind"].constant if "kind" in mapping.fields else None
    for name in (*mapping.kinds.values(), *([] if constant is None else [mapping.kinds.get(str(constant), constant)])):
        if name not in ours:
            yield f"“{str(name)[:40]}” is no kind we know. Use one of {', '.join(ours)}."
