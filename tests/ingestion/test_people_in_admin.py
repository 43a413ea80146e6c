"""People's requests in the admin: somebody is found, told what will happen, and asked for."""

import json

import pytest

import ingestion.tasks  # noqa: F401 (declares the handlers)
from ingestion.formats.texts import TURNING
from ingestion.models import Contact, Engagement, Erasure, Export, Rejection
from tenants.models import Client, Job
from tests.conftest import Agency, within
from tests.ingestion.aside import set_aside
from tests.ingestion.doors import act, all_of, change, contact_fact, identity_link, send
from tests.ingestion.people import contact_called, nothing_waits
from tests.ingestion.test_people_over_the_api import source_of_another_client
from tests.scoring.agency import work_off

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/admin/ingestion/contact/"
REQUESTS = ("export", "object", "withdraw", "erase")


def listed(agency: Agency, asked: str) -> str:
    return agency.browser().get(PAGE, {"q": asked}).content.decode()


@pytest.mark.parametrize("asked", ["@ADA", "ada", "Ada@Person.example", "17", "Countess"])
def test_somebody_is_found_by_whatever_an_agency_knows(agency: Agency, asked: str) -> None:
    who = {"handle": "ada", "email": "ada@person.example", "customer": "17", "name": "Countess"}
    send(agency, [act(1, actor=who), act(2, actor={"handle": "bob"})])
    shown = listed(agency, asked)
    assert "Countess" in shown
    assert ">bob<" not in shown


def test_a_page_says_who_else_the_person_is_and_where_else_they_are_known(agency: Agency) -> None:
    send(agency, [act(1), act(2, actor={"customer": "17"})])
    send(agency, [identity_link()], "identity-links")
    send(agency, [act(1)], source=source_of_another_client(agency))
    with within(agency):
        ada = Contact.objects.get(handle="ada", client=agency.client)
    for page in ("change", *REQUESTS):
        shown = agency.browser().get(f"{PAGE}{ada.pk}/{page}/").content.decode()
        assert "Another 1" in shown, page
        assert "17 (Instagram" in shown, page


def test_what_turns_or_hides_writing_is_spelt_out(agency: Agency) -> None:
    """T33c: kept as it was sent, and shown so that the page around it reads as it is."""
    change(agency, keeps_texts=True)
    turned = "Blue\u202eeulb\u200b"
    send(agency, [act(1, text=f"{turned} 👨\u200d👩\u200d👧")])
    send(agency, [contact_fact(facts={"likes": turned})], "contact-facts")
    assert all_of(agency, Engagement, "text", ext_id="act-1") == [f"{turned} 👨\u200d👩\u200d👧"]
    shown = agency.browser().get(f"{PAGE}{contact_called(agency, 'ada').pk}/change/").content.decode()
    assert "“BlueU+202EeulbU+200B 👨\u200d👩\u200d👧”" in shown
    assert ">BlueU+202EeulbU+200B<" in shown
    assert not TURNING.search(shown)
    assert "U+" not in agency.browser().get(PAGE).content.decode()


def test_a_row_that_is_mended_keeps_what_was_spelt_out(agency: Agency) -> None:
    """T33c: a form shows it as JSON does, and sends back what it was."""
    change(agency, keeps_texts=True)
    send(agency, [act(1, kind="wink", text="Blue\u202eeulb\U000e0041")])
    (row,) = set_aside(agency)
    assert "\\u202e" in row.row
    with within(agency):
        Rejection.objects.filter(pk=row.pk).update(row=json.dumps(json.loads(row.row), ensure_ascii=False))
    address = f"/admin/ingestion/rejection/{row.pk}/change/"
    page = agency.browser().get(address)
    shown = page.context["adminform"].form["row"].value()
    assert "Blue\\u202eeulb\\udb40\\udc41" in shown
    assert "Blue\\u202eeulb\\udb40\\udc41" in page.content.decode()
    agency.browser().post(address, {"row": shown.replace("wink", "comment")})
    assert all_of(agency, Engagement, "text", ext_id="act-1") == ["Blue\u202eeulb\U000e0041"]


def test_nothing_is_done_before_it_is_confirmed(agency: Agency) -> None:
    send(agency, [act(1)])
    ada, browser = contact_called(agency, "ada"), agency.browser()
    for name in REQUESTS:
        answer = browser.get(f"{PAGE}{ada.pk}/{name}/")
        assert answer.status_code == 200
        assert "Leave everything as it is" in answer.content.decode()
    with within(agency):
        ada.refresh_from_db()
        assert (ada.objected_at, ada.erasure) == (None, None)
        assert not Export.objects.filter(contact=ada).exists()


def test_an_archive_is_asked_for_and_downloaded(agency: Agency) -> None:
    send(agency, [act(1)])
    ada, browser = contact_called(agency, "ada"), agency.browser()
    answer = browser.post(f"{PAGE}{ada.pk}/export/", follow=True)
    assert "is being made" in answer.content.decode()
    page = answer.redirect_chain[-1][0]
    download = page.replace("/change/", "/download/")
    assert browser.get(download).status_code == 302
    work_off(agency)
    answer = browser.get(download)
    assert (answer.status_code, answer.content[:2]) == (200, b"PK")
    assert "attachment" in answer["Content-Disposition"]
    assert agency.browser(agency.member("analyst")).get(download).status_code == 403
    with within(agency):
        assert Export.objects.get(contact=ada).asked_by == agency.owner


def test_an_objection_is_recorded_and_withdrawn(agency: Agency) -> None:
    send(agency, [act(1)])
    ada, browser = contact_called(agency, "ada"), agency.browser()
    shown = browser.post(f"{PAGE}{ada.pk}/object/", follow=True).content.decode()
    assert "no score of this person is computed" in shown
    assert f"{PAGE}{ada.pk}/withdraw/" in shown
    assert f"{PAGE}{ada.pk}/object/" not in shown
    shown = browser.post(f"{PAGE}{ada.pk}/withdraw/", follow=True).content.decode()
    assert f"{PAGE}{ada.pk}/object/" in shown


def test_an_erasure_ends_in_a_certificate_without_a_name(agency: Agency) -> None:
    send(agency, [act(1, actor={"handle": "ada.lovelace"})])
    nothing_waits(agency)
    ada, browser = contact_called(agency, "ada.lovelace"), agency.browser()
    answer = browser.post(f"{PAGE}{ada.pk}/erase/", follow=True)
    page = answer.redirect_chain[-1][0]
    assert "lovelace" not in answer.content.decode()
    work_off(agency)
    certificate = browser.get(page.replace("/change/", "/certificate/")).content.decode()
    for said in ("ingestion_engagement", agency.owner.email, "Ours brand", "Ours agency"):
        assert said in certificate
    assert "lovelace" not in certificate
    assert "lovelace" not in browser.get(page).content.decode()
    assert browser.get(f"{PAGE}{ada.pk}/change/").status_code == 302
    assert "lovelace" not in listed(agency, "").replace("q=", "")
    assert all_of(agency, Erasure, "asked_by_id", asked_by__isnull=False) == [agency.owner.pk]


@pytest.mark.parametrize("role", ["analyst", "viewer"])
def test_who_may_not_ask_is_offered_nothing(agency: Agency, role: str) -> None:
    send(agency, [act(1)])
    ada, browser = contact_called(agency, "ada"), agency.browser(agency.member(role))
    assert "/erase/" not in browser.get(f"{PAGE}{ada.pk}/change/").content.decode()
    before = all_of(agency, Job, "id")
    for name in REQUESTS:
        page = f"{PAGE}{ada.pk}/{name}/"
        assert (browser.get(page).status_code, browser.post(page).status_code) == (403, 403)
    assert all_of(agency, Job, "id") == before


def test_the_pages_of_requests_open(agency: Agency) -> None:
    for name in ("export", "erasure"):
        assert agency.browser().get(f"/admin/ingestion/{name}/").status_code == 200
    with within(agency):
        assert Client.objects.count() == 1
