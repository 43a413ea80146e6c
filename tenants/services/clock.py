"""The database's clock: the only one that all processes share."""

from datetime import datetime

from django.db import connection


def now() -> datetime:
    """Return the moment at which it is asked, not that at which the transaction began; as Django's Now() does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment
