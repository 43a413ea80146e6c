"""A worker holds its job while it computes, whatever becomes of its connections."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from tenants.models import Client, JobState
from tenants.services import jobs
from tests.conftest import Agency
from tests.tenants.ledger import brands, change, moment, put_in, run, seen, write_brand

# Claiming, reading and finishing are transactions of their own.
pytestmark = pytest.mark.django_db(transaction=True)


# --- The database is restarted meanwhile


def cut_connections() -> None:
    """Terminate every connection to this database but the one that does it, as a restart does."""
    address = settings.SERVERS.postgres.url(role="postgres", database=connection.settings_dict["NAME"])
    with psycopg.connect(address, autocommit=True) as superuser:
        superuser.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_connection_that_broke_while_it_computed_is_replaced(agency: Agency, handler: Any) -> None:
    def compute(work: jobs.Work) -> None:
        with work.reading():
            Client.objects.count()
        cut_connections()
        write_brand(work)

    done = run(agency, put_in(agency, handler(compute)))
    assert (done.state, done.attempt) == (JobState.DONE, 1)
    assert brands(agency) == ["Ours brand", "written by attempt 1"]


def test_a_moment_read_on_a_new_connection_is_read_only_too(agency: Agency, handler: Any) -> None:
    def compute(work: jobs.Work) -> None:
        cut_connections()
        with work.reading():
            Client.objects.create(name="not allowed")

    assert run(agency, put_in(agency, handler(compute))).error_code == "internal_error"
    assert brands(agency) == ["Ours brand"]


def test_a_failure_is_recorded_although_the_connection_broke(agency: Agency, handler: Any) -> None:
    def fail(work: jobs.Work) -> None:
        cut_connections()
        raise LookupError

    done = run(agency, put_in(agency, handler(fail)))
    assert (done.state, done.error_code) == (JobState.QUEUED, "internal_error")


def test_the_lease_is_renewed_again_after_its_connection_broke(agency: Agency, handler: Any, settings: Any) -> None:
    settings.JOB_LEASE = timedelta(seconds=1.2)
    left: list[bool] = []

    def compute(work: jobs.Work) -> None:
        for _ in range(3):
            time.sleep(0.7)
            cut_connections()
        time.sleep(0.7)
        connection.close()
        left.append(seen(agency, work.job).lease_until > moment())

    done = run(agency, put_in(agency, handler(compute)))
    assert left == [True]
    assert (done.state, done.attempt) == (JobState.DONE, 1)


def test_who_writes_for_long_shows_that_it_gets_on(agency: Agency, handler: Any, settings: Any, tmp_path: Path) -> None:
    settings.JOB_LEASE, settings.PULSE = timedelta(seconds=0.3), tmp_path / "pulse"
    met: list[float] = []

    def write(work: jobs.Work) -> None:
        with work.finishing():
            for _ in range(2):
                time.sleep(0.3)
                met.append(settings.PULSE.stat().st_mtime)

    assert run(agency, put_in(agency, handler(write))).state == JobState.DONE
    assert met[0] < met[1]


# --- The lease


def test_the_lease_is_renewed_while_it_computes(agency: Agency, handler: Any, settings: Any) -> None:
    settings.JOB_LEASE = timedelta(seconds=0.6)
    left: list[bool] = []

    def compute(work: jobs.Work) -> None:
        time.sleep(1.5)
        left.append(seen(agency, work.job).lease_until > moment())

    done = run(agency, put_in(agency, handler(compute)))
    assert left == [True]
    assert (done.state, done.attempt) == (JobState.DONE, 1)


def test_who_hangs_beyond_the_limit_loses_the_lease(agency: Agency, handler: Any, settings: Any) -> None:
    settings.JOB_LEASE, settings.JOB_TIME_LIMIT = timedelta(seconds=0.3), timedelta(seconds=0.2)
    left: list[bool] = []

    def hang(work: jobs.Work) -> None:
        time.sleep(1)
        left.append(seen(agency, work.job).lease_until > moment())

    run(agency, put_in(agency, handler(hang)))
    assert left == [False]


def test_a_report_shows_progress_and_notices_who_was_overtaken(agency: Agency, handler: Any) -> None:
    shown: list[int] = []

    def report(work: jobs.Work) -> None:
        work.report(40)
        shown.append(seen(agency, work.job).progress)
        change(agency, work.job, attempt=2)
        work.report(80)

    done = run(agency, put_in(agency, handler(report)))
    assert shown == [40]
    assert (done.state, done.attempt, done.progress) == (JobState.RUNNING, 2, 40)
