"""Real workers, a real dispatcher, two beats and a real Valkey, to which bad things happen."""

import base64
import json
import os
import pickle
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from django.db import transaction
from django.db.models.functions import Now
from kombu import Connection

from config.celery import app
from config.embedded import Servers
from config.environment import queue_address
from config.installation import ROLES
from tenants import scope
from tenants.models import Schedule, Tenant
from tenants.services import jobs, schedules
from tenants.services.tenants import create_tenant
from tests.chaos.crew import ROOT, Crew, crew
from tests.chaos.tasks import EFFECTS
from tests.conftest import connected_as, environment_of_a_shell

pytestmark = pytest.mark.xdist_group("background")
ENDED = ("done", "failed", "quarantined", "cancelled")


class Ground:
    """Servers of one's own, two agencies, and a crew at work."""

    def __init__(self, servers: Servers, crew: Crew, tenants: list[Tenant]) -> None:
        self.servers, self.crew = servers, crew
        self.one, self.other = (tenant.id for tenant in tenants)
        self.valkey = redis.Redis.from_url(servers.valkey.url())

    def put_in(self, tenant_id: int, kind: str, count: int = 1, **args: Any) -> list[int]:
        with scope.of_tenant(tenant_id), transaction.atomic():
            return [jobs.enqueue(kind, args).id for _ in range(count)]

    def rows(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.servers.postgres.url(role="postgres", database="earnest"), autocommit=True) as it:
            return it.execute(query.encode(), values).fetchall()

    def states(self, job_ids: list[int]) -> Counter[str]:
        return Counter(state for (state,) in self.rows("SELECT state FROM tenants_job WHERE id = ANY(%s)", job_ids))

    def wait_for(self, holds: Callable[[], bool], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, "it did not come to be so; " + str(self.servers.place.logs)
            time.sleep(0.05)

    def wait_for_end(self, job_ids: list[int], seconds: float = 60) -> None:
        self.wait_for(lambda: sum(self.states(job_ids)[state] for state in ENDED) == len(job_ids), seconds)

    def effects(self, job_ids: list[int]) -> list[int]:
        """Return how many effects each job left."""
        found = Counter(it for (it,) in self.rows("SELECT job_id FROM chaos_effect WHERE job_id = ANY(%s)", job_ids))
        return [found[job_id] for job_id in job_ids]

    def alive(self) -> list[int]:
        return [worker.running.pid for worker in self.crew.workers if worker.running.poll() is None]

    def send(self, task: str, *args: Any) -> None:
        with Connection(queue_address(self.servers.valkey.url())) as connection:
            app.send_task(task, args, connection=connection)

    def send_pickled(self, what: object) -> None:
        """Put a message into the queue as somebody would who wants it unpickled."""
        message = {
            "body": base64.b64encode(pickle.dumps(((what,), {}, {}))).decode(),
            "content-encoding": "binary",
            "content-type": "application/x-python-serialize",
            "headers": {"lang": "py", "task": "run_job", "id": "forged"},
            "properties": {
                "correlation_id": "forged",
                "body_encoding": "base64",
                "delivery_tag": "forged",
                "delivery_info": {"exchange": "", "routing_key": "earnest"},
            },
        }
        self.valkey.lpush("earnest", json.dumps(message))


class Touch:
    """Unpickled, it makes a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return (Path.touch, (self.path,))


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Iterator[Ground]:
    var: Path = tmp_path_factory.mktemp("background") / "var"
    servers = Servers(var, durable=False)
    servers.start()
    try:
        servers.postgres.create_database("earnest", laid_with=ROLES.read_text())
        command = [sys.executable, "manage.py", "migrate", "--database", "owner", "--verbosity", "0"]
        subprocess.run(command, check=True, cwd=ROOT, env={**environment_of_a_shell(), "EARNEST_VAR": str(var)})
        with psycopg.connect(servers.postgres.url(role="earnest_owner", database="earnest")) as owner:
            owner.execute("; ".join(EFFECTS).encode())
        here = {"HOST": str(servers.place.sockets), "NAME": "earnest"}
        with django_db_blocker.unblock(), connected_as("earnest_app", **here), at_work(var) as there:
            tenants = [create_tenant(name=name, owner_email=f"{name}@chaos.example") for name in ("one", "other")]
            yield Ground(servers, there, tenants)
    finally:
        servers.remove()


@contextmanager
def at_work(var: Path) -> Iterator[Crew]:
    with crew(var, workers=2, beats=2) as there:
        yield there


def test_a_job_is_done_by_a_worker_of_its_own_role(ground: Ground) -> None:
    (job,) = ground.put_in(ground.one, "chaos", seconds=0.2)
    ground.wait_for(lambda: ground.states([job])["running"] == 1)
    roles = {role for (role,) in ground.rows("SELECT usename FROM pg_stat_activity WHERE datname = 'earnest'")}
    assert roles <= {"postgres", "earnest_app", "earnest_worker", "earnest_dispatcher"}
    assert "earnest_dispatcher" in roles
    ground.wait_for_end([job])
    assert ground.effects([job]) == [1]


def test_a_job_that_kills_its_worker_is_set_aside_and_others_go_on(ground: Ground) -> None:
    (deadly,) = ground.put_in(ground.one, "deadly")
    others = ground.put_in(ground.one, "chaos", 10, seconds=0.01)
    ground.wait_for_end([deadly, *others])
    ((state, attempt, code),) = ground.rows("SELECT state, attempt, error_code FROM tenants_job WHERE id = %s", deadly)
    assert (state, attempt, code) == ("quarantined", 5, "worker_lost")
    assert ground.effects(others) == [1] * 10


def test_an_error_is_set_aside_after_five_attempts_with_no_word_of_what_it_quoted(ground: Ground) -> None:
    (faulty,) = ground.put_in(ground.one, "faulty")
    ground.wait_for_end([faulty])
    ((state, attempt, error),) = ground.rows("SELECT state, attempt, error FROM tenants_job WHERE id = %s", faulty)
    assert (state, attempt) == ("quarantined", 5)
    assert "canary" not in error
    assert ground.crew.said("LookupError: canary") == 5


def test_two_beats_enqueue_each_slot_once(ground: Ground) -> None:
    planned = []
    with scope.of_tenant(ground.one), transaction.atomic():
        for n in range(20):
            schedule = schedules.create("chaos", hour=3, args={"seconds": 0.01})
            Schedule.objects.filter(pk=schedule.pk).update(next_at=Now() + timedelta(seconds=n / 4))
            planned.append(schedule.pk)
    for n in range(3):
        ground.crew.beats[n % 2].kill()
        time.sleep(0.7)
        ground.crew.beats[n % 2].start()

    def due() -> list[tuple[Any, ...]]:
        return ground.rows("SELECT job_id FROM tenants_slot WHERE schedule_id = ANY(%s)", planned)

    ground.wait_for(lambda: len(due()) >= 20)
    time.sleep(2)
    found = [job_id for (job_id,) in due()]
    assert len(found) == len(set(found)) == 20
    ground.wait_for_end(found)
    assert ground.effects(found) == [1] * 20


def test_forged_messages_do_nothing_and_stop_nobody(ground: Ground) -> None:
    alive = ground.alive()
    (theirs,) = ground.put_in(ground.other, "chaos", seconds=0.01)
    ground.wait_for_end([theirs])
    for message in [
        (ground.one, theirs),
        (ground.other, theirs),
        (0, 0),
        (-1, 2**70),
        ("1; DROP TABLE tenants_job", "x"),
        (None, None),
        (),
        (1, 2, 3),
        ({"a": 1}, [1]),
    ]:
        ground.send("run_job", *message)
    ground.send("os.system", "true")
    touched = ground.servers.place.root / "touched"
    ground.send_pickled(Touch(touched))
    ground.send("tick", "with an argument")
    (after,) = ground.put_in(ground.one, "chaos", seconds=0.01)
    ground.wait_for_end([after])
    assert ground.effects([theirs, after]) == [1, 1]
    assert not touched.exists()
    assert ground.alive() == alive


def test_who_comes_after_a_flood_is_served_long_before_it_has_passed(ground: Ground) -> None:
    flood = ground.put_in(ground.one, "chaos", 300, seconds=0.03)
    small = ground.put_in(ground.other, "chaos", 10, seconds=0.03)
    ground.wait_for_end(small)
    left = ground.states(flood)["queued"]
    ground.rows(  # the rest need not be waited for
        "UPDATE tenants_job SET state = 'cancelled', finished_at = now() WHERE id = ANY(%s) AND state = 'queued' "
        "RETURNING id",
        flood,
    )
    assert left > 200


def test_slow_jobs_of_one_agency_leave_room_for_others(ground: Ground) -> None:
    slow = ground.put_in(ground.one, "chaos", 6, seconds=4)
    ground.wait_for(lambda: ground.states(slow)["running"] == 2)  # half of four slots
    quick = ground.put_in(ground.other, "chaos", 5, seconds=0.01)
    ground.wait_for_end(quick)
    assert ground.states(slow)["done"] == 0
    assert ground.states(slow)["running"] == 2
    ground.wait_for_end(slow)


def test_a_frozen_valkey_delays_jobs_and_nothing_else(ground: Ground) -> None:
    pid = int(ground.valkey.info("server")["process_id"])
    os.kill(pid, signal.SIGSTOP)
    try:
        begin = time.monotonic()
        put = ground.put_in(ground.one, "chaos", 5, seconds=0.01)
        assert time.monotonic() - begin < 1  # putting in asks PostgreSQL only
        time.sleep(3)
    finally:
        os.kill(pid, signal.SIGCONT)
    ground.wait_for_end(put)
    assert ground.effects(put) == [1] * 5


def test_a_full_valkey_delays_jobs_and_is_said(ground: Ground) -> None:
    log = ground.crew.dispatcher.log
    said_before = log.read_text().count("Jobs wait in the ledger")
    ground.valkey.config_set("maxmemory", "1kb")
    try:
        put = ground.put_in(ground.one, "chaos", 5, seconds=0.01)
        ground.wait_for(lambda: log.read_text().count("Jobs wait in the ledger") > said_before)
    finally:
        ground.valkey.config_set("maxmemory", "0")
    ground.wait_for_end(put)
    assert ground.effects(put) == [1] * 5


def test_an_emptied_valkey_loses_no_job(ground: Ground) -> None:
    put = []
    for _ in range(10):
        put += ground.put_in(ground.one, "chaos", 3, seconds=0.05)
        ground.valkey.flushall()
    ground.wait_for_end(put)
    assert ground.effects(put) == [1] * 30


def test_old_messages_that_come_back_do_nothing(ground: Ground) -> None:
    """As when Valkey comes back with a snapshot of ten minutes ago."""
    put = ground.put_in(ground.one, "chaos", 5, seconds=0.01)
    ground.wait_for_end(put)
    for job_id in put * 3:
        ground.send("run_job", ground.one, job_id)
    (after,) = ground.put_in(ground.one, "chaos", seconds=0.01)
    ground.wait_for_end([after])
    assert ground.effects([*put, after]) == [1] * 6


def test_workers_get_on_while_their_connections_are_cut(ground: Ground) -> None:
    alive = ground.alive()
    put = ground.put_in(ground.one, "chaos", 30, seconds=0.05)
    for _ in range(10):
        ground.valkey.client_kill_filter(_type="normal", skipme=True)
        time.sleep(0.3)
    ground.wait_for_end(put)
    assert ground.effects(put) == [1] * 30
    assert ground.alive() == alive
