"""`manage.py up`: every process of an installation on one machine."""

import time
import urllib.request
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config.embedded import ServerFailed
from config.environment import ADDRESS_OF
from config.installation import prepare
from config.supervision import Supervisor, celery_command, dispatcher_command, web_command, worker_command


class Command(BaseCommand):
    help = (
        "Prepare the database and run web server, dispatcher, worker and beat until Ctrl-C, against DATABASE_URL, "
        "its companions and REDIS_URL where they are set, else against embedded servers."
    )
    # The checks run once the servers do.
    requires_system_checks = ()

    def handle(self, *_: Any, **__: Any) -> None:
        missing = [ADDRESS_OF[process] for process, address in settings.ADDRESSES.items() if address is None]
        if missing:
            raise CommandError(f"Set {' and '.join(missing)} too: every process works with a role of its own.")
        try:
            prepare(self.say)
            self.before_serving()
            supervisor = Supervisor(
                self.say, pulses=settings.VAR / "pulses", watch=lambda: settings.SERVERS.revive(self.say)
            )
            supervisor.keep("web", web_command(host=settings.HOST, port=settings.PORT))
            supervisor.keep("dispatcher", dispatcher_command(), process="dispatcher", pulse="dispatcher")
            supervisor.keep("worker", worker_command(), process="worker", pulse="worker")
            # Beat shows itself by the ticks that workers do; without any, either of the two is stuck.
            supervisor.keep("beat", celery_command("beat"), process="worker", pulse="worker")
            supervisor.run(once_started=self.once_serving, until=self.is_over)
        except ServerFailed as failed:
            raise CommandError(str(failed)) from failed
        finally:
            if settings.EMBEDDED:
                settings.SERVERS.stop()

    def before_serving(self) -> None:
        """Nothing more to prepare; the demo has."""

    def once_serving(self) -> None:
        self.wait_for_answer()
        self.say(f"serving {self.address}/admin/ (Ctrl-C ends it)")

    def is_over(self) -> bool:
        """It goes on until somebody stops it; a demo that only shows its table does not."""
        return False

    @property
    def address(self) -> str:
        return f"http://{settings.HOST}:{settings.PORT}"

    def wait_for_answer(self) -> None:
        """Wait until the web server answers, so that the address on screen works when it is read."""
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"{self.address}/healthz", timeout=2):  # noqa: S310 (our own address)
                    return
            except OSError:
                time.sleep(0.1)
        raise ServerFailed(f"The web server did not answer at {self.address}/healthz; the lines above say why.")

    def say(self, message: str) -> None:
        self.stdout.write(f"earnest: {message}")
        self.stdout.flush()
