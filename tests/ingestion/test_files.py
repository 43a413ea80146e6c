"""Files: taken in whole, cut, landed piece by piece, and every row accounted for."""

import gzip
import io
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import Client as Browser

import ingestion.tasks  # noqa: F401 (declares the handlers)
from ingestion.errors import FileRefused, LayoutRefused, UnknownSource
from ingestion.models import AudienceCount, Delivery, Engagement, FileBlock, FileImport, Outcome, Rejection, Shape
from ingestion.services import files, layouts
from tenants import scope
from tenants.models import ApiScope, Job, JobState
from tenants.services import jobs, keys
from tests.conftest import Agency, make_agency
from tests.ingestion.doors import act, all_of, send
from tests.tenants.ledger import change, run, seen

HEADER = b"id,kind,occurred_at,actor.handle,text\n"


def lines(count: int, *, bad: Callable[[int], bool] = lambda number: False) -> bytes:
    rows = (
        f'{n},{"wink" if bad(n) else "comment"},2026-05-01T10:00:00Z,person{n % 50},"Hello,\n number {n}?"\n'
        for n in range(count)
    )
    return HEADER + "".join(rows).encode()


def take_in(agency: Agency, content: bytes, shape: Shape = Shape.ENGAGEMENTS, stretch: int = 1000) -> FileImport:
    stretches = (content[at : at + stretch] for at in range(0, len(content), stretch))
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        file = files.take_in(stretches, name="rows.csv", source_id=agency.source.public_id)
        return layouts.begin(file, shape=shape)


def open_jobs(agency: Agency, kind: str) -> list[Job]:
    return all_of(agency, Job, kind=kind, state=JobState.QUEUED)


def land(agency: Agency, file: FileImport) -> FileImport:
    """Do all its jobs, the last piece first; return the file as it stands then."""
    for kind in ("cut_file", "land_piece"):
        for job in reversed(open_jobs(agency, kind)):
            assert run(agency, job).state == JobState.DONE
    return again(agency, file)


def again(agency: Agency, file: FileImport) -> FileImport:
    (found,) = all_of(agency, FileImport, pk=file.pk)
    assert isinstance(found, FileImport)
    return found


def counts(file: FileImport) -> tuple[int | None, int, int, int, int]:
    return file.rows, file.received, file.accepted, file.duplicate, file.quarantined


@pytest.fixture
def agency(transactional_db: None) -> Agency:
    return make_agency("Ours")


def test_a_file_lands_in_pieces_and_every_row_is_accounted_for(agency: Agency) -> None:
    file = take_in(agency, lines(12_000, bad=lambda n: n % 33 == 0))
    assert counts(file) == (None, 0, 0, 0, 0)
    assert run(agency, open_jobs(agency, "cut_file")[0]).state == JobState.DONE
    assert [job.args["first"] for job in open_jobs(agency, "land_piece")] == [0, 5000, 10_000]
    assert {job.parent_id for job in open_jobs(agency, "land_piece")} == {file.job_id}
    first = open_jobs(agency, "land_piece")[0]
    run(agency, first)
    assert (again(agency, file).progress, again(agency, file).is_done) == (41, False)

    file = land(agency, file)
    assert counts(file) == (12_000, 12_000, 11_636, 0, 364)
    assert (file.progress, file.is_done) == (100, True)
    assert len(all_of(agency, Engagement, "ext_id", delivery__file=file)) == 11_636
    assert sorted(all_of(agency, Rejection, "index", delivery__file=file)) == list(range(0, 12_000, 33))
    assert all_of(agency, FileBlock, "id", file=file) == []  # what was digested is gone


def test_the_same_file_again_adds_nothing(agency: Agency) -> None:
    land(agency, take_in(agency, lines(7000)))
    assert counts(land(agency, take_in(agency, lines(7000)))) == (7000, 7000, 0, 7000, 0)


def test_what_came_over_the_api_is_known_in_a_file(agency: Agency) -> None:
    send(agency, [act(1, id="1", text="Hi")])
    content = HEADER + b"1,comment,2026-05-01T10:00:00Z,ada,Hi\n2,like,2026-05-01T10:00:00Z,ada,\n"
    assert counts(land(agency, take_in(agency, content))) == (2, 2, 1, 1, 0)


def test_outcomes_and_counts_come_as_files_too(agency: Agency) -> None:
    content = b"id,kind,occurred_at,who.customer,value,currency\n1,purchase,2026-05-01T10:00:00Z,17,29.33,USD\n"
    assert counts(land(agency, take_in(agency, content, Shape.OUTCOMES)))[2] == 1
    assert all_of(agency, Outcome, "value", "contact__handle", "contact__kind", ext_id="1")[0][1:] == ("17", "customer")

    rows = b"Instagram/ours.handle,2026-06-01T00:00:00Z,,7,month\nno,2026-06-01T00:00:00Z,1,,\n"
    content = b"channel,at,followers,gained,window\n" + rows
    assert counts(land(agency, take_in(agency, content, Shape.AUDIENCE_COUNTS))) == (2, 2, 1, 0, 1)
    assert all_of(agency, AudienceCount, "followers", "gained", gained=7) == [(None, 7)]


def test_a_file_with_a_header_only_is_done(agency: Agency) -> None:
    file = land(agency, take_in(agency, HEADER))
    assert (counts(file), file.progress, file.is_done) == ((0, 0, 0, 0, 0), 100, True)
    assert all_of(agency, FileBlock, "id", file=file) == []


@pytest.mark.parametrize("kind", ["cut_file", "land_piece"])
def test_a_job_that_was_killed_is_done_by_another_and_counts_once(agency: Agency, kind: str) -> None:
    """T29: killed after its claim: the lease runs out, and a second attempt lands what the first had not."""
    file = take_in(agency, lines(6000))
    if kind == "land_piece":
        run(agency, open_jobs(agency, "cut_file")[0])
    killed = open_jobs(agency, kind)[0]
    change(
        agency,
        killed,
        state="running",
        attempt=1,
        claimed_at="2026-01-01T00:00:00Z",
        lease_until="2026-01-01T00:01:00Z",
    )
    assert run(agency, killed).attempt == 2
    assert counts(land(agency, file)) == (6000, 6000, 6000, 0, 0)
    run(agency, killed)  # a message too many
    assert counts(again(agency, file)) == (6000, 6000, 6000, 0, 0)
    assert len(all_of(agency, Delivery, "id", file=file)) == 2


def test_pieces_that_land_at_the_same_time_add_up(agency: Agency) -> None:
    """T29."""
    file = take_in(agency, lines(24_000))
    run(agency, open_jobs(agency, "cut_file")[0])

    def worker(job: Job) -> None:
        try:
            run(agency, job)
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as pool:
        list(pool.map(worker, open_jobs(agency, "land_piece")))
    assert counts(again(agency, file)) == (24_000, 24_000, 24_000, 0, 0)
    assert all_of(agency, FileBlock, "id", file=file) == []


def test_a_piece_that_was_overtaken_leaves_nothing(agency: Agency) -> None:
    file = take_in(agency, lines(10))
    run(agency, open_jobs(agency, "cut_file")[0])
    job = open_jobs(agency, "land_piece")[0]

    class Overtaken(jobs.Work):
        """A worker that sleeps past its lease, between reading and writing."""

        def finishing(self) -> Any:
            change(agency, self.job, attempt=self.job.attempt + 1)
            return super().finishing()

    change(
        agency, job, state="running", attempt=1, claimed_at="2026-01-01T00:00:00Z", lease_until="2199-01-01T00:00:00Z"
    )
    with scope.of_tenant(agency.tenant.id), pytest.raises(Exception, match="taken over"):
        files.land_piece(Overtaken(seen(agency, job)))
    assert all_of(agency, Delivery, "id", file=file) == []
    assert counts(again(agency, file)) == (10, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"\n \n", "The file is empty"),
        (b'"\n', "first line cannot be read"),
        (b"\x1f\x8b\x08\x00 packed", "compressed"),
        (b'[{"id": "1"}]', "one row a line"),
        (b"id;kind;occurred_at\n", "Nothing names a person"),
        (b"id,kind,occurred_at,actor.hanlde\n", "Nothing names a person, such as actor.handle"),
        (b"id,kind,occurred_at\n", "Nothing names a person, such as actor.handle"),
        (b"kind,actor.handle\n", "Nothing says “id”, which every row needs. Nothing says “occurred_at”"),
        pytest.param(b"\x00" * 100, "The file is no text", id="nothing but NUL"),
        (b"id,kind,occurred_at,actor.handle\n" + b"x" * 3_000_000, "a line of more than a megabyte"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_before_anything_is_kept(
    agency: Agency, content: bytes, sentence: str
) -> None:
    before = len(all_of(agency, FileImport, "id"))
    with pytest.raises((FileRefused, LayoutRefused), match=sentence):
        take_in(agency, content)
    assert len(all_of(agency, FileImport, "id")) == before


def test_a_source_that_is_not_ours_takes_no_file(agency: Agency) -> None:
    stranger = make_agency("Stranger")
    with scope.of_tenant(agency.tenant.id), transaction.atomic(), pytest.raises(UnknownSource):
        files.take_in([HEADER], name="x", source_id=stranger.source.public_id)


# --- The command


@pytest.fixture
def key_file(agency: Agency, tmp_path: Path) -> Path:
    (tmp_path / "key").write_text(agency.api_key + "\n")
    return tmp_path / "key"


def command(agency: Agency, file: Path, key_file: Path, *more: str) -> str:
    said = io.StringIO()
    call_command("import_file", "engagements", str(file), "--source", agency.source.public_id, "--key-file",
                 str(key_file), *more, stdout=said)  # fmt: skip
    return said.getvalue()


@pytest.mark.parametrize("ending", ["csv", "csv.gz"])
def test_the_command_hands_a_file_over(agency: Agency, key_file: Path, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"rows.{ending}"
    file.write_bytes(gzip.compress(lines(3)) if ending.endswith("gz") else lines(3))
    assert f"rows.{ending} is handed over" in command(agency, file, key_file, "--no-wait")
    found = all_of(agency, FileImport, name=f"rows.{ending}")[0]
    assert counts(land(agency, found)) == (3, 3, 3, 0, 0)


def test_the_command_says_what_stopped_and_what_to_do(agency: Agency, key_file: Path, tmp_path: Path) -> None:
    """Somebody cancels while it watches."""
    (tmp_path / "rows.csv").write_bytes(lines(3))

    def cancel() -> None:
        try:
            while not (waiting := open_jobs(agency, "cut_file")):
                time.sleep(0.05)
            with scope.of_tenant(agency.tenant.id), transaction.atomic():
                jobs.cancel(waiting[0])
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(cancel)
        with pytest.raises(CommandError, match=r"1 of its jobs stopped.*Cancelled.*tried again"):
            command(agency, tmp_path / "rows.csv", key_file)


def test_the_command_says_when_not_one_row_could_be_used(agency: Agency, key_file: Path, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_bytes(lines(3, bad=lambda _: True))

    def work() -> None:
        try:
            for kind in ("cut_file", "land_piece"):
                while not (waiting := open_jobs(agency, kind)):
                    time.sleep(0.05)
                run(agency, waiting[0])
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(work)
        with pytest.raises(CommandError, match="Not one row"):
            command(agency, tmp_path / "rows.csv", key_file)


def test_a_broken_archive_is_said_in_a_sentence(agency: Agency, key_file: Path, tmp_path: Path) -> None:
    whole = gzip.compress(lines(2000))
    for number, broken in enumerate((whole[:-20], b"no archive", whole[:10] + b"x" * 50)):
        (tmp_path / f"{number}.csv.gz").write_bytes(broken)
        with pytest.raises(CommandError, match="cannot be read"):
            command(agency, tmp_path / f"{number}.csv.gz", key_file)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"id;kind\n", "Nothing says “occurred_at”"),
        (None, "cannot be read"),
        (b"", "The file is empty"),
    ],
)
def test_the_command_refuses_in_a_sentence(
    agency: Agency, key_file: Path, tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    if content is not None:
        (tmp_path / "rows.csv").write_bytes(content)
    with pytest.raises(CommandError, match=sentence):
        command(agency, tmp_path / "rows.csv", key_file)


def test_the_command_ignores_nothing_that_is_said(agency: Agency, key_file: Path, tmp_path: Path) -> None:
    (tmp_path / "rows.ndjson").write_bytes(b'{"id": "1"}\n')
    with pytest.raises(CommandError, match="--exported-at says nothing of rows of JSON"):
        command(agency, tmp_path / "rows.ndjson", key_file, "--exported-at", "2026-05-01T10:00:00Z")


def test_the_command_shows_what_would_become_of_a_file(agency: Agency, key_file: Path, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_bytes(lines(2, bad=lambda n: n == 1))
    before = len(all_of(agency, FileImport, "id"))
    said = command(agency, tmp_path / "rows.csv", key_file, "--look")
    assert "row 1 can be used" in said
    assert "row 2 set aside (unknown_kind /kind)" in said
    assert len(all_of(agency, FileImport, "id")) == before


def test_the_command_wants_a_key_that_may_send(agency: Agency, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_bytes(lines(1))
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        _row, reader = keys.issue(name="reader", scopes=[ApiScope.READ])
    for key, sentence in ((reader, "may not send"), ("earnest_no_such", "unknown, expired or revoked")):
        (tmp_path / "key").write_text(key)
        with pytest.raises(CommandError, match=sentence):
            command(agency, tmp_path / "rows.csv", tmp_path / "key")


# --- Watching it


def test_an_import_shows_how_far_it_is(agency: Agency) -> None:
    file = take_in(agency, lines(6000, bad=lambda n: n == 5999))
    program = agency.program()
    assert program.get(f"/v1/imports/{file.public_id}").json()["progress"] == 0
    run(agency, open_jobs(agency, "cut_file")[0])
    run(agency, open_jobs(agency, "land_piece")[0])
    shown = program.get(f"/v1/imports/{file.public_id}").json()
    assert (shown["rows"], shown["received"], shown["progress"], shown["shape"]) == (6000, 5000, 83, "engagements")
    land(agency, file)
    assert program.get("/v1/imports").json()["results"][-1]["quarantined"] == 1
    pieces = [it for it in program.get("/v1/batches").json()["results"] if it["file"] == file.public_id]
    assert sorted(it["received"] for it in pieces) == [1000, 5000]

    browser: Browser = agency.browser()
    page = browser.get("/admin/ingestion/fileimport/").content.decode()
    assert "100 %" in page
    page = browser.get(f"/admin/ingestion/fileimport/{file.pk}/change/").content.decode()
    assert "rows.csv" in page
