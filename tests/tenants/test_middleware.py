"""Every request in its tenant and in one transaction."""

import re

import pytest
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client as Browser
from django.test import RequestFactory

from tenants import scope
from tenants.middleware import TenantMiddleware
from tenants.models import Client, Member
from tenants.services import members
from tests.conftest import Agency, make_agency


def clients(agency: Agency) -> set[str]:
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        return set(Client.objects.values_list("name", flat=True))


def test_a_member_who_was_removed_is_out_at_the_next_request(agency: Agency) -> None:
    viewer = agency.member("viewer")
    browser = agency.browser(viewer)
    assert browser.get("/admin/tenants/client/").status_code == 200
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        members.remove(Member.objects.get(user=viewer))
    answer = browser.get("/admin/tenants/client/", follow=True)
    assert "Ours" not in answer.content.decode()
    assert "tenant_id" not in browser.session


def test_a_role_that_changed_counts_at_the_next_request(agency: Agency) -> None:
    manager = agency.member("manager")
    browser = agency.browser(manager)
    assert browser.get("/admin/tenants/apikey/").status_code == 200
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        members.change_role(Member.objects.get(user=manager), "viewer")
    assert browser.get("/admin/tenants/apikey/").status_code == 403


def test_an_agency_written_into_the_session_without_membership_opens_nothing(agency: Agency, other: Agency) -> None:
    browser = agency.browser()
    session = browser.session
    session["tenant_id"] = other.tenant.id
    session.save()
    assert "Stranger" not in browser.get("/admin/tenants/client/", follow=True).content.decode()


def test_somebody_with_one_agency_needs_no_choosing(agency: Agency) -> None:
    browser = Browser()
    browser.force_login(agency.owner, backend="tenants.services.roles.RoleBackend")
    assert "Ours agency" in browser.get("/admin/").content.decode()


def test_somebody_with_two_agencies_chooses_and_changes(agency: Agency, other: Agency) -> None:
    with scope.of_tenant(other.tenant.id), transaction.atomic():
        members.invite(email=agency.owner.email, role="viewer")
    browser = Browser()
    browser.force_login(agency.owner, backend="tenants.services.roles.RoleBackend")
    page = browser.get("/admin/tenants/client/", follow=True)
    assert page.redirect_chain[-1][0].startswith("/admin/choose/")
    assert "Join Stranger agency (Viewer)" in page.content.decode()

    answer = browser.post("/admin/choose/", {"agency": other.tenant.public_id, "next": "/admin/tenants/client/"})
    assert answer["Location"] == "/admin/tenants/client/"
    listed = browser.get("/admin/tenants/client/").content.decode()
    assert "Stranger brand" in listed
    assert "Ours" not in listed

    browser.post("/admin/choose/", {"agency": agency.tenant.public_id})
    assert "Ours brand" in browser.get("/admin/tenants/client/").content.decode()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_choosing_leads_nowhere_else(agency: Agency, target: str) -> None:
    answer = agency.browser().post("/admin/choose/", {"agency": agency.tenant.public_id, "next": target})
    assert answer["Location"] == "/admin/"


def test_choosing_an_agency_of_others_is_refused(agency: Agency, other: Agency) -> None:
    browser = agency.browser()
    answer = browser.post("/admin/choose/", {"agency": other.tenant.public_id})
    assert answer.status_code == 404
    assert "Stranger" not in answer.content.decode()
    assert browser.session["tenant_id"] == agency.tenant.id


def test_somebody_without_an_agency_is_told_what_to_do(agency: Agency) -> None:
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        invited = members.invite(email="lost@person.example", role="viewer")
        Member.objects.filter(pk=invited.pk).delete()
    browser = Browser()
    browser.force_login(invited.user, backend="tenants.services.roles.RoleBackend")
    page = browser.get("/admin/", follow=True).content.decode()
    assert "Ask the owner of your agency to invite lost@person.example" in page


@pytest.mark.django_db(transaction=True)
def test_a_refused_request_leaves_nothing_behind() -> None:
    agency = make_agency("Ours")
    browser = agency.browser()
    taken = {"name": "Ours brand", "channels-TOTAL_FORMS": 0, "channels-INITIAL_FORMS": 0}
    assert browser.post("/admin/tenants/client/add/", taken).status_code == 200
    assert clients(agency) == {"Ours brand"}
    browser.post("/admin/tenants/client/add/", {**taken, "name": "New"})
    assert clients(agency) == {"Ours brand", "New"}


def answering(status: int, name: str) -> TenantMiddleware:
    def view(_request: HttpRequest) -> HttpResponse:
        Client.objects.create(name=name)
        return HttpResponse(status=status)

    return TenantMiddleware(view)


@pytest.mark.django_db(transaction=True)
def test_an_answer_of_400_rolls_back_what_the_view_wrote() -> None:
    agency = make_agency("Ours")
    request = RequestFactory().get("/v1/me", headers={"authorization": f"Bearer {agency.api_key}"})
    answering(400, "Refused")(request)
    answering(200, "Accepted")(request)
    assert clients(agency) == {"Ours brand", "Accepted"}


def test_a_body_over_five_megabytes_is_refused_unread(agency: Agency) -> None:
    answer = agency.program().post("/v1/me", b"x" * (5 * 1024 * 1024 + 1), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


def test_a_body_without_a_length_is_refused(agency: Agency) -> None:
    answer = agency.program().post(
        "/v1/me", b"", content_type="application/json", headers={"transfer-encoding": "chunked"}
    )
    assert (answer.status_code, answer.json()["code"]) == (411, "length_required")


def test_dates_follow_the_agencys_zone(agency: Agency) -> None:
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        agency.tenant.zone = "Pacific/Kiritimati"
        agency.tenant.save()
        Client.objects.update(created_at="2026-03-01T20:00:00Z")
    assert "2 Mar 2026, 10 a.m." in agency.browser().get("/admin/tenants/client/").content.decode()


def test_history_is_kept_within_the_agency(agency: Agency, other: Agency) -> None:
    form = {"name": "Renamed", "channels-TOTAL_FORMS": 0, "channels-INITIAL_FORMS": 0}
    agency.browser().post(f"/admin/tenants/client/{agency.client.id}/change/", form)
    for it, expected in ((agency, 1), (other, 0)):
        with scope.of_tenant(it.tenant.id), transaction.atomic():
            assert LogEntry.objects.count() == expected


def test_a_request_begins_with_no_tenant_whatever_was_left_behind(agency: Agency) -> None:
    with scope.of_tenant(agency.tenant.id):
        assert Browser().get("/v1/clients").status_code == 401
        seen: list[scope.Scope] = []

        def look(_request: HttpRequest) -> HttpResponse:
            seen.append(scope.current())
            return HttpResponse()

        TenantMiddleware(look)(RequestFactory().get("/v1/me"))
    assert seen == [scope.NOBODY]


def test_a_form_opened_for_one_agency_is_not_saved_into_another(agency: Agency, other: Agency) -> None:
    with scope.of_tenant(other.tenant.id), transaction.atomic():
        members.invite(email=agency.owner.email, role="owner")
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(agency.owner, backend="tenants.services.roles.RoleBackend")

    def token(page: str) -> str:
        found = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', browser.get(page).content.decode())
        assert found is not None
        return found.group(1)

    def choose(tenant_id: str) -> None:
        data = {"agency": tenant_id, "csrfmiddlewaretoken": token("/admin/choose/")}
        assert browser.post("/admin/choose/", data).status_code == 302

    choose(agency.tenant.public_id)
    opened = token("/admin/tenants/client/add/")
    choose(other.tenant.public_id)
    form = {"name": "Misplaced", "channels-TOTAL_FORMS": 0, "channels-INITIAL_FORMS": 0}
    answer = browser.post("/admin/tenants/client/add/", {**form, "csrfmiddlewaretoken": opened})
    assert answer.status_code == 403
    assert "chose another agency" in answer.content.decode()
    assert clients(other) == {"Stranger brand"}


def test_what_django_itself_refuses_is_a_problem_too(agency: Agency) -> None:
    answer = agency.program().get("/v1/clients", headers={"host": "evil.example"})
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["code"] == "bad_request"
