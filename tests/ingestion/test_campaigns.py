"""Campaigns and vendors in the admin: entered by hand beside those that were sent."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from ingestion.models import Campaign, Vendor
from tenants.models import Channel
from tests.conftest import Agency, within
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


HONEST = "Nothing in the offer is a red flag. That is no sign of honesty."
TO_ASK, TO_THINK_OF = "What to ask before anybody is paid", "What to think of before it begins"


def said_on_saving(agency: Agency, page: str, form: dict[str, Any]) -> list[tuple[str, str]]:
    """Enter something; return the advice among the messages that stand above the list then, each with its level."""
    answer = agency.browser().post(f"{page}add/", form, follow=True)
    assert answer.status_code == 200
    return [(it.level_tag, str(it)) for it in answer.context["messages"] if it.level_tag != "success"]


def its_page(agency: Agency, page: str, model: Any, name: str) -> str:
    (made,) = all_of(agency, model, name=name)
    return agency.browser().get(f"{page}{made.id}/change/").content.decode()


def test_an_offer_s_red_flags_are_said_when_it_is_saved_and_on_its_page(agency: Agency) -> None:
    form = vendor(agency, promise="Real followers, no password", units="5000", price="49", currency="GBP")
    ((level, told),) = said_on_saving(agency, VENDORS, form)
    assert level == "warning"
    shown = its_page(agency, VENDORS, Vendor, "Reach Ltd")
    assert TO_ASK in shown
    for text in (told, shown):
        for words in ("Real followers", "no password", "5,000 for 49.00 GBP"):
            assert f'<li class="mb-2">“{words}”: ' in text
        assert "That is 9.80 GBP a thousand" in text
        assert HONEST not in text
    (made,) = all_of(agency, Vendor, name="Reach Ltd")  # advice refuses nothing
    assert made.promise == "Real followers, no password"


def test_an_honest_offer_is_not_called_honest(agency: Agency) -> None:
    form = vendor(agency, promise="Half a day of photographs in the workshop")
    assert said_on_saving(agency, VENDORS, form) == [("info", f"{TO_ASK}: {HONEST}")]
    assert HONEST in its_page(agency, VENDORS, Vendor, "Reach Ltd")


def test_the_list_counts_red_flags(agency: Agency) -> None:
    agency.browser().post(f"{VENDORS}add/", vendor(agency, promise="Half a day of photographs"))
    shown = agency.browser().get(VENDORS).context["cl"]
    flags = {it.name: shown.model_admin.red_flags(it) for it in shown.result_list}
    assert flags == {"Reach Ltd": 0, "Ours vendor": 1}
    assert "Red flags" in agency.browser().get(VENDORS).content.decode()


def test_words_of_an_offer_are_shown_as_text(agency: Agency) -> None:
    form = vendor(agency, promise="Guaranteed <i\u202e followers")
    ((_, told),) = said_on_saving(agency, VENDORS, form)
    for text in (told, its_page(agency, VENDORS, Vendor, "Reach Ltd")):
        assert "“Guaranteed &lt;iU+202E followers”: " in text


def test_what_a_giveaway_asks_is_advised_on_by_the_client_s_own_channels(agency: Agency) -> None:
    with within(agency):
        Channel.objects.create(client=agency.client, platform="threads", handle="scout", role="prospect")
    form = campaign(agency, entry_kinds=["share", "tag"], posts="p-1")
    ((level, told),) = said_on_saving(agency, CAMPAIGNS, form)
    assert level == "warning"
    shown = its_page(agency, CAMPAIGNS, Campaign, "Blue mug")
    assert TO_THINK_OF in shown
    for text in (told, shown):
        assert '<li class="mb-2">Instagram: people would enter by share and tag. Meta bars' in text
        assert "comment, mention, reply and share will be the price of taking part:" in text
        assert "State when it ends" in text
        assert "Threads" not in text.replace("Threads</option>", "")


@pytest.mark.parametrize(
    ("promotion", "level", "sentence"),
    [
        ("900", "warning", "The plan spends 900.00 GBP on telling of a gift of 500.00 GBP."),
        ("", "warning", "State what is spent on telling of it"),
        ("49.50", "info", "Nothing: no more is spent on telling of it than is given."),
    ],
)
def test_a_gift_is_held_against_what_is_spent_on_telling_of_it(
    agency: Agency, promotion: str, level: str, sentence: str
) -> None:
    form = campaign(agency, kind="cause", entry_kinds=[], donation="500", promotion=promotion, currency="GBP")
    ((shown_as, told),) = said_on_saving(agency, CAMPAIGNS, form)
    assert shown_as == level
    assert sentence in told
    assert sentence in its_page(agency, CAMPAIGNS, Campaign, "Blue mug")


def test_of_what_is_shown_for_money_nothing_is_advised(agency: Agency) -> None:
    assert said_on_saving(agency, CAMPAIGNS, campaign(agency, kind="paid", entry_kinds=[])) == []
    assert TO_THINK_OF not in its_page(agency, CAMPAIGNS, Campaign, "Blue mug")


def test_a_viewer_reads_the_advice(agency: Agency) -> None:
    (sent,) = all_of(agency, Vendor, name="Ours vendor")
    shown = agency.browser(agency.member("viewer")).get(f"{VENDORS}{sent.id}/change/").content.decode()
    assert '<li class="mb-2">“5,000 followers”: ' in shown
