"""Child processes that do not outlive their parent."""

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

PR_SET_PDEATHSIG = 1


class ServerFailed(Exception):
    """A server could not be found, started or reached; the message is a sentence for the person at the terminal."""


def dying_with_parent(with_signal: signal.Signals) -> Callable[[], None]:
    """Return a `preexec_fn` that has the kernel send the signal when the parent is gone, however it went.

    Linux only; elsewhere the parent's own clean-up has to do. The kernel watches the *thread* that forked, so a server
    started from a short-lived thread would die with that thread: see `launch`.
    """
    parent = os.getpid()

    def ask() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, with_signal)
            if os.getppid() != parent:  # the parent died between fork and here
                os.kill(os.getpid(), with_signal)

    return ask


def launch(
    command: Sequence[str | Path],
    *,
    log: Path | None = None,
    on_parent_death: signal.Signals = signal.SIGTERM,
    cwd: Path | None = None,
    uid: int | None = None,
    gid: int | None = None,
    environment: dict[str, str] | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a process in a session of its own (Ctrl-C is for the parent to handle) that ends with this process.

    log: where both outputs are appended; None lets them through to the terminal.
    """
    if threading.current_thread() is not threading.main_thread():
        raise ServerFailed("servers are started from the main thread only: they end with the thread that started them")
    output = None if log is None else log.open("ab")
    try:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=cwd,
            env=environment,
            user=uid,
            group=gid,
            extra_groups=None if uid is None else [],
            start_new_session=True,
            preexec_fn=dying_with_parent(on_parent_death),  # noqa: PLW1509 (main thread only, see above)
        )
    finally:
        if output is not None:
            output.close()


def end(process: "subprocess.Popen[bytes]", *, gently: signal.Signals, seconds: float) -> None:
    """Ask the process to end, wait, then insist."""
    if process.poll() is None:
        process.send_signal(gently)
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.kill()
    process.wait()


def wait_until(ready: Callable[[], bool], process: "subprocess.Popen[bytes]", *, seconds: float) -> bool:
    """Whether `ready` came true before the process ended or the time was up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if ready():
            return True
        if process.poll() is not None:
            return False
        time.sleep(0.02)
    return False


def last_lines(log: Path, count: int = 8) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-count:]) if log.exists() else "(no log)"
