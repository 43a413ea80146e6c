"""Webhooks in: addresses, who may post to them, and the answers to senders who ask whether they are ours."""

import hmac
from base64 import b64encode
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client as Browser

from ingestion.models import Engagement, Hook, Sender
from ingestion.services import hooks
from tests.conftest import Agency, within
from tests.ingestion.doors import all_of
from tests.ingestion.of_meta import comment, instagram
from tests.ingestion.posting import bodies, by_meta, digest, make, post

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_post_without_the_right_signature_is_refused_and_not_kept(agency: Agency) -> None:
    hook = make(agency)
    refused = [post(hook, instagram(comment())), by_meta(hook, instagram(comment()), secret="wrong")]
    signed = "sha256=" + hmac.new(b"app secret", b"other", sha256).hexdigest()
    refused.append(post(hook, instagram(comment()), **{"x-hub-signature-256": signed}))
    for answer in refused:
        assert (answer.status_code, answer.json()["code"]) == (403, "signature_refused")
    assert bodies(agency) == []


def test_an_address_that_is_none_or_switched_off_takes_nothing(agency: Agency) -> None:
    hook = make(agency)
    with within(agency):
        Hook.objects.filter(pk=hook.pk).update(enabled=False)
    for answer in (by_meta(hook, instagram(comment())), Browser().post("/v1/hooks/nothing", b"{}", "application/json")):
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    hook.token = hook.token[:-8] + "AAAAAAA="
    assert by_meta(hook, instagram(comment())).status_code == 404


def test_an_address_leads_to_its_own_agency_only(agency: Agency, other: Agency) -> None:
    hook = make(agency)
    payload = instagram(comment())
    assert by_meta(hook, payload, authorization=f"Bearer {other.api_key}").status_code == 200
    digest(agency)
    assert len(all_of(agency, Engagement, "id", ext_id="comment:c-1")) == 1
    assert all_of(other, Engagement, "id", ext_id="comment:c-1") == []


def test_a_new_secret_holds_beside_the_one_before_and_no_third(agency: Agency) -> None:
    hook = make(agency)
    with within(agency):
        hooks.renew(hook, "second")
    for secret, status in (("app secret", 200), ("second", 200), ("third", 403)):
        assert by_meta(hook, instagram(comment()), secret).status_code == status
    with within(agency):
        hooks.renew(hook, "third")
    for secret, status in (("app secret", 403), ("second", 200), ("third", 200)):
        assert by_meta(hook, instagram(comment()), secret).status_code == status


def test_a_secret_is_not_stored_in_the_clear(agency: Agency) -> None:
    hook = make(agency, secret="xylophonic")
    (stored,) = all_of(agency, Hook, "secrets", pk=hook.pk)
    assert b"xylophonic" not in bytes(stored)
    with within(agency):
        assert hooks.secrets_of(hook) == ["xylophonic"]


def test_with_another_secret_key_nothing_is_taken_until_a_secret_is_entered(agency: Agency, settings: Any) -> None:
    hook = make(agency)
    settings.SECRET_KEY = "another" * 10
    assert by_meta(hook, instagram(comment())).status_code == 404  # the address, too, was made with the other one
    with within(agency):
        assert hooks.secrets_of(hook) == []
        hooks.renew(hook, "second")
        assert hooks.secrets_of(hook) == ["second"]


def test_meta_is_answered_that_the_address_is_ours(agency: Agency) -> None:
    hook = make(agency)
    with within(agency):
        token = hooks.verify_token(hook)
    asked = {"hub.mode": "subscribe", "hub.challenge": "<1158201444>", "hub.verify_token": token}
    answer = Browser().get(f"/v1/hooks/{hook.token}", asked)
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, b"<1158201444>", "text/plain")
    assert Browser().get(f"/v1/hooks/{hook.token}", asked | {"hub.verify_token": "wrong"}).status_code == 403
    assert Browser().get(f"/v1/hooks/{hook.token}").status_code == 403


def test_x_is_answered_its_challenge(agency: Agency) -> None:
    hook = make(agency, Sender.X, secret="api secret")
    answer = Browser().get(f"/v1/hooks/{hook.token}", {"crc_token": "abc"})
    mac = hmac.new(b"api secret", b"abc", sha256).digest()
    assert answer.json() == {"response_token": f"sha256={b64encode(mac).decode()}"}
