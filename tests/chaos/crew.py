"""The processes that do background work, to be killed and frozen."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.embedded.process import launch
from config.supervision import celery_command, dispatcher_command, environment_of, worker_command
from tests.chaos import kernel

ROOT = Path(__file__).resolve().parents[2]
CHILDREN = 2


class Process:
    """One process with its children, in a process group of their own."""

    def __init__(self, name: str, command: list[str], process: str, *, var: Path, slots: int) -> None:
        self.name, self.command, self.var = name, command, var
        self.log = var / "log" / f"{name}.log"
        self.environment = {
            **environment_of(process),
            "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
            "EARNEST_VAR": str(var),
            "JOB_SLOTS": str(slots),
        }
        self.start()

    def start(self) -> None:
        self.running = launch(self.command, environment=self.environment, log=self.log, cwd=ROOT)

    def send(self, number: signal.Signals) -> None:
        os.killpg(self.running.pid, number)

    def kill(self) -> None:
        self.send(signal.SIGKILL)
        self.running.wait()

    def kill_one(self, child: int, *, alone: bool) -> None:
        """Kill one of its children, or all of them with it, as a machine would; then it is started again."""
        if alone:
            os.kill(child, signal.SIGKILL)
        else:
            self.kill()
            self.start()

    def revive(self) -> None:
        """Start it again if it ended by itself, as a supervisor would: PostgreSQL was away when it started."""
        if self.running.poll() is not None:
            self.start()

    def jobs_at_work(self) -> list[int]:
        """Return the jobs of the kind “chaos” that children of this very process are doing."""
        shown = (self.var / "work").glob(f"{self.running.pid}.*")
        return [int(file.name.split(".")[1]) for file in shown]


class Crew:
    """Workers with two children each, a dispatcher, and beat."""

    def __init__(self, var: Path, *, workers: int, beats: int = 1) -> None:
        self.workers = [
            Process(f"worker-{n}", worker_command(f"worker-{n}"), "worker", var=var, slots=CHILDREN)
            for n in range(workers)
        ]
        self.dispatcher = Process("dispatcher", dispatcher_command(), "dispatcher", var=var, slots=CHILDREN * workers)
        self.beats = [
            Process(f"beat-{n}", celery_command("beat"), "worker", var=var, slots=CHILDREN) for n in range(beats)
        ]
        self.all = [*self.workers, self.dispatcher, *self.beats]

    def busiest(self, seconds: float) -> tuple[Process, int] | None:
        """Look for so long. Return the child that computed most meanwhile, after its worker, if there is one."""
        children = {child: it for it in self.workers for child in kernel.children(it.running.pid)}
        before = {child: kernel.ticks(child) for child in children}
        time.sleep(seconds)
        busiest = max(children, key=lambda it: kernel.ticks(it) - before[it], default=0)
        return (children[busiest], busiest) if busiest else None

    def said(self, words: str) -> int:
        """Return how often the workers' logs have these words."""
        return sum(worker.log.read_text(errors="replace").count(words) for worker in self.workers)


@contextmanager
def crew(var: Path, *, workers: int, beats: int = 1) -> Iterator[Crew]:
    """Have a crew at work, and none of it left afterwards."""
    there = Crew(var, workers=workers, beats=beats)
    try:
        yield there
    finally:
        for process in there.all:
            process.kill()
