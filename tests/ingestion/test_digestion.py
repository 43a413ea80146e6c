"""What was posted to a webhook is digested by a job, and lands once."""

import hmac
from datetime import timedelta
from hashlib import sha256

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ingestion.formats.reading import Verdict
from ingestion.models import Delivery, Engagement, Hook, HookBody, Outcome, Rejection, Sender, Source
from ingestion.services import digestion, hooks, quarantine
from tenants.models import JobState
from tests.conftest import Agency, within
from tests.ingestion.doors import act, all_of, send
from tests.ingestion.of_meta import ADA, BRAND, SECONDS, comment, instagram
from tests.ingestion.posting import bodies, by_meta, by_standard, digest, make, post
from tests.ingestion.test_files import open_jobs
from tests.tenants.ledger import run

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


pytestmark = pytest.mark.django_db(transaction=True)


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


def test_whoever_posts_waits_for_nothing_that_is_read(agency: Agency) -> None:
    """Platforms wait a second or two. (How long it takes is `make bench`'s.)"""
    hook, asked = make(agency), []
    for events in (1, 2_000):
        payload = instagram(*(comment(f"c-{number}") for number in range(events)))
        with CaptureQueriesContext(connection) as queries:
            assert by_meta(hook, payload).status_code == 200
        asked.append(len(queries))
    assert asked[0] == asked[1]
    assert all_of(agency, Engagement, "id", ext_id__startswith="comment:") == []
    digest(agency)
    assert len(all_of(agency, Engagement, "id", ext_id__startswith="comment:")) == 2_000


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


def test_ids_of_webhooks_and_of_batches_are_the_senders_own(agency: Agency) -> None:
    """The same comment, sent by a program over the API under another id, is another act; under the same, the same."""
    hook = make(agency)
    by_meta(hook, instagram(comment()))
    digest(agency)
    again = act(id="comment:c-1", actor={"external_id": ADA, "handle": "ada"}, occurred_at="2026-05-01T10:00:00Z")
    assert SECONDS == 1777629600
    assert send(agency, [again]).json()["quarantined"] == 1  # other content: it says less
