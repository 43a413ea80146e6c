"""Kinds of jobs whose effects can be counted: every attempt that gets as far as writing leaves a row."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from tenants.models import Job
from tenants.services.jobs import Work, handles
from tenants.walls.operations import security

# One row is one effect of a job. Nothing in the table keeps a second one out.
EFFECTS = [
    "CREATE TABLE chaos_effect (tenant_id bigint NOT NULL, job_id bigint NOT NULL, attempt int NOT NULL)",
    *security("chaos_effect"),
]


def leave_effect(work: Work) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO chaos_effect VALUES (%s, %s, %s)", [work.job.tenant_id, work.job.id, work.job.attempt]
        )


@contextmanager
def at_work(work: Work) -> Iterator[None]:
    """Show, by a file named after the worker's process group, that one of its children does this job."""
    shown = settings.VAR / "work" / f"{os.getpgrp()}.{work.job.id}"
    shown.parent.mkdir(exist_ok=True)
    shown.touch()
    try:
        yield
    finally:
        shown.unlink(missing_ok=True)


@handles("chaos")
def read_think_write(work: Work) -> None:
    """Read, compute for args["seconds"], then write one effect."""
    with at_work(work):
        with work.reading():
            Job.objects.count()
        time.sleep(work.args["seconds"])
        with work.finishing():
            leave_effect(work)
            time.sleep(work.args["seconds"] / 4)


@handles("deadly")
def kill_its_own_process(work: Work) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@handles("faulty")
def raise_an_error(work: Work) -> None:
    raise LookupError("canary: this text may quote somebody's row")


def _by_number_alone(work: Work) -> QuerySet[Job]:
    return Job.objects.filter(pk=work.job.pk)


if not getattr(settings, "FENCE", True):
    Work._mine = _by_number_alone  # type: ignore[method-assign, assignment]
