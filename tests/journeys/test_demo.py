"""`make demo` from outside: what is on screen works, processes are killed, and everything comes back."""

import json
import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import psycopg
import pytest

from config.embedded import Servers
from tests.conftest import environment_of_a_shell
from tests.journeys.conftest import ROOT, Demo, end_demo, start_demo, wait_until_it_answers

pytestmark = pytest.mark.xdist_group("demo")


def ask(demo: Demo, path: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(demo.address + path, headers={"Authorization": f"Bearer {demo.api_key}"})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, dict(refused.headers), refused.read()


def said(demo: Demo) -> str:
    return (demo.var.parent / "demo.out").read_text()


def eventually(demo: Demo, path: str, status: int, seconds: float = 40) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if ask(demo, path)[0] == status:
                return True
        except OSError:
            pass
        time.sleep(0.1)
    return False


def settled(demo: Demo) -> bool:
    """Whether the web server came to answer every one of fifty questions in a row."""
    return any(all(eventually(demo, "/readyz", 200, 0.1) for _ in range(50)) for _ in range(20))


def eventually_said(demo: Demo, words: str, seconds: float = 40) -> bool:
    deadline = time.monotonic() + seconds
    while words not in said(demo) and time.monotonic() < deadline:
        time.sleep(0.1)
    return words in said(demo)


def test_the_screen_shows_every_step_and_the_way_in(demo: Demo) -> None:
    assert eventually_said(demo, "Ctrl-C ends it")
    screen = said(demo)
    for step in ("PostgreSQL started", "Valkey started", "migrating the database", "walls between agencies are whole"):
        assert step in screen
    assert f"{demo.address}/admin/" in screen
    assert demo.password in screen
    assert "made up" in screen


def test_the_curl_lines_of_the_readme_work_as_printed(demo: Demo) -> None:
    lines = re.findall(r"^(curl .+)$", (ROOT / "README.md").read_text(), flags=re.MULTILINE)
    assert len(lines) == 5
    for line in lines:
        here = line.replace("localhost:8000", f"127.0.0.1:{demo.port}").replace("var/demo_", f"{demo.var}/demo_")
        done = subprocess.run(["bash", "-c", here.replace("curl ", "curl -sS --fail-with-body ", 1)],
                              capture_output=True, text=True, check=False)  # fmt: skip
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        json.loads(done.stdout)


def test_pages_come_with_the_headers_that_protect_them(demo: Demo) -> None:
    _status, headers, _body = ask(demo, "/admin/login/")
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self' 'unsafe-eval'" in policy
    assert "'unsafe-inline'" not in policy.split("script-src")[1].split(";")[0]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "HttpOnly" in headers["Set-Cookie"]


def pid_of(demo: Demo, server: str) -> int:
    if server == "postgres":
        data = Servers(demo.var).place.root / "postgres"
        return int((data / "postmaster.pid").read_text().split()[0])
    children = Path(f"/proc/{demo.process.pid}/task/{demo.process.pid}/children").read_text().split()
    for child in children:
        if server in Path(f"/proc/{child}/cmdline").read_text():
            return int(child)
    raise AssertionError(f"{server} is no child of the demo")


def kill_with_children(pid: int) -> None:
    """Kill a server and wait until its children have noticed: until then they answer as if nothing were amiss."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    assert children
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{child}").exists() for child in children):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_killed_web_server_is_started_again(demo: Demo) -> None:
    os.kill(pid_of(demo, "gunicorn"), signal.SIGKILL)
    assert eventually_said(demo, "web ended with -9; starting it again")
    assert settled(demo)


def test_a_killed_worker_or_dispatcher_is_started_again(demo: Demo) -> None:
    for name, command in (("worker", "--hostname"), ("dispatcher", "dispatch"), ("beat", "beat")):
        os.kill(pid_of(demo, command), signal.SIGKILL)
        assert eventually_said(demo, f"{name} ended with -9; starting it again")


def test_while_the_database_is_away_everybody_is_told_to_try_again(demo: Demo) -> None:
    os.kill(demo.process.pid, signal.SIGSTOP)  # or the supervisor would have it back within a blink
    try:
        kill_with_children(pid_of(demo, "postgres"))
        for path in ("/v1/me", "/v1/clients", "/admin/"):
            status, headers, _body = ask(demo, path)
            assert (status, int(headers["Retry-After"]) > 0) == (503, True), path
        assert ask(demo, "/healthz")[0] == 200
        status, _headers, body = ask(demo, "/readyz")
        assert (status, json.loads(body)["away"]) == (503, ["database"])
    finally:
        os.kill(demo.process.pid, signal.SIGCONT)
    assert settled(demo)
    assert eventually(demo, "/v1/me", 200)
    assert "PostgreSQL ended; starting it again" in said(demo)


def test_without_valkey_the_page_says_try_again_and_then_it_is_back(demo: Demo) -> None:
    os.kill(pid_of(demo, "valkey"), signal.SIGKILL)
    assert eventually_said(demo, "Valkey ended; starting it again")
    assert settled(demo)
    assert ask(demo, "/admin/login/")[0] == 200


def test_hostile_paths_and_headers_get_no_500(demo: Demo) -> None:
    for path in ("/v1/clients?limit=%00", "/v1/clients?cursor=%00", "/v1/%00", "/admin/%00/", "/admin/?q=%00",
                 "/v1/clients/%ED%A0%80", "/v1/clients?" + "a=1&" * 900, "/admin/login/?next=%00"):  # fmt: skip
        assert ask(demo, path)[0] < 500, path


def test_the_second_start_is_quick_and_finds_the_data_of_the_first(tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    first = start_demo(tmp_path / "var")
    wait_until_it_answers(first)
    address = Servers(first.var).postgres.url(role="postgres", database="earnest")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("UPDATE tenants_tenant SET name = 'Renamed by hand' WHERE name LIKE 'Harbour%'")
    credentials = (first.password, first.api_key)
    assert end_demo(first) == 0
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address)

    second = start_demo(first.var)
    wait_until_it_answers(second)
    assert (second.password, second.api_key) == credentials
    assert json.loads(ask(second, "/v1/me")[2])["agency"]["name"] == "Renamed by hand"
    assert said(second).count("migrating the database") == 1
    assert end_demo(second) == 0

    (first.var / "demo.json").unlink()
    third = start_demo(first.var)
    wait_until_it_answers(third)
    assert third.password != credentials[0]
    assert json.loads(ask(third, "/v1/me")[2])["agency"]["name"] == "Renamed by hand"
    assert end_demo(third) == 0
    Servers(first.var).remove()


def test_a_taken_port_is_said_in_a_sentence(demo: Demo) -> None:
    kept = {**environment_of_a_shell(), "EARNEST_VAR": str(demo.var), "PORT": str(demo.port)}
    done = subprocess.run([ROOT / ".venv/bin/python", "manage.py", "up"], cwd=ROOT, env=kept, capture_output=True,
                          text=True, check=False, timeout=60)  # fmt: skip
    assert done.returncode == 1
    assert "Choose another: PORT=8001" in done.stderr
    assert "Traceback" not in done.stderr
    assert ask(demo, "/readyz")[0] == 200  # the servers it only attached to go on
