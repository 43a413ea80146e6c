"""Addresses are made, shown and switched off by owners and managers."""

import json
import re
from typing import Any

import pytest

from ingestion.models import Hook
from ingestion.services import hooks
from tests.conftest import Agency, within
from tests.ingestion.doors import all_of
from tests.ingestion.of_meta import comment, instagram
from tests.ingestion.posting import by_meta, make
from tests.ingestion.test_digestion import MAPPING

LIST = "/admin/ingestion/hook/"


pytestmark = pytest.mark.django_db(transaction=True)


def form(agency: Agency, **more: Any) -> dict[str, Any]:
    return {"source": agency.source.id, "sender": "meta", "account": "", "secret": "app secret", "mapping": ""} | more


def page_of(agency: Agency, hook: Hook, role: str = "manager") -> str:
    return str(agency.browser(agency.member(role)).get(f"{LIST}{hook.pk}/change/").content.decode())


def test_a_manager_makes_an_address_and_sees_what_to_enter(agency: Agency) -> None:
    filled = form(agency, secret="xylophonic")
    assert agency.browser(agency.member("manager")).post(f"{LIST}add/", filled).status_code == 302
    hook = all_of(agency, Hook)[-1]
    page = agency.browser().get(f"{LIST}{hook.pk}/change/").content.decode()
    with within(agency):
        assert f"Verify token: {hooks.verify_token(hook)}" in page
    assert f"http://testserver/v1/hooks/{hook.token}" in page
    assert "xylophonic" not in page
    assert by_meta(hook, instagram(comment()), "xylophonic").status_code == 200


def test_a_programs_secret_is_shown_to_those_who_may_change_it(agency: Agency) -> None:
    filled = form(agency, sender="declared", secret="", mapping=json.dumps(MAPPING))
    assert agency.browser().post(f"{LIST}add/", filled).status_code == 302
    hook = all_of(agency, Hook)[-1]
    with within(agency):
        (secret,) = hooks.secrets_of(hook)
    assert secret in page_of(agency, hook, "manager")
    seen = page_of(agency, hook, "viewer")
    assert secret not in seen
    assert "Owners and managers see it" in seen


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"secret": ""}, "Enter the secret"),
        ({"mapping": "{}"}, ""),
        ({"mapping": json.dumps(MAPPING)}, "leave it empty"),
        ({"sender": "declared", "mapping": ""}, "Say where the fields stand"),
        ({"sender": "declared", "mapping": "{"}, "Enter a valid JSON"),
        ({"sender": "declared", "mapping": json.dumps(MAPPING | {"shape": "rows"})}, "Rows are one of"),
        ({"sender": "declared", "mapping": json.dumps(MAPPING | {"fields": {}})}, "Say where “id” stands"),
        ({"account": "Ours account"}, "Another webhook takes"),
    ],
)
def test_a_webhook_that_cannot_be_is_refused_in_words(agency: Agency, more: dict[str, Any], sentence: str) -> None:
    answer = agency.browser().post(f"{LIST}add/", form(agency, **more))
    assert answer.status_code == (200 if sentence else 302)
    assert sentence in answer.content.decode()


def test_a_webhook_is_switched_off_and_its_secret_renewed(agency: Agency) -> None:
    hook = make(agency)
    page = f"{LIST}{hook.pk}/change/"
    assert agency.browser().post(page, {"account": "", "enabled": "on", "secret": "second"}).status_code == 302
    assert by_meta(hook, instagram(comment()), "second").status_code == 200
    assert agency.browser().post(page, {"account": "", "secret": ""}).status_code == 302
    assert by_meta(hook, instagram(comment()), "second").status_code == 404


@pytest.mark.parametrize("role", ["analyst", "viewer"])
def test_others_make_no_address(agency: Agency, role: str) -> None:
    browser = agency.browser(agency.member(role))
    assert re.search("meta", browser.get(LIST).content.decode(), re.IGNORECASE)
    assert browser.post(f"{LIST}add/", form(agency)).status_code == 403
