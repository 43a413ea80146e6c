"""What tests do with jobs, each act committed at once, as its own agency."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.db import connection, transaction

import tenants.tasks  # noqa: F401 (declares the handlers)
from tenants import scope
from tenants.models import Job
from tenants.services import jobs
from tests.conftest import Agency


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
