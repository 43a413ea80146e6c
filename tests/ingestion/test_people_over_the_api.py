"""People's requests over the API: found, shown everything, objecting, erased."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

import ingestion.tasks  # noqa: F401 (declares the handlers)
from ingestion.formats.archive import Sheet, packed
from ingestion.models import Contact, Export, Source
from ingestion.services import exporting
from tenants.models import ApiScope, Client, JobState
from tenants.models.held import HELD, Action
from tenants.services import keys
from tests.conftest import Agency, within
from tests.ingestion.doors import act, all_of, change, identity_link, outcome, send
from tests.ingestion.people import CANARY, contact_called, nothing_waits
from tests.ingestion.test_erasure import everywhere
from tests.ingestion.test_files import open_jobs
from tests.scoring.agency import work_off
from tests.tenants.ledger import run

pytestmark = pytest.mark.django_db(transaction=True)
PEOPLE = "/v1/people"


def found(agency: Agency, **by: str) -> list[str]:
    answer = agency.program().get(PEOPLE, by)
    assert answer.status_code == 200, answer.content
    return [it["handle"] for it in answer.json()["results"]]


def source_of_another_client(agency: Agency, number: int = 1) -> Source:
    with within(agency):
        client = Client.objects.create(name=f"Another {number}")
        return Source.objects.create(
            client=client, name="There", kind="own_system", platform="instagram", may_match=True
        )


@pytest.mark.parametrize("handle", ["ada", "Ada", "@ADA", " @ada "])
def test_somebody_is_found_by_a_handle_however_it_is_written(agency: Agency, handle: str) -> None:
    send(agency, [act(1, actor={"handle": "Ada"}), act(2, actor={"handle": "adamant"})])
    assert found(agency, handle=handle) == ["Ada"]


def test_somebody_is_found_by_whatever_they_are_known_by(agency: Agency) -> None:
    send(agency, [act(1, actor={"handle": "ada", "external_id": "9", "email": "ada@person.example", "customer": "17"})])
    send(agency, [act(2, actor={"handle": "ada", "platform": "x"})])
    send(agency, [act(3, actor={"handle": "ada.here"})], source=source_of_another_client(agency))
    assert found(agency, email="ADA@person.example") == found(agency, customer="17") == ["ada"]
    assert found(agency, handle="ada") == ["ada", "ada"]
    assert found(agency, handle="ada", client=agency.client.public_id) == ["ada", "ada"]
    assert found(agency, handle="ada.here", client=agency.client.public_id) == []
    assert found(agency, handle="nobody") == []


def test_a_number_is_found_whether_or_not_its_source_may_be_matched(agency: Agency) -> None:
    change(agency, may_match=False)
    send(agency, [act(1, actor={"customer": "17"})])
    assert found(agency, customer="17") == ["17"]


@pytest.mark.parametrize("query", ["", "hanlde=ada", "email=ada", "handle=https://x.example/ada", "client=cli_0"])
def test_what_nobody_can_be_found_by_is_said(agency: Agency, query: str) -> None:
    answer = agency.program().get(f"{PEOPLE}?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_a_person_is_shown_whole_and_with_where_else_they_are_known(agency: Agency) -> None:
    send(agency, [act(1), act(2, actor={"customer": "17"})])
    send(agency, [identity_link()], "identity-links")
    there = source_of_another_client(agency)
    send(agency, [act(1)], source=there)
    (here,) = all_of(agency, Contact, handle="ada", client=agency.client)
    shown = agency.program().get(f"{PEOPLE}/{here.public_id}").json()
    assert sorted(it["handle"] for it in shown["contacts"]) == ["17", "ada"]
    assert [(it["handle"], it["client"]) for it in shown["elsewhere"]] == [("ada", there.client.public_id)]
    assert (shown["profiling"], shown["objected_at"]) == ("allowed", None)


def test_an_objection_is_recorded_and_withdrawn(agency: Agency) -> None:
    send(agency, [act(1)])
    page = f"{PEOPLE}/{contact_called(agency, 'ada').public_id}"
    for _ in range(2):
        answer = agency.program().put(f"{page}/objection")
        assert (answer.status_code, answer.json()["profiling"]) == (200, "profiling_objected")
    assert len(open_jobs(agency, "drop_scores")) == 1
    assert agency.program().delete(f"{page}/objection").json()["profiling"] == "allowed"


def test_an_erasure_is_received_and_ends_in_a_certificate(agency: Agency) -> None:
    """T88, over the API."""
    send(agency, [act(1)])
    nothing_waits(agency)
    page, program = f"{PEOPLE}/{contact_called(agency, 'ada').public_id}", agency.program()
    answer = program.delete(page)
    receipt = answer.json()
    assert (answer.status_code, receipt["state"]) == (202, "running")
    assert [program.get(page).status_code, program.delete(page).status_code] == [404, 404]
    assert found(agency, handle="ada") == []
    work_off(agency)
    certificate = program.get(f"/v1/erasures/{receipt['id']}").json()
    assert certificate["state"] == "finished"
    assert certificate["removed"] == {"ingestion_receipt": 1, "ingestion_engagement": 1, "ingestion_contact": 1}
    assert certificate in program.get("/v1/erasures").json()["results"]


def archive_of(agency: Agency, handle: str) -> tuple[zipfile.ZipFile, str]:
    program = agency.program()
    answer = program.post(f"{PEOPLE}/{contact_called(agency, handle).public_id}/export")
    asked = answer.json()
    assert (answer.status_code, asked["archive"]) == (202, None)
    early = program.get(f"/v1/exports/{asked['id']}/archive")
    assert (early.status_code, early.json()["code"], early["Retry-After"]) == (409, "not_made_yet", "5")
    (job,) = open_jobs(agency, "export_person")
    assert run(agency, job).state == JobState.DONE
    made = program.get(f"/v1/exports/{asked['id']}").json()
    answer = program.get(made["archive"], headers={"accept": "application/zip"})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    return zipfile.ZipFile(io.BytesIO(answer.content)), made["archive"]


def test_an_export_has_everything_that_the_registry_says_is_theirs(agency: Agency) -> None:
    """T93: whatever erasure would delete is there."""
    everywhere(agency)
    bob = {"handle": "bob"}
    send(agency, [act("bobs", actor=bob, text="hello"), act("bobs 2", actor=bob, kind="wink", text=f"@{CANARY}")])
    archive, _ = archive_of(agency, CANARY)
    names = {it.removesuffix(".json") for it in archive.namelist() if it.endswith(".json")}
    assert names == {
        "engagement", "outcome", "contactfact", "identitylink", "receipt", "contact", "rejection", "loggedact",
        "insider", "feedback",
    }  # fmt: skip
    rows: Any = {name: json.loads(archive.read(f"{name}.json")) for name in names}
    (theirs,) = (it for it in rows["engagement"] if it["provenance"] == CANARY)
    assert set(HELD["ingestion_engagement"].having(Action.ROW)) <= theirs.keys()
    assert len(rows["rejection"]) == 2
    assert "bobs" not in json.dumps(rows)
    readme = archive.read("README.txt").decode()
    assert all(f"{name}.csv" in readme for name in names)
    assert "One row is one act at one moment." in readme


def test_an_archive_is_of_the_whole_person(agency: Agency) -> None:
    send(agency, [act(1), act(2, actor={"customer": "17"})])
    send(agency, [outcome(1, who={"customer": "17"})], "outcomes")
    send(agency, [identity_link()], "identity-links")
    archive, _ = archive_of(agency, "ada")
    assert sorted(it["handle"] for it in json.loads(archive.read("contact.json"))) == ["17", "ada"]
    assert len(json.loads(archive.read("outcome.json"))) == 1


def test_an_archive_is_gone_after_some_days_and_with_its_person(agency: Agency) -> None:
    send(agency, [act(1)])
    _archive, address = archive_of(agency, "ada")
    with within(agency):
        Export.objects.filter(contact__handle="ada").update(expires_at=timezone.now() - timedelta(seconds=1))
    assert agency.program().get(address).status_code == 404
    with within(agency):
        exporting.expire()
        assert not Export.objects.filter(contact__handle="ada").exists()
    _archive, address = archive_of(agency, "ada")
    nothing_waits(agency)
    agency.program().delete(f"{PEOPLE}/{contact_called(agency, 'ada').public_id}")
    assert agency.program().get(address).status_code == 404
    work_off(agency)
    with within(agency):
        assert not Export.objects.filter(public_id__in=address.split("/")).exists()


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "＝", "＠"])  # noqa: RUF001
def test_a_spreadsheet_computes_nothing_of_an_archive(sign: str) -> None:
    """T71."""
    sheet = Sheet("x", "One row.", ["name", "number"], [[f"{sign}1+1", -5]])
    archive = zipfile.ZipFile(io.BytesIO(packed([sheet], preface="For Ada.")))
    assert archive.read("x.csv").decode("utf-8-sig") == f"name,number\r\n'{sign}1+1,-5\r\n"
    assert json.loads(archive.read("x.json")) == [{"name": f"{sign}1+1", "number": -5}]


def test_nor_of_what_another_mark_would_part() -> None:
    """T71: a German spreadsheet program parts cells at semicolons."""
    archive = zipfile.ZipFile(io.BytesIO(packed([Sheet("x", "One row.", ["name"], [["a;=1+1"]])], preface="")))
    assert archive.read("x.csv").decode("utf-8-sig") == "name\r\na;'=1+1\r\n"


def test_a_key_without_the_scope_asks_for_nobody(agency: Agency) -> None:
    with within(agency):
        _row, key = keys.issue(name="reader", scopes=[ApiScope.READ, ApiScope.INGEST])
        page = f"{PEOPLE}/{Contact.objects.get().public_id}"
    program = agency.program(key)
    for answer in (
        program.get(f"{PEOPLE}?handle=ada"), program.get(page), program.delete(page), program.put(f"{page}/objection"),
        program.post(f"{page}/export"), program.get("/v1/erasures"),
    ):  # fmt: skip
        assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope")
