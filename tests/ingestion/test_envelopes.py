"""The envelopes in which programs send rows: whatever it is, what is in it lands as a row would."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import ROW_CODES, NotJson, TooDeep
from ingestion.formats import envelopes
from ingestion.formats.reading import FORMATS
from tests.conftest import Agency
from tests.ingestion.doors import AT, act
from tests.ingestion.envelopes import call, counts, event, post
from tests.ingestion.test_hostile import TERMS


def test_rows_may_come_as_the_batch_of_an_object(agency: Agency) -> None:
    assert counts(post(agency, {"batch": [act(1), act(2, kind="wink")]})) == (1, 0, 1)
    assert counts(post(agency, [act(1)])) == (0, 1, 0)
    assert counts(post(agency, b' {"batch": []}')) == (0, 0, 0)


def test_half_an_emoji_costs_no_other_row_of_an_object(agency: Agency) -> None:
    """As in an array; in whatever field beside the batch it stands, that one is not read."""
    half = json.dumps(act(2, text="\ud83d"))
    for number, more in enumerate(["", ', "sentAt": "2026-05-01T10:00:05Z"', ', "context": {"title": "\\ud83d"}']):
        answer = post(agency, f'{{"batch": [{json.dumps(act(f"1-{number}"))}, {half}]{more}}}'.encode())
        assert (counts(answer), answer.json()["quarantine"][0]["code"]) == ((1, 0, 1), "unreadable")
    said = [call(1), call(2, properties={"text": "\ud83d"})]
    assert counts(post(agency, {"batch": said, "sentAt": AT})) == (1, 0, 1)


@pytest.mark.parametrize("kind", ["application/x-ndjson", "application/ndjson", "application/jsonl; charset=utf-8"])
def test_rows_may_come_one_a_line(agency: Agency, kind: str) -> None:
    lines = [json.dumps(act(1)), "", "  ", json.dumps(act(2)), '{"id": "cut', json.dumps(act(3, kind="wink"))]
    answer = post(agency, "\r\n".join(lines).encode(), kind)
    assert counts(answer) == (2, 0, 2)
    assert [(it["index"], it["code"]) for it in answer.json()["quarantine"]] == [(2, "unreadable"), (3, "unknown_kind")]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"rows": []}', "not_json"),
        (b'{"batch": {}}', "not_json"),
        (b'{"batch": [], "batch": []}', "not_json"),
        (b'{"batch": []', "not_json"),
        (b'{"batch": [] } x', "not_json"),
        (b'{"batch": ["\\ud83d"]', "not_json"),
        (b'{"batch": ["\\ud83d"]} x', "not_json"),
        (b'{"batch" ["\\ud83d"]}', "not_json"),
        (b'{"batch": ["\\ud83d", NaN]}', "not_json"),
        (b'{"batch": ["\\ud83d"], "batch": []}', "not_json"),
        (b'{"rows": ["\\ud83d"]}', "not_json"),
        (b'{1: "\\ud83d", "batch": []}', "not_json"),
        (b'{"batch": [], "sentAt": "\\ud83d"}', "not_json"),
        (b'{"batch": ["\\ud83d", ' + b"[" * 5000 + b"]" * 5000 + b"]}", "too_deep"),
        (b'{"batch": [], "sentAt": "yesterday"}', "not_json"),
        (b'{"batch": [], "context": ' + b"[" * 5000 + b"]" * 5000 + b"}", "too_deep"),
        (b'{"batch": ' + b"[" * 5000 + b"]" * 5000 + b"}", "too_deep"),
    ],
)
def test_an_object_without_one_batch_is_refused_whole(agency: Agency, body: bytes, code: str) -> None:
    answer = post(agency, body)
    assert (answer.status_code, answer.json()["code"]) == (400, code)


def test_more_than_five_thousand_lines_are_too_many(agency: Agency) -> None:
    answer = post(agency, b"{}\n" * 5001, "application/x-ndjson")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_many_rows")


HOSTILE = [
    (b'{"batch" "batch"', "application/json", "engagements", 400),
    (b'{"batch": [{"text": "\\"batch\\"", "a": 1, "a": 2}], "x": "batch"}', "application/json", "engagements", 202),
    (b'{"id": "a\x00b"}\n{}', "application/x-ndjson", "engagements", 202),
    (b'{"batch": [{"messageId": "1", "type": "track", "event": "Order Refunded", "properties": {"order_id": 1e400}}]}',
     "application/json", "outcomes", 202),
]  # fmt: skip


@pytest.mark.parametrize(("content", "kind", "shape", "status"), HOSTILE)
def test_a_body_of_a_broken_program_is_no_failure_of_ours(
    agency: Agency, content: bytes, kind: str, shape: str, status: int
) -> None:
    answer = post(agency, content, kind, shape)
    assert answer.status_code == status, answer.content
    if status == 202:
        assert answer.json()["quarantined"] == answer.json()["received"] > 0


ODD: st.SearchStrategy[Any] = st.sampled_from([call(), event(), act(), {}, [], 7, None]) | st.dictionaries(
    st.sampled_from(["messageId", "type", "properties", "specversion", "id", "source", "data", "timestamp", "time"]),
    st.none() | st.integers() | st.text(max_size=5) | st.sampled_from(["1.0", "track", AT, {"kind": "like"}]),
)


@pytest.mark.parametrize("media_type", envelopes.MEDIA_TYPES)
@given(
    rows=st.lists(ODD, max_size=4), cut=st.integers(0, 400), sent=st.sampled_from([None, AT, "0001-01-01T00:00:00Z"])
)
def test_every_row_has_one_verdict_in_whatever_envelope(
    media_type: str, rows: list[Any], cut: int, sent: str | None
) -> None:
    bodies = [json.dumps(rows), json.dumps({"batch": rows, "sentAt": sent}), "\n".join(map(json.dumps, rows))]
    for body in bodies:
        for shape in ("engagements", "outcomes", "contact-facts", "posts"):
            try:
                batch = envelopes.split(body.encode()[: cut or None], now=TERMS.now, media_type=media_type)
            except (NotJson, TooDeep):
                continue
            found = envelopes.read(FORMATS[shape], TERMS, batch)
            assert found.received == len(batch.rows)
            assert {it.code for it in found.refused} <= ROW_CODES.keys()
            assert all(isinstance(found.kept(it.index), str) for it in found.refused)
