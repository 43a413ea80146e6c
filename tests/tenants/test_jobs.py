"""The ledger: a job exists with its cause, is done once, and says why where it was not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from django.db.models.functions import Now

from tenants import scope
from tenants.errors import EarnestError, WrongState
from tenants.models import Client, Job, JobState
from tenants.services import jobs
from tests.conftest import Agency
from tests.tenants.ledger import HELD, brands, change, elsewhere, moment, put_in, run, seen, write_brand

# Claiming, reading and finishing are transactions of their own.
pytestmark = pytest.mark.django_db(transaction=True)


def as_agency(agency: Agency, act: Callable[..., object], *args: Any, **more: Any) -> object:
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        return act(*args, **more)


# --- Put in


def test_a_job_exists_if_its_cause_does(agency: Agency) -> None:
    with scope.of_tenant(agency.tenant.id):
        with transaction.atomic():
            jobs.enqueue("rolled back")
            transaction.set_rollback(True)
        with transaction.atomic():
            jobs.enqueue("committed")
            assert set(Job.objects.values_list("kind", flat=True)) == {"Ours kind", "committed"}


def test_the_same_key_is_the_same_job_whatever_became_of_it(agency: Agency, other: Agency) -> None:
    first = put_in(agency, "nightly", dedupe_key="Monday")
    change(agency, first, state=JobState.DONE, finished_at=Now())
    again = put_in(agency, "nightly", dedupe_key="Monday", args={"other": 1})
    assert (again.pk, again.state, again.args) == (first.pk, JobState.DONE, {})
    assert put_in(agency, "nightly", dedupe_key="Tuesday").pk != first.pk
    assert put_in(agency, "weekly", dedupe_key="Monday").pk != first.pk
    assert put_in(other, "nightly", dedupe_key="Monday").pk != first.pk


def test_without_a_key_every_call_is_a_job(agency: Agency) -> None:
    assert put_in(agency, "mail").pk != put_in(agency, "mail").pk


def test_a_delayed_job_is_not_to_be_had_before(agency: Agency, handler: Any) -> None:
    kind = handler(write_brand)
    job = put_in(agency, kind, delay=timedelta(minutes=5))
    assert job.run_after - job.created_at == timedelta(minutes=5)
    assert run(agency, job).attempt == 0
    change(agency, job, run_after=Now())
    assert run(agency, job).state == JobState.DONE


# --- Done once


def test_a_job_is_done_once_however_often_it_is_rung(agency: Agency, handler: Any) -> None:
    job = put_in(agency, handler(write_brand))
    for _ in range(3):
        done = run(agency, job)
    assert (done.state, done.attempt, done.progress, done.error) == (JobState.DONE, 1, 100, "")
    assert done.finished_at is not None
    assert brands(agency) == ["Ours brand", "written by attempt 1"]


def test_a_handler_that_writes_nothing_need_not_finish(agency: Agency, handler: Any) -> None:
    assert run(agency, put_in(agency, handler(lambda work: None))).state == JobState.DONE


def test_a_forged_message_finds_nothing_to_do(agency: Agency, other: Agency, handler: Any) -> None:
    job = put_in(other, handler(write_brand))
    with scope.of_tenant(agency.tenant.id):
        jobs.run(job.id)
        jobs.run(987_654_321)
    assert seen(other, job).state == JobState.QUEUED
    assert brands(other) == ["Stranger brand"]


def test_a_job_runs_within_its_tenant_and_no_transaction(agency: Agency, other: Agency, handler: Any) -> None:
    met: list[Any] = []

    def look(work: jobs.Work) -> None:
        met.append((scope.tenant_id_in_force(), connection.in_atomic_block))
        with work.reading():
            met.append(list(Client.objects.values_list("name", flat=True)))

    run(agency, put_in(agency, handler(look)))
    assert met == [(agency.tenant.id, False), ["Ours brand"]]


def test_reading_sees_one_moment_and_writes_nothing(agency: Agency, handler: Any) -> None:
    met: list[int] = []

    def look(work: jobs.Work) -> None:
        with work.reading():
            met.append(Client.objects.count())
            elsewhere(lambda: as_agency(agency, Client.objects.create, name="meanwhile"))
            met.append(Client.objects.count())
            Client.objects.create(name="not allowed")

    done = run(agency, put_in(agency, handler(look)))
    assert met == [1, 1]
    assert done.error_code == "internal_error"
    assert brands(agency) == ["Ours brand", "meanwhile"]
    # The connection is as it was.
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        Client.objects.create(name="written afterwards")


# --- Fenced


def test_who_was_overtaken_writes_nothing(agency: Agency, handler: Any, caplog: pytest.LogCaptureFixture) -> None:
    def fall_asleep(work: jobs.Work) -> None:
        if work.job.attempt == 1:
            elsewhere(lambda: change(agency, work.job, lease_until=Now() - timedelta(seconds=1)))
            elsewhere(lambda: run(agency, work.job))
        write_brand(work)

    done = run(agency, put_in(agency, handler(fall_asleep)))
    assert (done.state, done.attempt) == (JobState.DONE, 2)
    assert brands(agency) == ["Ours brand", "written by attempt 2"]
    assert [it.message for it in caplog.records if " fenced: " in it.message]


def test_a_lease_that_runs_is_respected(agency: Agency, handler: Any) -> None:
    job = put_in(agency, handler(write_brand))
    change(agency, job, **HELD)
    assert run(agency, job).attempt == 1
    change(agency, job, lease_until=Now() - timedelta(seconds=1))
    assert run(agency, job).attempt == 2


def test_after_five_attempts_nobody_takes_it(agency: Agency, handler: Any) -> None:
    """Its fifth worker was lost, and an old message comes before the dispatcher has set it aside."""
    job = put_in(agency, handler(write_brand))
    change(agency, job, **{**HELD, "attempt": 5, "lease_until": Now() - timedelta(seconds=1)})
    assert run(agency, job).attempt == 5


def test_a_cancelled_job_leaves_nothing_behind(agency: Agency, handler: Any) -> None:
    def be_cancelled(work: jobs.Work) -> None:
        elsewhere(lambda: as_agency(agency, jobs.cancel, work.job))
        write_brand(work)

    done = run(agency, put_in(agency, handler(be_cancelled)))
    assert done.state == JobState.CANCELLED
    assert brands(agency) == ["Ours brand"]


def test_an_attempt_from_before_another_try_is_fenced_although_its_number_comes_again(
    agency: Agency, handler: Any
) -> None:
    def be_taken_over(work: jobs.Work) -> None:
        for act in (jobs.cancel, jobs.try_again):
            elsewhere(lambda act=act: as_agency(agency, act, work.job))  # type: ignore[misc]
        elsewhere(lambda: change(agency, work.job, **HELD))
        write_brand(work)

    done = run(agency, put_in(agency, handler(be_taken_over)))
    assert (done.state, done.attempt) == (JobState.RUNNING, 1)  # as the second worker holds it
    assert brands(agency) == ["Ours brand"]


def test_what_fails_while_finishing_keeps_neither_effect_nor_end(agency: Agency, handler: Any) -> None:
    def fail_late(work: jobs.Work) -> None:
        with work.finishing():
            Client.objects.create(name="half an effect")
            raise LookupError

    done = run(agency, put_in(agency, handler(fail_late)))
    assert done.state == JobState.QUEUED
    assert brands(agency) == ["Ours brand"]


# --- What went wrong


class Declined(EarnestError):
    code = "declined_for_a_reason"
    status = 409


def test_a_reason_that_will_not_change_ends_the_job_with_it(agency: Agency, handler: Any) -> None:
    def decline(work: jobs.Work) -> None:
        raise Declined("There are too few outcomes.")

    done = run(agency, put_in(agency, handler(decline)))
    assert (done.state, done.error_code, done.error) == (
        JobState.FAILED,
        "declined_for_a_reason",
        "There are too few outcomes.",
    )


def test_an_error_is_tried_again_later_and_set_aside_after_five(
    agency: Agency, handler: Any, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    def err(work: jobs.Work) -> None:
        raise LookupError("canary of somebody's row")

    job = put_in(agency, handler(err))
    waits = []
    for _ in range(4):
        failed = run(agency, job)
        assert (failed.state, failed.error_code) == (JobState.QUEUED, "internal_error")
        waits.append((failed.run_after - moment()).total_seconds())
        assert run(agency, job).attempt == failed.attempt  # not before its time
        change(agency, job, run_after=Now())
    assert waits == pytest.approx([10, 20, 40, 80], abs=2)
    done = run(agency, job)
    assert (done.state, done.attempt) == (JobState.QUARANTINED, 5)
    assert done.public_id in done.error
    assert "canary" not in done.error
    assert "canary of somebody's row" in caplog.text  # the log has it, under the job's id
    assert done.public_id in caplog.text
    change(agency, job, run_after=Now())
    assert run(agency, job).attempt == 5


def test_a_kind_that_nobody_knows_waits_for_who_knows_it(agency: Agency) -> None:
    done = run(agency, put_in(agency, "from another version"))
    assert (done.state, done.error_code) == (JobState.QUEUED, "unknown_kind")


def test_what_ended_badly_can_be_tried_again(agency: Agency, handler: Any) -> None:
    job = put_in(agency, handler(write_brand))
    change(agency, job, state=JobState.QUARANTINED, attempt=5, finished_at=Now(), error_code="worker_lost", error="…")
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        jobs.try_again(job)
    done = run(agency, job)
    assert (done.state, done.attempt, done.error_code, done.error) == (JobState.DONE, 1, "", "")


@pytest.mark.parametrize("act", [jobs.cancel, jobs.try_again])
def test_what_is_done_stays_done(agency: Agency, act: Callable[[Job], None]) -> None:
    job = put_in(agency, "done already")
    change(agency, job, state=JobState.DONE, finished_at=Now())
    with scope.of_tenant(agency.tenant.id), transaction.atomic(), pytest.raises(WrongState, match="Only a job that"):
        act(seen(agency, job))
    assert seen(agency, job).state == JobState.DONE


def test_the_database_refuses_states_that_cannot_be(agency: Agency) -> None:
    job = put_in(agency, "kept by constraints")
    for values, name in (
        ({"state": "asleep", "finished_at": Now()}, "job_state_is_known"),
        ({"state": JobState.RUNNING}, "job_has_a_lease_while_it_runs"),
        ({"state": JobState.DONE}, "job_has_an_end_once_it_ended"),
        ({"progress": 101}, "job_progress_is_per_cent"),
    ):
        with pytest.raises(IntegrityError, match=name):
            change(agency, job, **values)


def test_a_read_only_moment_refuses_to_write(agency: Agency) -> None:
    work = jobs.Work(put_in(agency, "kind"))
    with scope.of_tenant(agency.tenant.id), pytest.raises(InternalError, match="read-only"), work.reading():
        Client.objects.create(name="not allowed")


# --- Again and again


def test_a_job_that_begins_anew_keeps_what_it_wrote_and_its_row(agency: Agency, handler: Any) -> None:
    def write_and_wait(work: jobs.Work) -> None:
        with work.pausing(timedelta(minutes=5)):
            Client.objects.create(name=f"written at {work.job.claimed_at}")

    job = put_in(agency, handler(write_and_wait))
    for times in (1, 2):
        waiting = run(agency, job)
        assert (waiting.state, waiting.attempt, waiting.finished_at) == (JobState.QUEUED, 0, None)
        assert (waiting.run_after - moment()).total_seconds() == pytest.approx(300, abs=2)
        assert len(brands(agency)) == 1 + times
        run(agency, job)  # not before its time
        assert len(brands(agency)) == 1 + times
        as_agency(agency, jobs.hurry, job)


def test_who_was_overtaken_does_not_begin_anew(agency: Agency, handler: Any) -> None:
    def write_late(work: jobs.Work) -> None:
        as_agency(agency, jobs.cancel, work.job)
        with work.pausing(timedelta(minutes=5)):
            Client.objects.create(name="written too late")

    assert run(agency, put_in(agency, handler(write_late))).state == JobState.CANCELLED
    assert brands(agency) == ["Ours brand"]


@pytest.mark.parametrize("state", [JobState.DONE, JobState.FAILED, JobState.QUARANTINED, JobState.CANCELLED])
def test_what_has_ended_can_be_hurried_too(agency: Agency, handler: Any, state: JobState) -> None:
    job = put_in(agency, handler(write_brand), delay=timedelta(hours=1))
    change(agency, job, state=state, attempt=5, finished_at=Now())
    as_agency(agency, jobs.hurry, job)
    assert run(agency, job).state == JobState.DONE


def test_what_runs_is_not_hurried(agency: Agency, handler: Any) -> None:
    job = put_in(agency, handler(write_brand))
    change(agency, job, **HELD)
    as_agency(agency, jobs.hurry, job)
    assert (held := seen(agency, job)).state == JobState.RUNNING
    assert run(agency, job).claimed_at == held.claimed_at


def test_what_is_restarted_while_it_runs_begins_anew_and_keeps_nothing(agency: Agency, handler: Any) -> None:
    attempts: list[int] = []

    def write_late(work: jobs.Work) -> None:
        attempts.append(work.job.attempt)
        if len(attempts) == 1:
            elsewhere(lambda: as_agency(agency, jobs.restart, work.job))
        with work.finishing():
            Client.objects.create(name=f"written by attempt {len(attempts)}")

    job = put_in(agency, handler(write_late))
    assert run(agency, job).state == JobState.QUEUED
    assert run(agency, job).state == JobState.DONE
    assert (attempts, brands(agency)) == ([1, 1], ["Ours brand", "written by attempt 2"])
