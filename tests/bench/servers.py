"""The servers as the benchmark reaches them: PostgreSQL past all walls, and the product's web server over HTTP."""

import http.client
import json
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import psycopg
from django.conf import settings

from config.embedded.process import end, last_lines, launch
from config.supervision import environment_of, web_command

ROOT = Path(__file__).resolve().parents[2]
HOST = "127.0.0.1"
START_SECONDS = 60


def superuser() -> psycopg.Connection[tuple[Any, ...]]:
    """Return a connection that no policy holds for; it commits every statement."""
    return psycopg.connect(settings.SERVERS.postgres.url(role="postgres", database="earnest"), autocommit=True)


def role(name: str) -> psycopg.Connection[tuple[Any, ...]]:
    """Return a connection of a role that policies hold for."""
    return psycopg.connect(settings.SERVERS.postgres.url(role=name, database="earnest"))


def dump(connection: psycopg.Connection[Any], query: str, *values: object) -> bytes:
    """Return rows as COPY writes and takes them."""
    with connection.cursor().copy(f"COPY ({query}) TO STDOUT", values) as copy:
        return b"".join(bytes(part) for part in copy)


def read(connection: psycopg.Connection[Any], query: str, *values: object) -> None:
    """Read rows by COPY in binary, and look at none of them."""
    with connection.cursor().copy(f"COPY ({query}) TO STDOUT (FORMAT BINARY)", values) as copy:
        for _ in copy:
            pass


def fill(connection: psycopg.Connection[Any], table: str, rows: bytes) -> None:
    """Write rows as `dump` gave them."""
    with connection.cursor().copy(f"COPY {table} FROM STDIN") as copy:
        copy.write(rows)


class Web:
    """The web server as a client with a key sees it, over one connection as long as requests follow each other."""

    def __init__(self, port: int, key: str) -> None:
        self.connection = http.client.HTTPConnection(HOST, port, timeout=120)
        self.headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def connect_anew(self) -> None:
        """Connect again with the next request: the server hangs up after two seconds of silence."""
        self.connection.close()

    def ask(self, method: str, address: str, body: bytes | None = None, **headers: str) -> tuple[int, bytes]:
        self.connection.request(method, address, body, self.headers | headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def get(self, address: str) -> dict[str, Any]:
        """Return what is there. Raises AssertionError where it is anything but 200."""
        status, content = self.ask("GET", address)
        assert status == 200, (address, status, content[:500])
        return cast("dict[str, Any]", json.loads(content))

    def post(self, address: str, body: bytes, **headers: str) -> None:
        """Send something. Raises AssertionError where it is not taken."""
        self.connect_anew()
        status, content = self.ask("POST", address, body, **headers)
        assert status in {200, 201, 202}, (address, status, content[:500])


@contextmanager
def web() -> Iterator[int]:
    """Have the web server run as in production, with the plain views beside the product's; yield its port."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    log = settings.VAR / "web.log"
    environment = {**environment_of("web"), "DJANGO_SETTINGS_MODULE": "tests.bench.settings", "LOG_LEVEL": "WARNING"}
    process = launch(web_command(host=HOST, port=port), log=log, cwd=ROOT, environment=environment)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not _answers(port):
            if process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"The web server does not answer; the log says why:\n{last_lines(log)}")
            time.sleep(0.1)
        yield port
    finally:
        end(process, gently=signal.SIGTERM, seconds=20)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()
