"""Batches as JSON: one array of rows, by itself or as the `batch` of an object; or one row a line (NDJSON).

What makes the body unreadable is the body's fault, and nothing of it is taken; what is wrong with one row is that
row's, and the others land (docs/decisions/0007-landing.md).
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Annotated

import msgspec
from msgspec import Meta, Raw, Struct

from ingestion.errors import NotJson, TooDeep, TooManyRows
from ingestion.formats.fields import once, refusal
from ingestion.formats.reading import MOST_BYTES_A_ROW, Format
from ingestion.formats.refusal import RowRefused

MOST_ROWS = 5_000
DEEPEST = 64
# More than any batch of ours has; each may part two rows, and each row found takes a hundred bytes.
MANY_COMMAS = 50 * MOST_ROWS

STRING = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
BRACKETS = re.compile(rb"[\[\]{}]")
BLANK = re.compile(r"[ \t\n\r]*")
LINE = re.compile(rb"[^\n]+")
HALF = re.compile(r"\\u[dD][89a-fA-F]")


class Envelope(Struct):
    """An object with the rows in it. sentAt: when the sender says that it was sent; other fields are not read."""

    batch: Raw
    sentAt: Annotated[datetime, Meta(tz=True)] | None = None  # noqa: N815 # as Segment has it


_array = msgspec.json.Decoder(list[Raw])
_envelope = msgspec.json.Decoder(Envelope)


def split(body: bytes) -> list[bytes]:
    """Return the rows of an array as they stand there. Raises NotJson, TooDeep or TooManyRows."""
    text = decoded(body)
    try:
        found = _at_once(body, text) if body.count(b",") < MANY_COMMAS else _one_by_one(text)
        return _bounded(bytes(row) for row in found)
    except RecursionError as wrong:
        raise TooDeep(DEEPEST) from wrong


def opened(body: bytes) -> Envelope:
    """Return the envelope around the rows; an array has one without anything else. Raises NotJson or TooDeep."""
    text = decoded(body)
    if not text.lstrip().startswith("{"):
        return Envelope(Raw(body))
    try:
        if body.count(b'"batch"') > 1:
            _check_outermost(text)
        return _envelope_of(body, text)
    except RecursionError as wrong:
        raise TooDeep(DEEPEST) from wrong
    except (RowRefused, ValueError) as wrong:
        raise NotJson(f"The body is not one object with one batch: {wrong}") from wrong
    except msgspec.ValidationError as wrong:
        raise NotJson(f'Send a JSON array of rows, or {{"batch": […]}}: {wrong}.') from wrong
    except msgspec.DecodeError as wrong:
        raise NotJson(f"The body is not JSON: {wrong}.") from wrong


def _envelope_of(body: bytes, text: str) -> Envelope:
    try:
        return _envelope.decode(body)
    except msgspec.DecodeError as wrong:
        # Half an emoji in one row, as in `_at_once`, or something else that is wrong with the whole.
        if isinstance(wrong, msgspec.ValidationError) or not HALF.search(text):
            raise
    fields = dict(_fields(text))
    found = _envelope.decode(b'{"batch": [], "sentAt": %b}' % fields.get("sentAt", b"null"))
    if "batch" not in fields:
        raise NotJson('Send a JSON array of rows, or {"batch": […]}.')
    found.batch = Raw(fields["batch"])
    return found


def lines(body: bytes) -> list[bytes]:
    """Return the rows of a body that has one a line; empty lines are none. Raises NotJson, TooDeep or TooManyRows."""
    decoded(body)
    return _bounded(line for it in LINE.finditer(body) if (line := it[0].strip()))


def decoded(body: bytes) -> str:
    """Return a body as text. Raises NotJson."""
    try:
        return body.decode()
    except UnicodeDecodeError as wrong:
        raise NotJson(f"The body is not UTF-8 (byte {wrong.start}).") from wrong


def _bounded(found: Iterable[bytes]) -> list[bytes]:
    rows = list(islice(found, MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise TooManyRows(MOST_ROWS)
    # The array is one level more. A row that is too long is refused for that.
    if any(len(row) <= MOST_BYTES_A_ROW and _depth(row) >= DEEPEST for row in rows):
        raise TooDeep(DEEPEST)
    return rows


def _at_once(body: bytes, text: str) -> Iterable[Raw | bytes]:
    """Return the rows, all found in one quick pass. Raises NotJson."""
    try:
        return _array.decode(body)
    except msgspec.ValidationError as wrong:
        raise NotJson("Send a JSON array of rows: [{…}, {…}].") from wrong
    except msgspec.DecodeError as wrong:
        # Programs that cut a text in the middle of an emoji send half of it; that is a matter of one row.
        if HALF.search(text):
            return _one_by_one(text)
        raise NotJson(f"The body is not JSON: {wrong}.") from wrong


def _one_by_one(text: str) -> Iterator[bytes]:
    """Yield the rows as somebody asks for them: for bodies of which one pass would make millions. Raises NotJson."""
    place = _blank(text, 0)
    try:
        if text[place : place + 1] != "[":
            raise ValueError("no array")
        place = _blank(text, place + 1)
        while True:
            _, end = _lenient.raw_decode(text, place)
            yield text[place:end].encode()
            place = _blank(text, end)
            if text[place : place + 1] != ",":
                break
            place = _blank(text, place + 1)
        if text[place : place + 1] != "]" or _blank(text, place + 1) != len(text):
            raise ValueError("the array does not end")
    except ValueError as wrong:
        raise NotJson(f"The body is not JSON: {wrong}.") from wrong


def _fields(text: str) -> Iterator[tuple[str, bytes]]:
    """Yield the fields of an object, each with its value as it stands there. Raises ValueError."""
    place, mark = _blank(text, 0), ","
    while mark == ",":
        start = _blank(text, place + 1)
        name, end = _lenient.raw_decode(text, start)
        colon = _blank(text, end)
        if text[start] != '"' or text[colon : colon + 1] != ":":
            raise ValueError(f"there is no field at character {start}")
        start = _blank(text, colon + 1)
        _, end = _lenient.raw_decode(text, start)
        yield name, text[start:end].encode()
        place = _blank(text, end)
        mark = text[place : place + 1]
    if mark != "}" or _blank(text, place + 1) != len(text):
        raise ValueError("the object does not end")


def _blank(text: str, place: int) -> int:
    """Return where the next character stands that is no blank."""
    found = BLANK.match(text, place)
    assert found is not None
    return found.end()


def _depth(row: bytes) -> int:
    """Return a bound on how deep a row nests; exact from 64 brackets on, which few rows have.

    >>> _depth(b'{"text": "[[[["}'), _depth(b'{"text": "' + b'[' * 64 + b'"}')
    (5, 1)
    """
    brackets = row.count(b"[") + row.count(b"{")
    if brackets < DEEPEST:
        return brackets
    depth = deepest = 0
    for bracket in BRACKETS.finditer(STRING.sub(b"", row)):
        depth += 1 if bracket[0] in b"[{" else -1
        deepest = max(depth, deepest)
    return deepest


def decoder(format_: Format) -> Callable[[bytes], Struct]:
    """Return a reader of the rows of a shape, which raises RowRefused."""
    rows = msgspec.json.Decoder(format_.row)

    def decode(row: bytes) -> Struct:
        check_size(row)
        if _depth(row) >= DEEPEST:
            raise RowRefused("unreadable", "", f"The row nests deeper than {DEEPEST} levels.")
        try:
            found = rows.decode(row)
            check_fields(row)
        except msgspec.ValidationError as wrong:
            raise refusal(wrong, format_.row) from wrong
        except msgspec.DecodeError as wrong:
            raise RowRefused("unreadable", "", f"The row cannot be read: {wrong}.") from wrong
        return found

    return decode


def check_size(row: bytes) -> None:
    if len(row) > MOST_BYTES_A_ROW:
        raise RowRefused("row_too_large", "", "A row has at most 32 KB.")


def check_fields(row: bytes) -> None:
    """Raise RowRefused where an object in a row has a field twice."""
    _twice(row.decode())


def _check_outermost(text: str) -> None:
    """Raise RowRefused where the object that the text is has a field twice; what is in it is for another look."""
    fields: list[tuple[str, object]] = []

    def keep(pairs: list[tuple[str, object]]) -> None:
        fields[:] = pairs  # the outermost comes last

    json.JSONDecoder(object_pairs_hook=keep, parse_int=str, parse_float=str).decode(text)
    once(fields)


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


_lenient = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_no_number)


# A reader of its own for this: msgspec takes the last of two silently, and whoever sent it may have meant the first. It
# makes no numbers of numbers, some of which Python refuses.
_twice = json.JSONDecoder(object_pairs_hook=once, parse_int=str, parse_float=str).decode
