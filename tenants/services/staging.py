"""Rows by the thousand, on their way into a table behind row-level security, which takes no COPY."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.backends.utils import CursorWrapper


def stage(cursor: CursorWrapper, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> None:
    """Fill a temporary table that is gone with the transaction, and let the planner know what is in it.

    columns: name → type in PostgreSQL, in the order of each row's values.
    """
    _create(cursor, table, columns)
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
    cursor.execute(f"ANALYZE {table}")


def stage_lines(cursor: CursorWrapper, table: str, columns: Mapping[str, str], lines: Iterable[bytes]) -> None:
    """Do the same with whole lines of CSV, in which null is \\N."""
    _create(cursor, table, columns)
    with cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv, NULL '\\N')") as copy:
        for some in lines:
            copy.write(some)
    cursor.execute(f"ANALYZE {table}")


def _create(cursor: CursorWrapper, table: str, columns: Mapping[str, str]) -> None:
    described = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    cursor.execute(f"DROP TABLE IF EXISTS {table}; CREATE TEMPORARY TABLE {table} ({described}) ON COMMIT DROP")
