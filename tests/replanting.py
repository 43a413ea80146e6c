"""Agencies made once and planted again: a test that asks for the cast is spared the two hundred statements behind it.

What an agency's making wrote is read from every table and written again as it was, numbers and times included; but
what had been due since is due a day later.
"""

import copy
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

from django.db import connection, transaction

from tenants import scope

# Partitions are written by way of their table.
TABLES = """
SELECT c.relname, array_agg(a.attname ORDER BY a.attnum) FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace GROUP BY c.relname
"""
KEYS = """
SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
WHERE contype = 'f' AND conrelid <> confrelid AND conparentid = 0
"""
DUE_LATER = [
    f"UPDATE {table} SET {column} = {column} + interval '1 day' WHERE {column} <= now()"
    for table, column in (("tenants_schedule", "next_at"), ("tenants_slot", "due_at"))
]


@dataclass(frozen=True)
class Seed:
    """What an agency's making wrote: rows as JSON by table, referenced tables first."""

    rows: list[tuple[str, list[str], str]]
    # The cast itself, copied for each test: tests change what they are given.
    agency: Any


_seeds: dict[str, Seed] = {}


def keep(agency: Any) -> None:
    """Remember what an agency is that has just been made, and by nothing but its making."""
    with scope.of_tenant(agency.tenant.id), transaction.atomic(), connection.cursor() as cursor:
        rows = list(_rows(cursor, tenant=agency.tenant.id, user=agency.owner.id))
    _seeds[agency.canary] = Seed(rows, copy.deepcopy(agency))


def plant(canary: str) -> Any:
    """Plant an agency again that was kept. Returns None where there is none."""
    seed = _seeds.get(canary)
    if seed is None:
        return None
    written = [
        f"INSERT INTO {table} ({', '.join(columns)}) OVERRIDING SYSTEM VALUE "
        f"SELECT {', '.join(columns)} FROM json_populate_recordset(NULL::{table}, %s)"
        for table, columns, _rows_of_it in seed.rows
    ]
    with scope.of_tenant(seed.agency.tenant.id), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("; ".join([*written, *DUE_LATER]), [rows for _table, _columns, rows in seed.rows])
    return copy.deepcopy(seed.agency)


def _rows(cursor: Any, **known: int) -> Iterator[tuple[str, list[str], str]]:
    """Read what belongs to a tenant from every table, and the user who owns it."""
    whose = {"tenants_tenant": "id = %(tenant)s", "tenants_user": "id = %(user)s"}
    for table, columns in _tables():
        where = whose.get(table) or ("tenant_id = %(tenant)s" if "tenant_id" in columns else "")
        if where:
            cursor.execute(f"SELECT json_agg(t) FROM {table} t WHERE {where}", known)
            (rows,) = cursor.fetchone()
            if rows:
                yield table, [f'"{column}"' for column in columns], json.dumps(rows)


@cache
def _tables() -> list[tuple[str, list[str]]]:
    """Return every table with its columns, those that others refer to first."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        columns = dict(cursor.fetchall())
        cursor.execute(KEYS)
        referred: dict[str, set[str]] = {table: set() for table in columns}
        for table, to in cursor.fetchall():
            referred[table].add(to)
    return [(table, columns[table]) for table in TopologicalSorter(referred).static_order()]
