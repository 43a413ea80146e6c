"""Files over the API: in parts, looked at, begun, and what was set aside of them downloaded and sent again."""

import csv
import io
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.db import connection

import ingestion.tasks  # noqa: F401 (declares the handlers)
from ingestion.models import Engagement, FileBlock, FileImport, PostCount, Rejection
from tenants.models import JobState
from tests.conftest import Agency, make_agency, within
from tests.ingestion.aside import put, set_aside
from tests.ingestion.doors import act, all_of, send
from tests.ingestion.people import erase
from tests.ingestion.workbooks import book, packed, parts, row, text
from tests.tenants.ledger import run

pytestmark = pytest.mark.django_db(transaction=True)

EXPORTS = Path(__file__).parent / "exports"
GERMAN = (
    "Kennung;Art;Datum;Benutzername;Kommentar;Notiz\n"
    "1;Kommentar;14.07.2026 18:42;ada;Was kostet die blaue Vase?;x\n"
    "2;like;14.07.2026 18:43;bob;;\n"
    "3;like;32.07.2026 18:43;bob;;\n"
).encode("cp1252")


@pytest.fixture
def agency() -> Agency:
    return make_agency("Ours")


def post(agency: Agency, address: str, body: bytes | dict[str, Any], **headers: str) -> Any:
    content, kind = (body, "text/csv") if isinstance(body, bytes) else (json.dumps(body), "application/json")
    return agency.program().post(f"/v1/{address}", content, content_type=kind, headers=headers)


def hand_over(agency: Agency, content: bytes, name: str = "rows.csv") -> Any:
    answer = post(agency, f"imports?source={agency.source.public_id}&name={name}", content)
    assert answer.status_code == 201, answer.content
    return answer.json()


def begin(agency: Agency, file: Any, **said: Any) -> Any:
    answer = post(agency, f"imports/{file['id']}/begin", said)
    assert answer.status_code == 202, answer.content
    return landed(agency, file)


def landed(agency: Agency, file: Any) -> Any:
    for kind in ("cut_file", "land_piece"):
        for job in all_of(agency, FileImport.job.field.related_model, kind=kind, state=JobState.QUEUED):
            assert run(agency, job).state == JobState.DONE, job.error
    return agency.program().get(f"/v1/imports/{file['id']}").json()


def counts(shown: Any) -> tuple[int, int, int, int]:
    return shown["received"], shown["accepted"], shown["duplicate"], shown["quarantined"]


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


@pytest.mark.parametrize("delimiter", [*":^ \t\x1f¦"])
def test_a_first_line_states_any_delimiter(agency: Agency, delimiter: str) -> None:
    lines = ["id,kind,occurred_at,actor.handle", "1,like,14.07.2026,ada", "2,like,32.07.2026,bob"]
    content = f"sep={delimiter}\r\n" + "\r\n".join(lines).replace(",", delimiter)
    file = hand_over(agency, content.encode("cp1252"))
    seen = post(agency, f"imports/{file['id']}/look", {}).json()
    found = begin(agency, file, layout=seen["layout"] | {"zone": "Europe/Berlin", "first": "day"})
    assert counts(found) == (2, 1, 0, 1)
    left = agency.program().get(f"/v1/imports/{file['id']}/set-aside").getvalue().decode("utf-8-sig")
    assert left.splitlines()[1].endswith('"2","like","32.07.2026","bob"')


def test_a_first_line_that_states_no_delimiter_is_refused(agency: Agency) -> None:
    file = hand_over(agency, b"sep=||\nid||kind\n1||like\n")
    answer = post(agency, f"imports/{file['id']}/look", {})
    assert (answer.status_code, answer.json()["code"]) == (400, "file_refused")
    assert "Write one character that is no letter, digit or quote" in answer.json()["detail"]


def test_a_file_whose_delimiter_is_not_guessed_says_how_to_state_it(agency: Agency) -> None:
    file = hand_over(agency, b"id:kind:occurred_at:actor.handle\n1:like:2026-07-14T10:30:00Z:ada\n")
    seen = post(agency, f"imports/{file['id']}/look", {}).json()
    assert seen["columns"] == ["id:kind:occurred_at:actor.handle"]
    assert seen["problems"][-1].endswith("say so in a line of its own above the header: sep=:")
    assert "sep=:" in post(agency, f"imports/{file['id']}/begin", {}).json()["detail"]
    usual = hand_over(agency, b"id,kind\n1,like\n")
    assert "sep=" not in str(post(agency, f"imports/{usual['id']}/look", {}).json()["problems"])


def test_what_was_said_of_one_file_is_proposed_for_the_next(agency: Agency) -> None:
    file = hand_over(agency, GERMAN)
    layout = post(agency, f"imports/{file['id']}/look", {}).json()["layout"]
    begin(agency, file, layout=layout | {"zone": "Europe/Berlin", "first": "day"})
    again = hand_over(agency, GERMAN)
    assert counts(begin(agency, again)) == (3, 0, 1, 2)
    other = hand_over(agency, b"Bestellnummer,Bestelldatum,Kundennummer\n")
    seen = post(agency, f"imports/{other['id']}/look", {"shape": "outcomes"}).json()
    assert (seen["shape"], seen["problems"]) == ("outcomes", ["Nothing says “kind”, which every row needs."])


def test_an_export_in_an_unknown_language_is_read_by_what_the_person_says(agency: Agency) -> None:
    link = "https://www.tiktok.com/@fernleaf.pottery/video/7412345678901234567"
    header = "Videotitel,Videolink,Veröffentlichungszeit,Gesamtzahl der Likes,Aufrufe insgesamt,Ganz Neues"
    file = hand_over(agency, f"{header}\nLangsam drehen,{link},2026-08-02 19:05:00,1.2K,18400,7\n".encode())
    seen = post(agency, f"imports/{file['id']}/look", {}).json()
    assert (seen["shape"], seen["unread"], len(seen["problems"])) == ("post-counts", ["Ganz Neues"], 3)
    refused = post(agency, f"imports/{file['id']}/begin", {}).json()
    assert (refused["code"], "Nothing says “post”" in refused["detail"]) == ("layout_refused", True)
    said = seen["layout"] | {"zone": "Europe/Berlin"}
    said["fields"] |= {
        "post": {"column": "Videolink"},
        "at": {"constant": "2026-11-20T09:30:00Z"},
        "described.channel": {"constant": agency.channel.public_id},
    }
    assert counts(begin(agency, file, layout=said)) == (1, 1, 0, 0)
    assert all_of(agency, PostCount, "likes", "views", "shares", post=link) == [(1200, 18400, None)]
    later = hand_over(agency, f"{header}\nLangsam drehen,{link},2026-08-02 19:05:00,1.3K,19000,7\n".encode())
    seen = post(agency, f"imports/{later['id']}/look", {}).json()
    assert seen["problems"] == ["Nothing says “at”, which every row needs."], "when it was counted is not as before"
    assert seen["layout"]["fields"] == {name: it for name, it in said["fields"].items() if name != "at"}


def test_an_export_is_recognised_and_asks_for_what_it_does_not_tell(agency: Agency) -> None:
    content = (EXPORTS / "instagram.csv").read_bytes()
    file = hand_over(agency, content)
    seen = post(agency, f"imports/{file['id']}/look", {}).json()
    assert seen["layout"] == {"type": "export", "preset": "instagram-posts"}
    assert [it.split("(")[1].split(")")[0] for it in seen["problems"]] == ["channel", "zone", "exported_at"]
    refused = post(agency, f"imports/{file['id']}/begin", {})
    assert (refused.status_code, refused.json()["code"]) == (400, "layout_refused")
    said = seen["layout"] | {
        "channel": agency.channel.public_id,
        "zone": "Europe/Berlin",
        "exported_at": "2026-10-27T09:30:00Z",
    }
    found = begin(agency, file, layout=said)
    assert (found["shape"], counts(found)) == ("post-counts", (4, 2, 0, 2))
    assert all_of(agency, PostCount, "likes", post="17900000000000001") == [1200]
    again = hand_over(agency, content)
    proposed = post(agency, f"imports/{again['id']}/look", {}).json()
    assert proposed["layout"] == {"type": "export", "preset": "instagram-posts", "zone": "Europe/Berlin"}
    assert len(proposed["problems"]) == 2  # whose this one is, and when it was exported
    by_names = post(agency, f"imports/{again['id']}/look", {"shape": "post-counts"}).json()
    assert by_names["layout"]["type"] == "mapping"


def test_a_workbook_lands_like_its_table(agency: Agency) -> None:
    rows = [["id", "kind", "occurred_at", "actor.handle"], ["1", "like", "2026-05-01T10:00:00Z", "ada"]]
    file = hand_over(agency, book(*(row(*map(text, it)) for it in rows)).getvalue(), "rows.xlsx")
    assert file["kind"] == "xlsx"
    seen = post(agency, f"imports/{file['id']}/look", {}).json()
    assert len(seen["sheets"]) == 1
    assert counts(begin(agency, file, sheet=seen["sheets"][0])) == (1, 1, 0, 0)
    assert all_of(agency, FileBlock, "id", file__public_id=file["id"]) == []


@pytest.mark.parametrize("called", ["TOP POSTS", "Top posts"])
def test_the_sheet_that_an_export_lies_in_is_found(agency: Agency, called: str) -> None:
    linkedin = [["Post URL", "Post publish date", "Engagements", "", "Post URL", "Post publish date", "Impressions"]]
    sheets = {"DISCOVERY": row(text("x")), called: "".join(row(*map(text, it)) for it in linkedin)}
    file = hand_over(agency, packed(parts(sheets).items()).getvalue(), "content.xlsx")
    seen = post(agency, f"imports/{file['id']}/look", {}).json()
    assert (seen["sheet"], seen["layout"]["preset"]) == (called, "linkedin-posts")
    other = post(agency, f"imports/{file['id']}/look", {"sheet": "DISCOVERY"}).json()
    assert other["columns"] == ["x"]
    nowhere = post(agency, f"imports/{file['id']}/look", {"sheet": "\0"})
    assert (nowhere.status_code, nowhere.json()["code"]) == (400, "file_refused")


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


def verdicts(agency: Agency, file: Any) -> list[str]:
    answer = agency.program().get(f"/v1/imports/{file['id']}/verdicts")
    assert answer["Content-Type"] == "text/csv"
    return answer.getvalue().decode().splitlines()


def test_each_row_of_a_file_has_its_verdict(agency: Agency) -> None:
    send(agency, [act(1)])
    erase(agency)
    act_of = "{},{},2026-05-01T10:00:00Z,{}\n".format
    rows = [act_of(number, "like", "bob") for number in range(5_010)]
    rows[3] = rows[5_004] = act_of(3, "like", "bob")
    rows[2], rows[5_001] = act_of(2, "wink", "bob"), act_of(5_001, "like", "ada")
    rows[5_003], rows[7] = act_of(5_003, "wink", "bob"), act_of(7, "wink", "bob")
    file = hand_over(agency, "".join(["id,kind,occurred_at,actor.handle\n", *rows]).encode(), "May.csv")
    assert counts(begin(agency, file)) == (5_010, 5_005, 1, 3)
    expected = ["row,verdict,code", "3,quarantined,unknown_kind", "8,quarantined,unknown_kind",
                "5002,erased,erased_subject", "5004,quarantined,unknown_kind", "5005,duplicate,duplicate"]  # fmt: skip
    assert verdicts(agency, file) == expected
    for rejection, handle in zip(set_aside(agency, code="unknown_kind"), ("bob", "bob", "ada"), strict=True):
        row = {**json.loads(rejection.row), "kind": "like", "actor.handle": handle}
        put(agency, rejection, row | ({"id": "3"} if rejection.index == 7 else {}))
    expected[1:] = ["5002,erased,erased_subject", "5004,erased,erased_subject", "5005,duplicate,duplicate"]
    expected.insert(1, "8,duplicate,duplicate")
    assert verdicts(agency, file) == expected
    [number] = all_of(agency, FileImport, "pk", public_id=file["id"])
    page = agency.browser().get(f"/admin/ingestion/fileimport/{number}/change/").content.decode()
    assert "2 dropped" in page
    assert f"/admin/ingestion/fileimport/{number}/verdicts/" in page
    shown = agency.browser().get(f"/admin/ingestion/fileimport/{number}/verdicts/")
    assert shown["Content-Disposition"] == 'attachment; filename="May verdicts.csv"'
    assert shown.getvalue().decode().splitlines() == expected


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
