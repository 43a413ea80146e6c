"""`manage.py dispatch`: rings due jobs until told to stop."""

import signal
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.celery import app
from config.checks import refuse_what_is_broken
from tenants.services.jobs.dispatcher import Dispatcher
from tenants.tasks import ring


class Command(BaseCommand):
    help = "Send the numbers of due jobs to the workers, fairly over all agencies, until SIGTERM or Ctrl-C."
    requires_system_checks = ()

    def handle(self, *_: Any, **__: Any) -> None:
        if settings.PROCESS != "dispatcher":
            raise CommandError("Set EARNEST_PROCESS=dispatcher: this process works with a role of its own.")
        refuse_what_is_broken()
        app.set_default()
        self.is_told_to_stop = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        Dispatcher(ring, slots=settings.JOB_SLOTS).run(until=lambda: self.is_told_to_stop)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.is_told_to_stop = True
