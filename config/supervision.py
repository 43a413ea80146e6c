"""Keeps the server processes of one machine running, and takes them down together."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from config.embedded.process import ServerFailed, launch
from config.environment import ADDRESS_OF, SERVER_VARIABLES

MANAGE = Path(__file__).resolve().parents[1] / "manage.py"
# A process that ends at once again and again waits longer each time, so that its log stays readable.
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
# A process that lived this long is taken to have started well.
SETTLED = 60.0
# A process that got nothing done for this long is taken to be stuck; beat gives workers a tick every 15 seconds.
SILENCE = 60.0
# How long processes have to end what they are at. A job that takes longer is done anew by the next worker.
GRACE = 50.0


@dataclass
class _Kept:
    name: str
    command: Sequence[str]
    environment: dict[str, str]
    pulse: "_Pulse | None" = None
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    wait: float = FIRST_WAIT
    due: float = field(default=0.0)


class _Pulse:
    """A file that a process touches while it gets on. Only that it was touched counts, not what clock says when."""

    def __init__(self, file: Path) -> None:
        self.file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        self._touched = 0.0
        self.hear()

    def hear(self) -> None:
        """Take it for alive now: it was just started."""
        self._heard = time.monotonic()

    def silence(self) -> float:
        """Return for how many seconds it has not been touched."""
        touched = self.file.stat().st_mtime if self.file.exists() else 0.0
        if touched != self._touched:
            self._touched = touched
            self.hear()
        return time.monotonic() - self._heard


class Supervisor:
    """Starts processes, starts again what ends, and on SIGTERM or Ctrl-C ends all of them gently."""

    def __init__(
        self,
        say: Callable[[str], None],
        *,
        pulses: Path,
        watch: Callable[[], None] = lambda: None,
        silence: float = SILENCE,
    ) -> None:
        """Take care of nothing yet.

        pulses: folder for the files that processes touch while they get on.
        watch: called several times a second, for whatever else has to be kept alive.
        """
        self.say = say
        self.pulses = pulses
        self.watch = watch
        self.silence = silence
        self._kept: list[_Kept] = []
        self._stopping = False

    def keep(self, name: str, command: Sequence[str], *, process: str = "web", pulse: str | None = None) -> None:
        """Run the command as a process of this kind from now on.

        pulse: processes of the same pulse are ended and started again when none of them touched the file EARNEST_PULSE
        for too long.
        """
        kept = _Kept(name, command, environment_of(process))
        if pulse is not None:
            kept.pulse = _Pulse(self.pulses / pulse)
            kept.environment["EARNEST_PULSE"] = str(kept.pulse.file)
        self._kept.append(kept)

    def run(
        self, *, once_started: Callable[[], None] = lambda: None, until: Callable[[], bool] = lambda: False
    ) -> None:
        """Run until asked to stop, or until that is so. `once_started` is called after the first start of all."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        try:
            self._start_due()
            once_started()
            while not self._stopping and not until():
                self.watch()
                self._notice_silence()
                self._notice_ends()
                self._start_due()
                time.sleep(0.2)
        finally:
            self._end_all()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _start_due(self) -> None:
        for kept in self._kept:
            if kept.process is None and time.monotonic() >= kept.due:
                kept.process = launch(kept.command, environment=kept.environment)
                kept.started = time.monotonic()
                if kept.pulse is not None:
                    kept.pulse.hear()

    def _notice_silence(self) -> None:
        for kept in self._kept:
            if kept.process is not None and kept.pulse is not None and kept.pulse.silence() > self.silence:
                self.say(f"{kept.name} got nothing done for {kept.pulse.silence():.0f} s; ending it")
                _kill_group(kept.process)

    def _notice_ends(self) -> None:
        for kept in self._kept:
            if kept.process is None or kept.process.poll() is None:
                continue
            lived = time.monotonic() - kept.started
            kept.wait = FIRST_WAIT if lived >= SETTLED else min(kept.wait * 2, LONGEST_WAIT)
            kept.due = time.monotonic() + kept.wait
            self.say(f"{kept.name} ended with {kept.process.returncode}; starting it again in {kept.wait:.0f} s")
            _kill_group(kept.process)  # children that outlived it
            kept.process = None

    def _end_all(self) -> None:
        running = [kept.process for kept in self._kept if kept.process is not None]
        for process in running:
            process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE
        for process in running:
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                _kill_group(process)


def _kill_group(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def environment_of(process: str) -> dict[str, str]:
    """Return this process's environment as a process of this kind gets it: with its own address and no other."""
    others = set(SERVER_VARIABLES) - {ADDRESS_OF[process], "REDIS_URL"}
    kept = {name: value for name, value in os.environ.items() if name not in others}
    return {**kept, "EARNEST_PROCESS": process}


def celery_command(*words: str) -> list[str]:
    # As root Celery warns, with pickle in mind; our messages are two numbers in JSON.
    unsaid = "ignore:You're running the worker with superuser privileges"
    return [sys.executable, "-W", unsaid, "-m", "celery", "--app", "config.celery", "--quiet", *words]


def worker_command(name: str = "worker") -> list[str]:
    """Return the command of a worker. It needs no news of other workers: the ledger says all they have to agree on."""
    return celery_command(
        "worker", "--hostname", f"{name}@%h", "--without-gossip", "--without-mingle", "--without-heartbeat"
    )


def dispatcher_command() -> list[str]:
    return [sys.executable, str(MANAGE), "dispatch"]


def web_command(*, host: str, port: int) -> list[str]:
    """Return the command of the web server. Raises ServerFailed where the port is taken, with what to do."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            raise ServerFailed(f"{host}:{port} cannot be listened on ({taken}). Choose another: PORT=8001") from taken
    return [
        sys.executable, "-m", "gunicorn", "config.wsgi",
        "--bind", f"{host}:{port}",
        "--worker-class", "gthread", "--workers", "2", "--threads", "8",
        # A new master can listen while the orphans of a killed one still let go of the port.
        "--reuse-port", "--log-level", "warning",
    ]  # fmt: skip
