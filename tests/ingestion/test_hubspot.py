"""HubSpot posts that a deal changed; what it was worth and whose it is, is asked for, and nothing is lost meanwhile."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from ingestion.formats.webhooks.hubspot import REOPENED
from ingestion.models import Contact, Delivery, Hook, IdentityLink, Rejection
from ingestion.services import erasure, quarantine
from tests.conftest import Agency, within
from tests.ingestion.doors import all_of
from tests.ingestion.of_hubspot import (
    ADA,
    BEN,
    CONTACTS,
    DEALS,
    LINKED,
    WON,
    Crm,
    changed,
    event,
    purchases,
    won,
)
from tests.ingestion.people import nothing_waits
from tests.ingestion.platforms import Platform
from tests.ingestion.posting import bodies, by_hubspot, digest
from tests.scoring.agency import work_off

pytestmark = pytest.mark.django_db(transaction=True)


# --- Its signature


def test_what_hubspot_signs_is_kept_and_answered_at_once(agency: Agency, hook: Hook, hubapi: Platform) -> None:
    assert by_hubspot(hook, WON).status_code == 200
    assert by_hubspot(hook, WON, query="?of=fernleaf%20pots").status_code == 200
    assert (len(bodies(agency)), hubapi.asked) == (2, [])


@pytest.mark.parametrize(
    "more",
    [
        {"sent": timezone.now() - timedelta(minutes=6)},
        {"sent": timezone.now() + timedelta(minutes=30)},
        {"signed": "https://elsewhere.example/v1/hooks/x"},
        {"query": "?a=1", "signed": "http://testserver/v1/hooks/x"},
    ],
    ids=["too old", "ahead", "another address", "another query"],
)
def test_what_is_too_old_or_signed_for_another_address_is_refused(
    agency: Agency, hook: Hook, more: dict[str, Any]
) -> None:
    answer = by_hubspot(hook, WON, **more)
    assert (answer.status_code, answer.json()["code"]) == (403, "signature_refused")
    assert bodies(agency) == []


# --- Deals


def test_a_deal_that_was_won_is_a_purchase_of_whoever_it_is_linked_with(
    agency: Agency, hook: Hook, hubapi: Platform
) -> None:
    by_hubspot(hook, [*WON, event("contact.creation", 701)])
    digest(agency)
    (found,) = purchases(agency)
    assert found == ("deal:4500", Decimal("480.5"), "GBP", "customer")
    assert all_of(agency, IdentityLink, "kind", contact__outcomes__ext_id="deal:4500") == ["email"]
    assert hubapi.paths() == [DEALS, LINKED, CONTACTS]
    assert bodies(agency) == []
    assert all_of(agency, Hook, "bodies", "left_out", "error_code", pk=hook.pk) == [(1, 1, "")]


def test_a_deal_that_is_posted_again_lands_once(agency: Agency, hook: Hook) -> None:
    for _ in range(2):
        by_hubspot(hook, WON)
    digest(agency)
    assert len(purchases(agency)) == 1
    assert all_of(agency, Delivery, "accepted", "duplicate", source=agency.source)[-2:] == [(1, 0), (0, 1)]


def test_the_money_of_whoever_was_erased_is_nobody_elses(agency: Agency, hook: Hook, crm: Crm) -> None:
    crm.linked = {"4500": ["701", "1002"]}
    by_hubspot(hook, WON)
    digest(agency)
    assert [it[:2] for it in purchases(agency)] == [("deal:4500", Decimal("480.5")), ("deal:4500:1002", None)]
    with within(agency):
        buyer = Contact.objects.get(outcomes__ext_id="deal:4500")
        erasure.ask(buyer, by=None)
    nothing_waits(agency)
    work_off(agency)
    crm.linked = {"4500": ["1002"]}
    by_hubspot(hook, WON)
    digest(agency)
    assert [it[:2] for it in purchases(agency)] == [("deal:4500:1002", None)]


def test_the_accounts_currency_is_asked_for_where_a_deal_says_none(
    agency: Agency, hook: Hook, hubapi: Platform, crm: Crm
) -> None:
    crm.deals = {"4500": won(deal_currency_code=None), "4501": won(amount=None, deal_currency_code=None)}
    crm.linked = {"4500": ["701", "1002"], "4501": ["1002"]}
    by_hubspot(hook, [*WON, changed("amount", "7", 4501)])
    digest(agency)
    assert [(it[0], it[2]) for it in purchases(agency)] == [
        ("deal:4500", "EUR"),
        ("deal:4501", ""),
        ("deal:4500:1002", ""),
    ]
    assert hubapi.paths() == [DEALS, LINKED, CONTACTS, "/account-info/v3/details"]


def test_a_deal_that_is_not_won_or_is_gone_does_not_land(agency: Agency, hook: Hook, crm: Crm) -> None:
    crm.deals = {"4500": won(hs_is_closed_won="false")}
    by_hubspot(hook, [*WON, event("deal.creation", 4999), event("company.creation", 9)])
    digest(agency)
    assert (purchases(agency), bodies(agency)) == ([], [])
    assert all_of(agency, Hook, "left_out", pk=hook.pk) == [2]
    assert all_of(agency, Rejection, "code")[-1] == "unknown_kind"


# --- Deals that change afterwards


def again(agency: Agency, hook: Hook) -> None:
    by_hubspot(hook, WON)
    digest(agency)


def aside(agency: Agency) -> list[Any]:
    return all_of(agency, Rejection, "code", "detail", delivery__id__gt=agency.batch.id)


def test_a_contact_that_is_linked_later_brings_no_money(agency: Agency, hook: Hook, crm: Crm) -> None:
    crm.linked = {"4500": ["1002"]}
    again(agency, hook)
    crm.linked = {"4500": ["701", "1002"]}
    again(agency, hook)
    again(agency, hook)
    assert [(it[0], it[1]) for it in purchases(agency)] == [("deal:4500", Decimal("480.5")), ("deal:4500:701", None)]
    assert aside(agency) == []


def test_a_deal_that_was_mended_by_hand_brings_no_money_again(agency: Agency, hook: Hook, crm: Crm) -> None:
    crm.linked = {}
    again(agency, hook)
    with within(agency):
        (found,) = Rejection.objects.filter(delivery__id__gt=agency.batch.id)
        assert quarantine.mend(found, json.dumps(json.loads(found.row) | {"who": {"email": ADA["email"]}})) is None
    crm.linked = {"4500": ["701"]}
    again(agency, hook)
    assert [(it[0], it[1]) for it in purchases(agency)] == [("deal:4500", Decimal("480.5")), ("deal:4500:701", None)]


def test_another_address_of_the_buyer_changes_nothing(agency: Agency, hook: Hook, crm: Crm) -> None:
    again(agency, hook)
    for email in ("ada@elsewhere.example", None, "none at all"):
        crm.contacts["701"] = ADA | {"email": email}
        again(agency, hook)
    assert (len(purchases(agency)), aside(agency)) == (1, [])


def test_an_address_that_is_none_costs_no_purchase(agency: Agency, hook: Hook, crm: Crm) -> None:
    crm.contacts["701"] = ADA | {"email": "none at all"}
    again(agency, hook)
    assert (len(purchases(agency)), aside(agency)) == (1, [])


def test_an_amount_that_changed_is_set_aside_and_says_what_to_do(agency: Agency, hook: Hook, crm: Crm) -> None:
    again(agency, hook)
    crm.deals = {"4500": won(amount="600")}
    again(agency, hook)
    ((code, sentence),) = aside(agency)
    assert code == "id_conflict"
    assert "give this row another id and the difference as its value" in sentence
    with within(agency):
        (found,) = Rejection.objects.filter(delivery__id__gt=agency.batch.id)
        more = {"id": "deal:4500:more", "value": "119.50"}
        assert quarantine.mend(found, json.dumps(json.loads(found.row) | more)) is None
    assert sum(it[1] for it in purchases(agency)) == 600


def test_a_deal_that_was_won_and_is_no_longer_is_set_aside(agency: Agency, hook: Hook, crm: Crm) -> None:
    again(agency, hook)
    crm.deals = {"4500": won(hs_is_closed_won="false")}
    again(agency, hook)
    assert aside(agency) == [("reopened", REOPENED)]
    assert len(purchases(agency)) == 1


def test_nothing_is_asked_where_no_deal_changed(agency: Agency, hook: Hook, hubapi: Platform) -> None:
    by_hubspot(hook, [changed("dealname", "Mugs"), event("contact.creation")])
    digest(agency)
    assert (hubapi.asked, bodies(agency)) == ([], [])


def test_many_deals_are_asked_for_a_hundred_at_a_time(agency: Agency, hook: Hook, hubapi: Platform, crm: Crm) -> None:
    numbers = [str(number) for number in range(5000, 5150)]
    crm.deals = {number: won() for number in numbers}
    crm.linked = {number: [number] for number in numbers}
    crm.contacts = {number: BEN | {"email": f"{number}@person.example"} for number in numbers}
    by_hubspot(hook, [event("deal.creation", int(number)) for number in numbers])
    digest(agency)
    assert (len(purchases(agency)), hubapi.paths()) == (150, [DEALS] * 2 + [LINKED] * 2 + [CONTACTS] * 2)


# --- In the admin


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({}, ""),
        ({"access_token": ""}, "Enter the token with which HubSpot is asked"),
        ({"access_token": "pat-eu1-canary\u200b"}, "has a sign that no token has"),
        ({"secret": ""}, "Enter the secret"),
        ({"sender": "meta"}, "Only HubSpot is asked"),
    ],
)
def test_a_webhook_of_hubspot_has_a_secret_and_a_token(agency: Agency, more: dict[str, str], sentence: str) -> None:
    filled = {"source": agency.source.id, "sender": "hubspot", "account": "62500", "secret": "app secret",
              "access_token": "pat-eu1-canary", "mapping": ""}  # fmt: skip
    answer = agency.browser().post("/admin/ingestion/hook/add/", filled | more)
    assert answer.status_code == (200 if sentence else 302)
    assert sentence in answer.content.decode()
    assert "canary" not in answer.content.decode()
