"""One attempt at a job: its lease, its fence, and its end together with its effect."""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import copy_context
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Now

from tenants.errors import EarnestError, Overtaken
from tenants.models import Job, JobState
from tenants.services.jobs.pulse import show_pulse
from tenants.services.jobs.queue import wake_dispatcher
from tenants.services.jobs.transactions import own_transaction, snapshot

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 5


class Work:
    """One attempt at one job, as its handler sees it.

    A handler reads in `reading()`, computes with no transaction open, and writes in `finishing()`, which also ends the
    job: either both are kept or neither. Where it writes nothing it may leave `finishing` out, and where each part
    stands for itself it writes them in a `step` each.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.args: dict[str, Any] = job.args
        self.is_finished = False
        self._is_writing = False
        self._has_ended = threading.Event()

    def __str__(self) -> str:
        return f"job={self.job.public_id} kind={self.job.kind} attempt={self.job.attempt}"

    def reading(self) -> AbstractContextManager[None]:
        """Read one moment of the database, and write nothing."""
        return snapshot()

    def report(self, progress: int) -> None:
        """Show how far it is, in per cent, and renew the lease. Raises Overtaken where the work is no longer ours."""
        with own_transaction():
            if not self._mine().update(progress=progress, lease_until=lease_from_now()):
                raise Overtaken

    @contextmanager
    def step(self, progress: int) -> Iterator[None]:
        """Write something that is kept whatever becomes of the rest, and show how far it is then, in per cent.

        For work whose every step may be done again. Raises Overtaken, before anything is written, as `finishing` does.
        """
        self._is_writing = True
        with own_transaction():
            if not self._mine().update(progress=progress, lease_until=lease_from_now()):
                raise Overtaken
            yield
        self._is_writing = False

    @contextmanager
    def finishing(self) -> Iterator[None]:
        """Write, and end the job with it. Raises Overtaken, before anything is written, where it is no longer ours.

        The fence comes first and locks the row to the end: whoever wants the job meanwhile waits, then finds it done.
        """
        with self._ending(_ended(JobState.DONE, progress=100)):
            yield

    @contextmanager
    def pausing(self, wait: timedelta) -> Iterator[None]:
        """Write as in `finishing`, for work that never ends: the job waits, then begins anew, five attempts ahead."""
        waiting = {"state": JobState.QUEUED, "run_after": Now() + wait, "rung_at": None, "lease_until": None}
        with self._ending({**waiting, "attempt": 0, "progress": 0}):
            yield

    @contextmanager
    def _ending(self, said: dict[str, Any]) -> Iterator[None]:
        self._is_writing = True
        with own_transaction():
            if not self._mine().update(error_code="", error="", **said):
                raise Overtaken
            yield
            wake_dispatcher()  # a place is free
        self.is_finished = True

    @contextmanager
    def renewed(self) -> Iterator[None]:
        """Renew the lease from a thread of its own, up to the limit of a job's time: a job that hangs loses it.

        While it writes it holds the row itself, so there is nothing to renew; that it gets on is shown all the same.
        """
        thread = threading.Thread(target=copy_context().run, args=(self._renew,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._has_ended.set()
            thread.join()

    def _renew(self) -> None:
        ends = time.monotonic() + settings.JOB_TIME_LIMIT.total_seconds()
        try:
            while not self._has_ended.wait(settings.JOB_LEASE.total_seconds() / 3) and time.monotonic() < ends:
                try:
                    if not self._is_writing and not self._renew_once():
                        return
                    show_pulse()
                except DatabaseError:  # away for a moment; the lease is three looks long
                    logger.warning("%s: the lease could not be renewed", self, exc_info=True)
        finally:
            connection.close()

    def _renew_once(self) -> bool:
        with own_transaction():
            return bool(self._mine().update(lease_until=lease_from_now()))

    def give_back(self, failed: Exception) -> None:
        """Record why the attempt failed: declined for good, to be tried again later, or set aside after the last."""
        if isinstance(failed, EarnestError) and failed.status < 500:
            logger.info("%s declined: %s", self, failed)
            said = {**_ended(JobState.FAILED), "error_code": failed.code, "error": str(failed)}
        else:
            logger.error("%s failed", self, exc_info=failed)
            said = self._later(failed)
        with own_transaction():
            self._mine().update(**said)
            wake_dispatcher()

    def _later(self, failed: Exception) -> dict[str, Any]:
        code = failed.code if isinstance(failed, EarnestError) else "internal_error"
        # What the exception says may quote rows; the log has it, under the job's id.
        sentence = f"Something failed on our side ({type(failed).__name__}). The log has it under {self.job.public_id}."
        said = {"error_code": code, "error": sentence}
        if self.job.attempt >= MOST_ATTEMPTS:
            return {**_ended(JobState.QUARANTINED), **said}
        wait = settings.JOB_BACK_OFF * 2 ** (self.job.attempt - 1)
        return {"state": JobState.QUEUED, "run_after": Now() + wait, "rung_at": None, "lease_until": None, **said}

    def _mine(self) -> QuerySet[Job]:
        """The job's row, as long as this attempt holds it. `claimed_at` too: trying again begins to count anew."""
        return Job.objects.filter(
            pk=self.job.pk, state=JobState.RUNNING, attempt=self.job.attempt, claimed_at=self.job.claimed_at
        )


def lease_from_now() -> Any:
    lease: timedelta = settings.JOB_LEASE
    return Now() + lease


def _ended(state: JobState, **more: Any) -> dict[str, Any]:
    return {"state": state, "finished_at": Now(), "lease_until": None, **more}
