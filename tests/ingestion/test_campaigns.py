"""Campaigns and vendors in the admin: entered by hand beside those that were sent."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from ingestion.models import Campaign, Vendor
from tests.conftest import Agency
from tests.ingestion.doors import all_of

CAMPAIGNS, VENDORS = "/admin/ingestion/campaign/", "/admin/ingestion/vendor/"


def at(name: str, day: str, time: str = "10:00") -> dict[str, str]:
    return {f"{name}_0": day, f"{name}_1": time}


def campaign(agency: Agency, **more: Any) -> dict[str, Any]:
    row = {"client": agency.client.id, "kind": "giveaway", "name": "Blue mug", "entry_kinds": ["follow", "comment"]}
    return row | at("starts_at", "2026-05-01") | at("ends_at", "", "") | more


def vendor(agency: Agency, **more: Any) -> dict[str, Any]:
    row = {"client": agency.client.id, "name": "Reach Ltd", "promise": "5,000 followers"}
    return row | at("starts_at", "2026-05-01") | at("ends_at", "", "") | more


def test_an_analyst_enters_a_giveaway(agency: Agency) -> None:
    form = campaign(agency, posts="p-1, p-2") | at("ends_at", "2026-05-08")
    answer = agency.browser(agency.member("analyst")).post(f"{CAMPAIGNS}add/", form)
    assert answer.status_code == 302, answer.content.decode()
    fields = ("kind", "posts", "entry_kinds", "starts_at", "known_at", "delivery", "client_id")
    starts = datetime(2026, 5, 1, 9, tzinfo=UTC)  # ten o'clock by the agency's clock
    assert all_of(agency, Campaign, *fields, name="Blue mug") == [
        ("giveaway", ["p-1", "p-2"], ["follow", "comment"], starts, starts, None, agency.client.id)
    ]


def test_a_cause_is_entered_with_what_is_given_and_spent(agency: Agency) -> None:
    form = campaign(agency, kind="cause", entry_kinds=[], donation="500", promotion="49.50", currency="gbp")
    assert agency.browser().post(f"{CAMPAIGNS}add/", form).status_code == 302
    assert all_of(agency, Campaign, "donation", "promotion", "currency", name="Blue mug") == [
        (Decimal(500), Decimal("49.5"), "GBP")
    ]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"entry_kinds": []}, "by which acts people enter"),
        ({"donation": "5"}, "comes with its currency"),
        ({"donation": "-5", "currency": "GBP"}, "An amount is 0 or more"),
        ({"currency": "pounds"}, "at most 3 characters"),
        ({"currency": "1,2"}, "three capitals"),
        (at("ends_at", "2026-05-01"), "ends after it starts"),
        ({"kind": ""}, "This field is required"),
    ],
)
def test_a_campaign_that_cannot_be_is_refused_in_words(agency: Agency, more: dict[str, Any], sentence: str) -> None:
    answer = agency.browser().post(f"{CAMPAIGNS}add/", campaign(agency, **more))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()


def test_a_vendor_is_entered_changed_and_taken_out(agency: Agency) -> None:
    browser = agency.browser(agency.member("manager"))
    assert browser.post(f"{VENDORS}add/", vendor(agency, price="39.90", currency="EUR")).status_code == 302
    (made,) = all_of(agency, Vendor, name="Reach Ltd")
    assert (made.price, made.currency, made.client_id) == (Decimal("39.9"), "EUR", agency.client.id)
    page = f"{VENDORS}{made.id}/"
    assert browser.post(f"{page}change/", vendor(agency, promise="10,000 followers")).status_code == 302
    assert all_of(agency, Vendor, "promise", name="Reach Ltd") == ["10,000 followers"]
    assert browser.post(f"{page}delete/", {"post": "yes"}).status_code == 302
    assert all_of(agency, Vendor, "id", name="Reach Ltd") == []


def test_what_was_sent_is_shown_beside_what_was_entered(agency: Agency) -> None:
    agency.browser().post(f"{CAMPAIGNS}add/", campaign(agency))
    shown = agency.browser().get(CAMPAIGNS).content.decode()
    assert "Blue mug" in shown
    assert "Ours campaign" in shown
    assert "Ours vendor" in agency.browser().get(VENDORS).content.decode()


def test_what_was_sent_is_not_taken_out(agency: Agency) -> None:
    (sent,) = all_of(agency, Vendor, name="Ours vendor")
    assert agency.browser().post(f"{VENDORS}{sent.id}/delete/", {"post": "yes"}).status_code == 403


def test_a_viewer_looks_and_changes_nothing(agency: Agency) -> None:
    browser = agency.browser(agency.member("viewer"))
    assert browser.get(CAMPAIGNS).status_code == 200
    for page, form in ((CAMPAIGNS, campaign(agency)), (VENDORS, vendor(agency))):
        assert browser.post(f"{page}add/", form).status_code == 403
