"""The admin in a real browser, as owner, viewer and stranger."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from config.demonstration.agencies import OWNER, STRANGER, VIEWER
from tests.journeys.conftest import Demo

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.xdist_group("demo"),
    pytest.mark.skipif(
        CHROMIUM is None and "EARNEST_REQUIRE_BROWSER" not in os.environ,
        reason="chromium is not installed (apt-get install chromium)",
    ),
]
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
           "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page that fails its test when the browser complains: a refused script, a missing file, an exception."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    page = context.new_page()
    page.on("console", note)
    page.on(
        "response", lambda answer: complaints.append(f"{answer.status} {answer.url}") if answer.status > 399 else None
    )
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def sign_in(page: Page, demo: Demo, email: str) -> None:
    page.goto(demo.address)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(demo.password)
    page.get_by_role("button", name="Log in").click()


def test_an_owner_adds_a_client_issues_a_key_and_sees_the_history(page: Page, demo: Demo) -> None:
    sign_in(page, demo, OWNER)
    page.get_by_role("button", name="Harbour & Hill (simulated) (Owner)").click()
    expect(page).to_have_title("Today | Earnest")

    page.get_by_role("link", name="Clients", exact=True).first.click()
    expect(page.get_by_role("link", name="Fernleaf Pottery")).to_be_visible()
    page.goto(f"{demo.address}/admin/tenants/client/add/")
    name = f"Brand of pid {os.getpid()}"
    page.locator("[name=name]").fill(name)
    page.locator("[name=audience_languages]").fill("EN, fr")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    page.get_by_role("link", name=name).first.click()
    expect(page.locator("[name=audience_languages]")).to_have_value("en,fr")
    page.get_by_role("link", name="History").click()
    expect(page.get_by_text("Added.")).to_be_visible()

    page.goto(f"{demo.address}/admin/tenants/apikey/add/")
    page.locator("[name=name]").fill("Browser")
    page.get_by_role("button", name="Save", exact=True).click()
    issued = page.get_by_label("API key").input_value()
    assert issued.startswith("earnest_")
    page.get_by_role("link", name="I have copied it").click()
    expect(page.get_by_text("Browser")).to_be_visible()
    assert issued not in page.content()


def test_an_invitation_is_sent_by_a_job_that_can_be_watched(page: Page, demo: Demo) -> None:
    sign_in(page, demo, OWNER)
    page.get_by_role("button", name="Harbour & Hill (simulated) (Owner)").click()
    page.goto(f"{demo.address}/admin/tenants/member/add/")
    address = f"person-{os.getpid()}@invited.example"
    page.locator("[name=email]").fill(address)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(f"A mail is on its way to {address}")).to_be_visible()

    page.get_by_role("link", name="Jobs").click()
    expect(page.get_by_role("link", name="Invitation mail").first).to_be_visible()
    for _ in range(60):
        if page.get_by_text("100 %").count():
            break
        page.wait_for_timeout(500)
        page.reload()
    expect(page.get_by_text("Done").first).to_be_visible()
    # In the demo mails are printed to the terminal.
    assert f"To: {address}" in (demo.var.parent / "demo.out").read_text()
    page.get_by_role("link", name="Invitation mail").first.click()
    expect(page.get_by_text("100 %")).to_be_visible()


def test_an_analyst_sees_who_means_it_and_does_not_wait_for_the_night(page: Page, demo: Demo) -> None:
    sign_in(page, demo, OWNER)
    page.get_by_role("button", name="Harbour & Hill (simulated) (Owner)").click()
    page.goto(f"{demo.address}/admin/scoring/score/")
    first = page.locator("#result_list tbody tr").first
    expect(first.get_by_text("Fernleaf Pottery")).to_be_visible()
    contact = first.get_by_role("link").first.inner_text()
    page.get_by_role("button", name="Rescore now").click()
    expect(page.get_by_text("Rescore is queued")).to_be_visible()
    for _ in range(120):
        if page.get_by_role("button", name="Rescore now").count():
            break
        page.wait_for_timeout(500)
        page.goto(f"{demo.address}/admin/scoring/score/")
    page.get_by_role("link", name=contact).first.click()
    expect(page.get_by_text("% of this client's contacts")).to_be_visible()
    expect(page.get_by_text("Speaks for it")).to_be_visible()
    page.get_by_role("link", name=re.compile("^mod_")).click()
    expect(page.get_by_role("columnheader", name="Recency alone", exact=True)).to_be_visible()


def test_a_warning_is_read_with_its_evidence_and_answered(page: Page, demo: Demo) -> None:
    sign_in(page, demo, OWNER)
    page.get_by_role("button", name="Harbour & Hill (simulated) (Owner)").click()
    page.goto(f"{demo.address}/admin/scoring/ethicswarning/")
    page.get_by_role("link", name="Bought followers", exact=True).click()
    for part in (
        "followers arrived where",
        "Purchased followers are one explanation.",
        "What the channel gets: ",
    ):
        expect(page.get_by_text(part)).to_be_visible()
    page.get_by_label("Explain: this is what happened").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Say in a sentence what happened")).to_be_visible()
    page.get_by_label("Acknowledge: we have seen it").check()
    page.get_by_label("In your words").fill("We asked the client.")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    page.get_by_role("link", name="Bought followers", exact=True).click()
    page.get_by_role("link", name="History").click()
    page.go_back()
    expect(page.get_by_text("owner@demo.example: Acknowledged. We asked the client.")).to_be_visible()
    expect(page.get_by_label("Acknowledge: we have seen it")).to_have_count(0)


def test_a_viewer_looks_and_changes_nothing(page: Page, demo: Demo) -> None:
    sign_in(page, demo, VIEWER)
    expect(page).to_have_title("Today | Earnest")
    page.goto(f"{demo.address}/admin/tenants/client/")
    page.get_by_role("link", name="Fernleaf Pottery").click()
    expect(page.get_by_text("Declared audience")).to_be_visible()
    expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)
    expect(page.get_by_role("link", name="API keys")).to_have_count(0)
    page.goto(f"{demo.address}/admin/scoring/ethicswarning/")
    expect(page.get_by_role("button", name="Watch now")).to_have_count(0)
    page.get_by_role("link", name="Bought followers", exact=True).click()
    expect(page.get_by_text("followers arrived where")).to_be_visible()
    expect(page.get_by_role("button", name="Save", exact=True)).to_have_count(0)


def test_a_stranger_sees_nothing_of_the_other_agency(page: Page, demo: Demo) -> None:
    sign_in(page, demo, STRANGER)
    for path in ("tenants/client/", "tenants/channel/", "tenants/member/", "tenants/client/1/change/",
                 "tenants/tenant/", "scoring/score/", "scoring/score/1/change/", "scoring/ethicswarning/",
                 "scoring/ethicswarning/1/change/", "scoring/modelversion/", "ingestion/contact/"):  # fmt: skip
        page.goto(f"{demo.address}/admin/{path}")
        for name in ("Fernleaf", "fernleaf", "volt.trainers", "Harbour &amp;", "viewer@demo.example", "mod_"):
            assert name not in page.content(), path
    page.goto(f"{demo.address}/admin/tenants/client/")
    expect(page.get_by_text("Kiosk am Kanal")).to_be_visible()
    page.goto(f"{demo.address}/admin/scoring/score/")
    expect(page.get_by_text("Scores come with the first run")).to_be_visible()


def test_the_keyboard_alone_signs_in_filters_and_logs_out(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.address}/admin/login/")
    page.get_by_label("E-mail address").focus()
    page.keyboard.type(VIEWER)
    page.keyboard.press("Tab")
    page.keyboard.type(demo.password)
    page.keyboard.press("Enter")
    expect(page).to_have_title("Today | Earnest")
    page.goto(f"{demo.address}/admin/scoring/score/")
    page.get_by_role("button", name="Filters").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="By stage")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name=VIEWER).focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Log out").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="You have been successfully logged out")).to_be_visible()


def test_the_page_of_the_api_shows_its_operations(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.address}/v1/docs")
    # It fetches the schema once it has come, and the schema is put together for each that asks.
    expect(page.get_by_text("/v1/clients", exact=True)).to_be_visible(timeout=30_000)


def test_a_source_is_made_and_what_it_sent_can_be_read_row_by_row(page: Page, demo: Demo) -> None:
    sign_in(page, demo, OWNER)
    page.get_by_role("button", name="Harbour & Hill (simulated) (Owner)").click()
    page.goto(f"{demo.address}/admin/ingestion/source/add/")
    expect(page.locator("[name=platform]")).to_have_value("")  # nothing is chosen for anybody
    page.locator("[name=may_train]").check()
    page.locator("[name=name]").fill(f"Stall book {os.getpid()}")
    page.locator("[name=kind]").select_option("own_system")
    page.locator("[name=platform]").select_option("offline")
    page.locator(".select2-selection").first.click()
    page.locator(".select2-results__option", has_text="Fernleaf Pottery").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Record the legal basis")).to_be_visible()
    page.locator("[name=legal_basis]").fill("Legitimate interest, assessed")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()

    page.get_by_role("link", name=f"Stall book {os.getpid()}").first.click()
    source = page.locator("text=/^src_/").first.inner_text()
    rows = [{"id": "1", "kind": "event_attended", "occurred_at": "2026-05-01T10:00:00Z", "actor": {"customer": "17"},
             "direction": "two-sided"}, {"id": "2", "kind": "wink", "occurred_at": "2026-05-01T10:00:00Z"}]  # fmt: skip
    answer = page.request.post(
        f"{demo.address}/v1/engagements:batch?source={source}",
        data=rows,
        headers={"Authorization": f"Bearer {demo.api_key}"},
    )
    assert answer.status == 202
    page.goto(f"{demo.address}/admin/ingestion/delivery/")
    page.get_by_role("link", name=answer.json()["batch"]).click()
    page.get_by_role("link", name="Read them").click()
    page.get_by_role("link", name="Row 2").click()
    expect(page.get_by_text("“wink” is no kind we know")).to_be_visible()
    expect(page.get_by_text('"kind":"wink"')).to_be_visible()
    page.goto(f"{demo.address}/admin/ingestion/contact/?q=17")
    expect(page.get_by_text("Customer number").first).to_be_visible()


def test_a_file_is_handed_over_looked_at_and_watched_while_it_lands(page: Page, demo: Demo, tmp_path: Path) -> None:
    name = f"acts of pid {os.getpid()}.csv"
    rows = (
        f"{name}-{n};{'wink' if n % 100 == 99 else 'like'};2026-03-27T10:00:00Z;p{n % 300}\n" for n in range(12_000)
    )
    (tmp_path / name).write_text("id;kind;occurred_at;actor.handle\n" + "".join(rows))
    sign_in(page, demo, OWNER)
    page.get_by_role("button", name="Harbour & Hill (simulated) (Owner)").click()
    page.goto(f"{demo.address}/admin/ingestion/fileimport/add/")
    page.locator("[name=source]").select_option(index=1)
    page.locator("[name=file]").set_input_files(tmp_path / name)
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("heading", name="Its first rows, as they would be imported")).to_be_visible()
    page.locator("[name=rows]").select_option("engagements")
    page.get_by_role("button", name="Show again").click()
    expect(page.get_by_text("Can be used").first).to_be_visible()
    page.get_by_role("button", name="Begin the import").click()
    # Nobody asks for the page again: it moves on by itself.
    expect(page.locator("#progress")).to_contain_text("11880 accepted, 0 here before, 120 set aside", timeout=120_000)
    page.get_by_role("link", name="Read them").click()
    expect(page.get_by_text("unknown_kind").first).to_be_visible()
