"""The API of agencies and clients."""

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from tenants import scope
from tenants.models import Channel, Client, Job
from tenants.services import jobs
from tests.conftest import Agency


def add_clients(agency: Agency, count: int) -> None:
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        for number in range(count):
            client = Client.objects.create(name=f"Brand {number}")
            Channel.objects.create(client=client, platform="x", handle=f"brand{number}")


def test_me_names_the_agency_and_what_the_key_may_do(agency: Agency) -> None:
    answer = agency.program().get("/v1/me").json()
    assert answer["agency"]["id"] == agency.tenant.public_id
    assert answer["key"]["scopes"] == ["read", "ingest", "people", "models"]


def test_a_client_shows_its_declared_audience_and_channels(agency: Agency) -> None:
    answer = agency.program().get(f"/v1/clients/{agency.client.public_id}").json()
    assert answer["audience"] == {"languages": [], "regions": [], "interests": ["Ours interest"]}
    assert [channel["handle"] for channel in answer["channels"]] == ["Ours.handle"]


def test_pages_follow_each_other_without_a_gap(agency: Agency) -> None:
    add_clients(agency, 4)
    program, seen, address = agency.program(), [], "/v1/clients?limit=2"
    while address:
        page = program.get(address).json()
        seen += [client["name"] for client in page["results"]]
        address = page["next"]
    assert seen[0] == "Ours brand"
    assert sorted(seen[1:]) == ["Brand 0", "Brand 1", "Brand 2", "Brand 3"]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "page=2",
        "limit=201",
        "limit=x",
        "limit=²",
        "limit=0201",
        "limit=000000001999999",
        "limit=" + "9" * 5000,
        "cursor=zz",
        "cursor=cD1hYmM=",
        "cursor=%00",
        "cursor=WyJhIiwiYiJd:1abc:xyz",
    ],
)
def test_a_page_that_cannot_be_is_the_callers_mistake(agency: Agency, query: str) -> None:
    answer = agency.program().get(f"/v1/clients?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_the_number_of_queries_does_not_grow_with_the_list(agency: Agency) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert agency.program().get("/v1/clients").status_code == 200
        return len(captured)

    queries()  # notes the key's first use
    at_one = queries()
    add_clients(agency, 3)
    assert queries() == at_one


def test_rows_of_one_moment_are_all_shown_once(agency: Agency) -> None:
    add_clients(agency, 25)  # in one transaction, so all were made at one moment
    program, seen, address = agency.program(), [], "/v1/clients?limit=4"
    while address:
        page = program.get(address).json()
        seen += [client["id"] for client in page["results"]]
        address = page["next"]
    assert len(seen) == len(set(seen)) == 26


@pytest.mark.parametrize("path", ["/v1/me", "/v1/clients", "/v1/clients/cli_00000000000000000000"])
def test_without_a_key_nothing_is_said(agency: Agency, path: str) -> None:
    answer = Browser().get(path)
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer["Content-Type"] == "application/problem+json"


def test_signing_in_to_the_admin_opens_no_endpoint(agency: Agency) -> None:
    assert agency.browser().get("/v1/clients").status_code == 401


@pytest.mark.parametrize(("method", "status"), [("post", 405), ("put", 405), ("patch", 405), ("delete", 405)])
def test_what_cannot_be_written_says_so(agency: Agency, method: str, status: int) -> None:
    answer = getattr(agency.program(), method)(f"/v1/clients/{agency.client.public_id}")
    assert (answer.status_code, answer.json()["code"]) == (status, "method_not_allowed")


def test_a_path_that_is_not_there_is_a_problem_document(agency: Agency) -> None:
    answer = agency.program().get("/v1/nothing")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("odd", ["%00", "%ff", "..%2f", "a" * 3000, "%F0%9F%92%A9"])
def test_an_odd_id_is_not_found(agency: Agency, odd: str) -> None:
    assert agency.program().get(f"/v1/clients/{odd}").status_code == 404


def test_a_job_says_how_far_it_is(agency: Agency) -> None:
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        part = jobs.enqueue("part", parent=agency.job)
        Job.objects.filter(pk=part.pk).update(
            state="running", attempt=2, progress=40, claimed_at=Now(), lease_until=Now(), error_code="worker_lost",
            error="It was killed.",
        )  # fmt: skip
    answer = agency.program().get(f"/v1/jobs/{part.public_id}").json()
    shown = {"kind": "part", "state": "running", "attempt": 2, "progress": 40, "parent": agency.job.public_id}
    assert answer.items() >= {**shown, "finished_at": None}.items()
    assert answer["error"] == {"code": "worker_lost", "detail": "It was killed."}
    assert "args" not in answer
    first = agency.program().get("/v1/jobs").json()["results"][0]
    assert (first["id"], first["error"], first["parent"]) == (agency.job.public_id, None, None)


def test_the_list_of_jobs_costs_the_same_at_one_row_and_at_three(agency: Agency) -> None:
    program = agency.program()
    program.get("/v1/jobs")
    with CaptureQueriesContext(connection) as one:
        program.get("/v1/jobs")
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        for _ in range(2):
            jobs.enqueue("more", parent=agency.job)
    with CaptureQueriesContext(connection) as three:
        assert len(program.get("/v1/jobs").json()["results"]) == 3
    assert len(three) == len(one)
