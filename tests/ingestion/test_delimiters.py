"""What parts the cells of a file over the API: stated by its first line, or how to state it."""

import pytest

import ingestion.tasks  # noqa: F401 (declares the handlers)
from tests.conftest import Agency, make_agency
from tests.ingestion.handed_over import begin, counts, hand_over, post

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def agency() -> Agency:
    return make_agency("Ours")


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
