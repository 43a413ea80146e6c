"""Keeps the server processes of one machine running, and takes them down together."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType

from config.embedded.process import ServerFailed, end, launch

# A process that ends at once again and again waits longer each time, so that its log stays readable.
FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
# A process that lived this long is taken to have started well.
SETTLED = 60.0


@dataclass
class _Kept:
    name: str
    command: Sequence[str]
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    wait: float = FIRST_WAIT
    due: float = field(default=0.0)


class Supervisor:
    """Starts processes, starts again what ends, and on SIGTERM or Ctrl-C ends all of them gently."""

    def __init__(self, say: Callable[[str], None], *, watch: Callable[[], None] = lambda: None) -> None:
        """watch: called several times a second, for whatever else has to be kept alive."""
        self.say = say
        self.watch = watch
        self._kept: list[_Kept] = []
        self._stopping = False

    def keep(self, name: str, command: Sequence[str]) -> None:
        self._kept.append(_Kept(name, command))

    def run(self, *, once_started: Callable[[], None] = lambda: None) -> None:
        """Run until asked to stop. `once_started` is called after the first start of all."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        try:
            self._start_due()
            once_started()
            while not self._stopping:
                self.watch()
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
                kept.process = launch(kept.command, environment=without_owner())
                kept.started = time.monotonic()

    def _notice_ends(self) -> None:
        for kept in self._kept:
            if kept.process is None or kept.process.poll() is None:
                continue
            lived = time.monotonic() - kept.started
            kept.wait = FIRST_WAIT if lived >= SETTLED else min(kept.wait * 2, LONGEST_WAIT)
            kept.due = time.monotonic() + kept.wait
            self.say(f"{kept.name} ended with {kept.process.returncode}; starting it again in {kept.wait:.0f} s")
            kept.process = None

    def _end_all(self) -> None:
        for kept in self._kept:
            if kept.process is not None:
                end(kept.process, gently=signal.SIGTERM, seconds=35)


def without_owner() -> dict[str, str]:
    """Return this process's environment less the owner's address: nothing that serves has a way past the walls."""
    return {name: value for name, value in os.environ.items() if name != "DATABASE_OWNER_URL"}


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
