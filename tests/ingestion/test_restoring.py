"""Erasures are noted beside the database, and done again in one that knows nothing of them."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from config import restored
from ingestion.errors import CannotLift
from ingestion.models import Contact, Engagement, Erasure, Tombstone
from ingestion.services import erasure, noting, restoring
from ingestion.services.links import link
from tenants.models import Job
from tests.conftest import Agency, make_agency, within
from tests.ingestion.doors import act, all_of, identity_link, send
from tests.ingestion.people import again, ask, do, erase, nothing_waits
from tests.scoring.agency import work_off

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def file(tmp_path: Path, settings: Any) -> Path:
    settings.ERASURES_FILE = tmp_path / "erasures.ndjson"
    return tmp_path / "erasures.ndjson"


def as_before(agency: Agency, found: Erasure, *rows: Any) -> None:
    """Leave of an erasure what a backup of before it has: nothing, and the person is there again."""
    with within(agency):
        Tombstone.objects.filter(erasure=found).delete()
        Erasure.objects.filter(pk=found.pk).delete()
        for kind in ("clear_person", "forget", "erase_person"):
            Job.objects.filter(kind=kind, args__erasure=found.public_id).delete()
    send(agency, list(rows) or [act("back")])


def keys_noted(found: Erasure) -> set[bytes]:
    return noting.read()[found.public_id].keys


def finds_broken() -> list[str]:
    return [str(it.msg) for it in restored.erasures_hold(None, databases=["default"])]


def test_whoever_was_erased_is_hidden_and_erased_again(agency: Agency) -> None:
    """T91, without the dump."""
    send(agency, [act(1)])
    found = erase(agency)
    assert finds_broken() == []
    as_before(agency, found)
    assert "that this database lacks: 1." in finds_broken()[0]
    assert restoring.erase_again() == 1
    assert finds_broken() == []
    assert agency.program().get("/v1/people?handle=ada").json()["results"] == []
    assert send(agency, [act(2)]).json()["erased"] == 1
    work_off(agency)
    with within(agency):
        anew = Erasure.objects.get(public_id=found.public_id)
    assert (anew.asked_by_id, anew.created_at) == (agency.owner.id, found.created_at)
    assert (anew.contacts, anew.removed["ingestion_engagement"]) == (1, 1)
    assert anew.finished_at is not None
    assert all_of(agency, Engagement, "ext_id", ext_id__startswith="act-") == []
    assert restoring.erase_again() == 0


def test_it_is_done_to_whom_it_was_done_and_nobody_else(agency: Agency) -> None:
    """Links of the backup may have been ended before the erasure."""
    send(agency, [act(1), act("c", actor={"customer": "17"}), act(2, actor={"handle": "bob"})])
    send(agency, [identity_link(who={"handle": "ada"}, same_as={"customer": "17"})], "identity-links")
    found = erase(agency)
    as_before(agency, found, act("c2", actor={"customer": "17"}), act("back"))
    with within(agency):
        link(Contact.objects.get(handle="bob"), Contact.objects.get(handle="ada"), by=agency.owner)
    restoring.erase_again()
    assert sorted(all_of(agency, Contact, "handle", erasure__isnull=False)) == ["17", "ada"]
    work_off(agency)
    assert all_of(agency, Contact, "handle", handle__in=["17", "ada", "bob"]) == ["bob"]


def test_what_is_noted_of_others_is_let_be(agency: Agency, file: Path) -> None:
    """Agencies and clients that the database does not know have nobody in it; other agencies keep theirs."""
    other = make_agency("Stranger")
    send(agency, [act(1)])
    send(other, [act(1)])
    as_before(agency, erase(agency))
    line = json.loads(file.read_text().splitlines()[-1])
    for tenant, client in ((10**9, line["client"]), (other.tenant.id, line["client"]), (agency.tenant.id, "cli_x")):
        with file.open("a") as noted:
            noted.write(
                json.dumps({**line, "tenant": tenant, "client": client, "erasure": f"ers_{tenant}{client}"[:24]}) + "\n"
            )
    assert restoring.erase_again() == 1
    assert len(all_of(other, Erasure, "id")) == 1
    assert send(other, [act(2)]).json()["accepted"] == 1


def test_an_erasure_that_cannot_be_noted_goes_no_further(agency: Agency, file: Path) -> None:
    send(agency, [act(1)])
    asked = ask(agency)
    file.mkdir()
    assert do(agency, "erase_person").state == "queued"  # it is tried again
    assert all_of(agency, Tombstone, "id", erasure=asked) == []
    file.rmdir()


def test_a_line_that_is_none_is_refused_with_its_number(agency: Agency, file: Path) -> None:
    send(agency, [act(1)])
    erase(agency)
    whole = file.read_text()
    file.write_text(whole + whole[:40])
    assert f"Line 2 of {file} (ERASURES_FILE) is no erasure." in finds_broken()[0]
    with pytest.raises(CommandError, match="Line 2 of"):
        call_command("erase_again")
    file.write_text(whole)
    assert finds_broken() == []


def test_a_file_that_has_no_folder_is_said_at_the_start(settings: Any, tmp_path: Path) -> None:
    settings.ERASURES_FILE = tmp_path / "not mounted" / "erasures.ndjson"
    assert finds_broken() == [f"There is no folder {tmp_path / 'not mounted'}, where ERASURES_FILE is."]


def test_a_file_that_is_gone_is_said_and_written_anew_when_told_to(
    agency: Agency, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    send(agency, [act(1)])
    found = erase(agency)
    file.unlink()
    assert f"There is no {file} (ERASURES_FILE), and this database has erasures" in finds_broken()[0]
    with pytest.raises(CommandError, match="There is no"):
        call_command("erase_again")
    call_command("erase_again", write_anew=True)
    with within(agency):
        restoring.keep_up()
    assert len(file.read_text().splitlines()) == 2  # the cast's own, too
    assert finds_broken() == []
    as_before(agency, found)
    call_command("erase_again")
    assert capsys.readouterr().out.endswith("done again: 1.\n")


def test_a_start_without_the_file_is_refused(settings: Any) -> None:
    settings.ERASURES_FILE = None
    with pytest.raises(CommandError, match="Set ERASURES_FILE"):
        call_command("erase_again")


def test_what_was_cut_off_when_the_power_failed_takes_nothing_along(agency: Agency, file: Path) -> None:
    send(agency, [act(1)])
    first = erase(agency)
    file.write_text(file.read_text() + '{"tenant": 1, "cli')
    send(agency, [act(2, actor={"handle": "bob"})])
    second = erase(agency, "bob")
    lines = file.read_text().splitlines()
    assert len(lines) == 3
    file.write_text(f"{lines[0]}\n\n{lines[2]}\n")  # as the error says
    assert set(noting.read()) == {first.public_id, second.public_id}


def test_many_note_at_once_and_nobody_reads_half_a_line(file: Path) -> None:
    keys = {b"%016d" % number for number in range(99)}
    notes = [noting.Note(1, "cli_x", f"ers_{number}", timezone.now(), None, keys) for number in range(50)]

    def note_and_read(it: noting.Note) -> int:
        noting.note(it)
        return len(noting.read())

    with ThreadPoolExecutor(8) as pool:
        assert max(pool.map(note_and_read, notes)) == len(notes)


def test_lifted_rows_about_the_person_land_as_about_somebody_new(agency: Agency) -> None:
    send(agency, [act(1)])
    found = erase(agency)
    assert send(agency, [act(2)]).json()["erased"] == 1
    with within(agency):
        erasure.lift(found, by=agency.owner)
    assert send(agency, [act(2), act(3)]).json()["accepted"] == 2
    lifted = again(agency, found)
    assert (lifted.lifted_by_id, lifted.lifted_at is not None) == (agency.owner.id, True)
    assert erase(agency).contacts == 1


def test_what_is_not_finished_or_lifted_already_is_not_lifted(agency: Agency) -> None:
    send(agency, [act(1)])
    nothing_waits(agency)
    asked = ask(agency)
    with within(agency), pytest.raises(CannotLift, match="still being erased"):
        erasure.lift(asked, by=None)
    work_off(agency)
    with within(agency):
        erasure.lift(asked, by=None)
    with within(agency), pytest.raises(CannotLift, match="lifted already"):
        erasure.lift(asked, by=None)


def test_what_was_lifted_is_erased_again_and_stays_lifted(agency: Agency) -> None:
    send(agency, [act(1)])
    found = erase(agency)
    with within(agency):
        erasure.lift(found, by=agency.owner)
    do(agency, "note_erasures")
    as_before(agency, found)
    restoring.erase_again()
    assert send(agency, [act(2)]).json()["erased"] == 1  # until it is done
    work_off(agency)
    assert all_of(agency, Engagement, "ext_id", ext_id__startswith="act-") == []
    assert send(agency, [act(3)]).json()["accepted"] == 1


def test_a_lift_that_a_backup_does_not_know_is_done_again(agency: Agency) -> None:
    send(agency, [act(1)])
    found = erase(agency)
    with within(agency):
        erasure.lift(found, by=agency.owner)
    do(agency, "note_erasures")
    with within(agency):  # as a backup from between the two has it
        Erasure.objects.filter(pk=found.pk).update(lifted_at=None, lifted_by=None)
        Tombstone.objects.create(client=agency.client, erasure=found, key=keys_noted(found).pop())
    assert send(agency, [act(2)]).json()["erased"] == 1
    assert restoring.erase_again() == 1
    assert send(agency, [act(3)]).json()["accepted"] == 1
    assert agency.program().get(f"/v1/erasures/{found.public_id}").json()["lifted_at"] is not None


def test_whoever_was_erased_twice_stays_so_though_the_first_was_lifted(agency: Agency) -> None:
    send(agency, [act(1)])
    first = erase(agency)
    with within(agency):
        erasure.lift(first, by=agency.owner)
    do(agency, "note_erasures")
    send(agency, [act(2)])
    second = erase(agency)
    as_before(agency, second)
    as_before(agency, first)
    assert restoring.erase_again() == 2
    work_off(agency)
    assert send(agency, [act(3)]).json()["erased"] == 1
    assert finds_broken() == []


def test_tombstones_that_a_backup_has_not_yet_are_laid(agency: Agency) -> None:
    send(agency, [act(1)])
    found = erase(agency)
    with within(agency):
        Tombstone.objects.filter(erasure=found).delete()
    assert restoring.erase_again() == 1
    assert send(agency, [act(2)]).json()["erased"] == 1


def test_it_is_lifted_in_the_admin_by_who_may_ask_for_people(agency: Agency) -> None:
    send(agency, [act(1)])
    found = erase(agency)
    browser, address = agency.browser(), f"/admin/ingestion/erasure/{found.pk}/"
    assert "Let it land again" in browser.get(f"{address}change/").text
    asked = browser.get(f"{address}lift/").text
    assert "customer again" in asked
    assert f"whom {found} erased with Ours brand" in asked
    assert agency.browser(agency.member("analyst")).post(f"{address}lift/").status_code == 403
    assert "land again, as about somebody new" in browser.post(f"{address}lift/", follow=True).text
    assert "It is lifted already" in browser.post(f"{address}lift/", follow=True).text
    assert "This was lifted on" in browser.get(f"{address}certificate/").text
