"""Files over the API: in parts, looked at, begun, and what was set aside of them downloaded and sent again."""

import csv
import io
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import polars as pl
import pytest
from django.db import connection

import ingestion.tasks  # noqa: F401 (declares the handlers)
from ingestion.models import Engagement, FileBlock, FileImport, Rejection
from tenants.models import JobState
from tests.conftest import Agency, make_agency, within
from tests.ingestion.doors import all_of
from tests.ingestion.handed_over import GERMAN, begin, counts, hand_over, landed, post
from tests.ingestion.workbooks import book, row, text
from tests.tenants.ledger import run

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def agency() -> Agency:
    return make_agency("Ours")


def test_a_file_waits_until_it_is_begun(agency: Agency) -> None:
    file = hand_over(agency, b"id,kind,occurred_at,actor.handle\n1,like,2026-05-01T10:00:00Z,ada\n")
    assert (file["state"], file["shape"], file["job"], file["kind"], file["size"]) == ("waiting", None, None, "csv", 65)
    found = begin(agency, file)
    assert (found["state"], found["shape"], counts(found)) == ("done", "engagements", (1, 1, 0, 0))
    assert post(agency, f"imports/{file['id']}/begin", {}).json()["code"] == "import_begun"
    assert post(agency, f"imports/{file['id']}/look", {}).json()["code"] == "import_begun"
    assert agency.program().delete(f"/v1/imports/{file['id']}").json()["code"] == "import_begun"


def test_a_file_comes_in_parts_that_may_be_sent_again(agency: Agency) -> None:
    content = b"id,kind,occurred_at,actor.handle\n" + b"".join(
        b"%d,like,2026-05-01T10:00:00Z,ada\n" % n for n in range(100)
    )
    file = hand_over(agency, content[:1000])
    early = post(agency, f"imports/{file['id']}/parts?at=1500", content[1500:])
    assert (early.status_code, early.json()["code"]) == (409, "out_of_place")
    assert "at=1000" in early.json()["detail"]
    for _ in range(2):
        again = post(agency, f"imports/{file['id']}/parts?at=1000", content[1000:1600]).json()
        assert again["size"] == 1600
    whole = post(agency, f"imports/{file['id']}/parts?at=1200", content[1200:]).json()  # overlaps what is here
    assert whole["size"] == len(content)
    assert counts(begin(agency, file)) == (100, 100, 0, 0)


@pytest.mark.parametrize("at", ["", "-1", "1.5", "x", "9" * 20])
def test_a_part_says_where_it_begins(agency: Agency, at: str) -> None:
    file = hand_over(agency, b"id\n")
    assert post(agency, f"imports/{file['id']}/parts?at={at}", b"1\n").json()["code"] == "invalid"


def test_a_look_shows_what_would_become_of_a_german_file(agency: Agency) -> None:
    file = hand_over(agency, GERMAN)
    seen = post(agency, f"imports/{file['id']}/look", {}).json()
    assert (seen["shape"], seen["problems"], seen["unread"]) == ("engagements", [], ["Notiz"])
    assert seen["columns"] == ["Kennung", "Art", "Datum", "Benutzername", "Kommentar", "Notiz"]
    assert seen["rows"][0]["verdict"]["pointer"] == "/occurred_at"
    layout = seen["layout"] | {"zone": "Europe/Berlin", "first": "day"}
    seen = post(agency, f"imports/{file['id']}/look", {"layout": layout}).json()
    assert [it["verdict"] and it["verdict"]["code"] for it in seen["rows"]] == ["unknown_kind", None, "invalid"]
    assert seen["rows"][1]["made"] == {
        "id": "2",
        "kind": "like",
        "occurred_at": "2026-07-14T16:43:00Z",
        "actor": {"handle": "bob"},
    }
    assert all_of(agency, Engagement, ext_id="2") == []
    assert counts(begin(agency, file, layout=layout)) == (3, 1, 0, 2)


def test_what_was_said_of_one_file_is_proposed_for_the_next(agency: Agency) -> None:
    file = hand_over(agency, GERMAN)
    layout = post(agency, f"imports/{file['id']}/look", {}).json()["layout"]
    begin(agency, file, layout=layout | {"zone": "Europe/Berlin", "first": "day"})
    again = hand_over(agency, GERMAN)
    assert counts(begin(agency, again)) == (3, 0, 1, 2)
    other = hand_over(agency, b"Bestellnummer,Bestelldatum,Kundennummer\n")
    seen = post(agency, f"imports/{other['id']}/look", {"shape": "outcomes"}).json()
    assert (seen["shape"], seen["problems"]) == ("outcomes", ["Nothing says “kind”, which every row needs."])


def test_a_workbook_lands_like_its_table(agency: Agency) -> None:
    rows = [["id", "kind", "occurred_at", "actor.handle"], ["1", "like", "2026-05-01T10:00:00Z", "ada"]]
    file = hand_over(agency, book(*(row(*map(text, it)) for it in rows)).getvalue(), "rows.xlsx")
    assert file["kind"] == "xlsx"
    seen = post(agency, f"imports/{file['id']}/look", {}).json()
    assert len(seen["sheets"]) == 1
    assert counts(begin(agency, file, sheet=seen["sheets"][0])) == (1, 1, 0, 0)
    assert all_of(agency, FileBlock, "id", file__public_id=file["id"]) == []


def test_what_is_called_a_workbook_and_is_none_is_said(agency: Agency) -> None:
    file = hand_over(agency, b"PK\x03\x04 no workbook", "rows.xlsx")
    answer = post(agency, f"imports/{file['id']}/look", {})
    assert (answer.status_code, answer.json()["code"]) == (400, "file_refused")
    assert agency.program().delete(f"/v1/imports/{file['id']}").status_code == 204
    assert agency.program().get(f"/v1/imports/{file['id']}").status_code == 404


def test_parquet_is_refused_in_a_sentence(agency: Agency) -> None:
    """T33: it is read nowhere, so there is nothing to break; by its first bytes, whole or damaged, at every door."""
    out = io.BytesIO()
    pl.DataFrame({"id": ["1"], "kind": ["like"]}).write_parquet(out)
    for content in (out.getvalue(), out.getvalue()[:-8], b"PAR1" + bytes(60)):
        answer = post(agency, f"imports?source={agency.source.public_id}&name=acts.parquet", content)
        assert (answer.status_code, answer.json()["code"]) == (400, "file_refused")
        assert "Parquet, which is not read. Write it as CSV" in answer.json()["detail"]
    door = f"/v1/engagements:batch?source={agency.source.public_id}"
    for kind, status in (("application/vnd.apache.parquet", 415), ("application/json", 400)):
        assert agency.program().post(door, out.getvalue(), content_type=kind).status_code == status


def test_rows_one_a_line_land_as_they_would_over_the_api(agency: Agency) -> None:
    rows: list[Any] = [
        {"id": str(n), "kind": "like", "occurred_at": "2026-05-01T10:00:00Z", "actor": {"handle": "ada"}}
        for n in range(3)
    ]
    lines = [json.dumps(it) for it in rows]
    content = "\ufeff" + lines[0] + "\r\n\n" + lines[1] + "\n{\n" + '{"a":' * 2000 + "\n" + lines[2]
    file = hand_over(agency, content.encode(), "rows.ndjson")
    seen = post(agency, f"imports/{file['id']}/look", {"shape": "engagements"}).json()
    assert (seen["layout"], len(seen["rows"])) == (None, 5)
    unsaid = post(agency, f"imports/{file['id']}/begin", {})
    assert "Say what its rows are" in unsaid.json()["detail"]
    found = begin(agency, file, shape="engagements")
    assert (found["kind"], counts(found)) == ("ndjson", (5, 3, 0, 2))
    left = agency.program().get(f"/v1/imports/{file['id']}/set-aside")
    assert left["Content-Disposition"] == 'attachment; filename="rows set aside.ndjson"'
    assert left.getvalue().splitlines()[0] == b"{"


def test_what_was_set_aside_is_downloaded_mended_and_sent_again(agency: Agency) -> None:
    """T71: no cell of the download is a formula, and what is sent again is what was sent before."""
    texts = ["=1+1", "+44 20", "-5", "@ada", "\tx", "\uff1d1", "'=x", "a,=b", 'say "=c"', "fine; -5"]
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["id", "kind", "occurred_at", "actor.handle", "text"])
    writer.writerows([str(n), "comment", "no day", "ada", said] for n, said in enumerate(texts))
    file = hand_over(agency, out.getvalue().encode(), "Ä & co.csv")
    assert counts(begin(agency, file)) == (10, 0, 0, 10)

    left = agency.program().get(f"/v1/imports/{file['id']}/set-aside", headers={"accept": "text/csv"})
    content = left.getvalue().decode("utf-8-sig")
    header, *rows = list(csv.reader(io.StringIO(content, newline="")))
    assert header[3:] == ["id", "kind", "occurred_at", "actor.handle", "text"]
    assert [it[:2] for it in rows] == [[str(n + 1), "invalid"] for n in range(10)]
    for cells in rows:
        assert not any(cell[:1] in set("=+-@\t\r\n\uff1d") for cell in cells if cell)
    second = hand_over(agency, content.encode("utf-8-sig"), "second.csv")
    assert counts(begin(agency, second)) == (10, 0, 0, 10)
    content = agency.program().get(f"/v1/imports/{second['id']}/set-aside").getvalue().decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(content, newline=""))) == [header, *rows], "not guarded twice"
    again = hand_over(agency, content.replace("no day", "2026-05-01T10:00:00Z").encode("utf-8-sig"))
    assert counts(begin(agency, again)) == (10, 10, 0, 0)
    words = dict(all_of(agency, Engagement, "ext_id", "words", delivery__file__public_id=again["id"]))
    before = hand_over(agency, out.getvalue().replace("no day", "2026-05-01T10:00:00Z").encode())
    assert counts(begin(agency, before)) == (10, 0, 10, 0), "the very same rows"
    assert len(words) == 10


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"shape": "letters"}, "There is no shape “letters”"),
        ({"layout": {"type": "export", "preset": "myspace"}}, "We know no export “myspace”"),
        ({"layout": {"type": "mapping", "format": "letters", "fields": {}}}, "There is no shape “letters”"),
        ({"layout": {"type": "magic"}}, "cannot be understood"),
        ({"shape": "outcomes", "layout": {"type": "mapping", "format": "engagements", "fields": {}}},
         "The layout is for engagements"),
        ({"mood": "good"}, "cannot be understood"),
        ({"layout": {"type": "mapping", "format": "engagements", "fields": {"mood": {"column": "id"}}}},
         "engagements have no field “mood”"),
        ({"layout": {"type": "export", "preset": "tiktok-videos"}}, "The file is not “TikTok"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_a_sentence(agency: Agency, body: dict[str, Any], sentence: str) -> None:
    file = hand_over(agency, b"id,kind,occurred_at,actor.handle\n")
    answer = post(agency, f"imports/{file['id']}/begin", body)
    assert (answer.status_code, answer.json()["code"]) == (400, "layout_refused")
    assert sentence in answer.json()["detail"]


def test_a_row_that_was_mended_into_no_row_is_downloaded_as_it_is(agency: Agency) -> None:
    file = hand_over(agency, b"id,kind,occurred_at,actor.handle\n1,wink,2026-05-01T10:00:00Z,ada\n")
    begin(agency, file)
    [rejection] = all_of(agency, Rejection, "public_id", delivery__file__public_id=file["id"])
    for mended in (b'{"a": ', b"[1]", b'{"id": 1}'):
        agency.program().put(f"/v1/quarantine/{rejection}", mended, content_type="application/json")
        left = agency.program().get(f"/v1/imports/{file['id']}/set-aside").getvalue().decode("utf-8-sig")
        assert len(list(csv.reader(io.StringIO(left, newline="")))) == 2


def test_what_is_no_longer_kept_lands_no_empty_pieces(agency: Agency) -> None:
    file = hand_over(agency, b"id,kind,occurred_at,actor.handle\n1,like,2026-05-01T10:00:00Z,ada\n")
    post(agency, f"imports/{file['id']}/begin", {})
    jobs: Any = FileImport.job.field.related_model
    [cut] = all_of(agency, jobs, kind="cut_file", state=JobState.QUEUED)
    run(agency, cut)
    with within(agency):
        FileBlock.objects.filter(file__public_id=file["id"]).delete()
    [piece] = all_of(agency, jobs, kind="land_piece", state=JobState.QUEUED)
    assert run(agency, piece).error_code == "file_gone"
    assert agency.program().get(f"/v1/imports/{file['id']}").json()["state"] == "stopped"


def test_how_it_is_read_nests_no_deeper_than_it_has_to(agency: Agency) -> None:
    file = hand_over(agency, b"id\n")
    for body in (b"[" * 100_000, b'{"layout":' * 20_000, b'{"layout": {"fields": ' + b"[" * 50_000):
        answer = agency.program().post(f"/v1/imports/{file['id']}/look", body, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (400, "layout_refused")


def test_a_file_needs_its_source_and_some_bytes(agency: Agency) -> None:
    assert post(agency, "imports", b"id\n").json()["code"] == "invalid"
    empty = post(agency, f"imports?source={agency.source.public_id}", b"")
    assert (empty.status_code, empty.json()["code"]) == (400, "file_refused")
    stranger = make_agency("Stranger")
    assert post(agency, f"imports?source={stranger.source.public_id}", b"id\n").status_code == 404


def test_of_two_who_begin_one_does(agency: Agency) -> None:
    file = hand_over(agency, b"id,kind,occurred_at,actor.handle\n1,like,2026-05-01T10:00:00Z,ada\n")

    def ask(address: str) -> int:
        try:
            return int(post(agency, f"imports/{file['id']}/{address}", {}).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, ["begin", "look"] * 8))
    assert sorted(answers[::2]) == [202] + [409] * 7
    assert set(answers[1::2]) <= {200, 409}
    assert counts(landed(agency, file)) == (1, 1, 0, 0)


def test_what_was_looked_at_before_it_was_whole_is_read_whole(agency: Agency) -> None:
    rows = [["id", "kind", "occurred_at", "actor.handle"], ["1", "like", "2026-05-01T10:00:00Z", "ada"]]
    content = book(*(row(*map(text, it)) for it in rows)).getvalue()
    file = hand_over(agency, content[:700], "rows.xlsx")
    early = post(agency, f"imports/{file['id']}/look", {})
    assert (early.status_code, early.json()["code"]) == (400, "file_refused")
    post(agency, f"imports/{file['id']}/parts?at=700", content[700:])
    assert counts(begin(agency, file)) == (1, 1, 0, 0)
