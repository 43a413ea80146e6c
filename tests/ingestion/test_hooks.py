"""Webhooks in: what is posted to an address is checked, kept, digested by a job, and lands once."""

import hmac
import json
import re
from base64 import b64decode, b64encode
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client as Browser
from django.utils import timezone

from ingestion.formats.reading import Verdict
from ingestion.models import Delivery, Engagement, Hook, HookBody, Outcome, Rejection, Sender, Source
from ingestion.services import digestion, hooks, quarantine
from tenants.models import JobState
from tests.conftest import Agency, make_agency, within
from tests.ingestion.doors import act, all_of, send
from tests.ingestion.hooks import body
from tests.ingestion.test_files import open_jobs
from tests.ingestion.test_webhook_meta import ADA, BRAND, SECONDS, comment, instagram
from tests.tenants.ledger import run

LIST = "/admin/ingestion/hook/"
MAPPING = {
    "shape": "outcomes",
    "events": "/orders",
    "fields": {
        "id": {"at": "/number"},
        "kind": {"constant": "purchase"},
        "occurred_at": {"at": "/paid_at"},
        "who.email": {"at": "/customer/email"},
        "value": {"at": "/total"},
        "currency": {"constant": "GBP"},
    },
}
ORDERS = {"orders": [{"number": 881, "paid_at": "2026-05-01T10:00:00Z", "total": "48.50",
                      "customer": {"email": "ada@person.example"}}]}  # fmt: skip


@pytest.fixture
def agency(transactional_db: None) -> Agency:
    return make_agency("Ours")


@pytest.fixture
def other(transactional_db: None) -> Agency:
    return make_agency("Stranger")


def make(agency: Agency, sender: str = Sender.META, **more: Any) -> Hook:
    with within(agency):
        return hooks.make(agency.source, sender=sender, **{"secret": "app secret"} | more)


def post(hook: Hook, payload: Any, **headers: str) -> Any:
    content = payload if isinstance(payload, bytes) else body(payload)
    return Browser().post(f"/v1/hooks/{hook.token}", content, content_type="application/json", headers=headers)


def by_meta(hook: Hook, payload: Any, secret: str = "app secret", **headers: str) -> Any:
    signed = hmac.new(secret.encode(), body(payload), sha256).hexdigest()
    return post(hook, payload, **{"x-hub-signature-256": f"sha256={signed}"}, **headers)


def by_standard(hook: Hook, payload: Any, secret: str, *, sent: Any = None) -> Any:
    seconds = str(int((sent or timezone.now()).timestamp()))
    signed = b".".join((b"msg_1", seconds.encode(), body(payload)))
    mac = hmac.new(b64decode(secret.removeprefix("whsec_")), signed, sha256).digest()
    return post(
        hook, payload,
        **{"webhook-id": "msg_1", "webhook-timestamp": seconds, "webhook-signature": f"v1,{b64encode(mac).decode()}"},
    )  # fmt: skip


def digest(agency: Agency) -> None:
    for job in open_jobs(agency, "digest_hook"):
        assert run(agency, job).state == JobState.DONE


def bodies(agency: Agency) -> list[HookBody]:
    return [it for it in all_of(agency, HookBody) if it.job_id]  # the cast's own has no job


def test_a_comment_that_is_posted_lands_and_its_body_is_gone(agency: Agency) -> None:
    hook = make(agency)
    answer = by_meta(hook, instagram(comment(), comment("c-2")))
    assert (answer.status_code, answer.json()) == (200, {"kept": True})
    assert (len(bodies(agency)), all_of(agency, Engagement, "id", ext_id="comment:c-1")) == (1, [])
    digest(agency)
    fields = ("ext_id", "kind", "words", "asks_price", "contact__handle")
    assert all_of(agency, Engagement, *fields, ext_id__startswith="comment:") == [
        ("comment:c-1", "comment", 6, True, "ada"),
        ("comment:c-2", "comment", 6, True, "ada"),
    ]
    assert bodies(agency) == []
    (after,) = all_of(agency, Hook, "bodies", "left_out", pk=hook.pk)
    assert after == (1, 0)


def test_what_is_posted_again_lands_once(agency: Agency) -> None:
    hook = make(agency)
    for _ in range(3):
        assert by_meta(hook, instagram(comment())).status_code == 200
    digest(agency)
    found = all_of(agency, Delivery, "received", "accepted", "duplicate", source=agency.source)[-3:]
    assert found == [(1, 1, 0), (1, 0, 1), (1, 0, 1)]


def test_what_is_no_persons_act_is_counted_and_does_not_land(agency: Agency) -> None:
    hook = make(agency)
    by_meta(hook, instagram({"field": "story_insights", "value": {"media_id": "m"}}, comment()))
    digest(agency)
    assert all_of(agency, Hook, "bodies", "left_out", pk=hook.pk) == [(1, 1)]
    assert len(all_of(agency, Engagement, "id", ext_id__startswith="comment:")) == 1


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


# --- Is the address ours?


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


# --- Whose event is it?


def second_source(agency: Agency) -> Source:
    with within(agency):
        return Source.objects.create(client=agency.client, name="second", kind="platform_api", platform="instagram")


def test_events_of_several_accounts_land_in_the_source_of_each(agency: Agency) -> None:
    hook, second = make(agency, account=BRAND), second_source(agency)
    with within(agency):
        hooks.make(second, sender=Sender.META, secret="another", account="178-other")
    entries = [instagram(comment())["entry"][0], {**instagram(comment("c-2"))["entry"][0], "id": "178-other"}]
    by_meta(hook, {"object": "instagram", "entry": [*entries, {**entries[0], "id": "178-strange"}]})
    digest(agency)
    landed = all_of(agency, Engagement, "ext_id", "delivery__source_id", ext_id__startswith="comment:")
    assert sorted(landed) == [("comment:c-1", agency.source.id), ("comment:c-2", second.id)]
    (kept,) = all_of(agency, Rejection, code="unknown_account")
    assert "178-strange" in kept.detail
    with within(agency):  # whose it is, nobody can say here
        assert quarantine.mend(kept, kept.row) == Verdict(kept.index, kept.code, kept.pointer, kept.detail)
    assert len(all_of(agency, Engagement, "id", ext_id__startswith="comment:")) == 2


def test_an_answer_of_the_brand_is_for_whoever_it_answers(agency: Agency) -> None:
    """Meta's comment of the brand names the comment it answers and nobody: its author is looked up."""
    hook = make(agency)
    by_meta(hook, instagram(comment()))
    digest(agency)
    answer = comment("c-2", author=BRAND, parent_id="c-1", text="Twelve pounds, and it is dishwasher-safe.")
    by_meta(hook, instagram(answer, comment("c-3"), comment("c-4", author=BRAND, parent_id="c-3", text="Yes, we do.")))
    by_meta(hook, instagram(comment("c-5", author=BRAND, parent_id="c-0", text="We do not know this one.")))
    digest(agency)
    fields = ("ext_id", "direction", "contact__handle")
    assert sorted(all_of(agency, Engagement, *fields, direction="outbound")) == [
        ("comment:c-2", "outbound", "ada"),
        ("comment:c-4", "outbound", "ada"),
    ]
    assert [it for it in all_of(agency, Rejection, "code", "pointer") if it[1] == "/target"] == [("missing", "/target")]
    people = all_of(agency, Engagement, "contact_id", ext_id__in=["comment:c-1", "comment:c-3"])
    assert len(set(people)) == 1


# --- Any other program


def test_a_program_posts_by_its_own_secret_and_mapping(agency: Agency) -> None:
    hook = make(agency, Sender.DECLARED, secret="", mapping=MAPPING)
    with within(agency):
        (secret,) = hooks.secrets_of(hook)
    assert secret.startswith("whsec_")
    assert by_standard(hook, ORDERS, secret).status_code == 200
    assert by_standard(hook, ORDERS, secret, sent=timezone.now() - timedelta(minutes=6)).status_code == 403
    digest(agency)
    (landed,) = all_of(agency, Outcome, "kind", "currency", "contact__kind", ext_id="881")
    assert landed == ("purchase", "GBP", "email")


def test_a_body_that_cannot_be_read_says_so_and_is_kept_for_thirty_days(agency: Agency) -> None:
    hook = make(agency)
    signed = hmac.new(b"app secret", b"{", sha256).hexdigest()
    assert post(hook, b"{", **{"x-hub-signature-256": f"sha256={signed}"}).status_code == 200
    (job,) = open_jobs(agency, "digest_hook")
    done = run(agency, job)
    assert (done.state, done.error_code) == (JobState.FAILED, "not_json")
    assert len(bodies(agency)) == 1
    with within(agency):
        HookBody.objects.update(created_at=timezone.now() - timedelta(days=30))
        digestion.expire()
    assert bodies(agency) == []


def test_a_body_whose_digestion_was_killed_is_digested_once(agency: Agency) -> None:
    hook = make(agency)
    by_meta(hook, instagram(comment()))
    (job,) = open_jobs(agency, "digest_hook")
    assert run(agency, job).state == JobState.DONE
    run(agency, job)  # a message too many
    assert len(all_of(agency, Engagement, "id", ext_id="comment:c-1")) == 1
    assert all_of(agency, Hook, "bodies", pk=hook.pk) == [1]


# --- In the admin


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


def test_ids_of_webhooks_and_of_batches_are_the_senders_own(agency: Agency) -> None:
    """The same comment, sent by a program over the API under another id, is another act; under the same, the same."""
    hook = make(agency)
    by_meta(hook, instagram(comment()))
    digest(agency)
    again = act(id="comment:c-1", actor={"external_id": ADA, "handle": "ada"}, occurred_at="2026-05-01T10:00:00Z")
    assert SECONDS == 1777629600
    assert send(agency, [again]).json()["quarantined"] == 1  # other content: it says less
