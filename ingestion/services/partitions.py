"""The months of the engagement table: made before they come, and dropped once nothing is left in them."""

import logging
from datetime import date

from django.db import connections, transaction
from django.db.utils import IntegrityError, OperationalError
from psycopg.errors import CheckViolation, LockNotAvailable

from ingestion.models import Engagement
from tenants.walls.operations import partition

logger = logging.getLogger(__name__)

MONTHS_AHEAD = 12
TABLE = Engagement._meta.db_table
# But for last month's: a transaction may be at work that began in it.
MONTHS_OVER = """
SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
WHERE i.inhparent = to_regclass(%s) AND c.relname ~ '_[0-9]{4}_[0-9]{2}$'
AND to_date(right(c.relname, 7), 'YYYY_MM') < date_trunc('month', now() AT TIME ZONE 'UTC') - interval '1 month'
ORDER BY 1
"""


def make_ahead(using: str) -> None:
    """Make the partitions of this month and the coming ones. Needs the tables' owner.

    A month that nobody made in time lies in the DEFAULT partition and stays there: PostgreSQL refuses to make its
    partition afterwards, and the log says so.
    """
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT date_trunc('month', now() AT TIME ZONE 'UTC')::date, to_regclass(%s) IS NOT NULL", [TABLE]
        )
        this_month, is_there = cursor.fetchone()
    if not is_there:  # a migration backwards
        return
    for ahead in range(MONTHS_AHEAD + 1):
        _make(using, _plus(this_month, ahead))


def _make(using: str, month: date) -> None:
    name = f"{TABLE}_{month:%Y_%m}"
    bounds = f"FOR VALUES FROM ('{month} 00:00:00+00') TO ('{_plus(month, 1)} 00:00:00+00')"
    try:
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            # Of two starts at the same time the second finds it made.
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [TABLE])
            cursor.execute("SELECT to_regclass(%s) IS NULL", [name])
            if cursor.fetchone()[0]:
                for statement in partition(TABLE, name, bounds):
                    cursor.execute(statement)
    except IntegrityError as wrong:
        if not isinstance(wrong.__cause__, CheckViolation):
            raise
        logger.warning("the engagements received in %s lie in the default partition and stay there", f"{month:%Y-%m}")
    except OperationalError as busy:
        if not isinstance(busy.__cause__, LockNotAvailable):
            raise
        logger.warning("the table is in use; the partition of %s is made at the next start", f"{month:%Y-%m}")


def drop_empty(using: str) -> None:
    """Drop the partitions of months that are over and whose every row was removed. Needs the tables' owner."""
    with connections[using].cursor() as cursor:
        cursor.execute(MONTHS_OVER, [TABLE])
        names = [name for (name,) in cursor.fetchall()]
    for name in names:
        _drop_if_empty(using, name)


def _drop_if_empty(using: str, name: str) -> None:
    try:
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            cursor.execute(f"LOCK TABLE {TABLE}, {name} IN ACCESS EXCLUSIVE MODE")
            # Under FORCE the owner sees nobody's rows, and every partition would look empty.
            cursor.execute(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY")
            cursor.execute(f"SELECT EXISTS (SELECT FROM {name})")
            if cursor.fetchone()[0]:
                transaction.set_rollback(True, using=using)
            else:
                cursor.execute(f"DROP TABLE {name}")
                logger.info("%s was empty and is dropped", name)
    except OperationalError as busy:
        if not isinstance(busy.__cause__, LockNotAvailable):
            raise
        logger.info("the table is in use; %s is looked at again at the next start", name)


def _plus(month: date, count: int) -> date:
    """
    >>> _plus(date(2026, 11, 1), 2)
    datetime.date(2027, 1, 1)
    """
    years, index = divmod(month.month - 1 + count, 12)
    return date(month.year + years, index + 1, 1)
