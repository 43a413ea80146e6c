"""What comes in, from outside: hostile bodies against the real server, a file landed by real workers."""

import contextlib
import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.conftest import environment_of_a_shell
from tests.journeys.conftest import ROOT, Demo

pytestmark = pytest.mark.xdist_group("demo")
DOORS = ["engagements", "outcomes", "audience-counts", "profile-samples"]


def source(demo: Demo) -> str:
    return (demo.var / "demo_source").read_text()


def send(demo: Demo, body: bytes, shape: str = "engagements") -> tuple[int, dict[str, object]]:
    request = urllib.request.Request(
        f"{demo.address}/v1/{shape}:batch?source={source(demo)}",
        data=body,
        headers={"Authorization": f"Bearer {demo.api_key}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        return refused.code, json.loads(refused.read())


def ask(demo: Demo, path: str) -> dict[str, int]:
    request = urllib.request.Request(demo.address + path, headers={"Authorization": f"Bearer {demo.api_key}"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        return dict(json.loads(answer.read()))


HOSTILE = {
    **{f"{depth} deep": (b"[" * depth + b"]" * depth, "too_deep") for depth in (65, 10_000, 200_000)},
    **{f"{depth} deep in a row": (b'[{"actor":' * depth + b"1" + b"}]" * depth, "too_deep") for depth in (65, 10_000)},
    "NUL": (b'["\x00"]', "not_json"),
    "half a character, and no end": (b'["\\ud800"', "not_json"),
    "no UTF-8": (b'["\xff"]', "not_json"),
    "NaN": (b"[NaN]", "not_json"),
    "too many rows": (b"[" + b"0," * 5000 + b"0]", "too_many_rows"),
}


@pytest.mark.parametrize(("body", "code"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_body_gets_a_clear_answer(demo: Demo, body: bytes, code: str) -> None:
    """T30, T33a, T33b, at the real server."""
    for shape in DOORS:
        status, said = send(demo, body, shape)
        assert (status < 500, said["code"]) == (True, code)


def raw(demo: Demo, head: str, body: bytes = b"") -> bytes:
    """Speak HTTP by hand; return what the server says until it closes."""
    with socket.create_connection(("127.0.0.1", demo.port), timeout=20) as line:
        start = f"POST /v1/engagements:batch?source={source(demo)} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        line.sendall((start + f"Authorization: Bearer {demo.api_key}\r\n" + head + "\r\n\r\n").encode() + body)
        line.shutdown(socket.SHUT_WR)
        heard = b""
        while stretch := line.recv(65_536):
            heard += stretch
        return heard


def memory_of_the_web(demo: Demo) -> int:
    """Return the kilobytes that all processes of the web server hold."""
    listed = subprocess.run(["ps", "-eo", "pid,ppid,rss,args"], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 3) for line in listed.splitlines()[1:]]
    masters = {pid for pid, ppid, _, args in rows if "gunicorn" in args and ppid == str(demo.process.pid)}
    return sum(int(rss) for pid, ppid, rss, _ in rows if pid in masters or ppid in masters)


def test_a_gigabyte_that_is_announced_is_refused_unread(demo: Demo) -> None:
    """T31."""
    send(demo, b"[]")
    before = memory_of_the_web(demo)
    for _ in range(5):
        heard = raw(demo, f"Content-Length: {1024**3}\r\nContent-Type: application/json", b"[" + b" " * 10_000)
        assert b" 413 " in heard.split(b"\r\n")[0]
        assert b"body_too_large" in heard
    assert memory_of_the_web(demo) - before < 20_000


@pytest.mark.parametrize(
    ("head", "body", "status"),
    [
        ("Transfer-Encoding: chunked", b"2\r\n[]\r\n0\r\n\r\n", b"411"),
        ("Content-Length: 100", b"[]", b"400"),
        ("Content-Length: 2", b"[]" + b"x" * 1000, b"202"),
        ("Content-Length: -1", b"[]", b"400"),
        ("Content-Length: x", b"[]", b"400"),
    ],
)
def test_a_length_that_lies_gets_no_500(demo: Demo, head: str, body: bytes, status: bytes) -> None:
    """T31."""
    heard = raw(demo, f"{head}\r\nContent-Type: application/json", body)
    assert heard.split(b" ")[1:2] == [status] or heard == b"", heard[:300]
    assert send(demo, b"[]")[0] == 202


def command_for(demo: Demo, *arguments: str) -> list[str]:
    return [sys.executable, "manage.py", "import_file", *arguments, "--source", source(demo), "--key-file",
            str(demo.var / "demo_key")]  # fmt: skip


def import_file(demo: Demo, *arguments: str) -> "subprocess.CompletedProcess[str]":
    kept = {**environment_of_a_shell(), "EARNEST_VAR": str(demo.var)}
    return subprocess.run(
        command_for(demo, *arguments), cwd=ROOT, env=kept, capture_output=True, text=True, check=False, timeout=120
    )


def test_a_file_is_landed_by_workers_while_the_command_shows_how_far_it_is(demo: Demo, tmp_path: Path) -> None:
    """T29."""
    rows = (
        f"{tmp_path.name}-{n},{'wink' if n % 100 == 0 else 'like'},2026-05-01T10:00:00Z,p{n % 300}\n"
        for n in range(12_000)
    )
    (tmp_path / "acts.csv").write_text("id,kind,occurred_at,actor.handle\n" + "".join(rows))
    first = import_file(demo, "engagements", str(tmp_path / "acts.csv"))
    assert first.returncode == 0, first.stdout + first.stderr
    assert "100 %  12,000 of 12,000 rows" in first.stdout
    assert "12,000 rows: 11,880 accepted, 0 here before, 120 set aside" in first.stdout
    assert "120 unknown_kind" in first.stdout

    again = import_file(demo, "engagements", str(tmp_path / "acts.csv"))
    assert "12,000 rows: 0 accepted, 11,880 here before, 120 set aside" in again.stdout


def test_whoever_stops_watching_stops_nothing_else(demo: Demo, tmp_path: Path) -> None:
    """On a real terminal, where the bar is written over itself, and with a real Ctrl-C."""
    rows = (f"{tmp_path.name}-{n},like,2026-05-01T10:00:00Z,p{n % 300}\n" for n in range(30_000))
    (tmp_path / "acts.csv").write_text("id,kind,occurred_at,actor.handle\n" + "".join(rows))
    ours, theirs = pty.openpty()
    kept = {**environment_of_a_shell(), "EARNEST_VAR": str(demo.var)}
    watching = subprocess.Popen(
        command_for(demo, "engagements", str(tmp_path / "acts.csv")), cwd=ROOT, env=kept, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    screen = ""
    while "rows" not in screen:
        screen += os.read(ours, 4096).decode()
    watching.send_signal(signal.SIGINT)
    with contextlib.suppress(OSError):  # how a terminal says that nobody writes any more
        while stretch := os.read(ours, 4096):
            screen += stretch.decode()
    os.close(ours)
    assert watching.wait(20) == 130
    assert "\r[" in screen
    assert "no longer watching" in screen
    assert "Traceback" not in screen

    started = re.search(r"imp_\w+", screen)
    assert started is not None
    deadline = time.monotonic() + 60
    while (shown := ask(demo, f"/v1/imports/{started[0]}"))["progress"] < 100 and time.monotonic() < deadline:
        time.sleep(0.5)
    assert (shown["rows"], shown["accepted"]) == (30_000, 30_000)


def test_the_command_says_what_is_wrong_with_a_file(demo: Demo, tmp_path: Path) -> None:
    (tmp_path / "acts.csv").write_text("ident,kind\n")
    done = import_file(demo, "engagements", str(tmp_path / "acts.csv"))
    assert done.returncode == 1
    assert "Known are id, kind, occurred_at" in done.stderr
    assert not re.search("Traceback", done.stderr)
