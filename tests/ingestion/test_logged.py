"""Calls, letters and meetings, logged by hand in three fields: landed as every row is, and taken back."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import ingestion.tasks  # noqa: F401 (declares the handlers)
from ingestion.models import Contact, Delivery, Engagement, LoggedAct, Source
from ingestion.models.source import SourceKind
from ingestion.services import logged
from scoring.features.matrix import matrix
from scoring.services import facts
from tests.conftest import Agency, within
from tests.ingestion.doors import act, all_of, send
from tests.ingestion.people import contact_called, erase, nothing_waits

LIST = "/admin/ingestion/loggedact/"
ADD = f"{LIST}add/"
PEOPLE = "/admin/ingestion/contact/"


def form(contact: Contact, what: str = "call", day: str = "2026-05-01", time: str = "10:00") -> dict[str, Any]:
    return {"contact": contact.pk, "what": what, "occurred_at_0": day, "occurred_at_1": time}


def ada(agency: Agency) -> Contact:
    send(agency, [act(1)])
    return contact_called(agency, "ada")


def entries(agency: Agency, *fields: str) -> list[Any]:
    return all_of(agency, LoggedAct, *fields, contact__handle="ada")


def do(agency: Agency, action: str, **more: Any) -> str:
    chosen = {"action": action, "_selected_action": entries(agency, "id"), **more}
    return agency.browser().post(LIST, chosen, follow=True).content.decode()


def features(agency: Agency) -> list[dict[str, Any]]:
    """Everything that is computed of everybody; a moment from now, for what came in just now is known just now."""
    as_of = timezone.now() + timedelta(seconds=1)
    with within(agency):
        return matrix(facts.known(before=as_of), as_of.replace(microsecond=0)).to_dicts()


def of_ada(agency: Agency, contact: Contact) -> dict[str, Any]:
    (row,) = (it for it in features(agency) if it["person"] == contact.pk)
    return row


def test_the_page_has_three_fields(agency: Agency) -> None:
    contact = ada(agency)
    page = agency.browser().get(f"{PEOPLE}{contact.pk}/change/").content.decode()
    assert f"{ADD}?contact={contact.pk}" in page
    answer = agency.browser().get(f"{ADD}?contact={contact.pk}")
    fields = answer.context["adminform"].form.fields
    assert list(fields) == ["contact", "what", "occurred_at"]
    shown = answer.content.decode()
    assert "ada, Instagram, Ours brand" in shown
    now = timezone.localtime()
    assert f'value="{now:%d/%m/%Y}"' in shown
    assert "Choose one" in shown


def test_what_is_logged_lands_with_a_batch_and_one_verdict(agency: Agency) -> None:
    contact, analyst = ada(agency), agency.member("analyst")
    answer = agency.browser(analyst).post(ADD, form(contact))
    assert answer.status_code == 302, answer.content.decode()
    (entry,) = entries(agency)
    (landed,) = all_of(agency, Engagement, delivery=entry.delivery_id)
    at = datetime(2026, 5, 1, 9, tzinfo=UTC)  # ten o'clock by the agency's clock
    assert (landed.kind, landed.rung, landed.direction, landed.occurred_at) == ("call", 6, "two-sided", at)
    assert (landed.contact_id, landed.ext_id, landed.provenance) == (contact.pk, entry.public_id, "logged by hand")
    counted = ("received", "accepted", "duplicate", "quarantined", "erased")
    assert all_of(agency, Delivery, *counted, id=entry.delivery_id) == [(1, 1, 0, 0, 0)]
    (source,) = all_of(agency, Source, kind=SourceKind.BY_HAND)
    assert (source.client_id, source.may_train, source.may_match, source.keeps_texts) == (
        agency.client.id,
        False,
        False,
        False,
    )
    assert (entry.logged_by_id, entry.occurred_at, entry.client_id) == (analyst.pk, at, agency.client.id)
    shown = agency.browser().get(LIST, {"client__id__exact": agency.client.id}).content.decode()
    for said in ("ada", "Call: we spoke", analyst.email, "counted"):
        assert said in shown
    for page in (f"{LIST}{entry.pk}/change/", f"/admin/ingestion/source/{source.pk}/change/"):
        assert agency.browser().get(page).status_code == 200


@pytest.mark.parametrize("basis", ["received", "stated", "lagged"])
def test_the_source_is_edited_as_any_other_and_goes_on_taking_what_is_logged(agency: Agency, basis: str) -> None:
    contact, browser = ada(agency), agency.browser()
    browser.post(ADD, form(contact))
    (source,) = all_of(agency, Source, "id", kind=SourceKind.BY_HAND)
    policy = {"name": "Telephone", "may_train": "on", "legal_basis": "Contract", "known_at_basis": basis,
              "known_after_days": 0, "checked_at_0": "", "checked_at_1": "", "kinds-TOTAL_FORMS": 0,
              "kinds-INITIAL_FORMS": 0}  # fmt: skip
    answer = browser.post(f"/admin/ingestion/source/{source}/change/", policy)
    assert answer.status_code == 302, answer.content.decode()
    assert browser.post(ADD, form(contact, "meeting")).status_code == 302
    assert all_of(agency, Source, "name", "may_train", "known_at_basis", kind=SourceKind.BY_HAND) == [
        ("Telephone", True, basis)
    ]
    assert len(entries(agency)) == 2


def test_a_client_has_one_source_of_what_is_logged(agency: Agency) -> None:
    contact = ada(agency)
    new = {"client": agency.client.id, "name": "Another", "kind": "by_hand", "platform": "offline",
           "known_at_basis": "received", "known_after_days": 0, "checked_at_0": "", "checked_at_1": "",
           "kinds-TOTAL_FORMS": 0, "kinds-INITIAL_FORMS": 0}  # fmt: skip
    assert agency.browser().post("/admin/ingestion/source/add/", new).status_code == 302
    again = agency.browser().post("/admin/ingestion/source/add/", new | {"name": "A third"})
    assert "has a source of this client&#x27;s already" in again.content.decode()
    agency.browser().post(ADD, form(contact))
    assert entries(agency, "delivery__source__name") == ["Another"]


def test_a_source_of_the_same_name_is_said(agency: Agency) -> None:
    contact = ada(agency)
    with within(agency):
        Source.objects.filter(pk=agency.source.pk).update(name=logged.SOURCE)
    shown = agency.browser().post(ADD, form(contact), follow=True).content.decode()
    assert "Give it another name first" in shown
    assert entries(agency) == []


@pytest.mark.parametrize(
    ("what", "kind", "rung", "counts"),
    [
        ("call", "call", 6, True),
        ("call_unanswered", "call", 6, False),
        ("meeting", "visit", 5, True),
        ("event", "event_attended", 5, True),
        ("letter_from_them", "letter", 7, True),
        ("letter_from_us", "letter", 7, False),
    ],
)
def test_what_both_did_or_they_did_counts_and_what_we_did_does_not(
    agency: Agency, what: str, kind: str, rung: int, counts: bool
) -> None:
    contact = ada(agency)
    before = of_ada(agency, contact)
    day = (timezone.localtime() - timedelta(days=3)).strftime("%Y-%m-%d")
    assert agency.browser().post(ADD, form(contact, what, day)).status_code == 302
    assert all_of(agency, Engagement, "kind", "rung", provenance="logged by hand") == [(kind, rung)]
    after = of_ada(agency, contact)
    assert after["qualified"] - before["qualified"] == (1 if counts else 0)
    assert (after["highest_rung"] == rung) == counts


def test_three_calls_on_three_days_are_an_advocate(agency: Agency) -> None:
    contact = ada(agency)
    for ago in (30, 20, 10):
        day = (timezone.localtime() - timedelta(days=ago)).strftime("%Y-%m-%d")
        agency.browser().post(ADD, form(contact, "call", day))
    assert of_ada(agency, contact)["stage"] == "advocate"


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"day": "2099-01-01"}, "This moment has not come yet"),
        ({"what": ""}, "This field is required"),
        ({"what": "wink"}, "Select a valid choice"),
        ({"day": "yesterday"}, "Enter a valid date"),
        ({"day": "1969-01-01"}, "Nothing is taken from before 1970"),
    ],
)
def test_what_cannot_be_is_refused_in_words(agency: Agency, more: dict[str, Any], sentence: str) -> None:
    shown = agency.browser().post(ADD, form(ada(agency), **more), follow=True).content.decode()
    assert sentence in shown
    assert entries(agency) == []
    assert all_of(agency, Source, kind=SourceKind.BY_HAND) == []


def test_the_same_twice_is_one(agency: Agency) -> None:
    contact, browser = ada(agency), agency.browser()
    browser.post(ADD, form(contact))
    assert "is logged already" in browser.post(ADD, form(contact)).content.decode()
    assert len(entries(agency)) == 1


def test_the_minute_that_is_proposed_can_be_logged(agency: Agency) -> None:
    contact, browser = ada(agency), agency.browser()
    bound = browser.get(f"{ADD}?contact={contact.pk}").context["adminform"].form["occurred_at"]
    day, time = (it["value"] for it in bound.subwidgets[0].data["subwidgets"])
    assert len(time) == len("10:00")
    assert browser.post(ADD, form(contact, day=day, time=time)).status_code == 302


def test_whoever_is_known_by_an_address_alone_can_be_logged(agency: Agency) -> None:
    send(agency, [act(1, actor={"email": "ada@person.example", "name": "Ada"})])
    with within(agency):
        contact = Contact.objects.get(name="Ada")
    assert agency.browser().post(ADD, form(contact)).status_code == 302
    assert all_of(agency, LoggedAct, "contact_id", what="call", contact=contact.pk) == [contact.pk]
    assert all_of(agency, Contact, "handle", "name", id=contact.pk) == [("", "Ada")]


def test_a_viewer_looks_and_logs_nothing(agency: Agency) -> None:
    contact = ada(agency)
    agency.browser().post(ADD, form(contact))
    viewer = agency.browser(agency.member("viewer"))
    assert "Call: we spoke" in viewer.get(LIST).content.decode()
    assert "Log a call" not in viewer.get(f"{PEOPLE}{contact.pk}/change/").content.decode()
    assert viewer.post(ADD, form(contact, "meeting")).status_code == 403
    viewer.post(LIST, {"action": "take_back", "_selected_action": entries(agency, "id")})
    assert entries(agency, "taken_back_at") == [None]
    assert viewer.post(f"{PEOPLE}add/", person(agency)).status_code == 403


def test_the_list_says_what_it_is_for_while_it_is_empty(agency: Agency) -> None:
    with within(agency):
        LoggedAct.objects.all().delete()
    shown = agency.browser().get(LIST).content.decode()
    assert "that no program knows of" in shown
    assert "Add call, letter or meeting" in shown


def test_the_list_takes_as_many_queries_for_three_as_for_one(agency: Agency) -> None:
    contact, browser = ada(agency), agency.browser()

    def asked() -> int:
        with CaptureQueriesContext(connection) as met:
            browser.get(LIST)
        return len(met)

    with within(agency):
        LoggedAct.objects.all().delete()
    browser.post(ADD, form(contact))
    of_one = asked()
    for what in ("meeting", "event"):
        browser.post(ADD, form(contact, what))
    assert asked() == of_one


# --- People whom no source has seen


def person(agency: Agency, **more: Any) -> dict[str, Any]:
    return {"client": agency.client.id, "platform": "offline", "handle": "Ada Lovelace", "name": "", **more}


def test_somebody_whom_no_source_has_seen_is_added_and_logged(agency: Agency) -> None:
    browser = agency.browser(agency.member("analyst"))
    answer = browser.post(f"{PEOPLE}add/", person(agency, platform="instagram", handle=" @Ada ", name="Countess"))
    assert answer.status_code == 302, answer.content.decode()
    contact = contact_called(agency, "Ada")
    assert (contact.name, contact.kind, contact.client_id) == ("Countess", "handle", agency.client.id)
    assert browser.post(ADD, form(contact)).status_code == 302
    send(agency, [act(1)])  # a row that names the handle is about them
    assert len(all_of(agency, Engagement, contact=contact.pk)) == 2


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"platform": "instagram", "handle": "@ADA"}, "knows them already"),
        ({"handle": "https://instagram.com/ada"}, "not the address of a page"),
        ({"handle": "@"}, "Name the person by handle"),
        ({"handle": ""}, "This field is required"),
        ({"platform": ""}, "This field is required"),
    ],
)
def test_somebody_who_cannot_be_added_is_refused_in_words(agency: Agency, more: dict[str, Any], sentence: str) -> None:
    ada(agency)
    before = all_of(agency, Contact, "id")
    answer = agency.browser().post(f"{PEOPLE}add/", person(agency, **more))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert all_of(agency, Contact, "id") == before


def test_people_are_told_apart_where_one_is_chosen(agency: Agency) -> None:
    send(agency, [act(1), act(2, actor={"handle": "ada", "platform": "x", "name": "Ada L"})])
    asked = {"app_label": "ingestion", "model_name": "loggedact", "field_name": "contact", "term": "ada"}
    found = json.loads(agency.browser().get("/admin/autocomplete/", asked).content)["results"]
    assert {it["text"] for it in found} == {"ada, Instagram, Ours brand", "ada (Ada L), X, Ours brand"}


# --- Erasure


@pytest.mark.django_db(transaction=True)
def test_what_was_logged_goes_with_the_person(agency: Agency) -> None:
    contact, browser = ada(agency), agency.browser()
    browser.post(ADD, form(contact))
    browser.post(ADD, form(contact, "meeting"))
    (first, _) = entries(agency, "id")
    browser.post(LIST, {"action": "take_back", "_selected_action": [first]})
    erase(agency)
    assert entries(agency) == []
    assert all_of(agency, Engagement, provenance="logged by hand") == []
    for answer in (
        browser.post(ADD, form(contact)),
        browser.post(f"{PEOPLE}add/", person(agency, platform="instagram", handle="ada")),
    ):
        assert answer.status_code == 200
    assert "were erased here" in answer.content.decode()
    with within(agency):
        assert not LogEntry.objects.filter(object_repr__contains="ada").exists()


@pytest.mark.django_db(transaction=True)
def test_whoever_is_being_erased_is_not_offered(agency: Agency) -> None:
    contact, browser = ada(agency), agency.browser()
    browser.post(ADD, form(contact))
    nothing_waits(agency)
    browser.post(f"{PEOPLE}{contact.pk}/erase/")
    assert "Select a valid choice" in browser.post(ADD, form(contact, "meeting")).content.decode()
    assert "ada" not in browser.get(LIST).content.decode().replace("/admin", "")
