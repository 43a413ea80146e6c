"""What became of each row of a file, over the API and in the admin."""

import json
from typing import Any

import pytest

import ingestion.tasks  # noqa: F401 (declares the handlers)
from ingestion.models import FileImport
from tests.conftest import Agency, make_agency
from tests.ingestion.aside import put, set_aside
from tests.ingestion.doors import act, all_of, send
from tests.ingestion.handed_over import begin, counts, hand_over
from tests.ingestion.people import erase

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def agency() -> Agency:
    return make_agency("Ours")


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
