"""What is refused at boot: broken walls, and settings that are unsafe outside a local trial.

The first needs the database (`manage.py check --database default`, and every start of a web server or worker); the
second are errors everywhere, not `--deploy` advice that nobody runs.
"""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import ERROR, CheckMessage, Error, Tags, register, run_checks
from django.core.management.base import SystemCheckError
from django.db import connections

from config.embedded.binaries import OLDEST_POSTGRES
from tenants.walls.lint import holes

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@register(Tags.database)
def walls_are_whole(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """The walls between tenants, looked at through the web's own eyes. The owner's connection is not judged."""
    if "default" not in (databases or ()):
        return []
    connection = connections["default"]
    connection.ensure_connection()
    if connection.pg_version < OLDEST_POSTGRES * 10000:  # type: ignore[attr-defined]
        return [Error(f"PostgreSQL {OLDEST_POSTGRES} or newer is needed.", id="earnest.E003")]
    return [Error(hole, id="earnest.E001") for hole in holes(connection)]


@register(Tags.security)
def settings_are_safe(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    """The settings of a real installation. A local trial may do without HTTPS, and without all where only this machine
    can reach it.
    """
    if settings.EMBEDDED and settings.HOST in LOOPBACK:
        return []
    unsafe = {
        "DEBUG is on: error pages would show settings and rows to anybody.": settings.DEBUG,
        "SECRET_KEY is shorter than 50 characters.": len(settings.SECRET_KEY) < 50,
        "ALLOWED_HOSTS is empty: name the hosts this installation answers to.": not settings.ALLOWED_HOSTS,
        "ALLOWED_HOSTS contains “*”: name the hosts instead.": "*" in settings.ALLOWED_HOSTS,
        "OUTBOUND_STAND_INS is set: platforms' tokens would be sent elsewhere, unchecked.": bool(
            settings.OUTBOUND_STAND_INS
        ),
        "ERASURES_FILE is not set: a restored backup would bring back whoever was erased since.": (
            settings.ERASURES_FILE is None
        ),
        "HTTPS is off: sessions and keys would travel in the clear.": not (settings.HTTPS or settings.EMBEDDED),
    }
    return [Error(sentence, id="earnest.E002") for sentence, holds in unsafe.items() if holds]


def refuse_what_is_broken(*, but: str = "") -> None:
    """Run every check, the walls included. Raises SystemCheckError with a line for each thing that is broken.

    but: the id of what the caller puts right.
    """
    found = run_checks(databases=["default"])
    broken = [message for message in found if message.is_serious(ERROR) and message.id != but]
    if broken:
        raise SystemCheckError("\n".join(str(message) for message in broken))
