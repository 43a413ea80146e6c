"""The stranger (tests/walls/stranger.py) at every operation of the API."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from drf_spectacular.generators import SchemaGenerator

from ingestion.models import Contact, Erasure, Export, Rejection
from scoring.models import EthicsWarning, ModelVersion
from tenants import scope
from tenants.models import Client
from tenants.models.owned import ALPHABET
from tests.conftest import Agency
from tests.ingestion.doors import campaign, contact_fact, identity_link, post, post_count, profile, vendor
from tests.scoring.agency import only
from tests.walls.stranger import CANARY, assert_unseen, everything_of, text_of

METHODS = ("get", "post", "put", "patch", "delete")
# Path parameter → the stranger's id.
PUBLIC_IDS = {
    "client_id": lambda agency: agency.client.public_id,
    "channel_id": lambda agency: agency.channel.public_id,
    "job_id": lambda agency: agency.job.public_id,
    "batch_id": lambda agency: agency.batch.public_id,
    "import_id": lambda agency: agency.file.public_id,
    "rejection_id": lambda agency: only(agency, Rejection).public_id,
    "contact_id": lambda agency: only(agency, Contact).public_id,
    "warning_id": lambda agency: only(agency, EthicsWarning).public_id,
    "erasure_id": lambda agency: only(agency, Erasure).public_id,
    "export_id": lambda agency: only(agency, Export).public_id,
    "model_id": lambda agency: only(agency, ModelVersion).public_id,
}
MADE_UP = "cli_00000000000000000000"
# Path → a body that names what is the stranger's; sent to the stranger's own source.
BODIES: dict[str, Callable[[Agency], list[dict[str, Any]]]] = {
    "/v1/engagements:batch": lambda agency: [
        {"id": "1", "kind": "like", "occurred_at": "2026-05-01T00:00:00Z", "actor": {"handle": "Stranger person"}}
    ],
    "/v1/outcomes:batch": lambda agency: [
        {"id": "1", "kind": "lead", "occurred_at": "2026-05-01T00:00:00Z", "who": {"handle": "Stranger person"}}
    ],
    "/v1/audience-counts:batch": lambda agency: [
        {"channel": agency.channel.public_id, "at": "2026-05-01T00:00:00Z", "followers": 1}
    ],
    "/v1/profile-samples:batch": lambda agency: [profile(channel=agency.channel.public_id)],
    "/v1/posts:batch": lambda agency: [post(id="Stranger post", channel=agency.channel.public_id)],
    "/v1/post-counts:batch": lambda agency: [
        post_count(described={"channel": agency.channel.public_id, "published_at": "2026-05-01T00:00:00Z"})
    ],
    "/v1/contact-facts:batch": lambda agency: [contact_fact(who={"handle": "Stranger person"})],
    "/v1/campaigns:batch": lambda agency: [campaign(id="Stranger campaign")],
    "/v1/identity-links:batch": lambda agency: [identity_link(who={"handle": "Stranger person"})],
    "/v1/vendors:batch": lambda agency: [vendor(id="Stranger vendor")],
    "/v1/imports": lambda agency: [{"id": "Stranger act"}],
}
OF_CHANNELS = {f"/v1/{shape}:batch" for shape in ("audience-counts", "profile-samples", "posts", "post-counts")}


def without_the_job(text: str) -> str:
    """Take out the id of a job of our own, which is another one each time."""
    return re.sub(rf"job_[{ALPHABET}]+", "", text)


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]  # type: ignore[no-untyped-call]
    return [
        (path, method, operation)
        for path, of_path in paths.items()
        for method, operation in of_path.items()
        if method in METHODS
    ]


@pytest.fixture(params=operations(), ids=lambda it: f"{it[1]} {it[0]}")
def operation(request: pytest.FixtureRequest) -> tuple[str, str, dict[str, Any]]:
    return request.param  # type: ignore[no-any-return]


def test_the_schema_lists_operations() -> None:
    assert len(operations()) >= 3


def test_an_operation_gives_nothing_of_another_agency(
    agency: Agency, other: Agency, operation: tuple[str, str, dict[str, Any]]
) -> None:
    path, method, described = operation
    names = [it["name"] for it in described.get("parameters", []) if it["in"] == "path"]
    assert set(names) <= set(PUBLIC_IDS), f"teach PUBLIC_IDS the parameters {names}"
    assert "requestBody" not in described or path in BODIES or names, (
        "teach BODIES to send the stranger's ids to this one"
    )
    before = everything_of(other)
    program = agency.program()
    theirs, made_up = path, path
    for name in names:
        theirs = theirs.replace(f"{{{name}}}", PUBLIC_IDS[name](other))
        made_up = made_up.replace(f"{{{name}}}", MADE_UP)

    sends = path in BODIES and method == "post"
    if sends:
        asked: list[tuple[str, Any]] = [
            (f"{theirs}?source={source}", BODIES[path](other)) for source in (other.source.public_id, MADE_UP)
        ]
    else:
        asked = [(theirs, None), (made_up, None)]
    answers = [
        without_the_job(text_of(getattr(program, method)(address, body, content_type="application/json")))
        for address, body in asked
    ]
    assert answers[0] == answers[1]
    if names or sends:
        assert answers[0].startswith("404")
    assert CANARY not in answers[0].lower()
    for name in [it["name"] for it in described.get("parameters", []) if it["in"] == "query"]:
        for value in (other.client.public_id, other.tenant.id, "Stranger"):
            assert_unseen(getattr(program, method)(theirs, {name: value}))
    assert everything_of(other) == before


@pytest.mark.parametrize("path", [path for path in BODIES if path.endswith(":batch")])
def test_a_batch_meets_nothing_of_another_agency(agency: Agency, other: Agency, path: str) -> None:
    """The same rows as theirs, sent to our own source: what is theirs is neither seen nor joined nor taken for ours."""
    before = everything_of(other)
    answer = agency.program().post(
        f"{path}?source={agency.source.public_id}", BODIES[path](other), content_type="application/json"
    )
    assert answer.status_code == 202
    shown = answer.json()
    if path in OF_CHANNELS:
        assert [it["code"] for it in shown["quarantine"]] == ["unknown_channel"]
    else:
        assert shown["accepted"] == 1
    assert_unseen(answer)
    assert everything_of(other) == before


def test_a_cursor_of_another_agency_is_refused(agency: Agency, other: Agency) -> None:
    with scope.of_tenant(other.tenant.id), transaction.atomic():
        Client.objects.create(name="Stranger second")
    cursor = other.program().get("/v1/clients?limit=1").json()["next"].split("?")[1]
    assert other.program().get(f"/v1/clients?{cursor}").status_code == 200
    answer = agency.program().get(f"/v1/clients?{cursor}")
    assert answer.status_code == 400
    assert_unseen(answer)
