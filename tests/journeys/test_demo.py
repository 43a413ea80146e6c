"""`make demo` from outside: what is on screen works, processes are killed, and everything comes back."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from config.embedded import Servers
from tests.conftest import environment_of_a_shell
from tests.journeys.conftest import ROOT, Demo, end_demo, start_demo, wait_until_it_is_filled

pytestmark = pytest.mark.xdist_group("demo")


def ask(demo: Demo, path: str, method: str = "GET", body: bytes | None = None) -> tuple[int, dict[str, str], bytes]:
    headers = {"Authorization": f"Bearer {demo.api_key}", "Content-Type": "application/json"}
    request = urllib.request.Request(demo.address + path, body, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, dict(refused.headers), refused.read()


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
    while words not in demo.screen() and time.monotonic() < deadline:
        time.sleep(0.1)
    return words in demo.screen()


def test_the_screen_shows_every_step_and_the_way_in(demo: Demo) -> None:
    screen = demo.screen()
    for step in ("PostgreSQL started", "Valkey started", "migrating the database", "walls between agencies are whole",
                 "simulated rows (engagements of instagram/fernleaf.pottery)", "job done: retrain"):  # fmt: skip
        assert step in screen
    assert f"{demo.address}/admin/" in screen
    assert demo.password in screen
    assert "made up" in screen


def test_the_table_shows_who_means_it_and_what_is_warned_of(demo: Demo) -> None:
    screen = demo.screen()
    assert re.search(r"Fernleaf Pottery +\S+ +\d+ % \(\d+ to \d+ %\)", screen)
    assert "Warnings: 1\n" in screen
    assert re.search(r"volt.trainers \(Instagram\), .*: \d+ followers arrived where \d+ were usual", screen)
    planted = re.findall(r"earnest:   ([a-z -]+), [\d,]+ accounts, \S+, .* to .*: (.*)", screen)
    assert {what for what, told in planted if told == "warned of"} == {"bought"}
    assert {what for what, told in planted if told == "no warning"} == {
        "viral post", "press mention", "giveaway", "clean-up",
    }  # fmt: skip


def test_what_the_screen_says_is_what_the_api_says(demo: Demo) -> None:
    (warning,) = json.loads(ask(demo, "/v1/warnings")[2])["results"]
    assert warning["headline"] in demo.screen()
    (first,) = json.loads(ask(demo, "/v1/scores?limit=1")[2])["results"]
    assert first["reasons"][0]["sentence"] in demo.screen()
    (model,) = (it for it in json.loads(ask(demo, "/v1/models")[2])["results"] if it["state"] == "promoted")
    assert model["quality"]["auc"]["value"] > model["baseline"]["auc"]["value"]
    assert model["verdict"] in demo.screen()


def test_the_curl_lines_of_the_readme_work_as_printed(demo: Demo) -> None:
    lines = re.findall(r"^(curl .+)$", (ROOT / "README.md").read_text(), flags=re.MULTILINE)
    assert len(lines) == 5
    for line in lines:
        here = line.replace("localhost:8000", f"127.0.0.1:{demo.port}").replace("var/demo_", f"{demo.var}/demo_")
        done = subprocess.run(["bash", "-c", here.replace("curl ", "curl -sS --fail-with-body ", 1)],
                              capture_output=True, text=True, check=False)  # fmt: skip
        assert done.returncode == 0, (line, done.stdout, done.stderr)
        json.loads(done.stdout)


def test_no_process_logs_anything_of_somebody_who_comes_is_looked_for_shown_and_erased(demo: Demo) -> None:
    """T88: web, workers, dispatcher and the servers beneath them."""
    address = Servers(demo.var).postgres.url(role="postgres", database="earnest")
    with psycopg.connect(address) as connection:
        connection.execute("UPDATE tenants_apikey SET scopes = %s", [["read", "ingest", "people"]])
    canary = "canary9log"
    who = {"handle": canary, "email": f"{canary}@person.example", "name": f"Name {canary}"}
    row = {"kind": "comment", "occurred_at": "2026-11-01T10:00:00Z", "actor": who, "text": f"Where is {canary}?"}
    source = (demo.var / "demo_source").read_text()
    door = f"/v1/engagements:batch?source={source}"
    sent = [row | {"id": canary}, row | {"id": "log-2", "kind": canary}, row | {"id": canary, "text": "another"}]
    landing = json.loads(ask(demo, door, "POST", json.dumps(sent).encode())[2])
    assert (landing["accepted"], landing["quarantined"]) == (1, 2)
    assert ask(demo, door, "POST", f"[{canary}".encode())[0] == 400
    assert ask(demo, f"/v1/people?hanlde={canary}")[0] == 400
    assert ask(demo, f"/v1/scores?handle={canary}")[0] == 200
    [found] = json.loads(ask(demo, f"/v1/people?handle={canary}")[2])["results"]
    assert eventually_said(demo, "Bad Request: /v1/people\n")
    page = f"/v1/people/{found['id']}"
    export = json.loads(ask(demo, f"{page}/export", "POST")[2])
    assert eventually(demo, f"/v1/exports/{export['id']}/archive", 200)
    erasure = json.loads(ask(demo, page, "DELETE")[2])
    deadline = time.monotonic() + 40
    while (state := json.loads(ask(demo, f"/v1/erasures/{erasure['id']}")[2])["state"]) == "running":
        assert time.monotonic() < deadline
        time.sleep(0.2)
    assert state == "finished"
    logs = {"screen": demo.screen(), **{it.name: it.read_text() for it in (demo.var / "log").iterdir()}}
    assert {"screen", "postgres.log", "valkey.log"} <= logs.keys()
    assert [name for name, text in logs.items() if canary in text] == []


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
    assert "PostgreSQL ended; starting it again" in demo.screen()


def test_without_valkey_the_page_says_try_again_and_then_it_is_back(demo: Demo) -> None:
    os.kill(pid_of(demo, "valkey"), signal.SIGKILL)
    assert eventually_said(demo, "Valkey ended; starting it again")
    assert settled(demo)
    assert ask(demo, "/admin/login/")[0] == 200


def test_hostile_paths_and_headers_get_no_500(demo: Demo) -> None:
    for path in ("/v1/clients?limit=%00", "/v1/clients?cursor=%00", "/v1/%00", "/admin/%00/", "/admin/?q=%00",
                 "/v1/clients/%ED%A0%80", "/v1/clients?" + "a=1&" * 900, "/admin/login/?next=%00"):  # fmt: skip
        assert ask(demo, path)[0] < 500, path


@pytest.fixture
def stopped(tmp_path: Path) -> Iterator[Demo]:
    """A demo that was ended while its data were being sent."""
    (tmp_path / "var").mkdir()
    first = start_demo(tmp_path / "var")
    assert eventually_said(first, "simulated rows", 90)
    assert end_demo(first) == 0
    yield first
    Servers(first.var).remove()


def test_the_next_start_goes_on_where_the_last_one_ended(stopped: Demo) -> None:
    address = Servers(stopped.var).postgres.url(role="postgres", database="earnest")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(address)
    credentials = (stopped.password, stopped.api_key)
    second = start_demo(stopped.var)
    wait_until_it_is_filled(second)
    assert (second.password, second.api_key) == credentials
    assert second.screen().count("migrating the database") == 1
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("UPDATE tenants_tenant SET name = 'Renamed by hand' WHERE name LIKE 'Harbour%'")
        counted = (
            "SELECT sum(accepted), sum(quarantined), count(*) FILTER (WHERE duplicate > 0) FROM ingestion_delivery"
        )
        accepted, quarantined, again = connection.execute(counted).fetchone() or ()
        asked_for = "SELECT kind FROM tenants_job WHERE dedupe_key = 'demo' ORDER BY id"
        assert [kind for (kind,) in connection.execute(asked_for)] == ["retrain", "watch"]
    total = re.findall(r"of ([\d,]+) simulated rows", second.screen())[-1]
    assert (f"{accepted:,}", quarantined, again > 0) == (total, 0, True)
    assert end_demo(second) == 0

    (stopped.var / "demo.json").unlink()
    third = start_demo(stopped.var)
    wait_until_it_is_filled(third, times=2)
    assert third.password != credentials[0]
    assert json.loads(ask(third, "/v1/me")[2])["agency"]["name"] == "Renamed by hand"
    assert "simulated rows" not in third.screen().partition("the data stays")[2], "they are there"
    assert end_demo(third) == 0
    only_the_table(third)


def only_the_table(demo: Demo) -> None:
    """`make demo-once` on the data of a demo that ended."""
    here = {**environment_of_a_shell(), "EARNEST_VAR": str(demo.var), "PORT": str(demo.port)}
    done = subprocess.run([sys.executable, "manage.py", "demo", "--once"], cwd=ROOT, env=here, capture_output=True,
                          text=True, check=True, timeout=120)  # fmt: skip
    figures = json.loads(done.stdout.splitlines()[-1])
    assert figures.keys() == {"scores", "next_steps", "moments", "warnings", "model", "auc", "auc_interval", "truth"}
    assert figures["scores"] > 1000
    assert figures["auc_interval"][0] <= figures["auc"] <= figures["auc_interval"][1]
    assert figures["truth"] == {"purchases": 1, "purchases_warned_of": 1, "others": 7, "false_warnings": 0}
    assert "Ctrl-C" not in done.stdout
    with pytest.raises(OSError, match="refused"):
        urllib.request.urlopen(f"{demo.address}/healthz", timeout=2)


def test_a_taken_port_is_said_in_a_sentence(demo: Demo) -> None:
    kept = {**environment_of_a_shell(), "EARNEST_VAR": str(demo.var), "PORT": str(demo.port)}
    done = subprocess.run([ROOT / ".venv/bin/python", "manage.py", "up"], cwd=ROOT, env=kept, capture_output=True,
                          text=True, check=False, timeout=60)  # fmt: skip
    assert done.returncode == 1
    assert "Choose another: PORT=8001" in done.stderr
    assert "Traceback" not in done.stderr
    assert ask(demo, "/readyz")[0] == 200  # the servers it only attached to go on
