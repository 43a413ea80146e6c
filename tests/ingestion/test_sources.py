"""Sources: what may be done with their rows, conservatively unless somebody says otherwise."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from ingestion.models import Source
from tests.conftest import Agency
from tests.ingestion.doors import all_of

NO_WORDS = {"kinds-TOTAL_FORMS": 0, "kinds-INITIAL_FORMS": 0}
ADD = "/admin/ingestion/source/add/"


def form(agency: Agency, **more: Any) -> dict[str, Any]:
    policy = {"known_at_basis": "received", "known_after_days": 0}
    return {
        "client": agency.client.id,
        "name": "CRM",
        "kind": "export",
        "platform": "linkedin",
        **NO_WORDS,
        **policy,
        **more,
    }


def test_a_new_source_is_neither_learnt_from_nor_matched(agency: Agency) -> None:
    assert agency.browser().post(ADD, form(agency)).status_code == 302
    made = all_of(agency, Source, "may_train", "may_match", "known_at_basis", "retention_days", name="CRM")
    assert made == [(False, False, "received", None)]


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"may_train": "on"}, "Record the legal basis"),
        ({"may_train": "on", "legal_basis": "   "}, "Record the legal basis"),
        ({"kind": "x_api", "may_train": "on", "legal_basis": "contract"}, "The terms of X forbid"),
        ({"kind": "x_api", "may_match": "on"}, "The terms of X forbid"),
        ({"kind": "platform_api", "platform": "x"}, "Choose “The API of X”"),
        ({"known_after_days": 3}, "Days count only where"),
        ({"retention_days": 0}, "at least a day"),
        ({"name": "Ours source"}, "has a source of this name already"),
        ({"terms_url": "javascript:alert(1)"}, "Enter a valid URL"),
    ],
)
def test_a_policy_that_cannot_be_is_refused_in_words(agency: Agency, more: dict[str, Any], sentence: str) -> None:
    answer = agency.browser().post(ADD, form(agency, **more))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()


@pytest.mark.parametrize(
    ("policy", "name"),
    [
        ({"may_train": True}, "legal_basis"),
        ({"kind": "x_api", "may_match": True}, "x_api_is_neither"),
        ({"kind": "x_api", "may_match": False, "may_train": True, "legal_basis": "contract"}, "x_api_is_neither"),
        ({"kind": "platform_api", "platform": "x"}, "called_so"),
        ({"known_after_days": 1}, "lag"),
    ],
)
def test_the_database_keeps_the_policy_too(inside: Agency, policy: dict[str, Any], name: str) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Source.objects.filter(pk=inside.source.pk).update(**policy)


def test_the_policy_can_be_changed_and_where_rows_belong_cannot(agency: Agency) -> None:
    address = f"/admin/ingestion/source/{agency.source.pk}/change/"
    page = agency.browser().get(address).content.decode()
    assert agency.source.public_id in page
    sent = form(agency, name="Shop", may_train="on", legal_basis="Contract, clause 4", platform="x", client="999")
    assert agency.browser().post(address, sent).status_code == 302
    found = all_of(agency, Source, "name", "may_train", "legal_basis", "platform", "client_id")
    assert found == [("Shop", True, "Contract, clause 4", "instagram", agency.client.id)]


def test_the_api_lists_sources_with_their_policy(agency: Agency) -> None:
    shown = agency.program().get("/v1/sources").json()["results"]
    assert [(it["id"], it["client"], it["may_train"]) for it in shown] == [
        (agency.source.public_id, agency.client.public_id, False)
    ]


def test_analysts_look_and_managers_change(agency: Agency) -> None:
    for role, status in (("viewer", 403), ("analyst", 403), ("manager", 200)):
        browser = agency.browser(agency.member(role))
        assert browser.get(ADD).status_code == status
        assert browser.get("/admin/ingestion/source/").status_code == 200
