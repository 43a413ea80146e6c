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
# A setting of the transaction, as PostgreSQL writes it back.
SETTING = "( SELECT (NULLIF(current_setting('app.{name}'::text, true), ''::text))::bigint AS \"nullif\")"
TENANT = SETTING.format(name="tenant_id")
USER = SETTING.format(name="user_id")
THEIR_AGENCIES = f"""(id IN ( SELECT tenants_member.tenant_id
   FROM tenants_member
  WHERE (tenants_member.user_id = {USER})))"""
# What opens before a tenant is known: (table, policy) → (for what, to whom, for which rows).
DOORS = {
    ("tenants_member", "own_memberships"): ("SELECT", "{public}", f"(user_id = {USER})"),
    ("tenants_tenant", "own_agencies"): ("SELECT", "{public}", THEIR_AGENCIES),
    ("tenants_apikey", "key_lookup"): ("SELECT", "{earnest_owner}", "true"),
    ("tenants_schedule", "due_lookup"): ("SELECT", "{earnest_owner}", "true"),
    ("tenants_job", "dispatcher_looks"): ("SELECT", "{earnest_dispatcher}", "true"),
    ("tenants_job", "dispatcher_rings"): ("UPDATE", "{earnest_dispatcher}", "true"),
}
# Functions that run with their owner's rights: signature → (what they do, who may call them).
DOOR_FUNCTIONS = {
    "key_tenant(text)": (
        "SELECT tenant_id FROM public.tenants_apikey WHERE prefix = wanted LIMIT 1",
        ["earnest_app", "earnest_worker"],
    ),
    "due_tenants()": (
        "SELECT DISTINCT tenant_id FROM public.tenants_schedule WHERE enabled AND next_at <= now()",
        ["earnest_worker"],
    ),
}
# All that the role may touch which sees the jobs of every tenant.
DISPATCHER_RIGHTS = {
    *(
        ("tenants_job", column, "SELECT")
        for column in ("id", "tenant_id", "state", "attempt", "run_after", "rung_at", "lease_until")
    ),
    *(
        ("tenants_job", column, "UPDATE")
        for column in ("rung_at", "state", "lease_until", "finished_at", "error_code", "error")
    ),
}

# Every role that a server process runs as.
SERVING = "ARRAY[current_user, 'earnest_app', 'earnest_worker', 'earnest_dispatcher']"

TABLES = """
SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity,
       (SELECT a.attnotnull FROM pg_attribute a
        WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
"""
POLICIES = """
SELECT tablename, policyname, permissive, cmd, roles::text, qual, with_check
FROM pg_policies WHERE schemaname = 'public'
"""
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
ROLE = f"""
SELECT r.rolname, r.rolsuper OR r.rolbypassrls, r.rolcreaterole OR r.rolcreatedb OR r.rolreplication,
       has_schema_privilege(r.oid, 'public', 'CREATE'),
       EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid AND c.relnamespace = 'public'::regnamespace),
       EXISTS (SELECT FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
               AND has_table_privilege(r.oid, c.oid, 'TRUNCATE')),
       EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid)
FROM pg_roles r WHERE r.rolname = ANY({SERVING})
"""
# What is wrong with a role, in the order of the columns above.
ROLE_FAULTS = (
    "ignores row-level security (superuser or BYPASSRLS)",
    "may make roles, databases or copies of the server",
    "may create tables in public",
    "owns tables, so it may lift their walls",
    "holds TRUNCATE, which ignores policies",
    "is a member of another role, whose rights it may take",
)
VIEWS = f"""
SELECT relname FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('v', 'm')
  AND EXISTS (SELECT FROM pg_roles WHERE rolname = ANY({SERVING}) AND has_table_privilege(rolname, c.oid, 'SELECT'))
  AND (relkind = 'm' OR NOT coalesce(reloptions::text ~ 'security_invoker=(true|on|1)', false))
"""
FUNCTIONS = f"""
SELECT p.oid::regprocedure::text, btrim(p.prosrc), ARRAY(
    SELECT rolname::text FROM pg_roles WHERE rolname = ANY({SERVING})
      AND NOT rolsuper AND has_function_privilege(oid, p.oid, 'EXECUTE') ORDER BY 1)
FROM pg_proc p WHERE p.prosecdef
  AND p.pronamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
  AND EXISTS (SELECT FROM pg_roles WHERE rolname = ANY({SERVING}) AND has_function_privilege(rolname, p.oid, 'EXECUTE'))
"""
SCHEMAS = f"""
SELECT nspname FROM pg_namespace n
WHERE nspname NOT IN ('public', 'pg_catalog', 'information_schema') AND nspname NOT LIKE 'pg\\_%'
  AND EXISTS (SELECT FROM pg_roles WHERE rolname = ANY({SERVING}) AND has_schema_privilege(rolname, n.oid, 'USAGE'))
"""
DISPATCHER = """
SELECT c.relname, a.attname, p.privilege FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) AS p (privilege)
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
  AND has_column_privilege('earnest_dispatcher', c.oid, a.attnum, p.privilege)
UNION ALL
SELECT relname, '*', 'DELETE' FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')
  AND has_table_privilege('earnest_dispatcher', oid, 'DELETE')
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
            *_foreign_keys(rows(FOREIGN_KEYS), {name for name, _, not_null in tables if not_null is not None}),
            *_roles(rows(ROLE)),
            *(
                f"Role earnest_dispatcher may {privilege} {table}.{column}."
                for table, column, privilege in rows(DISPATCHER)
                if (table, column, privilege) not in DISPATCHER_RIGHTS
            ),
            *(f"View {name} reads with its owner's rights." for (name,) in rows(VIEWS)),
            *(
                f"Function {signature} runs with its owner's rights for {', '.join(callers)} and is no known door."
                for signature, does, callers in rows(FUNCTIONS)
                if DOOR_FUNCTIONS.get(signature) != (does, callers)
            ),
            *(f"Schema {name} is open to this role; only public is looked after." for (name,) in rows(SCHEMAS)),
        ]
    return sorted(found)


def _tables(tables: list[tuple[Any, ...]]) -> Iterable[str]:
    for name, forced, not_null in tables:
        if not_null is not None or name == TENANT_TABLE:
            if not forced:
                yield f"Table {name} has no forced row-level security."
            if not_null is False:
                yield f"Table {name} takes rows without a tenant."
        elif name not in GLOBAL_TABLES:
            yield f"Table {name} has no tenant_id and is not listed as global."


def _policies(policies: list[tuple[Any, ...]], tables: list[tuple[Any, ...]]) -> Iterable[str]:
    walled = set()
    for table, name, permissive, command, roles, using, check in policies:
        wanted = f"({'id' if table == TENANT_TABLE else 'tenant_id'} = {TENANT})"
        is_wall = (name, permissive, command, roles) == ("tenant", "PERMISSIVE", "ALL", "{public}")
        if is_wall and using == check == wanted:
            walled.add(table)
        elif check is not None or DOORS.get((table, name)) != (command, roles, using):
            yield f"Policy {name} on {table} is neither the tenant wall nor a known door."
    for table, _, not_null in tables:
        if (not_null is not None or table == TENANT_TABLE) and table not in walled:
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
    for name, *faults in roles:
        for has, sentence in zip(faults, ROLE_FAULTS, strict=True):
            if has:
                yield f"Role {name} {sentence}."
