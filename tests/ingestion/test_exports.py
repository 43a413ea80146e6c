"""Exports as files over the API: recognised and asked for what they do not tell, or read by what the person says."""

import pytest

import ingestion.tasks  # noqa: F401 (declares the handlers)
from ingestion.models import PostCount
from tests.conftest import Agency, make_agency
from tests.ingestion.doors import all_of
from tests.ingestion.exported import EXPORTS
from tests.ingestion.handed_over import begin, counts, hand_over, post
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
