"""The stranger (tests/walls/stranger.py) at every page of the admin."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import redis
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.urls import URLPattern, URLResolver

from tenants.admin import site
from tests.conftest import Agency
from tests.walls.stranger import CANARY, assert_unseen, everything_of, row_ids, text_of

NOBODY = 987_654_321


def without_the_stage(text: str) -> str:
    """Take out the filter for contacts on the stage of that name."""
    return re.sub(r'<a href="[^"]*stage__exact=stranger.*?</a>', "", text, flags=re.DOTALL)


def without_what_differs(text: str) -> str:
    """Take out tokens made anew for every answer, and numbers: the id that was asked for is one of them."""
    return re.sub(r"\d+", "", re.sub(r'csrfmiddlewaretoken" value="[^"]+"', "", text))


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
    if "<int:pk>" in route:
        assert model is not None, route
        route = route.replace("<int:pk>", str(ids[model]))
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
    "/admin/ingestion/poll/?q=Stranger",
    "/admin/ingestion/poll/?source__id__exact={source}",
    "/admin/ingestion/loggedact/?q=Stranger",
    "/admin/ingestion/loggedact/?client__id__exact={client}",
    "/admin/ingestion/loggedact/add/?contact={contact}",
    "/admin/ingestion/loggedact/add/?contact=nobody",
    "/admin/autocomplete/?app_label=ingestion&model_name=loggedact&field_name=contact&term=Str",
    "/admin/autocomplete/?app_label=ingestion&model_name=loggedact&field_name=contact&term=",
    "/admin/ingestion/automation/?q=Stranger",
    "/admin/ingestion/automation/?client__id__exact={client}",
    "/admin/autocomplete/?app_label=ingestion&model_name=automation&field_name=channel&term=",
    "/admin/ingestion/insider/?q=Stranger",
    "/admin/ingestion/insider/?client__id__exact={client}",
    "/admin/ingestion/insider/add/?client={client}",
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


@pytest.mark.parametrize(
    ("page", "action"),
    [
        ("tenants/job", "cancel"),
        ("tenants/job", "try_again"),
        ("ingestion/poll", "ask_now"),
        ("ingestion/poll", "forget"),
        ("ingestion/loggedact", "take_back"),
        ("ingestion/loggedact", "put_back"),
        ("ingestion/insider", "end"),
    ],
)
def test_an_action_touches_no_row_of_another_agency(agency: Agency, other: Agency, page: str, action: str) -> None:
    before = everything_of(other)
    theirs = row_ids(other)[page.split("/")[1]]
    chosen = {"action": action, "_selected_action": [theirs], "select_across": "1"}
    answer = agency.browser().post(f"/admin/{page}/", chosen, follow=True)
    assert_unseen(answer)
    assert everything_of(other) == before
