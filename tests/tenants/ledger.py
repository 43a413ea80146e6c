"""What tests do with jobs, each act committed at once, as its own agency."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

import tenants.tasks  # noqa: F401 (declares the handlers)
from tenants import scope
from tenants.models import Client, Job, JobState
from tenants.services import jobs
from tests.conftest import Agency

# As a worker's claim leaves the row.
HELD = {"state": JobState.RUNNING, "attempt": 1, "claimed_at": Now(), "lease_until": Now() + timedelta(minutes=1)}


def put_in(agency: Agency, kind: str = "kind", **more: Any) -> Job:
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        return jobs.enqueue(kind, **more)


def seen(agency: Agency, job: Job) -> Job:
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        return Job.objects.get(pk=job.pk)


def change(agency: Agency, job: Job, **values: Any) -> None:
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(**values)


def run(agency: Agency, job: Job) -> Job:
    """Do as a worker does for a message; return the job as it stands then."""
    with scope.of_tenant(agency.tenant.id):
        jobs.run(job.id)
    return seen(agency, job)


def elsewhere(act: Callable[[], object]) -> None:
    """Do something as another process would: on a connection of its own."""

    def there() -> None:
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(there).result()


class Killed(BaseException):
    """What a process has no time for."""


def killed(agency: Agency, job: Job, act: Callable[[jobs.Work], None], *, writes: int = 0) -> None:
    """Do a job's work as a worker does that is killed as it ends its writing number `writes`; its lease has run out."""
    written = 0

    @contextmanager
    def until_killed(writing: Any) -> Iterator[None]:
        nonlocal written
        with writing:
            yield
            if written == writes:
                raise Killed
            written += 1

    class Doomed(jobs.Work):
        def step(self, progress: int) -> Any:
            return until_killed(super().step(progress))

        def finishing(self) -> Any:
            return until_killed(super().finishing())

        def pausing(self, wait: timedelta) -> Any:
            return until_killed(super().pausing(wait))

    held = {"state": JobState.RUNNING, "attempt": 1, "claimed_at": Now(), "lease_until": Now() - timedelta(seconds=1)}
    change(agency, job, **held)
    with scope.of_tenant(agency.tenant.id), pytest.raises(Killed):
        act(Doomed(seen(agency, job)))
    # A step renewed the lease before the kill.
    change(agency, job, lease_until=Now() - timedelta(seconds=1))


def brands(agency: Agency) -> list[str]:
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        return list(Client.objects.values_list("name", flat=True))


def write_brand(work: jobs.Work) -> None:
    with work.finishing():
        Client.objects.create(name=f"written by attempt {work.job.attempt}")


def moment() -> Any:
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        return cursor.fetchone()[0]
