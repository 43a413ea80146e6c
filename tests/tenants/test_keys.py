"""API keys."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test import Client as Browser
from django.utils import timezone

from tenants import scope
from tenants.errors import KeyRefused
from tenants.models import ApiKey, ApiScope
from tenants.services import keys
from tests.conftest import Agency, make_agency


def test_a_key_is_kept_as_a_digest_only(inside: Agency) -> None:
    row, text = keys.issue(name="CRM", scopes=[ApiScope.READ])
    secret = text.split("_", 2)[2]
    stored = ApiKey.objects.filter(pk=row.pk).values().get()
    assert secret not in str(stored)
    assert secret.encode() not in bytes(stored["digest"])


def test_a_key_lasts_a_year_unless_said_otherwise(inside: Agency) -> None:
    row, _ = keys.issue(name="CRM", scopes=[ApiScope.READ])
    assert timedelta(days=364) < row.expires_at - timezone.now() <= timedelta(days=365)


def test_a_key_opens_its_own_agency(agency: Agency, other: Agency) -> None:
    assert agency.program().get("/v1/me").json()["agency"]["name"] == "Ours agency"
    assert other.program().get("/v1/me").json()["agency"]["name"] == "Stranger agency"


def refused(text: str) -> dict[str, object]:
    answer = Browser(headers={"authorization": f"Bearer {text}"}).get("/v1/me")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    return answer.json()  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    "mangle",
    [
        lambda key: key[:-1] + ("A" if key[-1] != "A" else "B"),
        lambda key: key.replace("earnest_", "ernest_"),
        lambda key: "earnest_000000000000_" + key.split("_", 2)[2],
        lambda key: "_".join(key.split("_")[:2]),
        lambda _: "",
        lambda _: "earnest_ééééééééé_x",
        lambda _: "\x00",
    ],
)
def test_anything_but_the_key_is_refused_in_the_same_words(agency: Agency, mangle: object) -> None:
    assert refused(mangle(agency.api_key))["code"] == "invalid_api_key"  # type: ignore[operator]


def test_the_prefix_of_one_agency_does_not_open_it_with_the_secret_of_another(agency: Agency, other: Agency) -> None:
    mixed = "_".join(agency.api_key.split("_")[:2]) + "_" + other.api_key.split("_", 2)[2]
    assert refused(mixed)["code"] == "invalid_api_key"


def test_an_expired_key_is_refused(agency: Agency) -> None:
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        past = timezone.now() - timedelta(minutes=1)
        ApiKey.objects.update(created_at=past - timedelta(days=1), expires_at=past)
    assert refused(agency.api_key)["code"] == "invalid_api_key"


def test_a_revoked_key_is_refused_from_the_next_request_on(agency: Agency) -> None:
    assert agency.program().get("/v1/me").status_code == 200
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        keys.revoke(ApiKey.objects.get())
    assert refused(agency.api_key)["code"] == "invalid_api_key"


def test_the_first_moment_of_revocation_stays(inside: Agency) -> None:
    row = ApiKey.objects.get()
    keys.revoke(row)
    first = ApiKey.objects.get().revoked_at
    keys.revoke(row)
    assert ApiKey.objects.get().revoked_at == first is not None


def test_use_is_noted(agency: Agency) -> None:
    agency.program().get("/v1/me")
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        assert ApiKey.objects.get().last_used_at is not None


def test_a_key_without_the_scope_is_told_so(agency: Agency) -> None:
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        _, text = keys.issue(name="Nothing", scopes=[])
    answer = agency.program(text).get("/v1/clients")
    assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope")


def test_a_malformed_key_never_reaches_the_database() -> None:
    with pytest.raises(KeyRefused):
        keys.tenant_of("earnest_short_x")


@pytest.mark.django_db(transaction=True)
def test_a_long_request_keeps_no_other_waiting() -> None:
    """The first request of the hour notes the key's use and holds its row; the next does not wait for it."""
    agency = make_agency("Ours")
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        keys.check(agency.api_key)

        def ask() -> int:
            try:
                return agency.program().get("/v1/me").status_code
            finally:
                connection.close()

        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(ask).result(timeout=1.5) == 200
