"""What a webhook's body says, read without trust in its form."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any, NamedTuple

from ingestion.errors import NotJson, TooDeep, TooManyRows
from ingestion.formats.json_batch import DEEPEST, MANY_COMMAS, MOST_ROWS

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Fewer are seconds (until the year 5138), more are milliseconds (since 1973).
MILLISECONDS_FROM = 10**11
LONGEST_NUMBER = 18
# A hundred of these are a page. (Texts are taken whole, and what is in them is no sign.)
MOST_PARTS = MANY_COMMAS // 100
SIGN = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[\[\]{},]', re.DOTALL)


def parsed(body: bytes) -> Any:
    """Return what the body says. Raises NotJson, TooDeep or TooManyRows.

    Numbers with a point or exponent, and very long ones, stay texts as they were written: amounts are exact so.
    """
    if body.count(b",") >= MANY_COMMAS:  # each may part two things, and each thing takes a hundred bytes and more
        raise TooManyRows(MOST_ROWS)
    found = _decoded(body)
    if _is_too_deep(found):
        raise TooDeep(DEEPEST)
    return found


def _decoded(body: bytes | bytearray) -> Any:
    try:
        return _decoder.decode(body.decode())
    except UnicodeDecodeError as wrong:
        raise NotJson(f"The body is not UTF-8 (byte {wrong.start}).") from wrong
    except ValueError as wrong:
        raise NotJson(f"The body is not JSON: {wrong}.") from wrong
    except RecursionError as wrong:
        raise TooDeep(DEEPEST) from wrong


def paged(body: bytes, *, level: int) -> Any:
    """Return what a page of events says, as `parsed` does; an event that is too deep or large costs no other.

    In its place stands a text, the same whenever it comes. level: how many brackets the events stand in.

    Raises NotJson, or TooManyRows where it is the page that is too large.
    """
    kept, end, parts = bytearray(), 0, 0
    for event in _events(body, level):
        if event.depth > DEEPEST or event.parts > MOST_PARTS:
            mark = blake2b(body[event.start : event.end], digest_size=16).hexdigest()
            kept += body[end : event.start] + f'"unread {mark}"'.encode()
            end = event.end
        else:
            parts += event.parts
    if parts >= MANY_COMMAS:
        raise TooManyRows(MOST_ROWS)
    return _decoded(kept + body[end:])


class _Event(NamedTuple):
    start: int
    end: int
    depth: int
    parts: int


def _events(body: bytes, level: int) -> Iterator[_Event]:
    """Yield where the events of a page stand, without making anything of them."""
    depth = start = deepest = parts = 0
    for sign in SIGN.finditer(body):
        if sign[0] in (b"[", b"{"):
            depth += 1
            if depth == level + 1:
                start, deepest, parts = sign.start(), 0, 0
            deepest = max(deepest, depth - level)
        elif sign[0] in (b"]", b"}"):
            depth -= 1
            if depth == level:
                yield _Event(start, sign.end(), deepest, parts)
        else:
            parts += sign[0] == b","


def at(value: Any, *path: str) -> Any:
    """Return what stands at the end of the path, None where there is no such place.

    >>> at({"from": {"id": "7"}}, "from", "id"), at({"from": 7}, "from", "id")
    ('7', None)
    """
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def text_at(value: Any, *path: str) -> str:
    """Return the text or whole number at the end of the path as text, an empty one for anything else.

    >>> text_at({"id": 7}, "id"), text_at({"id": True}, "id"), text_at({"id": ["7"]}, "id")
    ('7', '', '')
    """
    found = at(value, *path)
    return str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""


def list_at(value: Any, *path: str) -> list[Any]:
    """Return the list at the end of the path, an empty one for anything else."""
    found = at(value, *path)
    return found if isinstance(found, list) else []


def moment(text: str) -> str:
    """Return seconds or milliseconds since 1970 as RFC 3339; any other text as it is, to be looked at with its row.

    >>> moment("1790000000"), moment("1790000000500"), moment("2026-09-21T14:13:20Z")
    ('2026-09-21T14:13:20+00:00', '2026-09-21T14:13:20.500000+00:00', '2026-09-21T14:13:20Z')
    """
    if not is_number(text):
        return text
    number = int(text)
    return since_epoch(number if number >= MILLISECONDS_FROM else number * 1000, timedelta(milliseconds=1)) or text


def is_number(text: str) -> bool:
    """Whether that is a whole number, of a length that moments have."""
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER


def since_epoch(number: int, unit: timedelta) -> str:
    """Return the moment that many units after 1970 as RFC 3339, an empty text for those beyond the calendar."""
    try:
        return (EPOCH + number * unit).isoformat()
    except OverflowError:
        return ""


def _is_too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _inside(outer) if isinstance(inner, dict | list)]
        if not level:
            return False
    return True


def _inside(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _whole(digits: str) -> int | str:
    return int(digits) if len(digits) <= LONGEST_NUMBER + 2 else digits  # Python refuses to count beyond 4,300


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


_decoder = json.JSONDecoder(parse_int=_whole, parse_float=str, parse_constant=_no_number)
