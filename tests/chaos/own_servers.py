"""What commands have in common that do harm: servers of their own, looked at past all walls, and gone afterwards."""

from abc import ABC, abstractmethod
from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand

from config.installation import prepare


class OnOwnServers(BaseCommand, ABC):
    """A command that acts on servers which are started for it, whatever the shell knows of others."""

    requires_system_checks = ()

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            prepare(self.say)
            self.act(**options)
        finally:
            settings.SERVERS.remove()

    @abstractmethod
    def act(self, *_: Any, **options: Any) -> None:
        """Do the harm, and account for it."""

    def connected(self) -> psycopg.Connection[tuple[Any, ...]]:
        """Return a connection of the superuser, for whom no policy holds; it commits every statement."""
        return psycopg.connect(settings.SERVERS.postgres.url(role="postgres", database="earnest"), autocommit=True)

    def superuser(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.connected() as it:
            done = it.execute(statement.encode(), values or None)
            return done.fetchall() if done.description else []

    def ask(self, question: str, *values: Any) -> int:
        return int(self.superuser(question, *values)[0][0])

    def say(self, message: str) -> None:
        self.stdout.write(f"chaos: {message}")
        self.stdout.flush()
