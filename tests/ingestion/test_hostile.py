"""Bodies that mean harm, or were made by broken programs: a clear answer, never a 500, and nothing lost in silence."""

import contextlib
import json
import time
import tracemalloc
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import ROW_CODES, NotJson, TooDeep, TooManyRows
from ingestion.formats import envelopes
from ingestion.formats.fact import Terms
from ingestion.formats.person import Register
from ingestion.formats.reading import FORMATS, Reading
from ingestion.models import Rejection
from tests.conftest import Agency
from tests.ingestion.doors import act, all_of, send, verdict


@pytest.mark.parametrize("depth", [65, 10_000, 200_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}"), ('[{"actor":', "}]")])
def test_a_body_that_nests_too_deep_is_refused(agency: Agency, depth: int, opening: str, closing: str) -> None:
    """T30."""
    row = opening * depth + "1" + closing * depth
    answer = send(agency, f"[{row}]".encode())
    assert (answer.status_code, answer.json()["code"]) == (400, "too_deep")


@pytest.mark.parametrize("opening", ["[", '{"a":', '[{"actor":'])
def test_a_body_that_nests_too_deep_is_refused_at_once(opening: str) -> None:
    """T30: within 50 ms, the best of three."""
    body, took = b"[" + opening.encode() * 200_000, []
    for _ in range(3):
        began = time.perf_counter()
        with pytest.raises((TooDeep, NotJson)):
            envelopes.split(body, now=TERMS.now)
        took.append(time.perf_counter() - began)
    assert min(took) < 0.05


def test_sixty_four_levels_are_no_matter(agency: Agency) -> None:
    row = "[" * 63 + "]" * 63
    shown = send(agency, f"[{row}]".encode()).json()
    assert [it["code"] for it in shown["quarantine"]] == ["invalid"]


def test_brackets_in_a_text_are_no_depth(agency: Agency) -> None:
    assert verdict(agency, act(text='[{"' * 100)) == ("accepted", "")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"null",
        b"{}",
        b"1e400",
        b"[",
        b"[1,]",
        b"[] []",
        b"[nul]",
        b"[NaN]",
        b"[Infinity]",
        b"[01]",
        b'["\xff"]',
        b'["\xed\xa0\x80"]',
        b'["\x00"]',
        b'["a\nb"]',
        b'["\\ud800",]',
        b'["\\ud800"',
        b'["\\ud800"] x',
        b'{"a": "\\ud800"}',
        b'["\\ud800", NaN]',
        b"\xef\xbb\xbf[]",
        b"\xff\xfe[\x00]\x00",
        b"id,kind\n1,like\n",
        b"<rows/>",
    ],
)
def test_a_body_that_is_no_array_of_rows_is_refused_whole(agency: Agency, body: bytes) -> None:
    """T33a, T33b."""
    answer = send(agency, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "not_json")


REST = b'"kind":"like","occurred_at":"2026-05-01T00:00:00Z"'


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (b'{"id":"a","id":"b",' + REST + b',"actor":{"handle":"a"}}', "duplicate_key"),
        (b'{"id":"a",' + REST + b',"actor":{"handle":"a","handle":"b"}}', "duplicate_key"),
        (b'{"id":"a",' + REST + b',"actor":{"handle":"a"},"words":1e400}', "invalid"),
        (b'{"id":"a",' + REST + b',"actor":{"handle":"a"},"words":-0.0}', "invalid"),
        (b'{"id":"a",' + REST + b',"actor":{"handle":"a"},"words":9223372036854775808}', "invalid"),
        (b'{"id":"a",' + REST + b',"actor":{"handle":"a"},"words":' + b"9" * 4200 + b"}", "invalid"),
        (b'{"id":"\\u0000",' + REST + b',"actor":{"handle":"a"}}', "control_character"),
        (b'{"id":"a",' + REST + b',"actor":{"handle":"a\\u0000"}}', "control_character"),
        (b'{"id":"a","kind":"like","occurred_at":1777593600,"actor":{"handle":"a"}}', "invalid"),
        (b'{"id":["a"],"kind":{},"occurred_at":null,"actor":7}', "invalid"),
        (b'{"id":"a","text":"cut in the middle of an emoji \\ud83d"}', "unreadable"),
        (b'"\\ud800\\u0041"', "unreadable"),
        (
            b'{"id":"a","kind":"like","occurred_at":"2026-05-01T00:00:00Z","actor":{"handle":"'
            + "\ufb2c".encode() * 200
            + b'"}}',
            "invalid",
        ),
        (b'{"\\u0000":1}', "unknown_field"),
        (b'{"a`b - at `$.x`":1}', "unknown_field"),
        (b'{"' + b"k" * 30_000 + b'":1}', "unknown_field"),
        (b'{"id":"a","kind":"\\u0000","occurred_at":"2026-05-01T00:00:00Z","actor":{"handle":"a"}}', "unknown_kind"),
        (b'{"a\\u0000":1,"a\\u0000":2}', "unknown_field"),
        (b"7", "invalid"),
        (b"null", "invalid"),
        (b'"row"', "invalid"),
        (b"[]", "invalid"),
    ],
)
def test_what_is_wrong_with_a_row_is_that_rows_alone(agency: Agency, row: bytes, code: str) -> None:
    """T33a, T33b, T33d: what is sent is kept to the letter."""
    good = json.dumps(act("good")).encode()
    answer = send(agency, b"[" + row + b"," + good + b"]")
    assert answer.status_code == 202, answer.content
    shown = answer.json()
    assert (shown["accepted"], [(it["index"], it["code"]) for it in shown["quarantine"]]) == (1, [(0, code)])
    kept = all_of(agency, Rejection, "row", delivery__public_id=shown["batch"])
    assert kept == [row.decode()]  # to the letter


BIG = 5 * 1024 * 1024 - 100
HEAVY = {
    "one long text": b'["' + b"x" * (BIG - 500) + b'",' + b"[" * 70 + b"]" * 70 + b"]",
    "millions of numbers": b"[" + b"1," * (BIG // 2 - 2) + b"1]",
    "brackets in texts": b"[[" + b'"[",' * (BIG // 4 - 2) + b"1]]",
    "half characters": b"[" + b'"\\ud800",' * 4999 + b'"' + b"x" * (BIG - 60_000) + b'"]',
}


@pytest.mark.parametrize("body", HEAVY.values(), ids=HEAVY)
def test_a_body_takes_little_more_memory_than_it_is_long(body: bytes) -> None:
    tracemalloc.start()
    try:
        for shape in FORMATS:
            with contextlib.suppress(NotJson, TooDeep, TooManyRows):
                envelopes.read(FORMATS[shape], TERMS, envelopes.split(body, now=TERMS.now))
        assert tracemalloc.get_traced_memory()[1] < 12 * len(body)
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "text/csv"])
def test_another_media_type_is_refused(agency: Agency, kind: str) -> None:
    answer = agency.program().post(f"/v1/outcomes:batch?source={agency.source.public_id}", b"[]", content_type=kind)
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")


# --- Whatever anybody thinks of, without a database

NOW = datetime(2026, 6, 1, tzinfo=UTC)
TERMS = Terms(Register(b"k" * 32, "", "instagram", frozenset({"instagram", "x"})), NOW, None, {"cha": 1})
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def rows_like(shape: str) -> st.SearchStrategy[Any]:
    """Rows with the fields of a shape, and anything in them."""
    names = [field.encode_name for field in msgspec.structs.fields(FORMATS[shape].row)]
    likely = st.sampled_from(["like", "comment", "inbound", "peer", "2026-05-01T00:00:00Z", "cha", "purchase", "month"])
    person = st.dictionaries(st.sampled_from(["handle", "email", "customer", "platform", "name"]), ANYTHING | likely)
    return st.dictionaries(st.sampled_from(names), likely | person | ANYTHING, max_size=len(names)) | ANYTHING


def read(shape: str, body: bytes) -> Reading | None:
    try:
        return envelopes.read(FORMATS[shape], TERMS, envelopes.split(body, now=TERMS.now))
    except (NotJson, TooDeep):
        return None


@pytest.mark.parametrize("shape", FORMATS)
@given(data=st.data())
def test_every_row_has_one_verdict_whatever_is_in_it(shape: str, data: st.DataObject) -> None:
    rows = data.draw(st.lists(rows_like(shape), max_size=5))
    found = read(shape, json.dumps(rows).encode())
    if found is not None:  # NaN and the like make the body none
        assert sorted([it.index for it in found.facts] + [it.index for it in found.refused]) == list(range(len(rows)))
        assert {it.code for it in found.refused} <= ROW_CODES.keys()


@given(body=st.binary(max_size=60) | st.text(alphabet='[]{}":,\\u0d8e1.-+ \n', max_size=60).map(str.encode))
def test_no_bytes_at_all_make_it_fail(body: bytes) -> None:
    for shape in FORMATS:
        read(shape, body)
        read(shape, b"[" + body + b"]")


def test_an_amount_of_five_thousand_digits_is_that_rows_alone(agency: Agency) -> None:
    row = b'{"id":"a","kind":"lead","occurred_at":"2026-05-01T00:00:00Z","who":{"handle":"a"},"currency":"EUR","value":'
    shown = send(agency, b"[" + row + b"1" * 5000 + b"}]", "outcomes").json()
    assert [it["code"] for it in shown["quarantine"]] == ["invalid"]


# Shapes of text on which a careless pattern takes time that grows with the square.
SLOW = ["!" * 30_000, "@" * 30_000, "www." * 7500, "a" * 30_000, "_" * 30_000, "\u0e01" * 10_000, "! " * 15_000,
        "https://" * 3700, "\\" * 15_000, '"' * 15_000, "[" * 30_000, "\\u0000" * 5000]  # fmt: skip


@pytest.mark.parametrize("text", SLOW, ids=[it[:8] for it in SLOW])
def test_a_long_text_of_any_kind_takes_no_time(text: str) -> None:
    body = json.dumps([act(text=text[:30_000])] * 20).encode()
    began = time.perf_counter()
    read("engagements", body)
    assert time.perf_counter() - began < 2  # a square of 30,000 would be minutes; this is some milliseconds
