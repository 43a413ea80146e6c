"""The admin's pages, as each role meets them."""

import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from ingestion.models import Erasure, Export, FileImport, Removal
from scoring.models import BandChange, ClientRun, Score, ScoreRun
from tenants import scope
from tenants.admin import site
from tenants.admin.base import RecordAdmin
from tenants.models import ApiKey, Channel, Client, Job, Member, Role, Slot, Tenant, TenantOwned
from tenants.services.roles import may
from tests.conftest import Agency, within
from tests.walls.stranger import everything_of, row_ids

PAGES = {
    "client": {Role.OWNER: 200, Role.MANAGER: 200, Role.ANALYST: 200, Role.VIEWER: 200},
    "channel": {Role.OWNER: 200, Role.MANAGER: 200, Role.ANALYST: 200, Role.VIEWER: 200},
    "member": {Role.OWNER: 200, Role.MANAGER: 200, Role.ANALYST: 200, Role.VIEWER: 200},
    "apikey": {Role.OWNER: 200, Role.MANAGER: 200, Role.ANALYST: 403, Role.VIEWER: 403},
    "job": {Role.OWNER: 200, Role.MANAGER: 200, Role.ANALYST: 200, Role.VIEWER: 200},
}
FORMS = {
    "client": {Role.OWNER, Role.MANAGER},
    "channel": {Role.OWNER, Role.MANAGER},
    "member": {Role.OWNER},
    "apikey": {Role.OWNER, Role.MANAGER},
    "job": set(),
}
NO_CHANNELS = {"channels-TOTAL_FORMS": 0, "channels-INITIAL_FORMS": 0}


@pytest.mark.parametrize("role", Role)
def test_a_role_sees_and_changes_what_it_may(agency: Agency, role: Role) -> None:
    browser = agency.browser(agency.member(role))
    for page, by_role in PAGES.items():
        assert browser.get(f"/admin/tenants/{page}/").status_code == by_role[role], page
        allowed = role in FORMS[page]
        assert browser.get(f"/admin/tenants/{page}/add/").status_code == (200 if allowed else 403), page
    assert browser.get("/admin/").status_code == 200


# What nobody writes by hand, whatever their role.
RECORDS = {model._meta.model_name for model, page in site._registry.items() if isinstance(page, RecordAdmin)}


@pytest.mark.parametrize("role", [Role.MANAGER, Role.ANALYST, Role.VIEWER])
def test_what_a_role_may_not_do_it_cannot_post(agency: Agency, role: Role) -> None:
    browser = agency.browser(agency.member(role))
    before = everything_of(agency)
    filled = {"name": "Taken", "role": "owner", "email": "new@person.example", "revoke": "on", "zone": "Asia/Tokyo",
              "locale": "en-us", "post": "yes", "platform": "x", "handle": "x", "client": agency.client.id,
              "scopes": ["read"], **NO_CHANNELS}  # fmt: skip
    apps_of = {model._meta.model_name: model._meta.app_label for model in site._registry}
    for name, number in row_ids(agency).items():
        for act in ("add/", f"{number}/change/", f"{number}/delete/"):
            app = apps_of[name]
            permission = f"{app}.{act.split('/')[-2] if act[0] != 'a' else 'add'}_{name}"
            if name in RECORDS or not may(role, permission):
                assert browser.post(f"/admin/{app}/{name}/{act}", filled).status_code == 403, (name, act)
    assert everything_of(agency) == before


def test_filters_that_the_page_does_not_offer_are_refused(agency: Agency) -> None:
    browser = agency.browser()
    for query in ("apikey/?digest=abc", "client/?created_at__year=99999999", "member/?user__password__startswith=p"):
        assert browser.get(f"/admin/tenants/{query}").status_code == 400, query
    assert (
        browser.get(f"/admin/tenants/channel/?client__id__exact={agency.client.id}&role__exact=owned").status_code
        == 200
    )


def test_an_address_that_breaks_when_normalised_is_refused_in_words(agency: Agency) -> None:
    form = {"email": "a@exa\u2100mple.org", "role": "viewer"}
    answer = agency.browser().post("/admin/tenants/member/add/", form)
    assert "valid email address" in answer.content.decode()


def test_a_handle_that_is_only_an_at_sign_is_refused(agency: Agency) -> None:
    form = {"client": agency.client.id, "platform": "x", "handle": "@", "role": "owned"}
    answer = agency.browser().post("/admin/tenants/channel/add/", form)
    assert "more than an @" in answer.content.decode()


def test_a_prospects_channel_says_what_it_counts_for(agency: Agency) -> None:
    with within(agency):
        prospect = Channel.objects.create(client=agency.client, platform="x", handle="creator", role="prospect")
    browser = agency.browser()
    listed = browser.get("/admin/tenants/channel/?role__exact=prospect").content.decode()
    assert "creator" in listed
    assert "acts on it count in no score" in listed
    assert "acts on its posts" not in browser.get("/admin/tenants/channel/?role__exact=owned").content.decode()
    page = browser.get(f"/admin/tenants/channel/{prospect.pk}/change/").content.decode()
    assert "it holds from the next run on, past acts included" in page


def test_a_channel_stays_with_its_client_and_platform(agency: Agency) -> None:
    """Counts and warnings stand under it: they would be told of another brand."""
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        rival = Client.objects.create(name="Rival brand")
    browser, page = agency.browser(), f"/admin/tenants/channel/{agency.channel.id}/change/"
    form = {"client": rival.id, "platform": "x", "handle": "renamed", "role": "owned"}
    assert browser.post(page, form).status_code == 302
    inline = {"name": "Ours brand", "channels-TOTAL_FORMS": 1, "channels-INITIAL_FORMS": 1}
    inline |= {"channels-0-id": agency.channel.id, "channels-0-client": agency.client.id}
    inline |= {"channels-0-platform": "x", "channels-0-handle": "again", "channels-0-role": "owned"}
    assert browser.post(f"/admin/tenants/client/{agency.client.id}/change/", inline).status_code == 302
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        kept = Channel.objects.get(pk=agency.channel.pk)
    assert (kept.client_id, kept.platform) == (agency.client.id, agency.channel.platform)
    assert kept.handle == "again"


def test_a_handle_in_other_letters_is_the_same_channel(agency: Agency) -> None:
    handle = agency.channel.handle.upper()
    form = {"client": agency.client.id, "platform": agency.channel.platform, "handle": handle, "role": "owned"}
    answer = agency.browser().post("/admin/tenants/channel/add/", form)
    assert "This client has this channel already." in answer.content.decode()


def test_only_models_of_an_agency_are_registered() -> None:
    for model in site._registry:
        assert issubclass(model, TenantOwned) or model.__name__ == "Tenant"


def test_a_client_is_added_with_its_channels(agency: Agency) -> None:
    form = {
        "name": "New brand",
        "audience_languages": "EN, de, en",
        "channels-TOTAL_FORMS": 1,
        "channels-INITIAL_FORMS": 0,
        "channels-0-platform": "x",
        "channels-0-handle": "@newbrand",
        "channels-0-role": "owned",
    }
    assert agency.browser().post("/admin/tenants/client/add/", form).status_code == 302
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        client = Client.objects.get(name="New brand")
        assert client.audience_languages == ["en", "de"]
        assert [channel.handle for channel in client.channels.all()] == ["newbrand"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("name", "Ours brand", "A client of this name exists already."),
        ("audience_languages", "English", "Ensure this value has at most 3 characters"),
        ("audience_languages", "en, 1x", "“1x” is no such code."),
        ("audience_regions", "G1", "“G1” is no such code."),
        ("name", "a\x00b", "Null characters are not allowed"),
    ],
)
def test_a_form_says_what_is_wrong(agency: Agency, field: str, value: str, sentence: str) -> None:
    answer = agency.browser().post("/admin/tenants/client/add/", {"name": "New", **NO_CHANNELS, field: value})
    assert answer.status_code == 200
    assert sentence in answer.content.decode()


def test_the_same_channel_twice_is_said_not_crashed(agency: Agency) -> None:
    form = {"name": "New", "channels-TOTAL_FORMS": 2, "channels-INITIAL_FORMS": 0}
    for number, handle in enumerate(("same", "@Same")):
        channel = {"platform": "x", "handle": handle, "role": "owned"}
        form |= {f"channels-{number}-{key}": value for key, value in channel.items()}
    answer = agency.browser().post("/admin/tenants/client/add/", form)
    assert answer.status_code == 200
    assert "This client has this channel already." in answer.content.decode()


def test_a_key_is_shown_once_and_works(agency: Agency) -> None:
    browser = agency.browser()
    form = {
        "name": "CRM",
        "scopes": ["read"],
        "expires_at_0": str(timezone.now().date() + timedelta(days=9)),
        "expires_at_1": "00:00",
    }
    answer = browser.post("/admin/tenants/apikey/add/", form)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    found = re.search(r'value="(earnest_[^"]+)"', answer.content.decode())
    assert found is not None
    assert agency.program(found.group(1)).get("/v1/me").status_code == 200
    secret = found.group(1).split("_", 2)[2]
    for page in ("/admin/tenants/apikey/", "/admin/"):
        assert secret not in browser.get(page).content.decode()


@pytest.mark.parametrize("day", ["2001-01-01", "9999-12-31", "10000-01-01"])
def test_a_key_for_the_past_or_for_ever_is_refused(agency: Agency, day: str) -> None:
    form = {"name": "CRM", "scopes": ["read"], "expires_at_0": day, "expires_at_1": "23:00"}
    browser = agency.browser()
    answer = browser.post("/admin/tenants/apikey/add/", form).content.decode()
    assert "in the future" in answer or "valid date" in answer
    assert browser.get("/admin/tenants/apikey/").status_code == 200


def test_a_key_is_revoked_on_its_page(agency: Agency) -> None:
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        key = ApiKey.objects.get()
    browser = agency.browser()
    browser.post(f"/admin/tenants/apikey/{key.id}/change/", {"revoke": "on"})
    assert agency.program().get("/v1/me").status_code == 401
    assert "revoked on" in browser.get(f"/admin/tenants/apikey/{key.id}/change/").content.decode()


def test_an_owner_invites_and_gives_a_role(agency: Agency) -> None:
    browser = agency.browser()
    answer = browser.post("/admin/tenants/member/add/", {"email": "New@Person.example", "role": "viewer"}, follow=True)
    assert "A mail is on its way to new@person.example" in answer.content.decode()
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        mail_job = Job.objects.get(kind="invitation_mail")
        invited = Member.objects.get(user__email="new@person.example")
    assert mail_job.args == {"member_id": invited.id, "sign_in_at": "http://testserver/admin/"}
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        member = Member.objects.get(user__email="new@person.example")
    browser.post(f"/admin/tenants/member/{member.id}/change/", {"role": "manager"})
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        member.refresh_from_db()
    assert (member.role, member.joined_at) == ("manager", None)


def test_inviting_a_member_again_is_said(agency: Agency) -> None:
    answer = agency.browser().post("/admin/tenants/member/add/", {"email": agency.owner.email, "role": "viewer"})
    assert "belongs to this agency already" in answer.content.decode()


def test_the_last_owner_is_kept(agency: Agency) -> None:
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        member = Member.objects.get()
    browser = agency.browser()
    answer = browser.post(f"/admin/tenants/member/{member.id}/change/", {"role": "viewer"})
    assert "last owner" in answer.content.decode()
    assert browser.post(f"/admin/tenants/member/{member.id}/delete/", {"post": "yes"}).status_code == 403


def test_a_member_is_taken_out(agency: Agency) -> None:
    viewer = agency.member(Role.VIEWER)
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        member = Member.objects.get(user=viewer)
    agency.browser().post(f"/admin/tenants/member/{member.id}/delete/", {"post": "yes"})
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        assert not Member.objects.filter(pk=member.pk).exists()


@pytest.mark.parametrize("model", [Client, Member, Channel])
def test_nothing_is_deleted_by_the_pageful(agency: Agency, model: type[TenantOwned]) -> None:
    page = agency.browser().get(reverse(f"admin:tenants_{model._meta.model_name}_changelist"))
    assert "delete_selected" not in page.content.decode()


def test_a_client_is_not_deleted_from_a_page(agency: Agency) -> None:
    assert agency.browser().post(f"/admin/tenants/client/{agency.client.id}/delete/").status_code == 403


def test_the_agency_page_is_the_agencys_own(agency: Agency, other: Agency) -> None:
    browser = agency.browser()
    page = browser.get("/admin/tenants/tenant/", follow=True)
    assert page.redirect_chain[-1][0] == f"/admin/tenants/tenant/{agency.tenant.id}/change/"
    browser.post(page.redirect_chain[-1][0], {"name": "Renamed", "zone": "Asia/Tokyo", "locale": "en-us"})
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        agency.tenant.refresh_from_db()
    assert (agency.tenant.name, agency.tenant.zone) == ("Renamed", "Asia/Tokyo")


def test_an_unknown_zone_is_refused(agency: Agency) -> None:
    address = f"/admin/tenants/tenant/{agency.tenant.id}/change/"
    answer = agency.browser().post(address, {"name": "Renamed", "zone": "Mars/Olympus", "locale": "en-gb"})
    assert "Select a valid choice" in answer.content.decode()


def test_an_empty_list_says_what_would_stand_there(agency: Agency) -> None:
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        for of_a_job in (FileImport, Export, Erasure):
            of_a_job._default_manager.update(job=None)
        for model in (Slot, BandChange, ClientRun, Score, ScoreRun, Removal, Job):
            model._default_manager.all().delete()
    page = agency.browser().get("/admin/tenants/job/").content.decode()
    assert "Imports, retraining, mails" in page
    assert "Add job" not in page
    searched = agency.browser().get("/admin/tenants/client/?q=nothing+like+it").content.decode()
    assert "Nothing matches" in searched
    assert "Show everything" in searched


def test_every_list_has_something_to_say_when_it_is_empty() -> None:
    for model_admin in site._registry.values():
        if model_admin.model is not Tenant:  # the agency itself is always there
            assert model_admin.when_empty.endswith("."), model_admin  # type: ignore[attr-defined]


def test_a_form_chooses_nothing_for_anybody(agency: Agency) -> None:
    """The first platform of the list is not the one that somebody who looked away meant."""
    browser = agency.browser()
    assert "Choose one" in browser.get("/admin/tenants/channel/add/").content.decode()
    answer = browser.post(
        "/admin/tenants/channel/add/", {"client": agency.client.id, "handle": "x", "role": "owned", "platform": ""}
    )
    assert "This field is required" in answer.content.decode()
    form = {
        "name": "New",
        **NO_CHANNELS,
        "channels-TOTAL_FORMS": 1,
        "channels-0-handle": "x",
        "channels-0-role": "owned",
    }
    assert "This field is required" in browser.post("/admin/tenants/client/add/", form).content.decode()


def test_a_page_that_a_role_may_not_open_says_who_may(agency: Agency) -> None:
    answer = agency.browser(agency.member("viewer")).get("/admin/tenants/apikey/")
    assert answer.status_code == 403
    assert "An owner of the agency can give you another role" in answer.content.decode()
