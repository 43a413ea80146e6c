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
from config.environment import ADDRESS_OF
from config.supervision import environment_of, web_command

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import sys
from config.supervision import Supervisor
from pathlib import Path
supervisor = Supervisor(lambda line: print(line, flush=True), pulses=Path({pulses!r}), silence={silence})
supervisor.keep("sleeper", [sys.executable, "-c", {child!r}], pulse={pulse!r})
supervisor.run(once_started=lambda: print("started", flush=True))
print("stopped", flush=True)
"""


def supervise(child: str, *, pulses: Path = Path(), pulse: str | None = None) -> "subprocess.Popen[str]":
    script = textwrap.dedent(SCRIPT.format(child=child, pulses=str(pulses), silence=1.0, pulse=pulse))
    return subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def has_ended(pid: int) -> bool:
    """Whether the process is gone, or only waits to be noticed by whoever inherited it."""
    for _ in range(50):
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists() or stat.read_text().split()[2] == "Z":
            return True
        time.sleep(0.1)
    return False


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


def test_what_gets_nothing_done_is_ended_with_its_children_and_started_again(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    child = f"""
import os, pathlib, signal, subprocess, time
pathlib.Path(os.environ["EARNEST_PULSE"]).touch()
signal.signal(signal.SIGTERM, signal.SIG_IGN)
open({str(note)!r}, "w").write(str(subprocess.Popen(["sleep", "600"]).pid))
time.sleep(600)
"""
    with supervise(child, pulses=tmp_path, pulse="it") as supervisor:
        assert supervisor.stdout is not None
        lines = [supervisor.stdout.readline() for _ in range(3)]
        left = int(note.read_text())
        supervisor.send_signal(signal.SIGKILL)
    assert lines[1] == "sleeper got nothing done for 1 s; ending it\n"
    assert lines[2] == "sleeper ended with -9; starting it again in 1 s\n"
    assert has_ended(left)


def test_children_that_outlive_their_process_are_ended_with_it(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    child = f"""
import subprocess
open({str(note)!r}, "w").write(str(subprocess.Popen(["sleep", "600"]).pid))
raise SystemExit(7)
"""
    with supervise(child) as supervisor:
        assert supervisor.stdout is not None
        lines = [supervisor.stdout.readline() for _ in range(2)]
        left = int(note.read_text())
        supervisor.send_signal(signal.SIGINT)
        supervisor.wait(30)
    assert lines[1] == "sleeper ended with 7; starting it again in 1 s\n"
    assert has_ended(left)


def test_what_gets_on_is_left_alone_whatever_the_clock_says(tmp_path: Path) -> None:
    child = """
import os, pathlib, time
for n in range(10):
    pulse = pathlib.Path(os.environ["EARNEST_PULSE"])
    pulse.touch()
    os.utime(pulse, (0, n * 3600 * (-1) ** n + 10**9))
    time.sleep(0.3)
"""
    with supervise(child, pulses=tmp_path, pulse="it") as supervisor:
        assert supervisor.stdout is not None
        lines = [supervisor.stdout.readline() for _ in range(2)]
        supervisor.send_signal(signal.SIGINT)
        supervisor.wait(30)
    assert lines[1] == "sleeper ended with 0; starting it again in 1 s\n"


def test_a_process_is_given_its_own_address_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_OWNER_URL", *ADDRESS_OF.values()):
        monkeypatch.setenv(name, f"postgresql://{name}")
    for process, own in ADDRESS_OF.items():
        given = environment_of(process)
        assert [name for name in given if name.startswith("DATABASE_")] == [own]
        assert given["EARNEST_PROCESS"] == process


def test_a_server_is_not_started_from_a_passing_thread() -> None:
    with ThreadPoolExecutor() as pool, pytest.raises(ServerFailed, match="main thread"):
        pool.submit(launch, ["true"]).result()


def test_a_port_that_cannot_be_had_is_said() -> None:
    with pytest.raises(ServerFailed, match="PORT=8001"):
        web_command(host="203.0.113.1", port=80)
