"""Rescores one agency in a process that does nothing else; `bench` asks how much memory that takes."""

import resource
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

import scoring.tasks  # noqa: F401 (declares its handlers)
from tests.bench.scoring import rescore


class Command(BaseCommand):
    help = "Rescore an agency; the last line is the peak of resident memory in kB."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("tenant", type=int)

    def handle(self, *_: Any, tenant: int, **__: Any) -> None:
        rescore(tenant)
        self.stdout.write(str(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
