"""Any program's events become rows by a mapping that an agency declares."""

import json
import time
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import NotJson, TooDeep, TooManyRows
from ingestion.formats.reading import FORMATS
from ingestion.formats.webhooks import declared
from ingestion.formats.webhooks.declared import Mapping, Place, pointed, problems
from tests.ingestion.hooks import ANYTHING, NOT_JSON, body, fact, mutated, survives, verdict, verdicts

LANDS = ("lands", "")
SHOP = {
    "shape": "outcomes",
    "events": "/data/orders",
    "fields": {
        "id": {"at": "/number"},
        "kind": {"at": "/state"},
        "occurred_at": {"at": "/paid/at", "unit": "s"},
        "who.customer": {"at": "/buyer/id"},
        "who.email": {"at": "/buyer/e~1mail"},
        "value": {"at": "/totals/0"},
        "currency": {"constant": "GBP"},
    },
    "kinds": {"paid": "purchase", "returned": "refund"},
}
ORDER = {
    "number": 881,
    "state": "paid",
    "paid": {"at": 1777629600},
    "buyer": {"id": 1204, "e/mail": "ada@person.example"},
    "totals": [48.50, 7],
}
DESK = {
    "shape": "engagements",
    "fields": {
        "id": {"at": "/call/id"},
        "kind": {"constant": "call"},
        "occurred_at": {"at": "/call/began"},
        "actor.customer": {"at": "/call/from"},
        "direction": {"constant": "two-sided"},
    },
}
CALL = {"call": {"id": "c-7", "began": "2026-05-01T12:00:00+02:00", "from": "1204"}}


def mapping(of: Any = SHOP, **other: Any) -> Mapping:
    """Return a mapping as it is read from where it was saved."""
    return msgspec.json.decode(json.dumps(of | other), type=Mapping)


def field(name: str, place: Any, of: Any = SHOP) -> Mapping:
    fields = of["fields"] | {name: place}
    return mapping(of, fields={name: it for name, it in fields.items() if it is not None})


def found_in(one: Mapping) -> list[str]:
    return problems(one, FORMATS[one.shape])


def shop(*orders: Any) -> bytes:
    return body({"data": {"orders": list(orders)}})


# --- Rows


def test_an_order_of_a_shop_lands_as_declared() -> None:
    (found,) = declared.rows(shop(ORDER), mapping())
    assert found.row == {
        "id": "881",
        "kind": "purchase",
        "occurred_at": "2026-05-01T10:00:00+00:00",
        "who": {"customer": "1204", "email": "ada@person.example"},
        "value": "48.5",
        "currency": "GBP",
    }


def test_one_event_may_be_the_whole_body() -> None:
    (found,) = declared.rows(body(CALL), mapping(DESK))
    assert (found.shape, found.row["actor"], verdict(found)) == ("engagements", {"customer": "1204"}, LANDS)
    assert declared.rows(body([CALL, CALL]), mapping(DESK)) == [found, found]


def test_a_number_is_an_id_too() -> None:
    (found,) = declared.rows(shop(ORDER), mapping())
    assert verdict(found) == LANDS
    assert (fact(found).id, fact(found).values[4]) == ("881", Decimal("48.5"))


@pytest.mark.parametrize(
    ("unit", "value"),
    [
        ("s", 1777629600),
        ("s", "1777629600"),
        ("s", 1777629600.25),
        ("ms", 1777629600250),
        ("us", 1777629600250000),
        (None, "2026-05-01T10:00:00.25Z"),
    ],
)
def test_moments_are_counted_in_the_declared_unit(unit: str | None, value: Any) -> None:
    one = field("occurred_at", {"at": "/paid/at", "unit": unit})
    (found,) = declared.rows(shop(ORDER | {"paid": {"at": value}}), one)
    assert found.row["occurred_at"][:19] == "2026-05-01T10:00:00"
    assert (".25" in found.row["occurred_at"]) == ("25" in str(value))


@pytest.mark.parametrize("value", ["soon", -1, 10**18, 1e300, True, [1], {"s": 1}, "9" * 5_000])
def test_what_is_no_moment_is_set_aside(value: Any) -> None:
    (found,) = declared.rows(shop(ORDER | {"paid": {"at": value}}), mapping())
    assert verdict(found) == ("invalid", "/occurred_at")


def test_a_kind_that_is_not_translated_is_set_aside() -> None:
    (order,) = declared.rows(shop(ORDER | {"state": "pending"}), mapping())
    (act,) = declared.rows(body(CALL | {"kind": "poke"}), field("kind", {"at": "/kind"}, DESK))
    assert [verdict(order), verdict(act)] == [("invalid", "/kind"), ("unknown_kind", "/kind")]


def test_an_event_that_cannot_be_read_costs_no_other() -> None:
    found = declared.rows(shop(7, {}, ORDER), mapping())
    assert verdicts(found) == [("unknown_field", "/event"), ("missing", "/id"), LANDS]


@pytest.mark.parametrize("payload", [{}, {"data": []}, 7, None, "x"])
def test_a_body_without_the_declared_place_is_set_aside_as_it_is(payload: Any) -> None:
    (found,) = declared.rows(body(payload), mapping())
    assert (found.shape, found.row, verdict(found)[0]) == ("outcomes", {"event": payload}, "unknown_field")


def test_more_events_than_a_batch_has_are_refused_whole() -> None:
    assert len(declared.rows(shop(*[ORDER] * 5_000), mapping())) == 5_000
    with pytest.raises(TooManyRows):
        declared.rows(shop(*[ORDER] * 5_001), mapping())


@pytest.mark.parametrize("content", NOT_JSON)
def test_what_is_no_json_is_refused_whole(content: bytes) -> None:
    with pytest.raises(NotJson):
        declared.rows(content, mapping())


def test_what_nests_too_deep_is_refused_whole() -> None:
    with pytest.raises(TooDeep):
        declared.rows(b"[" * 70 + b"]" * 70, mapping())


def test_a_fraction_is_a_number_where_one_is_wanted() -> None:
    days = {
        "cohort_from": "2026-03-01T00:00:00Z",
        "cohort_to": "2026-04-01T00:00:00Z",
        "sampled_at": "2026-05-01T00:00:00Z",
    }
    fields = {name: Place(constant=it) for name, it in days.items()} | {
        "channel": Place(constant="cha"),
        "number": Place(at="/n"),
        "digit_share": Place(at="/digits"),
    }
    (found,) = declared.rows(b'{"n": 1, "digits": 0.25}', Mapping(shape="profile-samples", fields=fields))
    assert (found.row["digit_share"], verdict(found)) == (0.25, LANDS)


# --- Pointers


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("", {"a": [1, {"b/c": 2, "~": 3, "": 4}]}),
        ("/a/0", 1),
        ("/a/1/b~1c", 2),
        ("/a/1/~0", 3),
        ("/a/1/", 4),
        ("/a/2", None),
        ("/a/-1", None),
        ("/a/00", None),
        ("/a/-", None),
        ("/a/" + "9" * 5_000, None),
        ("/b", None),
        ("/a/0/x", None),
        ("a", {"a": [1, {"b/c": 2, "~": 3, "": 4}]}),
    ],
)
def test_a_pointer_leads_to_its_place_or_nowhere(pointer: str, expected: Any) -> None:
    assert pointed({"a": [1, {"b/c": 2, "~": 3, "": 4}]}, pointer) == expected


def test_a_long_pointer_takes_no_time() -> None:
    began = time.perf_counter()
    for pointer in ("/" * 50_000 + "~", "/a" * 50_000 + "~2"):
        assert found_in(mapping(events=pointer)) != []
    assert time.perf_counter() - began < 2


# --- Problems


@pytest.mark.parametrize("of", [SHOP, DESK])
def test_a_mapping_that_can_be_used_has_no_problems(of: Any) -> None:
    assert found_in(mapping(of)) == []


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (mapping(events="orders"), "Where the events stand is no JSON pointer"),
        (field("id", None), "Say where “id” stands"),
        (field("occurred_at", None), "Say where “occurred_at” stands"),
        (field("value", {"at": "totals"}), "The place of “value” is no JSON pointer"),
        (field("value", {"at": "/a~2"}), "The place of “value” is no JSON pointer"),
        (field("value", {}), "Give “value” either a place"),
        (field("value", {"at": "/a", "constant": 7}), "Give “value” either a place"),
        (field("value", {"at": "/a", "unit": "s"}), "“value” is no moment"),
        (field("who", {"at": "/a"}), "There is no field “who”"),
        (field("price", {"at": "/a"}), "There is no field “price”. Known are id, kind"),
        (field("id", {"constant": "1"}), "An id is each event's own"),
        (field("kind", {"constant": "sale"}), "“sale” is no kind we know. Use one of custom, lead"),
        (mapping(kinds={"paid": "bought"}), "“bought” is no kind we know"),
        (mapping(DESK, kinds={"ring": "phone"}), "“phone” is no kind we know. Use one of view, click"),
        (field("actor.customer", None, DESK), "Say where a person is named, such as actor.handle or actor.email."),
    ],
)
def test_what_is_wrong_with_a_mapping_is_said(one: Mapping, said: str) -> None:
    (found,) = found_in(one)
    assert found.startswith(said)


def test_a_mapping_of_another_shape_is_said_to_be_one() -> None:
    assert problems(mapping(), FORMATS["engagements"])[0] == "The mapping makes outcomes, not engagements."


@pytest.mark.parametrize("shape", FORMATS)
def test_an_empty_mapping_lacks_what_every_row_has(shape: str) -> None:
    found = found_in(Mapping(shape=shape, fields={}))
    assert all(it.startswith("Say where") for it in found)
    assert found != []


def test_shapes_without_people_or_kinds_can_be_declared() -> None:
    fields = {"channel": Place(constant="cha"), "at": Place(at="/day", unit="ms"), "followers": Place(at="/n")}
    one = Mapping(shape="audience-counts", fields=fields)
    assert found_in(one) == []
    assert verdicts(declared.rows(b'{"day": 1777629600000, "n": 4120}', one)) == [LANDS]
    assert problems(Mapping(shape="audience-counts", fields=fields, kinds={"a": "b"}), FORMATS["audience-counts"]) == [
        "Rows of this shape have no kind to translate."
    ]


# --- Whatever anybody thinks of

PLACES = st.sampled_from(["", "/a", "/a/0", "/b", "a", "/~", "/call/id", "/call"])
FIELDS = st.dictionaries(
    st.sampled_from(["id", "kind", "occurred_at", "actor.customer", "direction", "text", "words", "automated"]),
    st.builds(Place, at=st.none() | PLACES, constant=st.none() | st.integers() | st.text(max_size=5) | st.booleans()),
)


@given(content=mutated([{"data": {"orders": [ORDER, ORDER]}}]))
def test_a_payload_with_anything_in_it_gets_verdicts(content: bytes) -> None:
    survives(lambda it: declared.rows(it, mapping()), content)


@given(
    payload=ANYTHING | st.just(CALL),
    fields=FIELDS,
    events=PLACES,
    kinds=st.dictionaries(st.text(max_size=3), st.text()),
)
def test_any_mapping_gives_every_event_a_verdict(payload: Any, fields: Any, events: str, kinds: Any) -> None:
    one = Mapping(shape="engagements", events=events, fields=fields, kinds=kinds)
    survives(lambda it: declared.rows(it, one), body(payload))
    assert all(it.endswith(".") for it in found_in(one))
