"""`make up` against servers of one's own: what a real installation goes through."""

import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from config.supervision import worker_command
from tests.journeys.conftest import ROOT, Demo, Installation, wait_until_it_answers


def environ_of(pid: str) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


def status_of(installation: Installation, path: str, **headers: str) -> tuple[int, str]:
    address = f"http://127.0.0.1:{installation.environment['PORT']}{path}"

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_: object, **__: object) -> None:
            return None

    try:
        answer = urllib.request.build_opener(Stay).open(urllib.request.Request(address, headers=headers), timeout=10)
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers.get("Location", "")
    return answer.status, ""


def test_an_empty_database_is_migrated_walled_and_served_by_https_only(installation: Installation) -> None:
    process = installation.run("up")
    try:
        wait_until_it_answers(Demo(process, installation.folder / "var", int(installation.environment["PORT"])))
        by_proxy = {"Host": "earnest.example", "X-Forwarded-Proto": "https"}
        assert status_of(installation, "/healthz") == (200, "")
        assert status_of(installation, "/v1/me", Host="earnest.example") == (301, "https://earnest.example/v1/me")
        assert status_of(installation, "/v1/me", **by_proxy)[0] == 401
        assert status_of(installation, "/admin/login/", **by_proxy)[0] == 200
        assert status_of(installation, "/v1/me", **{**by_proxy, "Host": "evil.example"})[0] == 400
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        given = [set(re.findall(rb"earnest_(?:app|worker|dispatcher|owner)", environ_of(child))) for child in children]
        # web, dispatcher, worker, beat
        assert sorted(map(sorted, given)) == [[b"earnest_app"], [b"earnest_dispatcher"], *[[b"earnest_worker"]] * 2]
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(180) == 0
    assert "migrating the database" in installation.said()
    assert settings.SERVERS.postgres.answers()  # servers that are not ours are left alone


@pytest.mark.parametrize("command", [("up",), ("check", "--database", "default")])
def test_a_database_with_a_hole_in_its_walls_is_not_served(
    installation: Installation, command: tuple[str, ...]
) -> None:
    assert installation.run("migrate", "--database", "owner", "--verbosity", "0").wait(180) == 0
    owner = settings.SERVERS.postgres.url(role="earnest_owner", database=installation.database)
    with psycopg.connect(owner, autocommit=True) as connection:
        connection.execute("ALTER TABLE tenants_client NO FORCE ROW LEVEL SECURITY")
    assert installation.run(*command).wait(180) == 1
    assert "Table tenants_client has no forced row-level security." in installation.said()


def test_a_start_without_every_address_is_refused(installation: Installation) -> None:
    del installation.environment["DATABASE_DISPATCHER_URL"]
    assert installation.run("up").wait(180) == 1
    assert "Set DATABASE_DISPATCHER_URL too: every process works with a role of its own." in installation.said()


def test_a_worker_alone_refuses_broken_walls_too(installation: Installation) -> None:
    environment = {**installation.environment, "EARNEST_PROCESS": "worker"}
    done = subprocess.run(worker_command(), cwd=ROOT, env=environment, capture_output=True, timeout=180, check=False)
    assert done.returncode != 0
    assert b"has no composite foreign key" in done.stderr + done.stdout


def test_the_dispatcher_alone_refuses_broken_walls_too(installation: Installation) -> None:
    installation.environment["EARNEST_PROCESS"] = "dispatcher"
    assert installation.run("dispatch").wait(180) == 1
    assert "has no composite foreign key" in installation.said()


def test_beat_alone_refuses_broken_walls_too(installation: Installation) -> None:
    environment = {**installation.environment, "EARNEST_PROCESS": "worker"}
    command = [sys.executable, "-m", "celery", "--app", "config.celery", "--quiet", "beat"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, timeout=180, check=False)
    assert done.returncode != 0
    assert b"has no composite foreign key" in done.stderr + done.stdout


def test_the_dispatcher_works_as_nobody_else(installation: Installation) -> None:
    assert installation.run("dispatch").wait(180) == 1
    assert "Set EARNEST_PROCESS=dispatcher" in installation.said()


def test_gunicorn_alone_refuses_broken_walls_too(installation: Installation) -> None:
    """The database is empty, so its walls are missing altogether."""
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "config.wsgi",
        "--bind",
        f"127.0.0.1:{installation.environment['PORT']}",
    ]
    done = subprocess.run(
        command, cwd=ROOT, env=installation.environment, capture_output=True, timeout=180, check=False
    )
    assert done.returncode != 0
    assert b"has no composite foreign key" in done.stderr


def test_the_demo_writes_nothing_into_a_real_installation(installation: Installation) -> None:
    assert installation.run("demo").wait(180) == 1
    assert "unset DATABASE_URL" in installation.said()
