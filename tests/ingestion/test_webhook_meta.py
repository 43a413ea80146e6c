"""What Meta sends in any form, and whatever is none."""

import contextlib
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import NotJson, TooDeep, TooManyRows
from ingestion.formats.webhooks import meta
from tests.ingestion.hooks import NOT_JSON, body, mutated, survives, verdict, verdicts
from tests.ingestion.of_meta import (
    BRAND,
    COMMENT,
    ECHO,
    LANDS,
    MESSAGE,
    REACTION,
    SECONDS,
    comment,
    feed,
    instagram,
    messages,
)


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (instagram({"field": "broadcast_polls", "value": {"id": "7"}}), "broadcast_polls"),
        (instagram({"field": "share", "value": {"id": "7"}}), "share event"),
        (messages({"referral": {"ref": "spring", "type": "OPEN_THREAD"}}), "referral"),
        (feed(item="event", verb="add", event_id="e-1"), "event_add"),
        (feed(item="comment", verb="mute", comment_id="9_1"), "comment_mute"),
    ],
)
def test_an_unknown_kind_is_set_aside_under_its_name(payload: Any, kind: str) -> None:
    found = meta.rows(body(payload))
    assert [it.row["kind"] for it in found] == [kind]
    assert verdicts(found) == [("unknown_kind", "/kind")]
    assert found == meta.rows(body(payload))


@pytest.mark.parametrize("wrong", [7, None, "x", [], {}, {"id": BRAND}, {"id": BRAND, "changes": [7]}, {"changes": []}])
def test_an_entry_that_cannot_be_read_costs_no_other(wrong: Any) -> None:
    payload = {"object": "instagram", "entry": [wrong, *COMMENT["entry"]]}
    assert verdicts(meta.rows(body(payload))) == [("unknown_field", "/event"), LANDS]


@pytest.mark.parametrize("payload", [7, None, "x", {}, {"object": "user", "entry": [{}]}, {"object": "page"}])
def test_a_payload_of_another_form_is_set_aside_as_it_is(payload: Any) -> None:
    (found,) = meta.rows(body(payload))
    assert found.row == {"event": payload}
    assert verdict(found) == ("unknown_field", "/event")


def test_each_brands_events_say_whose_they_are() -> None:
    other = {"id": "17841400000000002", "time": SECONDS, "changes": [comment("c-9")]}
    payload = {"object": "instagram", "entry": [*COMMENT["entry"], other]}
    assert [it.account for it in meta.rows(body(payload))] == [BRAND, "17841400000000002"]


@pytest.mark.parametrize("content", NOT_JSON)
def test_what_is_no_json_is_refused_whole(content: bytes) -> None:
    with pytest.raises(NotJson):
        meta.rows(content)


@pytest.mark.parametrize("depth", [65, 2_000, 200_000])
def test_what_nests_too_deep_is_refused_whole(depth: int) -> None:
    with pytest.raises(TooDeep):
        meta.rows(b'{"a":' * depth + b"1" + b"}" * depth)


def test_more_events_than_a_batch_has_are_refused_whole() -> None:
    with pytest.raises(TooManyRows):
        meta.rows(body(instagram(*[comment()] * 5_001)))


BIG = 5 * 1024 * 1024 - 100
HEAVY = {
    "one long text": b'["' + b"x" * BIG + b'"]',
    "millions of numbers": b"[" + b"1," * (BIG // 2) + b"1]",
    "as many events as may be": b'{"object":"page","entry":[{"id":"1","changes":[' + b'{"a":1},' * 240_000 + b"1]}]}",
    "half characters": b"[" + b'"\\ud800",' * 240_000 + b"1]",
    "one long number": b"[" + b"9" * BIG + b"]",
}


@pytest.mark.parametrize("content", HEAVY.values(), ids=HEAVY)
def test_a_body_takes_little_more_memory_than_it_is_long(content: bytes) -> None:
    tracemalloc.start()
    try:
        with contextlib.suppress(TooManyRows):
            meta.rows(content)
        assert tracemalloc.get_traced_memory()[1] < 12 * BIG
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("text", "code"), [("half \ud83d", "unreadable"), ("a\x00", "control_character"), ("x" * 40_000, "row_too_large")]
)
def test_what_is_wrong_with_one_text_is_that_rows_alone(text: str, code: str) -> None:
    found = meta.rows(body(instagram(comment(text=text), comment("c-2"))))
    assert [it[0] for it in verdicts(found)] == [code, "lands"]


@pytest.mark.parametrize("time", ["9" * 5_000, "1e400", "-5", "99999999999999999", "1.5", "true", '""', "null"])
def test_an_odd_number_is_no_moment(time: str) -> None:
    content = body(COMMENT).replace(str(SECONDS).encode(), time.encode())
    (found,) = meta.rows(content)
    assert verdict(found)[1] == "/occurred_at"


PAYLOADS = [COMMENT, feed(**REACTION), feed(item="comment", verb="add", comment_id="9_1"), messages(MESSAGE, ECHO)]


@given(content=mutated(PAYLOADS))
def test_a_payload_with_anything_in_it_gets_verdicts(content: bytes) -> None:
    survives(meta.rows, content)


@given(content=st.binary(max_size=60) | st.text(alphabet='[]{}":,\\u0d8e1.-+ \n', max_size=60).map(str.encode))
def test_no_bytes_at_all_make_it_fail(content: bytes) -> None:
    survives(meta.rows, content)
