"""The transactions of a job: short, its own, and on a connection that works."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from psycopg import IsolationLevel


@contextmanager
def own_transaction() -> Iterator[None]:
    """A transaction that is kept when it ends, whatever comes after."""
    _replace_broken_connection()
    with transaction.atomic(durable=True):
        yield


@contextmanager
def snapshot() -> Iterator[None]:
    """One moment of the database, to be read and not written."""
    _replace_broken_connection()
    raw = connection.connection
    raw.isolation_level, raw.read_only = IsolationLevel.REPEATABLE_READ, True
    try:
        with transaction.atomic(durable=True):
            yield
    finally:
        if not raw.closed:
            raw.isolation_level, raw.read_only = None, None


def _replace_broken_connection() -> None:
    """A job computes for minutes, and PostgreSQL may have been restarted since it was last asked."""
    connection.close_if_unusable_or_obsolete()
    connection.close_if_health_check_failed()
    connection.ensure_connection()
