"""Looks at a database as it is and says where the walls have a hole.

Reads pg_catalog only, so the web's own role can run it: before start, in CI, and on a database somebody changed by
hand. Every finding names the table, key, policy, role or function.
"""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from tenants.walls.operations import is_owned, owned_references

# Tables that belong to no tenant, each for a reason a person has thought about.
GLOBAL_TABLES = {
    "auth_group",  # empty: Django's, unused
    "auth_group_permissions",  # empty: Django's, unused
    "auth_permission",  # names of models
    "axes_accessattempt",  # empty: the sign-in lock counts in the cache
    "axes_accessattemptexpiration",  # empty: as above
    "axes_accessfailurelog",  # empty: as above
    "axes_accesslog",  # empty: as above
    "django_content_type",  # names of models
    "django_migrations",
    "django_session",  # keyed by an unguessable session id
    "tenants_user",  # a person may belong to several agencies; no page or endpoint lists users
}
# The agency's own row, kept by its id.
TENANT_TABLE = "tenants_tenant"
# What opens before a tenant is known: (table, policy).
DOORS = {
    ("tenants_member", "own_memberships"),
    ("tenants_tenant", "own_agencies"),
    ("tenants_apikey", "key_lookup"),
}
DOOR_FUNCTIONS = {"key_tenant"}
POLICY = "({column} = ( SELECT (NULLIF(current_setting('app.tenant_id'::text, true), ''::text))::bigint AS \"nullif\"))"

TABLES = """
SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,
       EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
"""
POLICIES = (
    "SELECT tablename, policyname, permissive, cmd, qual, with_check FROM pg_policies WHERE schemaname = 'public'"
)
# Unique keys (indexes too) that do not start with the tenant; a plain primary key on id is allowed, because nothing
# but the composite key beside it may be referenced.
UNIQUE_KEYS = """
SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
JOIN pg_attribute t ON t.attrelid = c.oid AND t.attname = 'tenant_id'
WHERE c.relnamespace = 'public'::regnamespace AND i.indisunique AND i.indkey[0] IS DISTINCT FROM t.attnum
  AND NOT (i.indisprimary AND i.indnatts = 1
           AND i.indkey[0] = (SELECT attnum FROM pg_attribute WHERE attrelid = c.oid AND attname = 'id'))
"""
FOREIGN_KEYS = """
SELECT k.conrelid::regclass::text, k.confrelid::regclass::text, k.convalidated,
       ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS u(number, place)
             JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number ORDER BY u.place)
FROM pg_constraint k WHERE k.connamespace = 'public'::regnamespace AND k.contype = 'f'
"""
ROLE = """
SELECT r.rolname, r.rolsuper OR r.rolbypassrls,
       EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid AND c.relnamespace = 'public'::regnamespace),
       EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
               AND has_table_privilege(r.oid, c.oid, 'TRUNCATE')),
       EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid)
FROM pg_roles r WHERE r.rolname IN (current_user, 'earnest_app', 'earnest_worker')
"""
VIEWS = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')
  AND has_table_privilege(current_user, oid, 'SELECT')
  AND (relkind = 'm' OR NOT coalesce(reloptions::text ~ 'security_invoker=(true|on|1)', false))
"""
FUNCTIONS = """
SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef
  AND has_function_privilege(current_user, oid, 'EXECUTE')
"""


def holes(connection: BaseDatabaseWrapper) -> list[str]:
    """Return a sentence for every hole in the walls of the database the connection leads to; empty is whole."""
    with connection.cursor() as cursor:

        def rows(query: str) -> list[tuple[Any, ...]]:
            cursor.execute(query)
            return list(cursor.fetchall())

        tables = rows(TABLES)
        found = [
            *_tables(tables),
            *_policies(rows(POLICIES), tables),
            *(f"Unique key {key} of {table} does not start with tenant_id." for table, key in rows(UNIQUE_KEYS)),
            *_foreign_keys(rows(FOREIGN_KEYS), {name for name, _, owned in tables if owned}),
            *_roles(rows(ROLE)),
            *(f"View {name} reads with its owner's rights." for (name,) in rows(VIEWS)),
            *(
                f"Function {name} runs with its owner's rights and is no known door."
                for (name,) in rows(FUNCTIONS)
                if name not in DOOR_FUNCTIONS
            ),
        ]
    return sorted(found)


def _tables(tables: Iterable[tuple[str, bool, bool]]) -> Iterable[str]:
    for name, forced, owned in tables:
        if owned or name == TENANT_TABLE:
            if not forced:
                yield f"Table {name} has no forced row-level security."
        elif name not in GLOBAL_TABLES:
            yield f"Table {name} has no tenant_id and is not listed as global."


def _policies(policies: list[tuple[Any, ...]], tables: Iterable[tuple[str, bool, bool]]) -> Iterable[str]:
    walled = set()
    for table, name, _, command, using, check in policies:
        wanted = POLICY.format(column="id" if table == TENANT_TABLE else "tenant_id")
        if name == "tenant" and command == "ALL" and using == check == wanted:
            walled.add(table)
        elif (table, name) not in DOORS or command != "SELECT":
            yield f"Policy {name} on {table} is neither the tenant wall nor a known door."
    for table, _, owned in tables:
        if (owned or table == TENANT_TABLE) and table not in walled:
            yield f"Table {table} lacks the tenant policy."


def _foreign_keys(keys: list[tuple[Any, ...]], owned_tables: set[str]) -> Iterable[str]:
    composite = set()
    for table, target, validated, columns in keys:
        if table in owned_tables and target in owned_tables:
            if columns[0] != "tenant_id":
                yield f"Foreign key {table} ({', '.join(columns)}) to {target} does not carry the tenant."
            elif not validated:
                yield f"Foreign key {table} ({', '.join(columns)}) to {target} was never validated."
            else:
                composite.add((table, columns[-1], target))
    for table, column, target in _declared_references():
        if (table, column, target) not in composite:
            yield f"{table}.{column} has no composite foreign key to {target}."


def _declared_references() -> Iterable[tuple[str, str, str]]:
    """What the models say: a key declared with db_constraint=False and never laid in the database would show here."""
    owned: list[type[models.Model]] = [model for model in apps.get_models() if is_owned(model)]
    for model in owned:
        for column, target in owned_references(model):
            yield model._meta.db_table, column, target


def _roles(roles: list[tuple[Any, ...]]) -> Iterable[str]:
    for name, above_the_law, owns, truncates, belongs in roles:
        if above_the_law:
            yield f"Role {name} ignores row-level security (superuser or BYPASSRLS)."
        if owns:
            yield f"Role {name} owns tables, so it may lift their walls."
        if truncates:
            yield f"Role {name} holds TRUNCATE, which ignores policies."
        if belongs:
            yield f"Role {name} is a member of another role, whose rights it may take."
