"""What the tables hold of a person, as `tenants.models.held` says: shown, and deleted."""

from collections.abc import Collection, Iterator
from typing import Any

from django.db import connection

from tenants.models.held import HELD, Table
from tenants.scope import tenant_id_in_force


def tables_of(*apps: str) -> Iterator[Table]:
    """Yield the tables of these apps in which rows are somebody's, in the order in which they are deleted."""
    return (table for table in HELD.values() if table.app in apps and (table.whose or table.emptied))


def erase(table: Table, contacts: Collection[int]) -> int:
    """Delete the rows of the person who was these contacts, and empty what is theirs in others'. Return how many."""
    statements = []
    if table.whose:
        statements.append(f"DELETE FROM {table.name} t WHERE t.tenant_id = %(tenant)s AND {table.whose}")
    if table.emptied:
        put = ", ".join(f"{column} = {value}" for column, value in table.emptying.items())
        statements.append(f"UPDATE {table.name} t SET {put} WHERE t.tenant_id = %(tenant)s AND {table.emptied}")
    changed = 0
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, _values(contacts))
            changed += cursor.rowcount
    return changed


def rows_of(table: Table, contacts: Collection[int], columns: Collection[str]) -> Iterator[tuple[Any, ...]]:
    """Yield these columns of a person's rows."""
    names = ", ".join(f't."{name}"' for name in columns)
    statement = f"SELECT {names} FROM {table.name} t WHERE t.tenant_id = %(tenant)s AND {table.whose}"
    with connection.cursor() as cursor:
        cursor.execute(statement, _values(contacts))
        yield from cursor.fetchall()


def _values(contacts: Collection[int]) -> dict[str, Any]:
    return {"tenant": tenant_id_in_force(), "contacts": list(contacts)}
