"""`manage.py evaluate`: how well the product does on real data, through its front door."""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.embedded import ServerFailed
from config.environment import SERVER_VARIABLES
from config.evaluation import purchases, series
from config.evaluation.throwaway import Evaluation
from config.installation import prepare
from config.supervision import Supervisor, dispatcher_command, worker_command
from tenants.errors import EarnestError

# Task → what does it, what looks at its file before anything is started, what it is about, the columns of its file.
TASKS: dict[str, tuple[Callable[[Evaluation, Path], dict[str, Any]], Callable[[Path], object], str, str]] = {
    "purchases": (
        purchases.purchases,
        purchases.read,
        "who buys within 60 days, from past purchases",
        "customer_id,date,units,value",
    ),
    "series": (
        series.series,
        series.read,
        "which months have bought followers, from gains by month",
        "repo,month,n_stars and perhaps n_stars_clustered",
    ),
}


class Command(BaseCommand):
    help = (
        "Send real data through the front door of a throwaway installation (import, jobs, workers) and print what came "
        "of it as one JSON object, on the last line. docs/evaluation.md says what is measured."
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        tasks = parser.add_subparsers(dest="task", required=True, metavar="TASK")
        for name, (_, _, about, columns) in TASKS.items():
            task = tasks.add_parser(name, help=about)
            task.add_argument("--csv", required=True, type=Path, help=f"columns {columns}; .gz is unpacked")
            task.add_argument("--on-these-servers", action="store_true", help=argparse.SUPPRESS)

    def handle(self, *_: Any, **options: Any) -> None:
        if not options["csv"].is_file():
            raise CommandError(f"There is no file {options['csv']}.")
        try:
            if not options["on_these_servers"]:
                TASKS[options["task"]][1](options["csv"])
                sys.exit(self._in_a_throwaway_installation())
            found = self._evaluate(options["task"], options["csv"])
        except (EarnestError, ServerFailed) as failed:
            raise CommandError(str(failed)) from failed
        self.stdout.write(json.dumps(found))

    def _in_a_throwaway_installation(self) -> int:
        """Do the same again with servers in a folder that is gone afterwards: settings are made once a process."""
        with tempfile.TemporaryDirectory(prefix="earnest-evaluation-") as var:
            environment = {name: value for name, value in os.environ.items() if name not in SERVER_VARIABLES}
            again = subprocess.Popen(
                [sys.executable, *sys.argv, "--on-these-servers"],
                env={**environment, "EARNEST_VAR": var, "LOG_LEVEL": "WARNING"},
            )
            # Whoever stops this one stops that one, which ends its servers first.
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: again.terminate())
            return again.wait()

    def _evaluate(self, task: str, file: Path) -> dict[str, Any]:
        begun = time.monotonic()
        try:
            prepare(self._say)
            evaluation = Evaluation(self._say)
            supervisor = Supervisor(
                self._say, pulses=settings.VAR / "pulses", watch=lambda: settings.SERVERS.revive(self._say)
            )
            supervisor.keep("dispatcher", dispatcher_command(), process="dispatcher", pulse="dispatcher")
            supervisor.keep("worker", worker_command(), process="worker")
            evaluation.seconds["start"] = round(time.monotonic() - begun, 1)
            found: Future[dict[str, Any]] = Future()
            # A daemon: when somebody stops the command, what it waits for will not come.
            threading.Thread(target=_into, args=(found, partial(TASKS[task][0], evaluation, file)), daemon=True).start()
            supervisor.run(until=found.done)
            if not found.done():
                raise CommandError("stopped")
            return found.result()
        finally:
            settings.SERVERS.remove()

    def _say(self, message: str) -> None:
        self.stdout.write(f"earnest: {message}")
        self.stdout.flush()


def _into(found: "Future[dict[str, Any]]", act: Callable[[], dict[str, Any]]) -> None:
    try:
        found.set_result(act())
    except Exception as failed:  # handed on to whoever waits for the result
        found.set_exception(failed)
