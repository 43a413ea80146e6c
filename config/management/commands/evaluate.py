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
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.embedded import ServerFailed
from config.environment import SERVER_VARIABLES
from config.evaluation import (
    agencies,
    comments,
    community,
    controls,
    creation,
    deals,
    deficit,
    floors,
    leads,
    profiles,
    purchases,
    series,
    synchrony,
    web,
)
from config.evaluation.throwaway import Evaluation
from config.installation import prepare
from config.supervision import Supervisor, dispatcher_command, worker_command
from scoring.models.aim import Horizon
from tenants.errors import EarnestError


@dataclass(frozen=True)
class Task:
    """What is measured. run: measures it, look: raises EvaluationFailed where its files cannot be used, before anything
    is started; both take what the options say, by name. files, folders: option → what it has. more: its other options.
    servers: whether it goes through a throwaway installation, or is learnt from at once. none: which of its figures has
    to be 0, or the command fails, once everything is printed.
    """

    about: str
    run: Callable[..., dict[str, Any]]
    look: Callable[..., object]
    files: dict[str, str] = field(default_factory=dict)
    more: dict[str, dict[str, Any]] = field(default_factory=dict)
    servers: bool = True
    folders: dict[str, str] = field(default_factory=dict)
    none: str = ""


DRAWS: dict[str, dict[str, Any]] = {
    "draws": {"type": int, "default": 200, "metavar": "N", "help": "how many cohorts of each kind, 200 or more"}
}
OF_COLUMNS = {"type": leads.names, "default": [], "metavar": "COL,…"}
TASKS = {
    "purchases": Task(
        "who buys within 60 days, from past purchases",
        purchases.purchases,
        purchases.read,
        {"csv": "columns customer_id,date,units,value"},
    ),
    "series": Task(
        "which months have bought followers, from gains by month",
        series.series,
        series.read,
        {"csv": "columns repo,month,n_stars and perhaps n_stars_clustered"},
    ),
    "leads": Task(
        "how a plain table of leads ends, from its columns",
        leads.leads,
        leads.read,
        {"csv": "any columns, one row a lead"},
        {
            "label": {"required": True, "metavar": "COL", "help": "how it ended: 1 or 0, yes or no, true or false"},
            "order": {"required": True, "metavar": "COL", "help": "what rises with time: a number, a day, a month"},
            "drop": {**OF_COLUMNS, "help": "columns not to learn from, such as what was filled in later"},
            "keep": {**OF_COLUMNS, "help": "columns that were known before the label, whatever they look like"},
        },
        servers=False,
    ),
    "deals": Task(
        "which leads are won within 60 days, from what they were when they came",
        deals.deals,
        deals.read,
        {"leads": "columns mql_id,first_contact_date and any others", "deals": "columns mql_id,won_date"},
        {"days": {"type": int, "choices": Horizon.values, "default": Horizon.TWO_MONTHS, "help": "within how long"}},
    ),
    "web": Task(
        "who buys within three days of a cart, from what a shop's pages saw",
        web.web,
        web.read,
        {"csv": "columns visitor,ts,event"},
    ),
    "community": Task(
        "whom members of a community hear from, and that nothing is held against them",
        community.community,
        community.read,
        {"csv": "one act a row; a .txt has sender, receiver and seconds since 1970 on each line"},
        {
            "sender": {"default": "sender", "metavar": "COL", "help": "who acted"},
            "receiver": {"default": "receiver", "metavar": "COL", "help": "towards whom"},
            "time": {"default": "time", "metavar": "COL", "help": "when: seconds since 1970, or a moment"},
            "post": {"default": "", "metavar": "COL", "help": "in place of a receiver: what was passed on"},
        },
    ),
    "comments": Task(
        "which comments are nearly the same as others, and whether those are spam",
        comments.comments,
        comments.read,
        {"csv": "columns author,text and perhaps video and is_spam"},
        servers=False,
    ),
    "controls": Task(
        "genuine data: every warning that is raised, of which there must be none",
        controls.controls,
        controls.read,
        folders={"folder": "with acts, gains by month or comments of genuine people, each as CSV or .txt"},
        none="warnings",
    ),
    "profiles": Task(
        "which share of new followers was bought, from what profiles look like",
        profiles.profiles,
        profiles.read,
        {"csv": "columns is_fake, followers, following, posts, bio_length, has_avatar, and the digits of the name"},
        DRAWS,
        servers=False,
    ),
    "creation": Task(
        "whether new followers were bought, from when their accounts were made",
        creation.creation,
        creation.read,
        {"csv": "columns is_fake,created_day"},
        DRAWS,
        servers=False,
    ),
    "deficit": Task(
        "which gains were bought, from what did not come with them",
        deficit.deficit,
        deficit.read,
        {
            option: f"columns {deficit.NAME},{deficit.GAINED},{','.join(deficit.OTHERS)}"
            for option in ("flagged", "random")
        },
        servers=False,
    ),
    "synchrony": Task(
        "which groups act together and for each other, and how well planted pods are found",
        synchrony.synchrony,
        synchrony.read,
        {"csv": "one act a row; a .txt has sender, receiver and seconds since 1970 on each line"},
        {
            "actor": {"default": "actor", "metavar": "COL", "help": "who acted"},
            "target": {"default": "object", "metavar": "COL", "help": "on what; one that acts is a person's"},
            "owner": {"default": "", "metavar": "COL", "help": "whose that is, where it has a name of its own"},
            "time": {"default": "time", "metavar": "COL", "help": "when: seconds since 1970, or a moment"},
            "truth": {"default": "", "metavar": "COL", "help": "whether the actor is coordinated: 0, 1 or a group"},
            "plant": {
                "default": 0,
                "type": int,
                "metavar": "N",
                "help": "plant so many pods, and see how many are found",
            },
            "seed": {"default": 1, "type": int, "metavar": "N", "help": "of what is planted"},
        },
        servers=False,
    ),
    "agencies": Task(
        "whether simulated agencies that bought nothing are warned of it, and those that bought are",
        agencies.agencies,
        agencies.look,
        more={
            "honest": {"type": int, "default": 200, "metavar": "N", "help": "how many buy nothing"},
            "sold": {"type": int, "default": 60, "metavar": "N", "help": "how many buy, of each kind of seller"},
        },
        servers=False,
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
        for name, it in TASKS.items():
            task = tasks.add_parser(name, help=it.about)
            for option, has in it.files.items():
                task.add_argument(f"--{option}", required=True, type=Path, help=f"{has}; .gz is unpacked")
            for option, has in it.folders.items():
                task.add_argument(f"--{option}", required=True, type=Path, help=has)
            for option, more in it.more.items():
                task.add_argument(f"--{option}", **more)
            task.add_argument("--on-these-servers", action="store_true", help=argparse.SUPPRESS)

    def handle(self, *_: Any, **options: Any) -> None:
        task = TASKS[options["task"]]
        given = {name: options[name] for name in (*task.files, *task.folders, *task.more)}
        for name in task.files:
            if not given[name].is_file():
                raise CommandError(f"There is no file {given[name]}.")
        for name in task.folders:
            if not given[name].is_dir():
                raise CommandError(f"There is no folder {given[name]}.")
        try:
            if not task.servers:
                found = task.run(Evaluation(self._say), **given)
            elif options["on_these_servers"]:
                found = self._evaluate(partial(task.run, **given))
            else:
                task.look(**given)
                sys.exit(self._in_a_throwaway_installation())
        except (EarnestError, ServerFailed) as failed:
            raise CommandError(str(failed)) from failed
        for line in floors.lines(found):
            self._say(line)
        self.stdout.write(json.dumps(found))
        if task.none and found[task.none]:
            raise CommandError(found["sentence"])

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

    def _evaluate(self, run: Callable[[Evaluation], dict[str, Any]]) -> dict[str, Any]:
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
            threading.Thread(target=_into, args=(found, partial(run, evaluation)), daemon=True).start()
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
