"""Waiting for background work, for commands that show what came of it."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import InterfaceError, OperationalError, connection, transaction

from tenants.errors import EarnestError
from tenants.models import Job, JobState
from tenants.models.job import OPEN
from tenants.services import jobs

T = TypeVar("T")
LOOK_EVERY = 0.2  # seconds
# A database that was killed is started again within a few.
PATIENCE = 60.0


class Stopped(EarnestError):
    """Work that came to no end by itself."""

    code = "stopped"


def steadily(act: Callable[[], T]) -> T:
    """Do something in a transaction; where the database goes away meanwhile, do it again when it is back."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with transaction.atomic():
                return act()
        except (OperationalError, InterfaceError):
            connection.close()
            if time.monotonic() > deadline:
                raise
            time.sleep(LOOK_EVERY)


def done(kind: str, args: dict[str, Any] | None = None) -> None:
    """Have a job of the agency in force done by a worker, and wait for its end. Raises Stopped."""
    with transaction.atomic():
        job = jobs.enqueue(kind, args)
    while job.state in OPEN:
        time.sleep(LOOK_EVERY)
        steadily(job.refresh_from_db)
    _refuse(job)


def all_done(report: Callable[[Job], None] = lambda job: None) -> None:
    """Wait until no job of the agency in force is left to do now, and report each that ended. Raises Stopped."""
    reported: set[int] = set()
    while True:
        now = steadily(lambda: list(Job.objects.order_by("id")))
        for job in now:
            if job.state not in OPEN and job.pk not in reported:
                reported.add(job.pk)
                if job.state != JobState.CANCELLED:  # by somebody who knows why
                    _refuse(job)
                report(job)
        if all(job.pk in reported or job.rests for job in now):
            return
        time.sleep(LOOK_EVERY)


def _refuse(job: Job) -> None:
    if job.state != JobState.DONE:
        raise Stopped(f"{job}: {job.error}")
