"""What HubSpot sends, and what its CRM answers. (Ids and names are made up; the forms are the documentation's.)"""

import contextlib
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import NotJson, TooDeep
from ingestion.formats.webhooks import hubspot
from ingestion.formats.webhooks.payload import at, list_at, parsed
from ingestion.formats.webhooks.row import Row
from tests.ingestion.hooks import ANYTHING, NOT_JSON, body, fact, mutated, survives, verdict, verdicts
from tests.ingestion.of_hubspot import changed, event

LANDS = ("lands", "")
CLOSED = "2026-05-01T10:00:00.500Z"


def deal(*contacts: str, **properties: Any) -> dict[str, Any]:
    known = {
        "hs_is_closed_won": "true",
        "dealstage": "3760235206",
        "amount": "480.50",
        "deal_currency_code": "GBP",
        "closedate": CLOSED,
    }
    linked = {"contacts": {"results": [{"id": it, "type": "deal_to_contact"} for it in contacts]}}
    return {"id": "4500", "properties": known | properties, **({"associations": linked} if contacts else {})}


ADA = {"id": "701", "properties": {"email": "ada@person.example", "firstname": "Ada", "lastname": "Byron"}}
BEN = {"id": "1002", "properties": {"email": None, "firstname": "Ben", "lastname": None}}


# --- Events


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (changed("dealstage", "closedwon"), ["4500"]),
        (changed("dealstage", "3760235206"), ["4500"]),
        (changed("hs_is_closed_won", "true"), ["4500"]),
        (changed("amount", "480.50"), ["4500"]),
        (changed("closedate", "1777629600000"), ["4500"]),
        (changed("dealname", "Mugs"), []),
        (event("deal.creation"), ["4500"]),
        (event("deal.restore"), ["4500"]),
        (event("deal.deletion"), []),
        (event("object.creation", objectTypeId="0-3"), ["4500"]),
        (event("object.creation", objectTypeId="0-1"), []),
        (event("contact.creation"), []),
        (event("company.creation"), []),
        ({"subscriptionType": "deal.associationChange", "fromObjectId": 4500, "toObjectId": 701}, ["4500"]),
        (7, []),
    ],
)
def test_a_deal_is_asked_for_where_an_outcome_may_have_changed(found: Any, expected: list[str]) -> None:
    assert hubspot.deals(body([found])) == expected


def test_a_deal_is_asked_for_once() -> None:
    events = [event("deal.creation"), changed("amount", "7"), changed("amount", "8", 4501), changed("amount", "9")]
    assert hubspot.deals(body(events)) == ["4500", "4501"]


def test_a_deal_of_another_account_is_not_asked_for() -> None:
    events = [event("deal.creation"), event("deal.creation", 4501, portalId=9)]
    assert hubspot.deals(body(events), account="62500") == ["4500"]


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (event("deal.creation"), hubspot.ASKED_FOR),
        (changed("dealname", "Mugs"), hubspot.ASKED_FOR),
        (event("deal.deletion"), hubspot.DELETED),
        (event("contact.creation"), hubspot.RECORD),
        (event("contact.privacyDeletion"), hubspot.FORGET),
    ],
)
def test_no_event_lands_by_itself(found: Any, reason: str) -> None:
    (row,) = hubspot.rows(body([found]))
    assert (row.left_out, row.account) == (reason, "62500")


def test_an_unknown_kind_is_set_aside_under_its_name() -> None:
    events = [event("company.creation", 9), event("object.creation", 9, objectTypeId="0-5"), event("deal.merge", 9)]
    found = hubspot.rows(body(events))
    assert [it.row for it in found] == [
        {"id": f"{kind}:9:101:2026-05-01T10:00:00+00:00", "kind": kind, "occurred_at": "2026-05-01T10:00:00+00:00"}
        for kind in ("company.creation", "0-5.creation", "deal.merge")
    ]
    assert verdicts(found) == [("unknown_kind", "/kind")] * 3
    assert hubspot.rows(body([it | {"attemptNumber": 3} for it in events])) == found


@pytest.mark.parametrize("payload", [7, None, "x", {}, {"eventId": 7}])
def test_a_payload_of_another_form_is_set_aside_as_it_is(payload: Any) -> None:
    (found,) = hubspot.rows(body(payload))
    assert (found.row, verdict(found)) == ({"event": payload}, ("unknown_field", "/event"))


# --- Answers of the CRM


def test_a_deal_that_is_won_is_a_purchase() -> None:
    (found,) = hubspot.outcome(deal("701"), [ADA])
    assert found.row == {
        "id": "deal:4500",
        "kind": "purchase",
        "occurred_at": CLOSED,
        "who": {"customer": "701", "name": "Ada Byron"},
        "value": "480.50",
        "currency": "GBP",
    }
    assert (found.shape, found.email, verdict(found)) == ("outcomes", "ada@person.example", LANDS)
    assert fact(found).values[4:6] == (Decimal("480.5"), "GBP")


def test_all_contacts_of_a_deal_took_part_and_the_money_counts_once() -> None:
    found = hubspot.outcome(deal("1002", "701", "1002"), [BEN, ADA])
    assert [(it.row["id"], it.row.get("value"), it.row["who"]["name"]) for it in found] == [
        ("deal:4500", "480.50", "Ada Byron"),
        ("deal:4500:1002", None, "Ben"),
    ]
    assert verdicts(found) == [LANDS, LANDS]
    assert hubspot.outcome(deal("701", "1002"), [ADA, BEN]) == found


@pytest.mark.parametrize(
    ("buyer", "linked", "expected"),
    [
        ("1002", ["701", "1002"], [("deal:4500", "1002", "480.50"), ("deal:4500:701", "701", None)]),
        ("1002", ["701"], [("deal:4500", "1002", "480.50"), ("deal:4500:701", "701", None)]),
        ("1002", [], [("deal:4500", "1002", "480.50")]),
        ("", ["701"], [("deal:4500:701", "701", None)]),
        ("", [], []),
    ],
    ids=["linked later", "no longer linked", "nobody linked", "mended by hand", "mended by hand, nobody linked"],
)
def test_the_money_stays_with_whom_it_came_with_first(buyer: str, linked: list[str], expected: list[Any]) -> None:
    found = hubspot.outcome(deal(*linked), [ADA, BEN], buyer=buyer)
    assert [(it.row["id"], it.row["who"]["customer"], it.row.get("value")) for it in found] == expected


def test_a_deal_that_was_won_and_is_no_longer_is_set_aside_as_a_refund_to_be_filled_in() -> None:
    (found,) = hubspot.outcome(deal("701", hs_is_closed_won="false"), [ADA], buyer="701")
    assert (found.left_out, found.aside) == ("", hubspot.REOPENED)
    filled = {"occurred_at": CLOSED, "value": "480.50", "currency": "GBP"}
    assert verdict(replace(found, row=found.row | filled)) == LANDS


def test_a_contact_that_was_not_fetched_is_known_by_its_number() -> None:
    (found,) = hubspot.outcome(deal("701"), [])
    assert (found.row["who"], verdict(found)) == ({"customer": "701"}, LANDS)


def test_a_deal_without_contacts_has_nobody() -> None:
    found = hubspot.outcome(deal(), [])
    assert ([it.row["id"] for it in found], verdicts(found)) == (["deal:4500"], [("missing", "/who")])


def test_a_deal_without_an_amount_is_a_purchase_all_the_same() -> None:
    (found,) = hubspot.outcome(deal("701", amount=None), [ADA])
    assert ({"value", "currency"} & found.row.keys(), verdict(found)) == (set(), LANDS)


def test_the_accounts_currency_stands_in_for_the_deals() -> None:
    (found,) = hubspot.outcome(deal("701", deal_currency_code=None), [ADA], currency="EUR")
    (without,) = hubspot.outcome(deal("701", deal_currency_code=None), [ADA])
    assert (found.row["currency"], verdict(found)) == ("EUR", LANDS)
    assert verdict(without) == ("missing", "/currency")


@pytest.mark.parametrize(
    ("properties", "expected"),
    [({}, False), ({"deal_currency_code": None}, True), ({"deal_currency_code": None, "amount": None}, False)],
)
def test_the_accounts_currency_is_needed_where_a_deal_has_money_of_none(
    properties: dict[str, Any], expected: bool
) -> None:
    assert hubspot.needs_currency(deal("701", **properties)) is expected


@pytest.mark.parametrize("won", ["false", None, ""])
def test_a_deal_that_is_not_won_is_left_out(won: str | None) -> None:
    (found,) = hubspot.outcome(deal("701", hs_is_closed_won=won), [ADA])
    assert found.left_out == hubspot.NOT_WON


@pytest.mark.parametrize(
    ("closed", "expected"),
    [
        ("1777629600000", LANDS),
        ("2027-01-01T00:00:00Z", ("in_the_future", "/occurred_at")),
        ("soon", ("invalid", "/occurred_at")),
        (None, ("missing", "/occurred_at")),
    ],
)
def test_a_deal_is_bought_when_it_closed(closed: str | None, expected: tuple[str, str]) -> None:
    assert verdicts(hubspot.outcome(deal("701", closedate=closed), [ADA])) == [expected]


PAYLOADS = [[event("deal.creation"), changed("dealstage", "closedwon"), event("company.creation")]]


@pytest.mark.parametrize("content", NOT_JSON)
def test_what_is_no_json_is_refused_whole(content: bytes) -> None:
    for read in (hubspot.rows, hubspot.deals):
        with pytest.raises(NotJson):
            read(content)


@given(content=mutated(PAYLOADS))
def test_a_payload_with_anything_in_it_gets_verdicts(content: bytes) -> None:
    survives(hubspot.rows, content)
    with contextlib.suppress(NotJson, TooDeep):
        assert all(hubspot.deals(content))


@given(found=mutated([{"deal": deal("701", "1002"), "contacts": [ADA, BEN]}]), other=ANYTHING)
def test_whatever_the_crm_answers_gets_verdicts(found: bytes, other: Any) -> None:
    def read(content: bytes) -> list[Row]:
        answer = parsed(content)
        return hubspot.outcome(at(answer, "deal"), list_at(answer, "contacts"))

    survives(read, found)
    assert len(hubspot.outcome(other, [])) == 1


@given(content=st.binary(max_size=60) | st.text(alphabet='[]{}":,\\u0d8e1.-+ \n', max_size=60).map(str.encode))
def test_no_bytes_at_all_make_it_fail(content: bytes) -> None:
    survives(hubspot.rows, content)
