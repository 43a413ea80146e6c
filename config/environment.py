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

# Process → the variable with its address. Each kind of process works with a role of its own, and is given no other's.
ADDRESS_OF = {"web": "DATABASE_URL", "worker": "DATABASE_WORKER_URL", "dispatcher": "DATABASE_DISPATCHER_URL"}
# Every variable that leads to a server.
SERVER_VARIABLES = ("DATABASE_OWNER_URL", *ADDRESS_OF.values(), "REDIS_URL")
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


def stand_ins(raw: str) -> dict[str, str]:
    """
    >>> stand_ins("a.example=http://127.0.0.1:9000, b.example=http://127.0.0.1:9001")
    {'a.example': 'http://127.0.0.1:9000', 'b.example': 'http://127.0.0.1:9001'}
    """
    pairs = [word.partition("=") for word in names(raw)]
    if not all(host and origin.startswith(("http://", "https://")) for host, _, origin in pairs):
        raise ValueError("write host=http://address:port, separated by commas")
    return {host: origin.rstrip("/") for host, _, origin in pairs}


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


def positive(raw: str) -> int:
    if count(raw) == 0:
        raise ValueError("a number from 1 upwards")
    return int(raw)


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


def queue_address(redis_url: str) -> str:
    """Return the same address as Celery writes it.

    >>> queue_address("unix:///run/valkey.sock?db=3")
    'redis+socket:///run/valkey.sock?virtual_host=3'
    """
    if not redis_url.startswith("unix://"):
        return redis_url
    return redis_url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")


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
