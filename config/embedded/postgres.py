"""One PostgreSQL cluster, private to a folder."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Literal
from urllib.parse import quote

import psycopg
from psycopg import sql

from config.embedded.binaries import postgres_programs
from config.embedded.identity import Identity, identity_for, reachable_by
from config.embedded.place import Place, own_folder
from config.embedded.process import ServerFailed, end, last_lines, launch, wait_until

SUPERUSER = "postgres"
START_SECONDS = 60
# A cluster that will be thrown away need not survive the machine's crash.
THROWAWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


class Postgres:
    """A PostgreSQL server on a socket in a folder only its owner may enter; who may enter is trusted, by any role."""

    name = "PostgreSQL"

    def __init__(self, place: Place, *, durable: bool) -> None:
        self.place = place
        self.durable = durable
        self.log = place.logs / "postgres.log"
        self._process: subprocess.Popen[bytes] | None = None

    def url(self, *, role: str, database: str) -> str:
        """Return the address for a role and database, known whether or not the server runs."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.place.sockets), safe='')}"

    def start(self) -> Literal["started", "attached"]:
        """Start the server, or attach to the one that runs. Raises ServerFailed with the end of the log."""
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            if self._launch():
                return "started"
            # Another server on this data is still shutting down, or its last children are after a kill.
            if time.monotonic() > deadline or not self._is_still_ending():
                raise ServerFailed(f"PostgreSQL did not start. The end of {self.log}:\n{last_lines(self.log)}")
            time.sleep(0.2)
        return "attached"

    def has_ended(self) -> bool:
        return self._process is not None and self._process.poll() is not None

    def stop(self) -> None:
        if self._process is not None:
            end(self._process, gently=signal.SIGINT, seconds=20)
            self._process = None

    def answers(self) -> bool:
        try:
            with psycopg.connect(self.url(role=SUPERUSER, database="postgres"), connect_timeout=5):
                return True
        except psycopg.OperationalError:
            return False

    def version(self) -> str:
        with psycopg.connect(self.url(role=SUPERUSER, database="postgres")) as connection:
            return f"{connection.info.server_version // 10000}.{connection.info.server_version % 10000}"

    def create_database(self, name: str, *, laid_with: str) -> None:
        """Make sure the database is there and run the (idempotent) SQL in it as superuser: roles and their rights."""
        with psycopg.connect(self.url(role=SUPERUSER, database="postgres"), autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        with psycopg.connect(self.url(role=SUPERUSER, database=name)) as connection:
            connection.execute(laid_with.encode())

    def _launch(self) -> bool:
        identity, programs, data = self._lay_out()
        if not (data / "PG_VERSION").exists():
            self._create_cluster(identity, programs, data)
        # What was sent in bulk is queried at once: until it is analysed the planner takes it for a handful of rows.
        settings = ["listen_addresses=", f"unix_socket_directories={self.place.sockets}", "autovacuum_naptime=5s"]
        settings += [] if self.durable else THROWAWAY
        self._process = launch(
            [*identity.prefix, programs / "postgres", "-D", data, *(word for it in settings for word in ("-c", it))],
            log=self.log,
            on_parent_death=signal.SIGINT,  # fast shutdown: open transactions are rolled back, nothing is waited for
            cwd=Path("/"),
            uid=identity.uid,
            gid=identity.gid,
            environment={**os.environ, "LC_ALL": "C"},
        )
        return wait_until(self.answers, self._process, seconds=START_SECONDS)

    def _lay_out(self) -> tuple[Identity, Path, Path]:
        """Return who runs it, the programs' folder and the data folder, all three fit for each other."""
        programs, data = postgres_programs(), self.place.root / "postgres"
        moved = self.place.reachable / "postgres"
        identity = identity_for(moved if moved.exists() else data)
        if identity.uid is None or identity.gid is None:
            return identity, programs, data
        # `nobody` can enter neither the project's private folder nor, as a rule, the environment's.
        os.chown(self.place.sockets, identity.uid, identity.gid)
        own_folder(self.place.reachable, mode=0o755)
        if not reachable_by(identity.uid, programs / "postgres"):
            programs = _copied(programs, self.place.reachable) / "bin"
        return identity, programs, moved

    def _create_cluster(self, identity: Identity, programs: Path, data: Path) -> None:
        # Under another name until it is whole: an interrupted initdb leaves files that look like a cluster.
        unfinished = data.with_name("postgres.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if identity.uid is not None and identity.gid is not None:
            os.chown(unfinished, identity.uid, identity.gid)
        made = subprocess.run(
            [*identity.prefix, programs / "initdb", "-D", unfinished, "-U", SUPERUSER, "--auth=trust",
             "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C",
             "--data-checksums", *([] if self.durable else ["--no-sync"])],
            capture_output=True, text=True, check=False, cwd="/", env={**os.environ, "LC_ALL": "C"},
            user=identity.uid, group=identity.gid, extra_groups=None if identity.uid is None else [],
        )  # fmt: skip
        if made.returncode != 0:
            raise ServerFailed(f"initdb could not make a database cluster:\n{made.stderr.strip()}")
        unfinished.rename(data)

    def _is_still_ending(self) -> bool:
        said = last_lines(self.log, 4)
        return any(words in said for words in ("already exists", "still in use", "could not create lock file"))


def _copied(programs: Path, into: Path) -> Path:
    """Return a copy of the installation that `nobody` can reach, made once for each version, whole or not at all."""
    said = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    copied = into / said.strip().replace(" ", "-")
    if not copied.exists():
        unfinished = into / "programs.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(programs.parent, unfinished, symlinks=True)
        unfinished.rename(copied)
    return copied
