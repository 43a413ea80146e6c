"""`make chaos KILLS=100`: whatever does background work is killed, frozen, restarted and emptied, again and again.

Real processes on servers of their own: PostgreSQL, Valkey, a dispatcher, beat and two workers with two children each.
Jobs are put in all the while. What was killed five times and set aside is asked for again at the end, when all is calm;
then every job that was put in must have left exactly one effect. The last line is the account.
"""

import json
import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import redis
from django.conf import settings
from django.core.management.base import CommandParser
from django.db import Error, connection, transaction

from config.embedded.process import last_lines
from tenants import scope
from tenants.models import Job, JobState
from tenants.services import jobs
from tenants.services.tenants import create_tenant
from tests.chaos.crew import Process, crew
from tests.chaos.own_servers import OnOwnServers
from tests.chaos.tasks import EFFECTS

TENANTS = 3
WORKERS = 2
# So many jobs of a tenant wait at most: more would only be drained later.
WAITING = 25
DRAIN_SECONDS = 180


class Command(OnOwnServers):
    help = "Kill, freeze and restart what does background work, and account for every job."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kills", type=int, default=100)

    def act(self, *, kills: int, **_: Any) -> None:
        self.draw = random.Random(1)
        self.did: Counter[str] = Counter()
        self.superuser("; ".join(["SET ROLE earnest_owner", *EFFECTS]))
        self.tenants = [create_tenant(name=f"Chaos {n}", owner_email=f"{n}@chaos.example").id for n in range(TENANTS)]
        self.put_in: set[int] = set()
        with crew(settings.VAR, workers=WORKERS) as self.crew, self.producer():
            for number in range(1, kills + 1):
                self.harm(number, kills)
                if number % 10 == 0:
                    self.say(f"{number} of {kills} kills; {len(self.put_in)} jobs put in; so far {dict(self.did)}")
        with crew(settings.VAR, workers=WORKERS) as self.crew:
            self.drain()
            set_aside = self.try_again()
            self.drain()
        self.account(kills, set_aside)

    # --- What goes on meanwhile

    @contextmanager
    def producer(self) -> Iterator[None]:
        """Put jobs in while harm is done; what was put in counts from the moment its transaction committed."""
        stop = threading.Event()

        def produce() -> None:
            draw = random.Random(0)
            while not stop.wait(0.2):
                try:
                    with scope.of_tenant(draw.choice(self.tenants)), transaction.atomic():
                        room = max(0, WAITING - Job.objects.filter(state=JobState.QUEUED).count())
                        added = [
                            jobs.enqueue("chaos", {"seconds": draw.choice([0.01, 0.1, 0.3, 1.0])}).id
                            for _ in range(min(room, draw.randint(1, 12)))
                        ]
                    self.put_in.update(added)
                except Error:
                    connection.close()  # PostgreSQL is restarting; the cause rolled back, so did its jobs
            connection.close()

        thread = threading.Thread(target=produce, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    # --- What happens to them

    def harm(self, number: int, kills: int) -> None:
        if number == kills // 2:
            self.put_the_lights_out()
        if number % 12 == 0:
            self.restart_postgres()
        if number % 10 == 5:
            self.valkey().flushall()
            self.did["flushed"] += 1
        if number % 10 == 7:
            self.kill_valkey()
        if number % 8 == 3:
            self.freeze_worker()
        worker = self.draw.choice(self.crew.workers)
        self.wait_for_work_of(worker)
        time.sleep(self.draw.uniform(0, 0.25))
        victim = self.crew.dispatcher if number % 10 == 0 else worker
        victim.kill()
        victim.start()
        self.did[victim.name.split("-")[0]] += 1

    def freeze_worker(self) -> None:
        """Stop a worker at its work until its lease has run out and another has done the job, then let it go on."""
        frozen = self.draw.choice(self.crew.workers)
        self.wait_for_work_of(frozen)
        frozen.send(signal.SIGSTOP)
        held = frozen.jobs_at_work()
        deadline = time.monotonic() + 30
        while not self.done_of(held) and time.monotonic() < deadline:
            for worker in self.crew.workers:
                worker.revive()
            time.sleep(0.05)
        frozen.send(signal.SIGCONT)
        time.sleep(1.5)  # to find out
        self.did["frozen"] += 1

    def done_of(self, job_ids: list[int]) -> int:
        """Return how many of the jobs are done; PostgreSQL may be away for a moment."""
        try:
            return self.ask("SELECT count(*) FROM tenants_job WHERE state = 'done' AND id = ANY(%s)", job_ids)
        except psycopg.OperationalError:
            return 0

    def kill_valkey(self) -> None:
        os.kill(self.valkey().info("server")["process_id"], signal.SIGKILL)
        self.revive()
        self.did["valkey"] += 1

    def restart_postgres(self) -> None:
        """`pg_ctl restart -m immediate`: the postmaster is told to drop everything, and recovers from its log."""
        self.end_postgres(signal.SIGQUIT)
        self.revive()
        self.did["postgres"] += 1

    def put_the_lights_out(self) -> None:
        """Everything at once, as when the machine loses power."""
        for process in self.crew.all:
            process.kill()
        os.kill(self.valkey().info("server")["process_id"], signal.SIGKILL)
        self.end_postgres(signal.SIGKILL)
        self.revive()
        for process in self.crew.all:
            process.start()
        self.did["lights out"] += 1

    def end_postgres(self, number: signal.Signals) -> None:
        lock = settings.SERVERS.postgres.place.sockets / ".s.PGSQL.5432.lock"
        os.kill(int(lock.read_text().split()[0]), number)

    def revive(self) -> None:
        servers = settings.SERVERS
        while not (servers.postgres.has_ended() or servers.valkey.has_ended()):
            time.sleep(0.05)
        servers.revive(self.say)
        while not (servers.postgres.answers() and servers.valkey.answers()):
            time.sleep(0.1)
            servers.revive(self.say)

    def valkey(self) -> redis.Redis:
        return redis.Redis.from_url(settings.REDIS_URL)

    # --- What is to be seen

    def wait_for_work_of(self, worker: Process) -> None:
        deadline = time.monotonic() + 60
        while not worker.jobs_at_work():
            if time.monotonic() > deadline:
                raise SystemExit(f"{worker.name} does nothing; the log says why:\n{last_lines(worker.log)}")
            worker.revive()
            time.sleep(0.01)

    def drain(self) -> None:
        deadline = time.monotonic() + DRAIN_SECONDS
        while left := self.ask("SELECT count(*) FROM tenants_job WHERE state IN ('queued', 'running')"):
            if time.monotonic() > deadline:
                self.say(f"{left} jobs have not ended after {DRAIN_SECONDS} s")
                return
            time.sleep(0.2)

    def try_again(self) -> int:
        """Ask for what was killed five times to be done after all, as a person would; return how many there were."""
        set_aside = 0
        connection.close()  # from before PostgreSQL was restarted
        for tenant_id in self.tenants:
            with scope.of_tenant(tenant_id), transaction.atomic():
                for job in Job.objects.filter(state=JobState.QUARANTINED):
                    jobs.try_again(job)
                    set_aside += 1
        return set_aside

    def account(self, kills: int, set_aside: int) -> None:
        effects = Counter(self.column("SELECT job_id FROM chaos_effect"))
        again = self.ask("SELECT count(*) FROM tenants_job WHERE attempt > 1")
        self.say(f"harm done: {dict(self.did)}; {again} jobs needed more than one attempt")
        account = {
            "kills": kills,
            "jobs": len(self.put_in),
            "lost": len(self.put_in - set(effects)),
            "doubled": sum(count > 1 for count in effects.values()),
            "fenced": self.crew.said(" fenced: "),
            "quarantined": set_aside,
        }
        self.stdout.write(json.dumps(account))
        if account["lost"] or account["doubled"]:
            sys.exit(1)

    def column(self, question: str) -> list[int]:
        return [value for (value,) in self.superuser(question)]
