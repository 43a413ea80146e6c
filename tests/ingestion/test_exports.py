"""Exports as files over the API: recognised and asked for what they do not tell, or read by what the person says."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

import ingestion.tasks  # noqa: F401 (declares the handlers)
from ingestion.models import FileImport, PostCount
from tests.conftest import Agency, make_agency
from tests.ingestion.doors import all_of
from tests.ingestion.exported import EXPORTS
from tests.ingestion.handed_over import begin, counts, hand_over, landed, post
from tests.ingestion.workbooks import packed, parts, row, text

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def agency() -> Agency:
    return make_agency("Ours")


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


def command(agency: Agency, rows: str, file: Path, *more: str) -> None:
    key = file.with_name("key")
    key.write_text(agency.api_key)
    call_command("import_file", rows, str(file), "--source", agency.source.public_id, "--key-file", str(key),
                 "--no-wait", *more, stdout=io.StringIO())  # fmt: skip


def test_the_command_says_anew_when_the_next_file_was_counted(agency: Agency, tmp_path: Path) -> None:
    content = b"Videolink,Aufrufe\nhttps://www.tiktok.com/@a/video/7,184\n"
    fields = {
        "post": {"column": "Videolink"},
        "at": {"constant": "2026-11-20T09:30:00Z"},
        "views": {"column": "Aufrufe"},
    }
    said = {"type": "mapping", "format": "post-counts", "fields": fields}
    assert counts(begin(agency, hand_over(agency, content), layout=said)) == (1, 1, 0, 0)
    later = tmp_path / "later.csv"
    later.write_bytes(content)
    with pytest.raises(CommandError, match="Nothing says “at”"):
        command(agency, "auto", later)
    command(agency, "auto", later, "--exported-at", "2026-11-20T09:31:00Z")
    [file] = all_of(agency, FileImport, "public_id", name="later.csv")
    assert counts(landed(agency, {"id": file})) == (1, 1, 0, 0)
    assert [it.isoformat() for it in all_of(agency, PostCount, "at", views=184)] == [
        "2026-11-20T09:30:00+00:00",
        "2026-11-20T09:31:00+00:00",
    ]


def test_the_command_refuses_a_channel_where_rows_have_none(agency: Agency, tmp_path: Path) -> None:
    (tmp_path / "sold.csv").write_bytes(b"id,kind,occurred_at,who.handle\n1,lead,2026-05-01T10:00:00Z,ada\n")
    with pytest.raises(CommandError, match="“channel” cannot be said of outcomes"):
        command(agency, "outcomes", tmp_path / "sold.csv", "--channel", agency.channel.public_id)


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
