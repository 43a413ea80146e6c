"""`manage.py demo`: a simulated agency to look at, on servers of its own."""

import json
import threading
from concurrent.futures import Future
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import connection

from config import waiting
from config.demonstration import agencies, filling
from config.demonstration.account import Account
from config.management.commands import up
from config.waiting import Stopped
from tenants import scope


class Command(up.Command):
    help = "Make a simulated agency on embedded servers, then serve the admin and the API until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="end after the table, with the figures as JSON on the last line"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError(
                "The demo writes simulated data, so it runs on embedded servers only: unset DATABASE_URL."
            )
        self.once: bool = options["once"]
        self.account: Future[Account] = Future()
        self.is_ended = False
        super().handle(*args, **options)
        if self.is_ended:
            self.last_line()
        elif self.once:
            raise CommandError("stopped")

    def last_line(self) -> None:
        try:
            figures = self.account.result().figures()
        except Stopped as stopped:
            raise CommandError(str(stopped)) from stopped
        self.stdout.write(json.dumps(figures))

    def before_serving(self) -> None:
        self.credentials = agencies.ensure()
        self.say("the simulated agencies are there (everything in them is made up)")
        self.say("starting web server, dispatcher, worker and beat")

    def once_serving(self) -> None:
        self.wait_for_answer()
        # A daemon beside the supervisor, which meanwhile starts again what ends: when somebody stops the command, what
        # it waits for will not come.
        threading.Thread(target=self.fill, daemon=True).start()

    def is_over(self) -> bool:
        """Whether it ends by itself: after its table, if that is all, and after a failure that nobody expected."""
        failed = self.account.exception() if self.account.done() else None
        self.is_ended = (self.once and self.account.done()) or (failed is not None and not isinstance(failed, Stopped))
        return self.is_ended

    def fill(self) -> None:
        try:
            with scope.of_tenant(agencies.agency_id()):
                past = filling.simulated()
                filling.fill(past, address=self.address, key=self.credentials.api_key, say=self.say)
                self.show(waiting.steadily(lambda: Account(past)))
        except Exception as failed:  # handed on to whoever waits for the account
            if isinstance(failed, Stopped) and not self.once:
                self.say(f"the demo's data are not whole: {failed} The admin shows more, and can have it tried again.")
                self.show_the_way_in()
            self.account.set_exception(failed)
        finally:
            connection.close()

    def show(self, account: Account) -> None:
        self.say("")
        for line in account.lines():
            self.say(line)
        if not self.once:
            self.show_the_way_in()
        self.account.set_result(account)

    def show_the_way_in(self) -> None:
        self.say("")
        self.say(f"  Admin     {self.address}/admin/")
        self.say(f"  Sign in   {agencies.OWNER}  (also {agencies.VIEWER}, {agencies.STRANGER})")
        self.say(f"  Password  {self.credentials.password}")
        self.say(f"  API       {self.address}/v1/docs   key in {settings.VAR.name}/demo_key")
        self.say(f"            the id of a source to send to: {settings.VAR.name}/demo_source")
        self.say("")
        self.say("Ctrl-C ends it; the data stays for the next start.")
