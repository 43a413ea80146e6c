"""The third wall: a stranger at every door.

Generated from what there is: every operation of the OpenAPI schema and every URL of the admin is tried by an owner of
one agency with the ids of another. The answer must be the one a made-up id gets, nothing of the other agency may show,
and nothing of it may change. A door this file does not know how to try fails the test.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.urls import URLPattern, URLResolver
from drf_spectacular.generators import SchemaGenerator

from ingestion.models import Contact, Rejection
from scoring.models import EthicsWarning, ModelVersion
from tenants import scope
from tenants.admin import site
from tenants.models import ApiKey, Client, Member, TenantOwned
from tests.conftest import Agency
from tests.ingestion.doors import profile
from tests.scoring.agency import only

CANARY = "stranger"
NOBODY = 987_654_321
METHODS = ("get", "post", "put", "patch", "delete")
TABLES = sorted(model._meta.db_table for model in apps.get_models() if issubclass(model, TenantOwned))


def everything_of(agency: Agency) -> list[Any]:
    """Return a fingerprint of every row the agency has."""
    found = []
    with scope.of_tenant(agency.tenant.id), transaction.atomic(), connection.cursor() as cursor:
        for table in [*TABLES, "tenants_tenant", "django_admin_log"]:
            cursor.execute(f"SELECT count(*), md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t")
            found.append((table, *cursor.fetchone()))
    return found


def row_ids(agency: Agency) -> dict[str, int]:
    """Return one row of each model in the admin, by the model's name."""
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        return {
            "tenant": agency.tenant.id,
            "client": agency.client.id,
            "channel": agency.channel.id,
            "member": Member.objects.get(user=agency.owner).id,
            "apikey": ApiKey.objects.get().id,
            "job": agency.job.id,
            "source": agency.source.id,
            "fileimport": agency.file.id,
            "delivery": agency.batch.id,
            "rejection": Rejection.objects.get().id,
            "contact": Contact.objects.get().id,
            "score": Contact.objects.get().id,  # a score's page is its contact's
            "ethicswarning": EthicsWarning.objects.get().id,
            "modelversion": ModelVersion.objects.get().id,
        }


def text_of(answer: Any) -> str:
    location = answer.headers.get("Location", "")
    return f"{answer.status_code} {location} {answer.content.decode()}"


def assert_unseen(answer: Any) -> None:
    """Nothing the stranger wrote shows; the bare word may, where the question itself comes back."""
    shown = text_of(answer)
    for written in (
        "Stranger brand",
        "Stranger interest",
        "Stranger.handle",
        "Stranger agency",
        "Stranger key",
        "Stranger kind",
        "Stranger source",
        "Stranger person",
        "Stranger act",
        "Stranger bad row",
        "Stranger text",
        "Stranger fact",
        "Stranger file",
        "Stranger sentence",
    ):
        assert written not in shown
    assert "owner-stranger" not in shown


def without_the_stage(text: str) -> str:
    """Take out the filter for contacts on the stage of that name."""
    return re.sub(r'<a href="[^"]*stage__exact=stranger.*?</a>', "", text, flags=re.DOTALL)


def without_what_differs(text: str) -> str:
    """Take out tokens made anew for every answer, and numbers: the id that was asked for is one of them."""
    return re.sub(r"\d+", "", re.sub(r'csrfmiddlewaretoken" value="[^"]+"', "", text))


# --- The API

# Path parameter → the stranger's id.
PUBLIC_IDS = {
    "client_id": lambda agency: agency.client.public_id,
    "job_id": lambda agency: agency.job.public_id,
    "batch_id": lambda agency: agency.batch.public_id,
    "import_id": lambda agency: agency.file.public_id,
    "contact_id": lambda agency: only(agency, Contact).public_id,
    "warning_id": lambda agency: only(agency, EthicsWarning).public_id,
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
}


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
    assert "requestBody" not in described or path in BODIES, "teach BODIES to send the stranger's ids to this one"
    before = everything_of(other)
    program = agency.program()
    theirs, made_up = path, path
    for name in names:
        theirs = theirs.replace(f"{{{name}}}", PUBLIC_IDS[name](other))
        made_up = made_up.replace(f"{{{name}}}", MADE_UP)

    if path in BODIES:
        asked: list[tuple[str, Any]] = [
            (f"{theirs}?source={source}", BODIES[path](other)) for source in (other.source.public_id, MADE_UP)
        ]
    else:
        asked = [(theirs, None), (made_up, None)]
    answers = [
        text_of(getattr(program, method)(address, body, content_type="application/json")) for address, body in asked
    ]
    assert answers[0] == answers[1]
    if names or path in BODIES:
        assert answers[0].startswith("404")
    assert CANARY not in answers[0].lower()
    for name in [it["name"] for it in described.get("parameters", []) if it["in"] == "query"]:
        for value in (other.client.public_id, other.tenant.id, "Stranger"):
            assert_unseen(getattr(program, method)(theirs, {name: value}))
    assert everything_of(other) == before


@pytest.mark.parametrize("path", BODIES)
def test_a_batch_meets_nothing_of_another_agency(agency: Agency, other: Agency, path: str) -> None:
    """The same rows as theirs, sent to our own source: what is theirs is neither seen nor joined nor taken for ours."""
    before = everything_of(other)
    answer = agency.program().post(
        f"{path}?source={agency.source.public_id}", BODIES[path](other), content_type="application/json"
    )
    assert answer.status_code == 202
    shown = answer.json()
    if path in {"/v1/audience-counts:batch", "/v1/profile-samples:batch"}:
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


# --- The admin


def admin_addresses(ids: dict[str, Any]) -> Iterator[str]:
    """Yield every address of the admin, with the given ids where a pattern wants one."""
    for pattern in site.urls[0]:
        yield from _addresses(pattern, "/admin/", ids)


def _addresses(pattern: URLPattern | URLResolver, prefix: str, ids: dict[str, Any]) -> Iterator[str]:
    route = prefix + re.sub(r"^\^|\$$|\(\?P<url>.*", "", str(pattern.pattern))
    if isinstance(pattern, URLResolver):
        for inner in pattern.url_patterns:
            yield from _addresses(inner, route, ids)
        return
    model = next((name for name in ids if f"/{name}/" in route), None)
    content_type = ContentType.objects.get(app_label="tenants", model="client").id
    route = route.replace("<path:content_type_id>", str(content_type))
    if "<path:object_id>" in route:
        route = route.replace("<path:object_id>", str(ids[model] if model else ids["client"]))
    route = re.sub(r"\(\?P<app_label>[^)]*\)", "ingestion", route).replace("<id>", str(ids["member"]))
    if "(?P" in route or "<" in route:
        pytest.fail(f"teach _addresses the pattern {route}")
    yield route


def test_every_page_of_the_admin_answers_a_stranger_as_for_a_made_up_id(agency: Agency, other: Agency) -> None:
    before, browser = everything_of(other), agency.browser()
    ids = row_ids(other)
    made_up = dict.fromkeys(ids, NOBODY)
    pairs = list(zip(admin_addresses(ids), admin_addresses(made_up), strict=True))
    assert len(pairs) > 30
    tried = 0
    for theirs, nowhere in pairs:
        if theirs.startswith(("/admin/logout", "/admin/choose")):
            continue
        for method, data in (("get", {}), ("post", {"post": "yes", "name": "Taken", "role": "viewer", "revoke": "on"})):
            if theirs == nowhere and method == "post":
                continue
            answers = [text_of(getattr(browser, method)(address, data)) for address in (theirs, nowhere)]
            if theirs != nowhere:
                tried += 1
                assert without_what_differs(answers[0]) == without_what_differs(answers[1]), (method, theirs)
            assert CANARY not in without_the_stage(answers[0]).lower(), (method, theirs)
    assert tried >= 20
    assert everything_of(other) == before


QUERIES = [
    "/admin/tenants/client/?q=Stranger",
    "/admin/tenants/channel/?client__id__exact={client}",
    "/admin/tenants/channel/?client__name=Stranger+brand",
    "/admin/tenants/channel/?client__tenant__name__startswith=Stranger",
    "/admin/tenants/client/?tenant__id__exact={tenant}",
    "/admin/tenants/client/?id__in={client}",
    "/admin/tenants/client/?_popup=1&_to_field=id&q=Stranger",
    "/admin/tenants/member/?user__email__contains=stranger",
    "/admin/tenants/channel/add/?client={client}",
    "/admin/autocomplete/?app_label=tenants&model_name=channel&field_name=client&term=Str",
    "/admin/autocomplete/?app_label=tenants&model_name=channel&field_name=client&term=",
    "/admin/tenants/job/?q=Stranger",
    "/admin/tenants/job/?parent__id__exact={job}",
    "/admin/ingestion/source/?client__id__exact={client}",
    "/admin/ingestion/source/add/?client={client}",
    "/admin/ingestion/delivery/?source__id__exact={source}",
    "/admin/ingestion/fileimport/?source__id__exact={source}",
    "/admin/ingestion/rejection/?delivery__id__exact={delivery}",
    "/admin/ingestion/rejection/?delivery__source__id__exact={source}",
    "/admin/ingestion/rejection/?q=Stranger",
    "/admin/ingestion/contact/?q=Stranger",
    "/admin/scoring/score/?q=Stranger",
    "/admin/scoring/score/?client__id__exact={client}",
    "/admin/scoring/ethicswarning/?q=Stranger",
    "/admin/scoring/ethicswarning/?channel__client__id__exact={client}",
    "/admin/scoring/modelversion/?q=mod_",
    "/admin/ingestion/contact/?client__id__exact={client}",
    "/admin/autocomplete/?app_label=ingestion&model_name=source&field_name=client&term=Str",
    "/admin/search/?s=Stranger",
    "/admin/search/?s=stranger&extended=1",
    "/admin/",
    "/admin/choose/",
]


@pytest.mark.parametrize("query", QUERIES)
def test_no_question_to_the_admin_brings_up_another_agency(agency: Agency, other: Agency, query: str) -> None:
    address = query.format(**row_ids(other))
    answer = agency.browser().get(address, follow=True)
    assert answer.status_code in (200, 400, 403)
    assert_unseen(answer)


def test_a_form_takes_no_row_of_another_agency(agency: Agency, other: Agency) -> None:
    before, ids = everything_of(other), row_ids(other)
    browser = agency.browser()
    channel = {"platform": "x", "handle": "stolen", "role": "owned"}
    refused = browser.post("/admin/tenants/channel/add/", {**channel, "client": ids["client"]})
    assert "Select a valid choice" in refused.content.decode()
    inline = {
        "name": "Ours brand",
        "channels-TOTAL_FORMS": 1,
        "channels-INITIAL_FORMS": 1,
        "channels-0-id": ids["channel"],
        "channels-0-client": ids["client"],
        "channels-0-platform": "x",
        "channels-0-handle": "stolen",
        "channels-0-role": "owned",
    }
    answer = browser.post(f"/admin/tenants/client/{agency.client.id}/change/", inline)
    assert CANARY not in answer.content.decode().lower()
    assert everything_of(other) == before


def test_fields_that_no_form_offers_are_ignored(agency: Agency, other: Agency) -> None:
    """Mass assignment: the tenant, ids and moments cannot be sent along."""
    before = everything_of(other)
    form = {
        "name": "New brand",
        "tenant": other.tenant.id,
        "tenant_id": other.tenant.id,
        "id": other.client.id,
        "public_id": other.client.public_id,
        "created_at": "2001-01-01",
        "channels-TOTAL_FORMS": 0,
        "channels-INITIAL_FORMS": 0,
    }
    assert agency.browser().post("/admin/tenants/client/add/", form).status_code == 302
    assert everything_of(other) == before
    names = [client["name"] for client in agency.program().get("/v1/clients").json()["results"]]
    assert names == ["Ours brand", "New brand"]


def test_nothing_of_an_agency_is_cached(agency: Agency) -> None:
    agency.browser().get("/admin/tenants/client/")
    agency.program().get("/v1/clients")
    with redis.Redis.from_url(settings.REDIS_URL) as valkey:
        assert list(valkey.scan_iter("*")) == []


@pytest.mark.parametrize("action", ["cancel", "try_again"])
def test_an_action_touches_no_row_of_another_agency(agency: Agency, other: Agency, action: str) -> None:
    before = everything_of(other)
    chosen = {"action": action, "_selected_action": [other.job.id], "select_across": "1"}
    answer = agency.browser().post("/admin/tenants/job/", chosen, follow=True)
    assert_unseen(answer)
    assert everything_of(other) == before
