"""Files in the admin: handed over, looked at, told how they are read, watched, and let go."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

import ingestion.tasks  # noqa: F401 (declares the handlers)
from ingestion.models import FileBlock, FileImport
from ingestion.services import files
from tenants.models import Channel, Role
from tests.conftest import Agency, make_agency, within
from tests.ingestion.doors import all_of
from tests.ingestion.handed_over import GERMAN
from tests.ingestion.test_files import again, counts, land
from tests.ingestion.workbooks import book, row, text

pytestmark = pytest.mark.django_db(transaction=True)

ADD = "/admin/ingestion/fileimport/add/"
LISTED = "/admin/ingestion/fileimport/"
EXPORTS = Path(__file__).parent / "exports"


@pytest.fixture
def agency() -> Agency:
    return make_agency("Ours")


def hand_over(agency: Agency, content: bytes, name: str = "rows.csv", **more: Any) -> Any:
    sent = {"source": agency.source.pk, "file": SimpleUploadedFile(name, content), "whole": "True"} | more
    return agency.browser().post(ADD, {key: value for key, value in sent.items() if value is not None})


def waiting(agency: Agency, content: bytes, name: str = "rows.csv") -> tuple[FileImport, str]:
    answer = hand_over(agency, content, name)
    assert answer.status_code == 302, re.findall(r"errorlist.*", answer.content.decode())
    [file] = all_of(agency, FileImport, name=name)
    assert answer["Location"] == f"{LISTED}{file.pk}/read/"
    return file, answer["Location"]


def filled(page: str) -> dict[str, str]:
    """Return the form of a page as a browser would send it."""
    found = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and name[1] not in {"csrfmiddlewaretoken", "q"} and "checkbox" not in tag:
            found[name[1]] = value[1] if value else ""
    for name, options in re.findall(r'<select name="([^"]*)"(.*?)</select>', page, flags=re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def test_a_german_file_is_told_how_it_is_read_and_lands(agency: Agency) -> None:
    file, address = waiting(agency, GERMAN)
    browser = agency.browser()
    page = browser.get(address).content.decode()
    assert "Columns of which nothing is read: Notiz." in page
    assert "Say whether the day or the month stands first" in page
    form = filled(page)
    assert (form["rows"], form["column:actor.handle"], form["zone"]) == (
        "engagements",
        "Benutzername",
        "Europe/London",  # the agency's
    )
    form |= {"zone": "Europe/Berlin", "first": "day"}
    page = browser.post(address, {**form, "look": "1"}).content.decode()
    assert "2026-07-14T16:43:00Z" in page
    assert page.count("<strong>Set aside.</strong>") == 2
    begun = browser.post(address, {**form, "begin": "1"})
    assert begun["Location"] == f"{LISTED}{file.pk}/change/"
    assert counts(land(agency, file)) == (3, 3, 1, 0, 2)
    shown = browser.get(begun["Location"]).content.decode()
    assert "1 accepted, 0 here before, 2 set aside" in shown
    assert "data-again" not in shown
    assert browser.get(address)["Location"] == begun["Location"]
    left = browser.get(f"{LISTED}{file.pk}/set-aside/")
    assert b"no kind we know" in left.getvalue()


def test_an_export_asks_for_its_channel(agency: Agency) -> None:
    _file, address = waiting(agency, (EXPORTS / "tiktok.csv").read_bytes())
    page = agency.browser().get(address).content.decode()
    assert "The client has none there yet" in page
    with within(agency):
        Channel.objects.create(client=agency.client, platform="tiktok", handle="fernleaf.pottery")
    page = agency.browser().get(address).content.decode()
    form = filled(page)
    assert form["rows"] == "tiktok-videos"
    assert form["channel"].startswith("cha_")  # there is but one
    page = agency.browser().post(address, {**form, "channel": "", "begin": "1"}).content.decode()
    assert "This field is required" in page
    assert agency.browser().post(address, {**form, "begin": "1"}).status_code == 302
    [file] = all_of(agency, FileImport, name="rows.csv")
    assert counts(land(agency, file))[2] == 1


def test_another_choice_of_what_its_rows_are_shows_the_form_anew(agency: Agency) -> None:
    _file, address = waiting(agency, b"id,who.handle,at,Industry\n1,ada,2026-05-01T10:00:00Z,Retail\n")
    browser = agency.browser()
    form = filled(browser.get(address).content.decode())
    page = browser.post(address, {**form, "rows": "contact-facts", "look": "1"}).content.decode()
    assert "Nothing says “facts”, which every row needs." in page
    form = filled(page)
    page = browser.post(address, {**form, "fact:3": "on", "look": "1"}).content.decode()
    assert "Nothing says" not in page
    assert "facts.Industry" in page
    assert browser.post(address, {**form, "fact:3": "on", "begin": "1"}).status_code == 302


def test_a_workbook_has_sheets_to_choose_from(agency: Agency) -> None:
    cells = [["id", "kind", "occurred_at", "actor.handle"], ["1", "like", "2026-05-01T10:00:00Z", "ada"]]
    file, address = waiting(agency, book(*(row(*map(text, it)) for it in cells)).getvalue(), "rows.xlsx")
    form = filled(agency.browser().get(address).content.decode())
    assert form["sheet"] == "Posts"
    assert agency.browser().post(address, {**form, "begin": "1"}).status_code == 302
    assert counts(land(agency, file))[2] == 1


def test_a_file_may_be_let_go(agency: Agency) -> None:
    file, address = waiting(agency, GERMAN)
    assert agency.browser().post(address, {"drop": "1"})["Location"] == LISTED
    assert all_of(agency, FileImport, pk=file.pk) == []
    assert agency.browser().get(address).status_code == 404


def test_what_is_no_workbook_can_only_be_let_go(agency: Agency) -> None:
    _file, address = waiting(agency, b"PK\x03\x04 nothing", "rows.xlsx")
    page = agency.browser().get(address).content.decode()
    assert "The workbook is damaged" in page
    assert 'name="begin"' not in page


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"file": SimpleUploadedFile("a.csv", b" ")}, "The file is empty"),
        ({"file": SimpleUploadedFile("a.gz", b"\x1f\x8b\x08")}, "compressed"),
        ({"file": None}, "This field is required"),
        ({"whole": None}, "The connection ended before the whole file was here"),
    ],
    ids=["empty", "gzip", "none", "cut off"],
)
def test_what_cannot_be_handed_over_is_said(agency: Agency, changed: dict[str, Any], sentence: str) -> None:
    before = len(all_of(agency, FileImport, "id"))
    answer = hand_over(agency, GERMAN, **changed)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert len(all_of(agency, FileImport, "id")) == before


def test_a_file_larger_than_a_batch_may_be_handed_over_by_whoever_signed_in(agency: Agency) -> None:
    content = b"id,kind,occurred_at,actor.handle\n" + b"1,like,2026-05-01T10:00:00Z,ada\n" * 200_000
    file, _address = waiting(agency, content)
    assert (len(content) > 5 * 1024 * 1024, again(agency, file).size) == (True, len(content))
    nobody = type(agency.browser())()
    answer = nobody.post(ADD, {"file": SimpleUploadedFile("rows.csv", content)})
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_who_may_not_import_is_shown_no_way(agency: Agency) -> None:
    file, address = waiting(agency, GERMAN)
    viewer = agency.browser(agency.member(Role.VIEWER))
    assert viewer.get(ADD).status_code == 403
    assert viewer.get(address).status_code == 403
    assert viewer.get(f"{LISTED}{file.pk}/change/").status_code == 200


def test_what_nobody_begins_is_gone_after_thirty_days(agency: Agency) -> None:
    old, _address = waiting(agency, GERMAN)
    young, _address = waiting(agency, GERMAN, "young.csv")
    with within(agency):
        FileImport.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
        files.expire()
    assert all_of(agency, FileImport, "name", pk__in=[old.pk, young.pk]) == ["young.csv"]
    assert all_of(agency, FileBlock, "id", file=old) == []
