"""Settings come from the environment alone, and a value that is not understood is refused, never guessed.

Every variable is declared with what it means; docs/runbook.md lists the same table, and a test compares the two.
"""

import os
from collections.abc import Callable
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict
from psycopg.errors import Error as PsycopgError

T = TypeVar("T")

# name → meaning, in the order of settings.py
VARIABLES: dict[str, str] = {}


def variable(name: str, meaning: str, *, parse: Callable[[str], T], default: T) -> T:
    """Return the variable's value; unset or empty gives the default. Raises ImproperlyConfigured with a sentence."""
    VARIABLES[name] = meaning
    raw = os.environ.get(name, "").strip()
    if not raw:
        return default
    try:
        return parse(raw)
    except ValueError as wrong:
        raise ImproperlyConfigured(f"{name}={raw!r} is not usable: {wrong} ({meaning})") from wrong


def flag(raw: str) -> bool:
    """
    >>> flag("yes"), flag("0")
    (True, False)
    """
    words = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}
    if raw.lower() not in words:
        raise ValueError(f"use one of {', '.join(words)}")
    return words[raw.lower()]


def names(raw: str) -> list[str]:
    """
    >>> names("a.example, b.example")
    ['a.example', 'b.example']
    """
    return [word.strip() for word in raw.split(",") if word.strip()]


def port(raw: str) -> int:
    number = int(raw)
    if not 0 < number < 65536:
        raise ValueError("a port lies between 1 and 65535")
    return number


def count(raw: str) -> int:
    number = int(raw)
    if number < 0:
        raise ValueError("a number from 0 upwards")
    return number


def one_of(*allowed: str) -> Callable[[str], str]:
    def parse(raw: str) -> str:
        if raw not in allowed:
            raise ValueError(f"use one of {', '.join(allowed)}")
        return raw

    return parse


def redis_address(raw: str) -> str:
    if not raw.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("an address begins with redis://, rediss:// or unix://")
    return raw


def postgres_address(raw: str) -> dict[str, object]:
    """Return Django's form of a PostgreSQL address, with whatever libpq understands as options."""
    if not raw.startswith(("postgresql://", "postgres://")):
        raise ValueError("an address begins with postgresql://")
    try:
        parts = {name: value for name, value in conninfo_to_dict(raw).items() if value is not None}
    except PsycopgError as wrong:
        raise ValueError(str(wrong)) from wrong
    if not parts.get("user") or not parts.get("dbname"):
        raise ValueError("an address names a role and a database: postgresql://role@host/database")
    return {
        "NAME": str(parts.pop("dbname")),
        "USER": str(parts.pop("user")),
        "PASSWORD": str(parts.pop("password", "")),
        "HOST": str(parts.pop("host", "")),
        "PORT": str(parts.pop("port", "")),
        "OPTIONS": dict(parts),
    }
