"""The supervisor: what ends is started again, what is told to stop stops."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.embedded import ServerFailed
from config.embedded.process import launch
from config.supervision import web_command

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys
from config.supervision import Supervisor
supervisor = Supervisor(lambda line: print(line, flush=True))
supervisor.keep("sleeper", [sys.executable, "-c", {child!r}])
supervisor.run(once_started=lambda: print("started", flush=True))
print("stopped", flush=True)
"""


def supervise(child: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SCRIPT.format(child=child))], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def test_it_ends_its_processes_when_told_to(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    child = f"import os, time; open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    with supervise(child) as supervisor:
        assert supervisor.stdout is not None
        assert supervisor.stdout.readline() == "started\n"
        while not (note.exists() and note.read_text()):
            time.sleep(0.05)
        supervisor.send_signal(signal.SIGTERM)
        assert supervisor.wait(30) == 0
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)


def test_what_ends_at_once_is_started_again_ever_more_slowly() -> None:
    with supervise("raise SystemExit(7)") as supervisor:
        assert supervisor.stdout is not None
        lines = [supervisor.stdout.readline() for _ in range(3)]
        supervisor.send_signal(signal.SIGINT)
        supervisor.wait(30)
    assert lines == [
        "started\n",
        "sleeper ended with 7; starting it again in 1 s\n",
        "sleeper ended with 7; starting it again in 2 s\n",
    ]


def test_a_server_is_not_started_from_a_passing_thread() -> None:
    with ThreadPoolExecutor() as pool, pytest.raises(ServerFailed, match="main thread"):
        pool.submit(launch, ["true"]).result()


def test_a_port_that_cannot_be_had_is_said() -> None:
    with pytest.raises(ServerFailed, match="PORT=8001"):
        web_command(host="203.0.113.1", port=80)
