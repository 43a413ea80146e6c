"""The envelopes in which programs send rows: whatever it is, what is in it lands as a row would."""

import base64
import gzip
import json
import time
import zlib
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import ROW_CODES, NotJson, TooDeep
from ingestion.formats import envelopes
from ingestion.formats.reading import FORMATS
from ingestion.models import ContactFact, Engagement, KindMapping, Outcome, Rejection
from ingestion.services import quarantine
from tests.conftest import Agency, within
from tests.ingestion.doors import AT, ROWS, act, all_of, outcome
from tests.ingestion.test_hostile import TERMS

HAPPENED = datetime(2026, 5, 1, 10, tzinfo=UTC)
EVENT = "application/cloudevents+json"
EVENTS = "application/cloudevents-batch+json"


def post(agency: Agency, body: Any, kind: str = "application/json", shape: str = "engagements", **headers: str) -> Any:
    address = f"/v1/{shape}:batch?source={agency.source.public_id}"
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return agency.program().post(address, body, content_type=kind, headers=headers)


def counts(answer: Any) -> tuple[int, int, int]:
    shown = answer.json()
    return shown["accepted"], shown["duplicate"], shown["quarantined"]


# --- An object with the rows in it, and lines


def test_rows_may_come_as_the_batch_of_an_object(agency: Agency) -> None:
    assert counts(post(agency, {"batch": [act(1), act(2, kind="wink")]})) == (1, 0, 1)
    assert counts(post(agency, [act(1)])) == (0, 1, 0)
    assert counts(post(agency, b' {"batch": []}')) == (0, 0, 0)


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


# --- Segment


def call(number: object = 1, **more: Any) -> dict[str, Any]:
    it = {"messageId": f"m-{number}", "type": "track", "event": "Comment", "userId": "17", "timestamp": AT}
    return it | {"properties": {"text": "How much is it?", "browser": "no field of ours"}} | more


def test_a_call_of_segment_lands_as_an_act(agency: Agency) -> None:
    answer = post(agency, {"batch": [call(), call(2, type="page", event=None)], "writeKey": "w", "context": {}})
    assert counts(answer) == (2, 0, 0), answer.json()
    fields = ("ext_id", "kind", "words", "occurred_at", "contact__kind", "contact__handle")
    assert all_of(agency, Engagement, *fields, ext_id__startswith="m-") == [
        ("m-1", "comment", 4, HAPPENED, "customer", "17"),
        ("m-2", "view", 4, HAPPENED, "customer", "17"),
    ]


def test_a_call_has_its_moment_by_the_clock_of_the_receiver(agency: Agency) -> None:
    """`receivedAt - (sentAt - originalTimestamp)`: a telephone whose clock is a year slow."""
    now = timezone.now()
    sent = now - timedelta(days=365)
    row = call(timestamp=(sent - timedelta(hours=2)).isoformat())
    answer = post(agency, {"batch": [row], "sentAt": sent.isoformat()})
    assert counts(answer) == (1, 0, 0), answer.json()
    (happened,) = all_of(agency, Engagement, "occurred_at", ext_id="m-1")
    assert abs(happened - (now - timedelta(hours=2))) < timedelta(minutes=1)


def test_a_call_that_is_sent_again_later_is_the_same(agency: Agency) -> None:
    rows = [call()]
    assert counts(post(agency, {"batch": rows, "sentAt": "2026-05-01T10:00:05Z"})) == (1, 0, 0)
    assert counts(post(agency, {"batch": rows, "sentAt": "2026-05-01T10:09:00Z"})) == (0, 1, 0)


def test_rows_of_our_own_among_calls_keep_their_moments(agency: Agency) -> None:
    answer = post(agency, {"batch": [call(), act(1)], "sentAt": "2026-04-01T10:00:00Z"})
    assert counts(answer) == (2, 0, 0)
    assert set(all_of(agency, Engagement, "occurred_at", kind="comment", ext_id__in=["m-1", "act-1"])) == {HAPPENED}


def test_a_call_that_segment_passes_on_has_its_moment_already(agency: Agency) -> None:
    row = call(receivedAt="2026-05-01T10:00:09Z", originalTimestamp="2026-04-01T10:00:00Z")
    post(agency, {"batch": [row], "sentAt": "2026-04-01T10:00:09Z"})
    assert all_of(agency, Engagement, "occurred_at", ext_id="m-1") == [HAPPENED]


def test_a_call_that_is_set_aside_is_kept_as_the_row_it_brings(agency: Agency) -> None:
    answer = post(agency, {"batch": [call(event="Product Added")], "sentAt": timezone.now().isoformat()})
    assert [(it["code"], it["pointer"]) for it in answer.json()["quarantine"]] == [("unknown_kind", "/kind")]
    (kept,) = all_of(agency, Rejection, "row", code="unknown_kind", delivery__public_id=answer.json()["batch"])
    row = json.loads(kept)
    assert (row["id"], row["kind"], row["actor"]) == ("m-1", "product_added", {"customer": "17"})
    assert row["text"] == "How much is it?"
    assert "browser" not in row


def test_an_order_and_its_refund_land_as_outcomes(agency: Agency) -> None:
    who = {"userId": None, "anonymousId": "a-1", "context": {"traits": {"email": "ada@person.example"}}}
    bought = call(event="Order Completed", properties={"order_id": "881", "total": 48.5, "currency": "GBP"}, **who)
    back = call(2, event="Order Refunded", properties={"order_id": "881", "total": "48.50", "currency": "GBP"}, **who)
    answer = post(agency, {"batch": [bought, back]}, shape="outcomes")
    assert counts(answer) == (2, 0, 0), answer.json()
    fields = ("ext_id", "kind", "value", "currency", "refund_of", "contact__kind")
    assert all_of(agency, Outcome, *fields, currency="GBP") == [
        ("881", "purchase", Decimal("48.5"), "GBP", "", "external_id"),
        ("m-2", "refund", Decimal("48.5"), "GBP", "881", "external_id"),
    ]


def test_traits_land_as_facts(agency: Agency) -> None:
    row = call(type="identify", event=None, traits={"email": "ada@person.example", "industry": "retail", "seats": 3})
    assert counts(post(agency, {"batch": [row]}, shape="contact-facts")) == (1, 0, 0)
    assert sorted(all_of(agency, ContactFact, "name", "value", contact__kind="customer")) == [
        ("industry", "retail"),
        ("seats", "3"),
    ]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (call(type="group"), ("invalid", "/type")),
        (call(messageId=7), ("invalid", "")),
        (call(timestamp=None), ("missing", "/occurred_at")),
        (call(timestamp="9999-12-31T23:59:59-14:00"), ("invalid", "/occurred_at")),
        (call(timestamp="noon"), ("invalid", "")),
        (call(userId=None), ("missing", "/actor")),
        (call(properties=[1]), ("invalid", "")),
        (call(event="Comment", properties={"words": "many"}), ("invalid", "/words")),
    ],
)
def test_a_call_that_cannot_be_used_says_why(agency: Agency, row: dict[str, Any], expected: tuple[str, str]) -> None:
    answer = post(agency, {"batch": [row, call("good")], "sentAt": "2026-05-01T10:00:05Z"})
    assert answer.json()["accepted"] == 1
    assert [(it["code"], it["pointer"]) for it in answer.json()["quarantine"]] == [expected]


def test_a_field_that_a_call_has_twice_is_not_guessed(agency: Agency) -> None:
    twice = json.dumps(call()).replace('"userId": "17"', '"userId": "17", "userId": "18"')
    answer = post(agency, f'{{"batch": [{twice}]}}'.encode())
    assert [it["code"] for it in answer.json()["quarantine"]] == ["duplicate_key"]


def test_a_call_that_is_used_in_the_end_is_still_the_same_call(agency: Agency) -> None:
    """Set aside for its kind, replayed, and sent again by a sender who never heard of that."""
    sent = timezone.now() - timedelta(days=365)
    rows = [call(event="Product Added", timestamp=(sent - timedelta(hours=2)).isoformat())]
    post(agency, {"batch": rows, "sentAt": sent.isoformat()})
    with within(agency):
        KindMapping.objects.create(source=agency.source, word="product_added", rung=2)
        (rejection,) = Rejection.objects.filter(row__contains="m-1")
        assert quarantine.mend(rejection, rejection.row) is None
    (happened,) = all_of(agency, Engagement, "occurred_at", ext_id="m-1")
    assert abs(happened - (timezone.now() - timedelta(hours=2))) < timedelta(minutes=1)
    assert counts(post(agency, {"batch": rows, "sentAt": sent.isoformat()})) == (0, 1, 0)


def test_a_field_that_stands_twice_is_kept_twice(agency: Agency) -> None:
    twice = json.dumps(event()).replace('"id": "e-1"', '"id": "e-1", "id": "e-2"')
    answer = post(agency, f"[{twice}]".encode(), EVENTS)
    (kept,) = all_of(agency, Rejection, "row", delivery__public_id=answer.json()["batch"])
    assert kept == twice


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


@pytest.mark.parametrize(
    "data", [b'{"a":"\xff"}', b'{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}", b'{"id":"x","id":"y"}']
)
def test_data_in_base64_is_looked_at_as_a_row_is(agency: Agency, data: bytes) -> None:
    answer = post(agency, [event(data=None, data_base64=base64.b64encode(data).decode())], EVENTS)
    assert (answer.status_code, answer.json()["quarantined"]) == (202, 1)


@pytest.mark.parametrize("shape", ROWS)
def test_every_shape_comes_as_an_event_too(agency: Agency, shape: str) -> None:
    assert counts(post(agency, [event(data=ROWS[shape]())], EVENTS, shape)) == (1, 0, 0)
    assert counts(post(agency, [ROWS[shape]()], shape=shape)) == (0, 1, 0)


# --- CloudEvents


def event(number: object = 1, **more: Any) -> dict[str, Any]:
    data = {"actor": {"handle": "ada"}, "words": 4}
    it = {"specversion": "1.0", "id": f"e-{number}", "source": "/shop", "type": "com.example.comment", "time": AT}
    return it | {"data": data} | more


def test_one_event_and_several_land_as_acts(agency: Agency) -> None:
    assert counts(post(agency, event(), EVENT)) == (1, 0, 0)
    assert counts(post(agency, [event(), event(2)], EVENTS + "; charset=UTF-8")) == (1, 1, 0)
    fields = ("ext_id", "kind", "occurred_at", "words")
    assert all_of(agency, Engagement, *fields, ext_id__startswith="/shop") == [
        ("/shop e-1", "comment", HAPPENED, 4),
        ("/shop e-2", "comment", HAPPENED, 4),
    ]


def test_the_same_id_from_another_source_is_another_event(agency: Agency) -> None:
    assert counts(post(agency, [event(), event(source="/stall")], EVENTS)) == (2, 0, 0)


def test_an_event_may_come_beside_its_data(agency: Agency) -> None:
    headers = {"ce-specversion": "1.0", "ce-id": "e-1", "ce-source": "/caf%C3%A9", "ce-type": "comment", "ce-time": AT}
    answer = post(agency, {"actor": {"handle": "ada"}}, **headers)
    assert counts(answer) == (1, 0, 0), answer.json()
    assert all_of(agency, Engagement, "ext_id", kind="comment", ext_id__startswith="/") == ["/café e-1"]


def test_what_the_data_says_goes_before_the_event(agency: Agency) -> None:
    row = outcome(value=48.5, currency="GBP")
    assert counts(post(agency, event(data=row), EVENT, shape="outcomes")) == (1, 0, 0)
    assert counts(post(agency, [row], shape="outcomes")) == (0, 1, 0)


def test_data_may_be_in_base64(agency: Agency) -> None:
    data = base64.b64encode(b'{"actor": {"handle": "ada"}}').decode()
    assert counts(post(agency, event(data=None, data_base64=data), EVENT)) == (1, 0, 0)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"specversion": "0.3"}, ("invalid", "/specversion")),
        ({"id": ""}, ("missing", "/id")),
        ({"source": ""}, ("missing", "/source")),
        ({"id": "x" * 200}, ("invalid", "/id")),
        ({"type": 7}, ("invalid", "")),
        ({"data": None}, ("missing", "/data")),
        ({"data": "text"}, ("invalid", "/data")),
        ({"data": None, "data_base64": "%%%"}, ("invalid", "/data_base64")),
        ({"datacontenttype": "text/xml"}, ("invalid", "/datacontenttype")),
        ({"type": "com.example.wink"}, ("unknown_kind", "/kind")),
        ({"time": "noon"}, ("invalid", "/occurred_at")),
        ({"data": {"actor": {"handle": "ada"}, "wrods": 4}}, ("unknown_field", "/wrods")),
    ],
)
def test_an_event_that_cannot_be_used_says_why(agency: Agency, more: dict[str, Any], expected: tuple[str, str]) -> None:
    answer = post(agency, [event(**more), event("good")], EVENTS)
    assert answer.json()["accepted"] == 1
    assert [(it["code"], it["pointer"]) for it in answer.json()["quarantine"]] == [expected]


@pytest.mark.parametrize("body", [b"", b"{}, {}", b"{", b"[", b"{} x"])
def test_a_body_that_is_no_event_is_refused_whole(agency: Agency, body: bytes) -> None:
    answer = post(agency, body, EVENT)
    assert (answer.status_code, answer.json()["code"]) == (400, "not_json")


# --- Compressed


def test_a_compressed_body_lands(agency: Agency) -> None:
    body = json.dumps([act(1)]).encode()
    assert counts(post(agency, gzip.compress(body), **{"content-encoding": "gzip"})) == (1, 0, 0)
    halves = gzip.compress(body[:10]) + gzip.compress(body[10:])
    assert counts(post(agency, halves, **{"content-encoding": "GZIP"})) == (0, 1, 0)


def test_a_compressed_body_is_inflated_to_five_megabytes_and_no_further(agency: Agency) -> None:
    bomb = gzip.compress(b" " * 500_000_000, compresslevel=6)
    assert len(bomb) < 5 * 1024 * 1024
    answer = post(agency, bomb, **{"content-encoding": "gzip"})
    assert (answer.status_code, answer.json()["code"]) == (413, "expanded_too_large")
    full = b"[" + b" " * (5 * 1024 * 1024 - 2) + b"]"
    assert counts(post(agency, gzip.compress(full), **{"content-encoding": "gzip"})) == (0, 0, 0)
    answer = post(agency, gzip.compress(full + b" "), **{"content-encoding": "gzip"})
    assert answer.json()["code"] == "expanded_too_large"


@pytest.mark.parametrize(
    "body",
    [b"[]", gzip.compress(b"[]")[:-4], gzip.compress(b"[]") + b"more", zlib.compress(b"[]"), gzip.compress(b"") * 1001],
    ids=["plain", "cut", "with more behind", "zlib", "too many members"],
)
def test_what_is_not_wholly_compressed_is_refused(agency: Agency, body: bytes) -> None:
    answer = post(agency, body, **{"content-encoding": "gzip"})
    assert (answer.status_code, answer.json()["code"]) == (400, "not_gzip")


def test_a_compressed_body_of_thousands_of_empty_members_takes_no_time(agency: Agency) -> None:
    began = time.perf_counter()
    assert post(agency, gzip.compress(b"") * 250_000, **{"content-encoding": "gzip"}).status_code == 400
    assert time.perf_counter() - began < 3  # some milliseconds; half a minute where all of them were opened


def test_another_way_to_compress_is_refused_in_words(agency: Agency) -> None:
    answer = post(agency, b"x", **{"content-encoding": "br"})
    assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
    assert "gzip" in answer.json()["detail"]


# --- Whatever anybody thinks of, without a database

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
