"""`make chaos-import ROWS=1000000 KILLS=20`: a file is imported while those who import it are killed.

Real processes on servers of their own: PostgreSQL, Valkey, a dispatcher and two workers with two children each, and
`manage.py import_file`. That is killed when half of the file is handed over, and begun anew; then workers are killed,
once while they cut the file and else anywhere in landing it: one child that is at work, or its worker with all of them.
The last line is the account; the exit code is 1 where anything in it is not as it has to be.
"""

import csv
import io
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from random import Random
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import transaction
from django.test import Client as Browser

from config.embedded.process import last_lines
from config.supervision import environment_of
from ingestion.models import Source, SourceKind
from ingestion.services.files import ROWS_A_PIECE
from tenants import scope
from tenants.models import ApiScope, Client
from tenants.services import keys
from tenants.services.tenants import create_tenant
from tests.chaos import kernel, planted
from tests.chaos.crew import CHILDREN, ROOT, Process, crew
from tests.chaos.figures import Figure, below, exactly, table
from tests.chaos.own_servers import OnOwnServers

WORKERS = 2
MOST_MB = 300
LOOK_EVERY = 0.1  # seconds
# So long nothing may move, where a lease is two seconds and the longest job cuts the file.
PATIENCE = 120
STRETCH = 64 * 1024
# What a spreadsheet program takes for a formula, and the same with the apostrophe that makes it a text.
FORMULAS = tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
MADE_SAFE = tuple("'" + mark for mark in FORMULAS)

COUNTS = "SELECT received, accepted, quarantined, duplicate, erased, public_id FROM ingestion_fileimport"
PROGRESS = "SELECT received FROM ingestion_fileimport WHERE rows IS NOT NULL"
RUNNING = "SELECT count(*) FROM tenants_job WHERE state = 'running'"
# In seconds; one where none is done.
A_PIECE = """
SELECT coalesce(avg(extract(epoch FROM finished_at - claimed_at)), 1)::float FROM tenants_job
WHERE kind = 'land_piece' AND state = 'done'
"""
ACCEPTED = "SELECT ext_id FROM ingestion_engagement ORDER BY ext_id"
REMEMBERED = "SELECT ext_id FROM ingestion_receipt ORDER BY ext_id"
SET_ASIDE = "SELECT index || ' ' || code FROM ingestion_rejection ORDER BY index"
UNBALANCED = """
SELECT count(*) FROM ingestion_delivery d
LEFT JOIN (SELECT delivery_id, count(*) AS rows FROM ingestion_engagement GROUP BY 1) e ON e.delivery_id = d.id
LEFT JOIN (SELECT delivery_id, count(*) AS rows FROM ingestion_rejection GROUP BY 1) r ON r.delivery_id = d.id
WHERE d.received <> d.accepted + d.duplicate + d.quarantined + d.erased
   OR d.accepted <> coalesce(e.rows, 0) OR d.quarantined <> coalesce(r.rows, 0)
"""


class Command(OnOwnServers):
    help = "Import a file with bad rows while those who import it are killed, and account for every row."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rows", type=int, default=1_000_000)
        parser.add_argument("--kills", type=int, default=20)

    def act(self, *, rows: int, kills: int, **_: Any) -> None:
        if rows < 4 * ROWS_A_PIECE:
            raise CommandError(f"{4 * ROWS_A_PIECE:,} rows at least: of fewer there is no time to kill anybody.")
        self.draw = Random(planted.SEED)
        self.did: Counter[str] = Counter()
        self.held: Counter[str] = Counter()
        self.went_back = 0
        self.file = settings.VAR / "acts.csv"
        self.planted = planted.write(self.file, rows)
        self.say(f"{rows:,} rows, {self.planted.bad:,} of them bad, {self.file.stat().st_size / 1e6:.0f} MB")
        self.make_agency()
        with crew(settings.VAR, workers=WORKERS, beats=0) as self.crew:
            self.kill_uploader()
            begun = time.monotonic()
            importer = Process("import_file", self.importing(self.file), "web", var=settings.VAR, slots=CHILDREN)
            self.follow(importer, self.moments(rows, kills))
            seconds = time.monotonic() - begun
        self.conclude(importer, kills, seconds)

    def make_agency(self) -> None:
        with scope.of_tenant(create_tenant(name="Chaos", owner_email="0@chaos.example").id), transaction.atomic():
            self.source = Source.objects.create(
                client=Client.objects.create(name="Chaos"), name="Acts", kind=SourceKind.EXPORT, platform="instagram"
            )
            _, self.key = keys.issue(name="chaos", scopes=list(ApiScope.values))
        (settings.VAR / "key").write_text(self.key)

    def importing(self, file: object) -> list[str]:
        return [sys.executable, "manage.py", "import_file", "engagements", str(file), "--source", self.source.public_id,
                "--key-file", str(settings.VAR / "key")]  # fmt: skip

    # --- What happens to them

    def kill_uploader(self) -> None:
        """Kill whoever hands the file over when half of it was taken. Whether anything of it is left, is counted."""
        half = self.file.stat().st_size // STRETCH // 2
        command, environment = self.importing("/dev/stdin"), environment_of("web")
        with (
            self.file.open("rb") as content,
            subprocess.Popen(command, stdin=subprocess.PIPE, cwd=ROOT, env=environment) as uploader,
        ):
            assert uploader.stdin is not None
            uploader.stdin.writelines(islice(iter(lambda: content.read(STRETCH), b""), half))
            uploader.stdin.flush()
            self.look_at("import_file", uploader.pid)
            uploader.kill()
        self.did["import_file"] += 1

    def moments(self, rows: int, kills: int) -> list[int]:
        """Return how many rows have landed when somebody is killed: -1 is while the file is cut; the others are spread
        over all of it but the last pieces, by chance.
        """
        share = (rows - 3 * ROWS_A_PIECE) / max(1, kills - 1)
        return [-1, *(int(share * (number + self.draw.random())) for number in range(kills - 1))][:kills]

    def follow(self, importer: Process, moments: list[int]) -> None:
        """Look at the import until it is over, and kill somebody at each of the moments.

        Raises SystemExit where it stands still.
        """
        far, moved = -1, time.monotonic()
        while importer.running.poll() is None:
            at = self.progress()
            self.went_back += at < far
            if at != far:
                far, moved = at, time.monotonic()
            if time.monotonic() - moved > PATIENCE:
                raise SystemExit(f"nothing has moved for {PATIENCE} s:\n{last_lines(self.crew.workers[0].log)}")
            due = bool(moments) and at >= moments[0] and self.ask(RUNNING) > 0
            # Anywhere in a piece: otherwise it would always be just after another one has landed.
            at_work = self.look(importer, self.draw.uniform(0, self.superuser(A_PIECE)[0][0]) if due else LOOK_EVERY)
            if due and at_work:
                moments.pop(0)
                self.kill_one(*at_work)
                self.say(f"{at:,} rows; killed so far {dict(self.did)}")

    def kill_one(self, worker: Process, child: int) -> None:
        alone = self.draw.random() < 0.5
        worker.kill_one(child, alone=alone)
        self.did["child" if alone else "worker"] += 1

    # --- What is to be seen

    def progress(self) -> int:
        """Return how many rows have their verdict; -1 until it is known how many there are."""
        found = self.superuser(PROGRESS)
        return int(found[0][0]) if found else -1

    def look(self, importer: Process, seconds: float) -> tuple[Process, int] | None:
        """Look for so long, at memory too. Return the busiest child, after its worker, if there is one."""
        busiest = self.crew.busiest(seconds)
        workers = [it.running.pid for it in self.crew.workers]
        self.look_at("import_file", importer.running.pid)
        self.look_at("a worker", *workers, *(child for worker in workers for child in kernel.children(worker)))
        return busiest

    def look_at(self, what: str, *pids: int) -> None:
        """Keep the most memory that one of them has held, in MB."""
        self.held[what] = max(self.held[what], *map(round, map(kernel.most_held, pids)))

    def conclude(self, importer: Process, kills: int, seconds: float) -> None:
        figures = self.account(importer, kills, seconds)
        self.stdout.write(f"{table(figures)}\n\n{last_lines(importer.log, 12)}\n")
        wrong = [it.name for it in figures if not it.holds]
        self.stdout.write(json.dumps({**{it.name: it.seen for it in figures}, "wrong": wrong}))
        if wrong:
            sys.exit(1)

    def account(self, importer: Process, kills: int, seconds: float) -> list[Figure]:
        received, accepted, quarantined, duplicate, erased, public_id = self.superuser(COUNTS)[0]
        places, safe, unsafe = self.downloaded(public_id)
        good = self.planted.rows - self.planted.bad
        return [
            exactly("imports", self.ask("SELECT count(*) FROM ingestion_fileimport"), 1),
            exactly("rows with a verdict", received, self.planted.rows),
            exactly("accepted", accepted, good),
            exactly("set aside", quarantined, self.planted.bad),
            exactly("duplicate", duplicate, 0),
            exactly("erased", erased, 0),
            exactly("ids that landed", self.digest(ACCEPTED), self.planted.accepted),
            exactly("ids remembered", self.digest(REMEMBERED), self.planted.accepted),
            exactly("places and codes set aside", self.digest(SET_ASIDE), self.planted.set_aside),
            exactly("places and codes downloaded", places, self.planted.set_aside),
            exactly("formulas downloaded", unsafe, 0),
            exactly("formulas made safe", safe, self.planted.formulas),
            exactly("deliveries that do not add up", self.ask(UNBALANCED), 0),
            exactly("blocks of the file left", self.ask("SELECT count(*) FROM ingestion_fileblock"), 0),
            exactly("jobs not done", self.ask("SELECT count(*) FROM tenants_job WHERE state <> 'done'"), 0),
            exactly("times that progress went back", self.went_back, 0),
            exactly("exit code of import_file", importer.running.returncode, 0),
            exactly("kills of workers", self.did["worker"] + self.did["child"], kills),
            exactly("kills of import_file", self.did["import_file"], 1),
            Figure("attempts lost", self.ask("SELECT sum(attempt - 1) FROM tenants_job")),
            below("MB a worker held at most", self.held["a worker"], MOST_MB),
            below("MB import_file held at most", self.held["import_file"], MOST_MB),
            Figure("seconds", round(seconds)),
            Figure("rows a second", round(received / seconds)),
        ]

    def digest(self, query: str) -> str:
        """Return the SHA-256 of what a query gives, a line each."""
        found = sha256()
        with self.connected() as it, it.cursor().copy(f"COPY ({query}) TO STDOUT") as copy:
            for part in copy:
                found.update(part)
        return found.hexdigest()

    def downloaded(self, public_id: str) -> tuple[str, int, int]:
        """Download what was set aside. Return the digest of its places and codes, and how many of its rows have a cell
        that was made safe, and one that is a formula.
        """
        found, safe, unsafe = sha256(), 0, 0
        for number, code, *cells in self.table(public_id):
            found.update(f"{int(number) - 1} {code}\n".encode())
            safe += any(cell.startswith(MADE_SAFE) for cell in cells)
            unsafe += any(cell.startswith(FORMULAS) for cell in cells)
        return found.hexdigest(), safe, unsafe

    def table(self, public_id: str) -> Iterator[list[str]]:
        """Yield the rows of the table that is downloaded, without its header."""
        browser = Browser(headers={"authorization": f"Bearer {self.key}", "host": "localhost"})
        answer = browser.get(f"/v1/imports/{public_id}/set-aside")
        rows = csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline=""), strict=True)
        next(rows)
        yield from rows
