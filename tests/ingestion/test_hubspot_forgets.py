"""HubSpot posts that a contact was deleted for privacy's sake: whoever that is, is erased here, too."""

from typing import Any

import pytest

from ingestion.formats.webhooks import hubspot
from ingestion.models import Contact, Erasure, Hook, HookBody, Outcome, Sender, Source
from ingestion.services import digestion
from tenants.models import Client, JobState
from tests.conftest import Agency, within
from tests.ingestion.doors import act, all_of, change, outcome, send
from tests.ingestion.hooks import body
from tests.ingestion.of_hubspot import WON, Crm, changed, event, won
from tests.ingestion.people import nothing_waits
from tests.ingestion.platforms import Platform
from tests.ingestion.posting import by_hubspot, digest, make
from tests.ingestion.test_files import open_jobs
from tests.scoring.agency import work_off
from tests.tenants.ledger import killed, run

pytestmark = pytest.mark.django_db(transaction=True)
FORGET = [event("contact.privacyDeletion", 701)]


@pytest.fixture
def hook(agency: Agency, crm: Crm, hubapi: Platform) -> Hook:
    """The webhook of an agency where a deal of Ada's is won, who is known by her handle, too."""
    crm.deals, crm.linked = dict.fromkeys(("4500", "4501"), won()), {it: ["701"] for it in ("4500", "4501")}
    hook = make(agency, Sender.HUBSPOT, access_token="pat-eu1-canary", account="62500")
    by_hubspot(hook, WON)
    digest(agency)
    send(agency, [act(1, actor={"handle": "ada", "customer": "701"}), act(2, actor={"handle": "bob"})])
    nothing_waits(agency)
    return hook


def erasures(agency: Agency) -> list[Erasure]:
    return [it for it in all_of(agency, Erasure) if it.job_id != agency.job.pk]  # but for the cast's own


def test_whoever_is_forgotten_there_is_erased_here(agency: Agency, hook: Hook) -> None:
    assert all_of(agency, Outcome, "ext_id", ext_id="deal:4500") == ["deal:4500"]
    for _ in range(2):  # it is posted again
        assert by_hubspot(hook, FORGET).status_code == 200
        digest(agency)
    (asked,) = erasures(agency)
    assert asked.asked_by is None
    assert sorted(all_of(agency, Contact, "handle", erasure=asked)) == ["701", "ada"]
    work_off(agency)
    (done,) = erasures(agency)
    assert (done.contacts, done.finished_at is not None) == (2, True)
    assert all_of(agency, Outcome, "ext_id", ext_id="deal:4500") == []
    assert all_of(agency, Contact, "handle", handle__in=["ada", "bob", "701"]) == ["bob"]
    by_hubspot(hook, [changed("amount", "7")])
    digest(agency)
    assert all_of(agency, Outcome, "ext_id", ext_id="deal:4500") == []
    by_hubspot(hook, FORGET)
    digest(agency)
    assert len(erasures(agency)) == 1
    assert [it for it in all_of(agency, HookBody) if it.job_id] == []


@pytest.mark.parametrize(
    "other",
    [
        event("contact.privacyDeletion", 9),
        event("contact.privacyDeletion", 701, portalId=9),
        event("contact.privacyDeletion", objectId="7\u200b01"),
        event("contact.privacyDeletion", objectId=None),
        event("contact.deletion", 701),
    ],
)
def test_of_others_nobody_is(agency: Agency, hook: Hook, other: Any) -> None:
    by_hubspot(hook, [other])
    digest(agency)
    assert erasures(agency) == []


@pytest.mark.parametrize("writes", [0, 1])
def test_killed_before_or_after_it_forgets_once(agency: Agency, hook: Hook, writes: int) -> None:
    by_hubspot(hook, [changed("amount", "7"), *FORGET])
    (job,) = open_jobs(agency, "digest_hook")
    killed(agency, job, digestion.digest, writes=writes)
    assert len(erasures(agency)) == writes
    assert run(agency, job).state == JobState.DONE
    assert len(erasures(agency)) == 1
    assert open_jobs(agency, "digest_hook") == []


@pytest.mark.parametrize("allowed", [True, False])
def test_whoever_came_before_it_might_be_matched_is_erased_and_who_came_since(
    agency: Agency, hook: Hook, allowed: bool
) -> None:
    change(agency, may_match=allowed)
    by_hubspot(hook, [changed("dealstage", "3760235206", 4501)])
    digest(agency)
    change(agency, may_match=not allowed)
    by_hubspot(hook, FORGET)
    digest(agency)
    work_off(agency)
    assert all_of(agency, Outcome, "ext_id", ext_id__startswith="deal:") == []


def test_a_post_that_waits_for_the_crm_forgets_at_once(agency: Agency, hook: Hook) -> None:
    with within(agency):
        Hook.objects.filter(pk=hook.pk).update(token_to_ask=None)
    by_hubspot(hook, [changed("dealstage", "3760235206", 4502), *FORGET])
    (job,) = open_jobs(agency, "digest_hook")
    assert run(agency, job).error_code == "token_refused"
    assert len(erasures(agency)) == 1


def test_the_same_number_elsewhere_is_somebody_else(agency: Agency, hook: Hook) -> None:
    with within(agency):
        second = Client.objects.create(name="second")
        others = [
            Source.objects.create(
                client=client, name="shop", kind="own_system", platform="instagram", may_match=client == second
            )
            for client in (agency.client, second)
        ]
    for source in others:
        send(agency, [outcome(1, who={"customer": "701"})], "outcomes", source=source)
    by_hubspot(hook, [event("deal.privacyDeletion", 701), event("object.privacyDeletion", 701, objectTypeId="0-3")])
    digest(agency)
    assert erasures(agency) == []
    by_hubspot(hook, [event("object.privacyDeletion", 701, objectTypeId="0-1")])
    digest(agency)
    work_off(agency)
    assert [it.client_id for it in erasures(agency)] == [agency.client.pk]
    assert len(all_of(agency, Outcome, "pk", delivery__source__in=others)) == 2


def test_each_is_named_once() -> None:
    assert hubspot.forgotten(body([*FORGET, *FORGET, event("contact.privacyDeletion", 8)])) == ["701", "8"]
