"""Staff, partners and family: left out of scores and of learning by handles, until these have ended."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db.models.functions import Now

import ingestion.tasks  # noqa: F401 (declares the handlers)
from ingestion import selectors
from ingestion.models import Contact, Engagement, Insider, Source
from ingestion.selectors import frames
from ingestion.services import insiders, links
from scoring.features.matrix import matrix
from scoring.models import ModelState, ModelVersion
from scoring.services import facts
from tenants.models import Client
from tenants.services import clock
from tests.conftest import Agency, within
from tests.ingestion.doors import act, all_of, identity_link, outcome, send
from tests.ingestion.people import contact_called, erase
from tests.scoring.agency import ask, begun, do, forget_the_cast, only, past, shown

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/admin/ingestion/insider/"
ADD = f"{LIST}add/"
BOB = {"handle": "bob"}


def form(agency: Agency, **more: Any) -> dict[str, Any]:
    return {"client": agency.client.id, "platform": "instagram", "handle": "@Ada", "why": "staff", **more}


def entered(agency: Agency, **more: Any) -> Insider:
    """Enter a handle as a manager does; return it."""
    answer = agency.browser().post(ADD, form(agency, **more))
    assert answer.status_code == 302, answer.content.decode()
    with within(agency):
        return Insider.objects.latest("id")


def end(agency: Agency) -> str:
    chosen = all_of(agency, Insider, "id", handle="Ada")
    return agency.browser().post(LIST, {"action": "end", "_selected_action": chosen}, follow=True).content.decode()


def scored(agency: Agency) -> set[str]:
    """Rescore everybody; return the handles of whoever has a score, but the cast's."""
    with within(agency):
        ModelVersion.objects.filter(state=ModelState.PROMOTED).update(state=ModelState.RETIRED, retired_at=Now())
    for job in begun(agency):
        do(agency, job)
    return {it.contact.handle for it in shown(agency)} - {"Ours person"}


def withheld(agency: Agency) -> set[str]:
    """Whoever is left out, as whoever writes scores has it; that features have the same is checked along."""
    with within(agency):
        found = Contact.objects.filter(pk__in=selectors.withheld(agency.client.id))
        known = facts.known(before=clock.now())
        left = set(matrix(known, clock.now())["person"])
        assert left.isdisjoint(it.pk for it in found)
        return {it.handle for it in found}


def test_whoever_is_left_out_has_no_score_and_their_acts_stay(agency: Agency) -> None:
    send(agency, [act(1), act(2, actor=BOB)])
    assert scored(agency) == {"ada", "bob"}
    entered(agency)
    assert scored(agency) == {"bob"}
    assert len(all_of(agency, Engagement, contact__handle="ada")) == 1
    assert "1 handle ended" in end(agency)
    assert scored(agency) == {"ada", "bob"}
    assert "has ended already" in end(agency)


def test_whoever_is_seen_only_later_is_left_out_too(agency: Agency) -> None:
    entered(agency)
    send(agency, [act(1, actor={"handle": "ADA", "external_id": "7"}), act(2, actor=BOB)])
    assert withheld(agency) == {"ADA"}  # known by the id; the handle leads there
    assert scored(agency) == {"bob"}


def test_whoever_they_are_by_links_that_hold_is_left_out_too(agency: Agency) -> None:
    elsewhere = {"handle": "ada.l", "platform": "x"}
    send(agency, [act(1), act(2, actor=elsewhere), act(3, actor=BOB)])
    send(agency, [outcome(1, who={"customer": "17"})], "outcomes")
    send(agency, [identity_link()], "identity-links")  # 17 is ada
    with within(agency):
        links.link(Contact.objects.get(handle="ada.l"), Contact.objects.get(handle="ada"), by=agency.owner)
    entered(agency)
    assert withheld(agency) == {"ada", "17", "ada.l"}
    assert scored(agency) == {"bob"}
    with within(agency):
        Source.objects.update(may_match=False)  # then 17 is somebody else
    assert withheld(agency) == {"ada", "ada.l"}
    assert scored(agency) == {"bob", "17"}


def test_a_handle_is_left_out_with_its_client_and_on_its_platform_only(agency: Agency) -> None:
    send(agency, [act(1), act(2, actor={"handle": "ada", "platform": "x"})])
    with within(agency):
        second = Client.objects.create(name="Second brand")
        shop = Source.objects.create(client=second, name="Shop", kind="own_system", platform="instagram")
    send(agency, [act(1)], source=shop)
    entered(agency)
    with within(agency):
        left = frames.contacts().filter(frames.contacts()["withheld"])["contact"].to_list()
        (contact,) = Contact.objects.filter(pk__in=left)
        assert (contact.client_id, contact.platform, contact.handle) == (agency.client.id, "instagram", "ada")
        assert selectors.withheld() == {contact.pk}
        assert selectors.withheld(second.pk) == set()


def test_a_model_does_not_learn_from_them_and_says_how_many_there_were(agency: Agency) -> None:
    forget_the_cast(agency)
    past(agency)
    do(agency, ask(agency, "retrain"))
    before = only(agency, ModelVersion)
    assert before.data["insiders_left_out"] == 0
    with within(agency):
        for number in (0, 3):
            insiders.enter(agency.client, platform="instagram", handle=f"person{number}", why="staff", by=agency.owner)
        insiders.enter(agency.client, platform="instagram", handle="never.seen", why="family", by=agency.owner)
        insiders.enter(agency.client, platform="x", handle="person.0", why="staff", by=agency.owner)
    send(agency, [act("x", actor={"handle": "person.0", "platform": "x"})])
    with within(agency):
        two = [Contact.objects.get(handle=handle) for handle in ("person0", "person.0")]
        links.link(two[0], two[1], by=agency.owner)  # one person by two handles
    do(agency, ask(agency, "retrain"))
    with within(agency):
        after = ModelVersion.objects.latest("id")
    assert after.data["insiders_left_out"] == 2
    assert sum(after.data["rows"].values()) < sum(before.data["rows"].values())
    shown_data = agency.browser().get(f"/admin/scoring/modelversion/{after.pk}/change/").content.decode()
    assert "insiders_left_out&quot;: 2" in shown_data


def test_pages_say_who_is_left_out_and_why(agency: Agency) -> None:
    send(agency, [act(1), act(2, actor={"customer": "17"})])
    send(agency, [identity_link()], "identity-links")
    browser = agency.browser(agency.member("manager"))
    customer = f"/admin/ingestion/contact/{contact_called(agency, '17').pk}/change/"
    assert "neither learnt from nor scored" not in browser.get(customer).content.decode()
    insider = entered(agency, why="partner")
    assert (insider.handle, insider.entered_by_id) == ("Ada", agency.owner.pk)
    page = browser.get(customer).content.decode()
    assert "neither learnt from nor scored" in page
    assert f"{LIST}{insider.pk}/change/" in page
    page = browser.get(f"{LIST}{insider.pk}/change/").content.decode()
    for said in ("Partner, supplier or hired creator", "17 (Instagram)", "ada (Instagram)", agency.owner.email):
        assert said in page
    shown_list = browser.get(LIST, {"client__id__exact": agency.client.id}).content.decode()
    assert "left out" in shown_list
    end(agency)
    assert "neither learnt from nor scored" not in browser.get(customer).content.decode()
    assert entered(agency).pk != insider.pk  # it may be left out again


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"handle": "ada"}, "left out already"),
        ({"handle": "https://instagram.com/ada"}, "not the address of a page"),
        ({"handle": ""}, "This field is required"),
        ({"why": ""}, "This field is required"),
        ({"platform": ""}, "This field is required"),
    ],
)
def test_a_handle_that_cannot_be_left_out_is_refused_in_words(
    agency: Agency, more: dict[str, Any], sentence: str
) -> None:
    entered(agency)
    answer = agency.browser().post(ADD, form(agency, **more))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert len(all_of(agency, Insider)) == 2  # with the cast's


@pytest.mark.parametrize("role", ["analyst", "viewer"])
def test_others_look_and_leave_nobody_out(agency: Agency, role: str) -> None:
    entered(agency)
    browser = agency.browser(agency.member(role))
    assert "Ada" in browser.get(LIST).content.decode()
    assert browser.post(ADD, form(agency, handle="bob")).status_code == 403
    browser.post(LIST, {"action": "end", "_selected_action": all_of(agency, Insider, "id")})
    assert all_of(agency, Insider, "ended_at") == [None, None]


def test_a_handle_goes_with_the_person_and_does_not_come_back(agency: Agency) -> None:
    send(agency, [act(1, actor={"handle": "ada", "external_id": "7"})])
    entered(agency)  # known by its link alone
    erase(agency)
    assert all_of(agency, Insider, "handle") == ["Ours colleague"]
    assert "were erased here" in agency.browser().post(ADD, form(agency)).content.decode()
    with within(agency):
        assert not LogEntry.objects.filter(object_repr__icontains="ada").exists()
