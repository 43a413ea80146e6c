"""What was logged by hand and is taken back is as if it had never been, and can be put back."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

import ingestion.tasks  # noqa: F401 (declares the handlers)
from ingestion.models import Engagement, Receipt
from tests.conftest import Agency, within
from tests.ingestion.doors import all_of
from tests.ingestion.people import contact_called
from tests.ingestion.test_logged import ADD, LIST, PEOPLE, ada, do, entries, features, form, person


@pytest.mark.parametrize("source_of", ["seen", "added"])
def test_what_is_taken_back_is_as_if_it_had_never_been(agency: Agency, source_of: str) -> None:
    if source_of == "seen":
        contact = ada(agency)
    else:
        agency.browser().post(f"{PEOPLE}add/", person(agency, handle="ada"))
        contact = contact_called(agency, "ada")
    before = features(agency)
    agency.browser().post(ADD, form(contact, day=f"{timezone.localtime() - timedelta(days=2):%Y-%m-%d}"))
    (entry,) = entries(agency)
    assert features(agency) != before
    assert "1 entry taken back" in do(agency, "take_back")
    assert features(agency) == before
    assert all_of(agency, Receipt, ext_id=entry.public_id) == []
    (entry,) = entries(agency)
    assert (entry.taken_back_by_id, entry.logged_by_id) == (agency.owner.pk, agency.owner.pk)
    page = agency.browser().get(f"{LIST}{entry.pk}/change/").content.decode()
    assert "taken back" in page
    assert 'name="_save"' not in page
    assert 'name="_addanother"' not in page
    assert "has been taken back already" in do(agency, "take_back")


def test_what_was_taken_back_can_be_put_back_and_taken_back_again(agency: Agency) -> None:
    contact = ada(agency)
    agency.browser().post(ADD, form(contact, day=f"{timezone.localtime() - timedelta(days=2):%Y-%m-%d}"))
    (first,) = entries(agency, "delivery_id")
    counted = features(agency)
    assert "has not been taken back" in do(agency, "put_back")
    do(agency, "take_back")
    assert "1 entry put back" in do(agency, "put_back")
    assert features(agency) == counted
    (entry,) = entries(agency)
    assert (entry.taken_back_at, entry.taken_back_by) == (None, None)
    assert entry.delivery_id != first
    assert len(all_of(agency, Engagement, ext_id=entry.public_id)) == 1
    do(agency, "take_back")
    assert all_of(agency, Engagement, ext_id=entry.public_id) == []
    with within(agency):
        said = LogEntry.objects.filter(object_id=str(entry.pk)).order_by("id").values_list("change_message", flat=True)
        assert list(said)[1:] == ["Taken back.", "Put back.", "Taken back."]


def test_what_was_logged_again_is_not_put_back_beside_it(agency: Agency) -> None:
    contact, browser = ada(agency), agency.browser()
    browser.post(ADD, form(contact))
    do(agency, "take_back")
    (first,) = entries(agency, "id")
    assert browser.post(ADD, form(contact)).status_code == 302
    shown = browser.post(LIST, {"action": "put_back", "_selected_action": [first]}, follow=True).content.decode()
    assert "is logged already" in shown
    assert len(all_of(agency, Engagement, provenance="logged by hand")) == 1
