"""`manage.py demo`: a simulated agency to look at, on servers of its own."""

import json
import threading
from concurrent.futures import Future
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.db import connection

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
        super().handle(*args, **options)
        if self.once and not self.account.done():
            raise CommandError("stopped")
        if self.account.done():
            self.last_line()

    def last_line(self) -> None:
        try:
            figures = self.account.result().figures()
        except Stopped as stopped:
            raise CommandError(str(stopped)) from stopped
        if self.once:
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
        return self.account.done() and (self.once or self.account.exception() is not None)

    def fill(self) -> None:
        try:
            with scope.of_tenant(agencies.agency_id()):
                past = filling.simulated()
                filling.fill(past, address=self.address, key=self.credentials.api_key, say=self.say)
                self.show(Account(past))
        except Exception as failed:  # handed on to whoever waits for the account
            self.account.set_exception(failed)
        finally:
            connection.close()

    def show(self, account: Account) -> None:
        self.say("")
        for line in account.lines():
            self.say(line)
        if not self.once:
            self.say("")
            self.say(f"  Admin     {self.address}/admin/")
            self.say(f"  Sign in   {agencies.OWNER}  (also {agencies.VIEWER}, {agencies.STRANGER})")
            self.say(f"  Password  {self.credentials.password}")
            self.say(f"  API       {self.address}/v1/docs   key in {settings.VAR.name}/demo_key")
            self.say(f"            the id of a source to send to: {settings.VAR.name}/demo_source")
            self.say("")
            self.say("Ctrl-C ends it; the data stays for the next start.")
        self.account.set_result(account)
