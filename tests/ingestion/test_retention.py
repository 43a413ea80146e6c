"""What may not be kept any longer goes, in time, and nothing else does."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from django.test import Client as Browser
from django.utils import timezone

import ingestion.tasks  # noqa: F401 (declares the handlers)
from ingestion.models import (
    Contact,
    ContactFact,
    Delivery,
    Engagement,
    IdentityLink,
    LoggedAct,
    Outcome,
    Post,
    PostCount,
    Receipt,
    Rejection,
    Removal,
    Source,
    SourceKind,
)
from ingestion.services import contacts, logged, retention
from ingestion.services.objections import record
from scoring.models import Score
from tenants.models import Channel, JobState
from tests.conftest import Agency, make_agency, within
from tests.ingestion.doors import ROWS, act, all_of, change, post, post_count, send
from tests.ingestion.people import contact_called
from tests.ingestion.test_files import open_jobs
from tests.tenants.ledger import change as change_job
from tests.tenants.ledger import killed, put_in, run
from tests.walls.stranger import everything_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def agency() -> Agency:
    return make_agency("Ours")


def age(agency: Agency, days: int, source: Source | None = None) -> None:
    """Let time pass for all that came from a source until now."""
    ago = timedelta(days=days)
    with within(agency):
        batches = Delivery.objects.filter(source=source or agency.source)
        Engagement.objects.filter(delivery__in=batches).update(received_at=F("received_at") - ago)
        batches.update(created_at=F("created_at") - ago)
        IdentityLink.objects.update(created_at=F("created_at") - ago)
        Contact.objects.update(created_at=F("created_at") - ago)


def another(agency: Agency, **more: Any) -> Source:
    with within(agency):
        return Source.objects.create(
            **{"client": agency.client, "name": "Another", "kind": SourceKind.OWN_SYSTEM, "platform": "instagram"}
            | more
        )


def remove(agency: Agency) -> None:
    assert run(agency, put_in(agency, "remove")).state == JobState.DONE
    for job in open_jobs(agency, "remove_rows"):
        assert run(agency, job).state == JobState.DONE


def handles(agency: Agency) -> set[str]:
    return set(all_of(agency, Contact, "handle"))


def test_rows_are_removed_once_they_were_kept_for_as_long_as_allowed(agency: Agency) -> None:
    stranger = make_agency("Stranger")
    theirs = everything_of(stranger)
    for shape, row in ROWS.items():
        assert send(agency, [row()], shape).json()["accepted"] == 1
    assert send(agency, [act(2, kind="wink")]).json()["quarantined"] == 1
    change(agency, retention_days=30)
    age(agency, 31)
    send(agency, [act(3, actor={"handle": "bob"})])
    receipts = all_of(agency, Receipt, "ext_id")

    remove(agency)

    assert all_of(agency, Engagement, "ext_id") == ["act-3"]
    for model in (Outcome, ContactFact, Post, PostCount, Rejection):
        assert all_of(agency, model) == []
    assert handles(agency) == {"bob"}
    assert all_of(agency, Score) == []
    assert sorted(all_of(agency, Receipt, "ext_id")) == sorted(receipts)
    assert everything_of(stranger) == theirs
    old, new = all_of(agency, Delivery, removed_at__isnull=False), all_of(agency, Delivery, removed_at__isnull=True)
    assert [it.accepted for it in new] == [1]
    assert len(old) >= len(ROWS) + 1
    assert all(it.received == it.accepted + it.quarantined + it.duplicate + it.erased for it in old)


def test_what_was_removed_is_counted_and_comes_no_second_time(agency: Agency) -> None:
    """T24: an id outlives its row."""
    send(agency, [act(1), act(2)])
    change(agency, retention_days=30)
    age(agency, 31)
    remove(agency)
    (found,) = all_of(agency, Removal, job__kind="remove_rows")
    assert found.removed["ingestion_engagement"] == 3  # the cast's own among them
    assert found.removed["ingestion_contact"] == 2
    assert found.is_in_time
    assert send(agency, [act(1)]).json()["duplicate"] == 1
    remove(agency)
    assert len(all_of(agency, Removal, job__kind="remove_rows")) == 1


def test_what_another_source_says_of_somebody_stays(agency: Agency) -> None:
    there = another(agency)
    send(agency, [act(1), act(2, actor={"handle": "bob"})])
    send(agency, [act(1)], source=there)
    change(agency, retention_days=30)
    age(agency, 31)
    remove(agency)
    assert all_of(agency, Engagement, "delivery__source") == [there.pk]
    assert handles(agency) == {"ada"}


def test_a_day_less_than_allowed_is_kept(agency: Agency) -> None:
    send(agency, [act(1)])
    change(agency, retention_days=30)
    age(agency, 29)
    before = all_of(agency, Engagement, "ext_id")
    remove(agency)
    assert all_of(agency, Engagement, "ext_id") == before


def test_an_objection_is_not_forgotten(agency: Agency) -> None:
    send(agency, [act(1), act(2, actor={"handle": "bob"})])
    with within(agency):
        record(Contact.objects.get(handle="ada"))
    change(agency, retention_days=30)
    age(agency, 31)
    remove(agency)
    assert handles(agency) == {"ada"}
    assert contact_called(agency, "ada").objected_at is not None


def test_what_was_logged_by_hand_goes_with_its_source(agency: Agency) -> None:
    send(agency, [act(1)])
    ada = contact_called(agency, "ada")
    with within(agency):
        made = logged.log(ada, what="call", occurred_at=timezone.now() - timedelta(days=1), by=agency.owner)
        by_hand = made.delivery.source
        Source.objects.update(retention_days=30)
    age(agency, 31)
    remove(agency)
    assert all_of(agency, LoggedAct, "contact__handle", contact__handle="ada") == ["ada"]
    age(agency, 31, by_hand)
    remove(agency)
    assert all_of(agency, LoggedAct) == []
    assert handles(agency) == set()


def test_a_link_stands_as_long_as_its_source_says_anything_of_either(agency: Agency) -> None:
    who = {"handle": "ada", "external_id": "9"}
    send(agency, [act(1, actor=who)])
    age(agency, 29)
    send(agency, [act(2, actor={"external_id": "9"})])
    change(agency, retention_days=30)
    age(agency, 2)
    remove(agency)
    assert all_of(agency, IdentityLink, "kind", source=agency.source.pk, contact__handle="ada") == ["handle"]
    age(agency, 30)
    remove(agency)
    assert all_of(agency, IdentityLink, "kind", source=agency.source.pk) == []
    assert handles(agency) == set()


def test_whom_a_member_added_stays(agency: Agency) -> None:
    with within(agency):
        contacts.add(agency.client, platform="offline", handle="Ada from the fair")
    change(agency, retention_days=1)
    age(agency, 31)
    remove(agency)
    assert handles(agency) == {"Ada from the fair"}


def test_a_posts_description_stays_as_long_as_a_count_of_it(agency: Agency) -> None:
    described = post_count(described={"channel": "instagram/Ours.handle", "published_at": "2026-05-01T00:00:00Z"})
    send(agency, [described], "post-counts")
    age(agency, 29)
    send(agency, [described | {"at": "2026-05-02T10:00:00Z"}], "post-counts")
    change(agency, retention_days=30)
    age(agency, 2)
    remove(agency)
    assert (len(all_of(agency, PostCount)), all_of(agency, Post, "ext_id")) == (1, ["post-1"])
    age(agency, 30)
    remove(agency)
    assert (all_of(agency, PostCount), all_of(agency, Post)) == ([], [])


@pytest.mark.parametrize(("role", "kept"), [("owned", []), ("prospect", ["post-1"])])
def test_a_prospects_post_stays_as_long_as_an_act_on_it(agency: Agency, role: str, kept: list[str]) -> None:
    """Without its post the act would count as one with the brand."""
    with within(agency):
        Channel.objects.update(role=role)
    send(agency, [post(), post(id="post-2")], "posts")
    age(agency, 29)
    send(agency, [act(1, post="post-1")])
    change(agency, retention_days=30)
    age(agency, 2)
    remove(agency)
    assert (all_of(agency, Engagement, "ext_id"), all_of(agency, Post, "ext_id")) == (["act-1"], kept)
    age(agency, 30)
    remove(agency)
    assert (all_of(agency, Engagement), all_of(agency, Post)) == ([], [])


def test_who_has_nothing_but_what_was_deleted_there_goes_too(agency: Agency) -> None:
    there = another(agency, kind=SourceKind.X_API)
    send(agency, [act(1), delete(1)], source=there)
    remove(agency)
    assert handles(agency).isdisjoint({"ada"})


def test_who_was_addressed_stays_as_long_as_the_act(agency: Agency) -> None:
    send(agency, [act(1, direction="peer", target={"handle": "bob"})], source=another(agency))
    change(agency, retention_days=30)
    age(agency, 31)
    remove(agency)
    assert handles(agency) == {"ada", "bob"}


def test_a_job_that_is_killed_goes_on_and_counts_nothing_twice(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "BATCHES_A_STEP", 1)
    for number in range(3):
        send(agency, [act(number)])
    change(agency, retention_days=30)
    age(agency, 31)
    batches = len(all_of(agency, Delivery, removed_at__isnull=True))
    job = put_in(agency, "remove_rows", args={"source": agency.source.pk})
    killed(agency, job, retention.remove_rows, writes=2)
    assert len(all_of(agency, Delivery, removed_at__isnull=True)) == batches - 2
    assert run(agency, job).state == JobState.DONE
    (found,) = all_of(agency, Removal, job=job)
    assert found.removed["ingestion_engagement"] == 4
    assert all_of(agency, Delivery, removed_at__isnull=True) == []


def test_lateness_is_recorded_and_said(agency: Agency, caplog: pytest.LogCaptureFixture) -> None:
    """A week in which nothing ran: what became due in it is late; what a change of the policy made due is not."""
    before = put_in(agency, "remove_rows", args={"source": agency.source.pk})
    change_job(agency, before, state="done", finished_at="2020-01-01T00:00:00Z")
    send(agency, [act(1)])
    change(agency, retention_days=30)
    age(agency, 37)
    remove(agency)
    (found,) = all_of(agency, Removal, job__kind="remove_rows")
    assert not found.is_in_time
    assert "had to be gone by" in caplog.text
    caplog.clear()
    send(agency, [act(2)])
    change(agency, retention_days=3)
    age(agency, 20)
    remove(agency)
    assert all_of(agency, Removal, job__kind="remove_rows")[-1].is_in_time
    assert "had to be gone by" not in caplog.text


def delete(number: int, **more: Any) -> dict[str, Any]:
    return act(f"gone-{number}", kind="delete", in_reply_to=f"act-{number}", **more)


@pytest.mark.parametrize("kind", [SourceKind.X_API, SourceKind.PLATFORM_API])
@pytest.mark.parametrize("first", ["act", "delete"])
def test_what_was_deleted_on_its_platform_is_removed(agency: Agency, kind: SourceKind, first: str) -> None:
    there = another(agency, kind=kind)
    rows = [act(1), act(2), delete(1)]
    for row in rows if first == "act" else reversed(rows):
        send(agency, [row], source=there)
    send(agency, [act(1)])  # the same id, from elsewhere
    remove(agency)
    kept = set(all_of(agency, Engagement, "ext_id", delivery__source=there))
    assert kept == {"act-2"}
    assert "act-1" in all_of(agency, Engagement, "ext_id", delivery__source=agency.source.pk)
    (found,) = all_of(agency, Removal, source=there)
    assert (found.why, found.removed) == ("deleted", {"ingestion_engagement": 2})
    assert found.due_at - found.created_at == pytest.approx(timedelta(days=1), abs=timedelta(minutes=1))
    assert send(agency, [act(1)], source=there).json()["duplicate"] == 1


def test_what_is_taken_back_in_the_clients_own_system_is_only_reversed(agency: Agency) -> None:
    send(agency, [act(1), delete(1)])
    remove(agency)
    assert "act-1" in all_of(agency, Engagement, "ext_id")


def test_acts_in_no_months_partition_are_said(agency: Agency, caplog: pytest.LogCaptureFixture) -> None:
    """T33f."""
    remove(agency)
    assert "default partition" not in caplog.text
    age(agency, 1000)
    remove(agency)
    assert "default partition" in caplog.text


def test_whoever_shortens_what_is_allowed_is_told_what_will_go(agency: Agency) -> None:
    browser = Browser()
    browser.force_login(agency.owner)
    send(agency, [act(1)])
    age(agency, 31)
    page = f"/admin/ingestion/source/{agency.source.pk}/change/"
    form = {
        "name": "Ours source", "known_at_basis": "received", "known_after_days": 0, "may_match": "on",
        "kinds-TOTAL_FORMS": 0, "kinds-INITIAL_FORMS": 0,
    }  # fmt: skip
    said = browser.post(page, form | {"retention_days": 30}, follow=True).content.decode()
    assert "are removed for good at the next run" in said
    said = browser.post(page, form | {"retention_days": 90}, follow=True).content.decode()
    assert "removed for good" not in said


def test_removals_stand_in_the_admin(agency: Agency) -> None:
    browser = Browser()
    browser.force_login(agency.owner)
    with within(agency):
        removal = Removal.objects.get()
    assert "Kept as long as the source allows" in browser.get("/admin/ingestion/removal/").content.decode()
    page = browser.get(f"/admin/ingestion/removal/{removal.pk}/change/").content.decode()
    assert "ingestion_contact: 1" in page
