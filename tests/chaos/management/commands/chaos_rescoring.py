"""`make chaos-rescoring KILLS=50`: everybody is scored again and again while those who score are killed.

Real processes on servers of their own: PostgreSQL, Valkey, a dispatcher and two workers with two children each. Rows
come in all the time, so that people are scored anew between two runs, too, by jobs that are killed alike. Somebody
reads all scores meanwhile, over the API, a page that holds everybody: each answer has to be of one run, and whole. The
last line is the account; the exit code is 1 where anything in it is not as it has to be.
"""

import json
import sys
import threading
import time
from datetime import UTC, datetime
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import transaction
from django.test import Client as Browser

from ingestion.models import Source, SourceKind
from tenants import scope
from tenants.models import ApiScope, Client
from tenants.services import jobs, keys
from tenants.services.tenants import create_tenant
from tests.chaos.crew import crew
from tests.chaos.figures import Figure, exactly, table
from tests.chaos.own_servers import OnOwnServers

SEED = 81
WORKERS = 2
CLIENTS, PEOPLE = 4, 45  # no more than a page holds
PATIENCE = 120
LOOK_EVERY = 0.05  # seconds
SCORING = "kind IN ('rescore', 'score_client', 'catch_up')"
RUNNING = f"SELECT count(*) FROM tenants_job WHERE state = 'running' AND {SCORING}"
# In seconds; one where none is done.
A_JOB = f"""
SELECT coalesce(avg(extract(epoch FROM finished_at - claimed_at)), 1)::float FROM tenants_job
WHERE state = 'done' AND {SCORING}
"""
OPEN = "SELECT count(*) FROM tenants_job WHERE state IN ('queued', 'running') AND kind <> 'catch_up'"
LOOK_NOW = "UPDATE tenants_job SET run_after = now() WHERE kind = 'catch_up' AND state = 'queued'"
RUNS = "SELECT count(*) FROM scoring_scorerun WHERE state = %s"
NOT_CURRENT = """
SELECT count(*) FROM scoring_score s JOIN scoring_scorerun r ON r.id = s.run_id WHERE r.state <> 'current'
"""


class Command(OnOwnServers):
    help = "Score everybody while those who score are killed, and see whether readers ever see a mix."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--kills", type=int, default=50)

    def act(self, *, kills: int, **_: Any) -> None:
        self.draw = Random(SEED)
        self.sent = self.polls = self.mixed = self.not_whole = self.anew = 0
        self.runs_seen: set[str] = set()
        self.make_agency()
        with crew(settings.VAR, workers=WORKERS, beats=0) as self.crew:
            self.rescore()
            self.wait_until_done()
            self.is_over = False
            reader = threading.Thread(target=self.read)
            reader.start()
            try:
                for number in range(kills):
                    self.disturb(number)
                self.calm_down()
            finally:
                self.is_over = True
                reader.join()
        self.conclude(kills)

    def make_agency(self) -> None:
        self.tenant_id = create_tenant(name="Chaos", owner_email="0@chaos.example").id
        with scope.of_tenant(self.tenant_id), transaction.atomic():
            self.sources = [
                Source.objects.create(
                    client=Client.objects.create(name=f"Brand {number}"), name="Acts", kind=SourceKind.EXPORT,
                    platform="instagram",
                ).public_id
                for number in range(CLIENTS)
            ]  # fmt: skip
            _, key = keys.issue(name="chaos", scopes=list(ApiScope.values))
        self.browser = Browser(headers={"authorization": f"Bearer {key}", "host": "localhost"})
        for source in self.sources:
            self.send(source, range(PEOPLE))

    def send(self, source: str, people: Any) -> None:
        """Have some people say something."""
        at, rows = datetime.now(UTC).isoformat(), []
        for number in people:
            self.sent += 1
            row = {"id": f"{self.sent}", "kind": "comment", "text": "how much is it", "occurred_at": at}
            rows.append({**row, "actor": {"handle": f"p{number}"}})
        answer = self.browser.post(f"/v1/engagements:batch?source={source}", rows, content_type="application/json")
        assert answer.json()["accepted"] == len(rows), answer.json()

    def rescore(self) -> None:
        with scope.of_tenant(self.tenant_id), transaction.atomic():
            jobs.enqueue("rescore")

    def disturb(self, number: int) -> None:
        """Have some people scored anew or, every other time, everybody; kill somebody who is at it, at any moment."""
        self.send(self.draw.choice(self.sources), self.draw.sample(range(PEOPLE), 3))
        if number % 2:
            self.rescore()
        else:
            self.wait_until_done()
            self.superuser(LOOK_NOW)
        until = time.monotonic() + PATIENCE
        while not self.ask(RUNNING):
            self.refuse_to_wait(until)
        found = self.crew.busiest(self.draw.uniform(0, self.superuser(A_JOB)[0][0]))
        if found:
            worker, child = found
            worker.kill_one(child, alone=self.draw.random() < 0.5)
            self.say(f"{number + 1} killed, {self.polls:,} times looked")

    def calm_down(self) -> None:
        """Have what was begun come to its end, and somebody scored anew whom the reader sees."""
        self.wait_until_done()
        self.send(self.sources[0], [0])
        until = time.monotonic() + PATIENCE
        while not self.anew:
            self.superuser(LOOK_NOW)
            self.refuse_to_wait(until)

    def wait_until_done(self) -> None:
        until = time.monotonic() + PATIENCE
        while self.ask(OPEN):
            self.refuse_to_wait(until)

    def refuse_to_wait(self, until: float) -> None:
        """Wait a little. Raises SystemExit where nothing has come of it for too long."""
        if time.monotonic() > until:
            raise SystemExit(f"nothing has come of it for {PATIENCE} s")
        time.sleep(LOOK_EVERY)

    def read(self) -> None:
        while not self.is_over:
            scores = self.browser.get("/v1/scores?limit=200").json()["results"]
            runs = {it["run"] for it in scores}
            self.polls += 1
            self.mixed += len(runs) != 1
            self.anew += len({it["as_of"] for it in scores}) > 1
            self.not_whole += len({it["contact"]["id"] for it in scores}) != CLIENTS * PEOPLE
            self.runs_seen |= runs
            time.sleep(LOOK_EVERY)  # or little would be left for those who score

    def conclude(self, kills: int) -> None:
        figures = self.account(kills)
        self.stdout.write(table(figures))
        wrong = [it.name for it in figures if not it.holds]
        self.stdout.write(json.dumps({**{it.name: it.seen for it in figures}, "wrong": wrong}))
        if wrong:
            sys.exit(1)

    def account(self, kills: int) -> list[Figure]:
        return [
            Figure("kills", kills),
            Figure("attempts lost", self.ask("SELECT sum(attempt) - count(*) FROM tenants_job WHERE attempt > 0")),
            Figure("polls", self.polls, self.polls > kills, f"> {kills}"),
            Figure("runs seen", len(self.runs_seen), len(self.runs_seen) > 1, "> 1"),
            Figure("answers with people scored anew", self.anew, self.anew > 0, "> 0"),
            exactly("answers of two runs", self.mixed, 0),
            exactly("answers without everybody", self.not_whole, 0),
            exactly("current runs", self.ask(RUNS, "current"), 1),
            exactly("open runs", self.ask(RUNS, "open"), 0),
            exactly("scores of other runs", self.ask(NOT_CURRENT), 0),
            exactly("jobs set aside", self.ask("SELECT count(*) FROM tenants_job WHERE state = 'quarantined'"), 0),
        ]
