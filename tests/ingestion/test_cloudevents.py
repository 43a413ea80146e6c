"""CloudEvents, by themselves, in batches and beside their data: what they bring lands as a row."""

import base64
import json
from typing import Any

import pytest

from ingestion.models import Engagement, Rejection
from tests.conftest import Agency
from tests.ingestion.doors import AT, ROWS, all_of, outcome
from tests.ingestion.envelopes import EVENT, EVENTS, HAPPENED, counts, event, post


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


def test_a_field_that_stands_twice_is_kept_twice(agency: Agency) -> None:
    twice = json.dumps(event()).replace('"id": "e-1"', '"id": "e-1", "id": "e-2"')
    answer = post(agency, f"[{twice}]".encode(), EVENTS)
    (kept,) = all_of(agency, Rejection, "row", delivery__public_id=answer.json()["batch"])
    assert kept == twice


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
