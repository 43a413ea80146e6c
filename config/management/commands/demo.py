"""`manage.py demo`: a simulated agency to look at, on servers of its own."""

from typing import Any

from django.conf import settings
from django.core.management.base import CommandError

from config import demonstration
from config.management.commands import up


class Command(up.Command):
    help = "Make a simulated agency on embedded servers, then serve the admin and the API until Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.EMBEDDED:
            raise CommandError(
                "The demo writes simulated data, so it runs on embedded servers only: unset DATABASE_URL."
            )
        super().handle(*args, **options)

    def before_serving(self) -> None:
        self.credentials = demonstration.ensure()
        self.say("the simulated agencies are there (everything in them is made up)")

    def once_serving(self) -> None:
        self.wait_for_answer()
        self.say("")
        self.say(f"  Admin     {self.address}/admin/")
        self.say(f"  Sign in   {demonstration.OWNER}  (also {demonstration.VIEWER}, {demonstration.STRANGER})")
        self.say(f"  Password  {self.credentials.password}")
        self.say(f"  API       {self.address}/v1/docs   key in {settings.VAR.name}/demo_key")
        self.say(f"            the id of a source to send to: {settings.VAR.name}/demo_source")
        self.say("")
        self.say("Ctrl-C ends it; the data stays for the next start.")
