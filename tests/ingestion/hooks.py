"""What tests of webhooks look at: what becomes of the rows, and payloads that are almost right."""

import copy
import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from ingestion.errors import ROW_CODES, NotJson, TooDeep
from ingestion.formats import envelopes, json_batch
from ingestion.formats.fact import Fact, Terms
from ingestion.formats.person import Register
from ingestion.formats.reading import FORMATS
from ingestion.formats.webhooks.row import Row

PLATFORMS = frozenset({"bluesky", "facebook", "instagram", "mastodon", "x"})
TERMS = Terms(Register(b"k" * 32, "", "instagram", PLATFORMS), datetime(2026, 6, 1, tzinfo=UTC), None, {"cha": 1})
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
NOT_JSON = [b"", b"nul", b"[1,]", b"{} {}", b"\xff", b'["\xed\xa0\x80"]', b"[NaN]", b"[-Infinity]", b"\xef\xbb\xbf[]"]


def body(payload: Any) -> bytes:
    return json.dumps(payload).encode()


def fact(row: Row) -> Fact:
    """Return what lands of a row that lands."""
    (found,) = envelopes.read(FORMATS[row.shape], TERMS, envelopes.Batch([row.written])).facts
    return found


def verdict(row: Row) -> tuple[str, str]:
    """Return what becomes of a row: lands, left out, or why it is set aside and where."""
    if row.left_out:
        return "left out", ""
    batch = envelopes.Batch(json_batch.split(b"[" + row.written + b"]"))
    reading = envelopes.read(FORMATS[row.shape], TERMS, batch)
    if reading.facts:
        return "lands", ""
    (refused,) = reading.refused
    assert refused.code in ROW_CODES
    assert refused.detail
    return refused.code, refused.pointer


def verdicts(rows: list[Row]) -> list[tuple[str, str]]:
    return [verdict(row) for row in rows]


def survives(read: Callable[[bytes], list[Row]], content: bytes) -> None:
    """Look whether a body is refused whole, or each of its rows gets a verdict, whatever is in it."""
    try:
        found = read(content)
    except (NotJson, TooDeep):
        return
    verdicts(found)


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to each place in a payload."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in inside:
        yield (*path, name)
        yield from paths(inner, (*path, name))


@st.composite
def mutated(draw: st.DrawFn, payloads: list[Any]) -> bytes:
    """Return one of the payloads with anything at one or two of its places, or nothing."""
    found = copy.deepcopy(draw(st.sampled_from(payloads)))
    for _ in range(draw(st.integers(1, 2))):
        place = draw(st.sampled_from(sorted(paths(found), key=repr) or [()]))
        found = _with(found, place, draw(ANYTHING)) if draw(st.booleans()) else _without(found, place)
    return body(found)


def _with(found: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    found[place[0]] = _with(found[place[0]], place[1:], value)
    return found


def _without(found: Any, place: tuple[Any, ...]) -> Any:
    if len(place) > 1:
        _without(found[place[0]], place[1:])
    elif place:
        del found[place[0]]
    return found
