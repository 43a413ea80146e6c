"""What everybody else does with jobs: put one in, take it back, ask for another try."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Now

from tenants.errors import WrongState
from tenants.models import Job, JobState
from tenants.models.job import OPEN, STOPPED
from tenants.models.owned import random_id

CHANNEL = "earnest_jobs"


def enqueue(
    kind: str,
    args: dict[str, Any] | None = None,
    *,
    dedupe_key: str | None = None,
    delay: timedelta = timedelta(0),
    parent: Job | None = None,
) -> Job:
    """Put a job of the tenant in force into the ledger, within the transaction of its cause, and wake the dispatcher.

    The job exists exactly if that transaction commits.
    args: plain JSON, by public id or number; no personal data, which would have to be erased here too.
    dedupe_key: where the tenant has a job of this kind and key already, whatever became of it, that one is returned and
    nothing is added. Without one every call adds a job.
    """
    values: dict[str, Any] = {"args": args or {}, "parent": parent}
    if delay:
        values["run_after"] = Now() + delay
    job, is_new = Job.objects.get_or_create(kind=kind, dedupe_key=dedupe_key or random_id("job"), defaults=values)
    if is_new:
        wake_dispatcher()
    if is_new and delay:
        job.refresh_from_db(fields=["run_after"])  # an expression until now: the moment is the database's
    return job


def cancel(job: Job) -> None:
    """Take back a job that has not ended. A worker that is at it finds its lease gone and leaves nothing behind.

    Raises WrongState where it has ended.
    """
    cancelled = Job.objects.filter(pk=job.pk, state__in=OPEN).update(
        state=JobState.CANCELLED, lease_until=None, finished_at=Now()
    )
    if not cancelled:
        raise WrongState("Only a job that is queued or running can be cancelled; this one has ended.")


def try_again(job: Job) -> None:
    """Queue a job anew that failed, was set aside or cancelled, with five attempts ahead of it. Raises WrongState."""
    if not _begin_anew(Job.objects.filter(pk=job.pk, state__in=STOPPED)):
        raise WrongState("Only a job that failed, was set aside or cancelled can be tried again; this one did not.")


def hurry(job: Job) -> bool:
    """Have a job begin now that waits for its time or has ended, however it did. Return whether: one that runs is left.

    For work that is done again and again.
    """
    return _begin_anew(Job.objects.filter(pk=job.pk).exclude(state=JobState.RUNNING))


def restart(job: Job) -> None:
    """Have a job begin now in any case. A worker that is at it finds its lease gone and leaves nothing behind."""
    _begin_anew(Job.objects.filter(pk=job.pk))


def _begin_anew(chosen: QuerySet[Job]) -> bool:
    """Queue a job with five attempts ahead of it, as if nothing had been wrong."""
    queued = chosen.update(
        state=JobState.QUEUED,
        attempt=0,
        run_after=Now(),
        rung_at=None,
        lease_until=None,
        finished_at=None,
        progress=0,
        error_code="",
        error="",
    )
    if queued:
        wake_dispatcher()
    return bool(queued)


def wake_dispatcher() -> None:
    """Tell the dispatcher, once the transaction commits. PostgreSQL sends one of many equal notifications."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
