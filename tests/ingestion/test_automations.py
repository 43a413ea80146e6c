"""The automation register: what software does in a client's name, whether people are told, and who answers for it."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ingestion.models import Automation
from tenants.models import Channel, Client
from tests.conftest import Agency, within
from tests.ingestion.doors import all_of

LIST = "/admin/ingestion/automation/"
ADD = f"{LIST}add/"
WHAT = "New followers get a welcome message, by Sendwell"


def form(agency: Agency, **more: Any) -> dict[str, Any]:
    """An entry that can be made; `None` takes a field out, as an empty box does."""
    said = {"client": agency.client.id, "channel": agency.channel.id, "what": WHAT, "accountable": "Grace Hopper",
            "disclosed": "on", "disclosed_where": "in the message itself", "starts_at_0": "2026-05-01",
            "starts_at_1": "10:00", "ends_at_0": "", "ends_at_1": ""}  # fmt: skip
    return {name: value for name, value in (said | more).items() if value is not None}


def test_a_manager_declares_what_is_automated(agency: Agency) -> None:
    answer = agency.browser(agency.member("manager")).post(ADD, form(agency))
    assert answer.status_code == 302, answer.content.decode()
    fields = ("client_id", "channel_id", "disclosed", "disclosed_where", "accountable", "starts_at", "ends_at")
    since = datetime(2026, 5, 1, 9, tzinfo=UTC)  # ten o'clock by the agency's clock
    assert all_of(agency, Automation, *fields, what=WHAT) == [
        (agency.client.id, agency.channel.id, True, "in the message itself", "Grace Hopper", since, None)
    ]
    shown = agency.browser().get(LIST, {"client__id__exact": agency.client.id}).content.decode()
    for said in (WHAT, "Ours.handle", "Grace Hopper"):
        assert said in shown


def test_it_may_hold_for_all_channels_and_be_told_nobody(agency: Agency) -> None:
    kept_quiet = form(agency, channel="", disclosed=None, disclosed_where="")
    assert agency.browser().post(ADD, kept_quiet).status_code == 302
    assert all_of(agency, Automation, "channel", "disclosed", what=WHAT) == [(None, False)]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"disclosed_where": ""}, "Say where people are told"),
        ({"disclosed": None}, "where they are not, leave that empty"),
        ({"ends_at_0": "2026-05-01", "ends_at_1": "10:00"}, "It ends after it starts"),
        ({"accountable": ""}, "This field is required"),
        ({"what": ""}, "This field is required"),
        ({"client": ""}, "This field is required"),
    ],
)
def test_an_entry_that_cannot_be_is_refused_in_words(agency: Agency, more: dict[str, Any], sentence: str) -> None:
    answer = agency.browser().post(ADD, form(agency, **more))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert all_of(agency, Automation, what=WHAT) == []


def test_a_channel_of_another_client_is_refused(agency: Agency) -> None:
    with within(agency):
        second = Client.objects.create(name="Second brand")
        elsewhere = Channel.objects.create(client=second, platform="x", handle="second")
    answer = agency.browser().post(ADD, form(agency, channel=elsewhere.id))
    assert "Choose a channel of this client" in answer.content.decode()
    agency.browser().post(ADD, form(agency))
    (entry,) = all_of(agency, Automation, "id", what=WHAT)
    changed = agency.browser().post(f"{LIST}{entry}/change/", form(agency, channel=elsewhere.id))
    assert "Choose a channel of this client" in changed.content.decode()


def test_an_entry_is_ended_and_one_made_by_mistake_is_taken_out(agency: Agency) -> None:
    browser = agency.browser()
    browser.post(ADD, form(agency))
    (entry,) = all_of(agency, Automation, "id", what=WHAT)
    ended = form(agency, ends_at_0="2026-06-01", ends_at_1="10:00")
    assert browser.post(f"{LIST}{entry}/change/", ended).status_code == 302
    assert all_of(agency, Automation, "ends_at", what=WHAT) == [datetime(2026, 6, 1, 9, tzinfo=UTC)]
    assert browser.post(f"{LIST}{entry}/delete/", {"post": "yes"}).status_code == 302
    assert all_of(agency, Automation, what=WHAT) == []


@pytest.mark.parametrize("role", ["analyst", "viewer"])
def test_others_look_and_change_nothing(agency: Agency, role: str) -> None:
    browser = agency.browser(agency.member(role))
    assert "Ours welcome messages" in browser.get(LIST).content.decode()
    (entry,) = all_of(agency, Automation, "id")
    assert "Ours accountable" in browser.get(f"{LIST}{entry}/change/").content.decode()
    for page in (ADD, f"{LIST}{entry}/change/", f"{LIST}{entry}/delete/"):
        assert browser.post(page, form(agency)).status_code == 403
    assert all_of(agency, Automation, "what") == ["Ours welcome messages"]


def test_an_empty_register_says_what_it_is_for(agency: Agency) -> None:
    with within(agency):
        Automation.objects.all().delete()
    assert "Software that is declared is honest" in agency.browser().get(LIST).content.decode()
