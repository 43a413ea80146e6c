"""The demo as a person starts it: one process, servers and all, for the journeys that share a worker."""

import json
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.conf import settings

from config.embedded import Servers
from config.installation import ROLES
from tests.conftest import alone, environment_of_a_shell

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Demo:
    """A running `manage.py demo`."""

    process: "subprocess.Popen[bytes]"
    var: Path
    port: int

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def screen(self) -> str:
        return (self.var.parent / "demo.out").read_text()

    @property
    def password(self) -> str:
        return str(json.loads((self.var / "demo.json").read_text())["password"])

    @property
    def api_key(self) -> str:
        return (self.var / "demo_key").read_text()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_demo(var: Path) -> Demo:
    port = free_port()
    with (var.parent / "demo.out").open("a") as screen:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "demo"],
            cwd=ROOT,
            env={**environment_of_a_shell(), "EARNEST_VAR": str(var), "PORT": str(port)},
            stdout=screen,
            stderr=subprocess.STDOUT,
        )
    return Demo(process, var, port)


def wait_until_it_answers(demo: Demo, seconds: float = 180) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and demo.process.poll() is None:
        try:
            with urllib.request.urlopen(f"{demo.address}/readyz", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the demo did not answer:\n" + demo.screen())


def end_demo(demo: Demo) -> int:
    demo.process.send_signal(signal.SIGINT)
    return demo.process.wait(60)


def wait_until_it_is_filled(demo: Demo, times: int = 1, seconds: float = 240) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and demo.process.poll() is None:
        if demo.screen().count("the data stays for the next start.") == times:
            return
        time.sleep(0.2)
    pytest.fail("the demo came to no table:\n" + demo.screen())


@pytest.fixture(scope="session")
def demo() -> Iterator[Demo]:
    folder = Path(tempfile.mkdtemp(prefix="earnest-demo-"))
    (folder / "var").mkdir()
    started = start_demo(folder / "var")
    wait_until_it_answers(started)
    wait_until_it_is_filled(started)
    yield started
    end_demo(started)
    Servers(started.var).remove()
    shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Installation:
    environment: dict[str, str]
    folder: Path
    database: str

    def run(self, *words: str) -> "subprocess.Popen[bytes]":
        with (self.folder / "demo.out").open("a") as screen:
            return subprocess.Popen(
                [sys.executable, "manage.py", *words], cwd=ROOT, env=self.environment, stdout=screen, stderr=screen
            )

    def said(self) -> str:
        return (self.folder / "demo.out").read_text()


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    postgres, name = settings.SERVERS.postgres, f"installation_{uuid4().hex}"
    with alone():  # roles belong to all databases of a server
        postgres.create_database(name, laid_with=ROLES.read_text())
    yield Installation(
        {
            **environment_of_a_shell(),
            "DATABASE_URL": postgres.url(role="earnest_app", database=name),
            "DATABASE_WORKER_URL": postgres.url(role="earnest_worker", database=name),
            "DATABASE_DISPATCHER_URL": postgres.url(role="earnest_dispatcher", database=name),
            "DATABASE_OWNER_URL": postgres.url(role="earnest_owner", database=name),
            "REDIS_URL": settings.SERVERS.valkey.url(database=15),
            "SECRET_KEY": "k" * 50,
            "ALLOWED_HOSTS": "earnest.example",
            "TRUSTED_PROXIES": "1",
            "ERASURES_FILE": str(tmp_path / "erasures.ndjson"),
            "PORT": str(free_port()),
        },
        tmp_path,
        name,
    )
    with psycopg.connect(postgres.url(role="postgres", database="postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
