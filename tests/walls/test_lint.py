"""The lint finds every hole somebody could leave: each is made, seen, and gone with the transaction."""

from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from config.checks import walls_are_whole
from tenants.walls import lint
from tenants.walls.operations import add_reference, reference, security

OPEN_TO_ALL = (
    "Function {} runs with its owner's rights for earnest_app, earnest_dispatcher, earnest_worker and is no known door."
)
HOLES = {
    "row-level security off": (
        "ALTER TABLE tenants_client DISABLE ROW LEVEL SECURITY",
        "Table tenants_client has no forced row-level security.",
    ),
    "not forced": (
        "ALTER TABLE tenants_client NO FORCE ROW LEVEL SECURITY",
        "Table tenants_client has no forced row-level security.",
    ),
    "policy dropped": ("DROP POLICY tenant ON tenants_channel", "Table tenants_channel lacks the tenant policy."),
    "policy weakened": (
        "ALTER POLICY tenant ON tenants_channel USING (true)",
        "Policy tenant on tenants_channel is neither the tenant wall nor a known door.",
    ),
    "policy for writing weakened": (
        "ALTER POLICY tenant ON tenants_channel WITH CHECK (true)",
        "Policy tenant on tenants_channel is neither the tenant wall nor a known door.",
    ),
    "policy added": (
        "CREATE POLICY open ON tenants_client FOR SELECT USING (true)",
        "Policy open on tenants_client is neither the tenant wall nor a known door.",
    ),
    "door widened": (
        "DROP POLICY own_memberships ON tenants_member; CREATE POLICY own_memberships ON tenants_member USING (true)",
        "Policy own_memberships on tenants_member is neither the tenant wall nor a known door.",
    ),
    "table without a tenant": (
        "CREATE TABLE stray (id bigint PRIMARY KEY)",
        "Table stray has no tenant_id and is not listed as global.",
    ),
    "table without a wall": (
        "CREATE TABLE stray (id bigint PRIMARY KEY, tenant_id bigint)",
        "Table stray has no forced row-level security.",
    ),
    "partition without a wall": (
        "CREATE TABLE parted (tenant_id bigint, at date) PARTITION BY RANGE (at); "
        "CREATE TABLE part PARTITION OF parted DEFAULT; " + "; ".join(security("parted")),
        "Table part has no forced row-level security.",
    ),
    "unique key across tenants": (
        "CREATE UNIQUE INDEX across ON tenants_client (name)",
        "Unique key across of tenants_client does not start with tenant_id.",
    ),
    "unique key with the tenant last": (
        "CREATE UNIQUE INDEX across ON tenants_client (name, tenant_id)",
        "Unique key across of tenants_client does not start with tenant_id.",
    ),
    "composite key dropped": (
        "ALTER TABLE tenants_channel DROP CONSTRAINT tenants_channel_client_id_same_tenant",
        "tenants_channel.client_id has no composite foreign key to tenants_client.",
    ),
    "plain key between tenant tables": (
        "ALTER TABLE tenants_channel ADD CONSTRAINT plain FOREIGN KEY (client_id) REFERENCES tenants_client (id)",
        "Foreign key tenants_channel (client_id) to tenants_client does not carry the tenant.",
    ),
    "key never validated": (
        "ALTER TABLE tenants_channel DROP CONSTRAINT tenants_channel_client_id_same_tenant; "
        + reference("tenants_channel", "client_id", "tenants_client")
        + " NOT VALID",
        "Foreign key tenants_channel (tenant_id, client_id) to tenants_client was never validated.",
    ),
    "view": (
        "CREATE VIEW peek AS SELECT * FROM tenants_client; GRANT SELECT ON peek TO earnest_app",
        "View peek reads with its owner's rights.",
    ),
    "materialized view": (
        "CREATE MATERIALIZED VIEW peek AS SELECT 1 AS one; GRANT SELECT ON peek TO earnest_app",
        "View peek reads with its owner's rights.",
    ),
    "function": (
        "CREATE FUNCTION peek() RETURNS int SECURITY DEFINER RETURN 1; GRANT ALL ON FUNCTION peek TO public",
        OPEN_TO_ALL.format("peek()"),
    ),
    "door opened to everybody": (
        "ALTER POLICY key_lookup ON tenants_apikey TO public",
        "Policy key_lookup on tenants_apikey is neither the tenant wall nor a known door.",
    ),
    "door for memberships without its condition": (
        "ALTER POLICY own_memberships ON tenants_member USING (true)",
        "Policy own_memberships on tenants_member is neither the tenant wall nor a known door.",
    ),
    "door for agencies without its condition": (
        "ALTER POLICY own_agencies ON tenants_tenant USING (true)",
        "Policy own_agencies on tenants_tenant is neither the tenant wall nor a known door.",
    ),
    "wall for one role only": (
        "ALTER POLICY tenant ON tenants_client TO earnest_worker",
        "Policy tenant on tenants_client is neither the tenant wall nor a known door.",
    ),
    "door function with another body": (
        "CREATE OR REPLACE FUNCTION key_tenant(wanted text) RETURNS bigint SECURITY DEFINER RETURN 1",
        "Function key_tenant(text) runs with its owner's rights for earnest_app, earnest_worker and is no known door.",
    ),
    "door function with other arguments": (
        "; ".join(
            [
                "CREATE FUNCTION key_tenant() RETURNS int SECURITY DEFINER RETURN 1",
                "GRANT ALL ON FUNCTION key_tenant() TO public",
            ]
        ),
        OPEN_TO_ALL.format("key_tenant()"),
    ),
    "another schema": (
        "CREATE SCHEMA elsewhere; GRANT USAGE ON SCHEMA elsewhere TO earnest_app",
        "Schema elsewhere is open to this role; only public is looked after.",
    ),
    "rows without a tenant": (
        "ALTER TABLE tenants_client ALTER tenant_id DROP NOT NULL",
        "Table tenants_client takes rows without a tenant.",
    ),
    "role that makes roles": (
        "ALTER ROLE earnest_app CREATEROLE",
        "Role earnest_app may make roles, databases or copies of the server.",
    ),
    "role that makes tables": (
        "GRANT CREATE ON SCHEMA public TO earnest_app",
        "Role earnest_app may create tables in public.",
    ),
    "role that bypasses": (
        "ALTER ROLE earnest_worker BYPASSRLS",
        "Role earnest_worker ignores row-level security (superuser or BYPASSRLS).",
    ),
    "role that owns": (
        "ALTER TABLE tenants_client OWNER TO earnest_app",
        "Role earnest_app owns tables, so it may lift their walls.",
    ),
    "role that truncates": (
        "GRANT TRUNCATE ON tenants_client TO earnest_worker",
        "Role earnest_worker holds TRUNCATE, which ignores policies.",
    ),
    "door of the dispatcher opened to the web": (
        "ALTER POLICY dispatcher_looks ON tenants_job TO public",
        "Policy dispatcher_looks on tenants_job is neither the tenant wall nor a known door.",
    ),
    "dispatcher that may change everything": (
        "; ".join(
            [
                "DROP POLICY dispatcher_rings ON tenants_job",
                "CREATE POLICY dispatcher_rings ON tenants_job TO earnest_dispatcher USING (true)",
            ]
        ),
        "Policy dispatcher_rings on tenants_job is neither the tenant wall nor a known door.",
    ),
    "dispatcher that reads arguments": (
        "GRANT SELECT (args) ON tenants_job TO earnest_dispatcher",
        "Role earnest_dispatcher may SELECT tenants_job.args.",
    ),
    "dispatcher that moves jobs": (
        "GRANT UPDATE (tenant_id) ON tenants_job TO earnest_dispatcher",
        "Role earnest_dispatcher may UPDATE tenants_job.tenant_id.",
    ),
    "dispatcher that sees clients": (
        "GRANT SELECT (id) ON tenants_client TO earnest_dispatcher",
        "Role earnest_dispatcher may SELECT tenants_client.id.",
    ),
    "dispatcher that deletes": (
        "GRANT DELETE ON tenants_job TO earnest_dispatcher",
        "Role earnest_dispatcher may DELETE tenants_job.*.",
    ),
    "dispatcher that bypasses": (
        "ALTER ROLE earnest_dispatcher BYPASSRLS",
        "Role earnest_dispatcher ignores row-level security (superuser or BYPASSRLS).",
    ),
    "function for workers only": (
        "; ".join(
            [
                "CREATE FUNCTION peek() RETURNS int SECURITY DEFINER RETURN 1",
                "REVOKE ALL ON FUNCTION peek FROM public",
                "GRANT ALL ON FUNCTION peek TO earnest_worker",
            ]
        ),
        "Function peek() runs with its owner's rights for earnest_worker and is no known door.",
    ),
    "door of the tick that says more": (
        "CREATE OR REPLACE FUNCTION due_tenants() RETURNS SETOF bigint SECURITY DEFINER LANGUAGE sql AS 'SELECT 1'",
        "Function due_tenants() runs with its owner's rights for earnest_worker and is no known door.",
    ),
    "door of the tick opened to the web": (
        "GRANT EXECUTE ON FUNCTION due_tenants() TO earnest_app",
        "Function due_tenants() runs with its owner's rights for earnest_app, earnest_worker and is no known door.",
    ),
    "view for the dispatcher only": (
        "CREATE VIEW peek AS SELECT * FROM tenants_client; GRANT SELECT ON peek TO earnest_dispatcher",
        "View peek reads with its owner's rights.",
    ),
    "role within a role": (
        "GRANT earnest_owner TO earnest_app",
        "Role earnest_app is a member of another role, whose rights it may take.",
    ),
}


@pytest.fixture
def superuser(db: None) -> Iterator[psycopg.Connection]:
    """The database's superuser, in a transaction that is rolled back, seen through the lint's eyes."""
    address = settings.SERVERS.postgres.url(role="postgres", database=connection.settings_dict["NAME"])
    with psycopg.connect(address) as it:
        yield it
        it.rollback()


class Through:
    """A superuser's open transaction, looked at as the web's role."""

    def __init__(self, raw: psycopg.Connection) -> None:
        self.raw = raw

    def cursor(self) -> psycopg.Cursor:
        return self.raw.cursor()


def holes(raw: psycopg.Connection) -> list[str]:
    raw.execute("SET LOCAL ROLE earnest_app")
    found = lint.holes(Through(raw))  # type: ignore[arg-type]
    raw.execute("RESET ROLE")
    return found


def test_the_walls_are_whole(db: None) -> None:
    assert lint.holes(connection) == []
    assert walls_are_whole(None, databases=["default"]) == []


@pytest.mark.parametrize(("made", "said"), HOLES.values(), ids=HOLES)
def test_a_hole_is_named(superuser: psycopg.Connection, made: str, said: str) -> None:
    assert holes(superuser) == []
    superuser.execute(made.encode())
    assert said in holes(superuser)


def test_a_server_that_runs_as_superuser_is_named(superuser: psycopg.Connection) -> None:
    found = lint.holes(Through(superuser))  # type: ignore[arg-type]
    assert "Role postgres ignores row-level security (superuser or BYPASSRLS)." in found


BAD_ROW = """
CREATE TABLE late_parent (id bigint PRIMARY KEY, tenant_id bigint NOT NULL, UNIQUE (tenant_id, id));
CREATE TABLE late_child (id bigint PRIMARY KEY, tenant_id bigint NOT NULL, parent_id bigint);
INSERT INTO late_parent VALUES (1, 1);
INSERT INTO late_child VALUES (1, 2, 1);
"""


def plant_bad_row(raw: psycopg.Connection) -> None:
    raw.execute("SET LOCAL ROLE earnest_owner")
    raw.execute(BAD_ROW.encode())
    for table in ("late_parent", "late_child"):
        for statement in security(table):
            raw.execute(statement.encode())


def test_a_key_added_later_refuses_a_row_that_breaks_it(superuser: psycopg.Connection) -> None:
    plant_bad_row(superuser)
    statements = "; ".join(add_reference("late_child", "parent_id", "late_parent"))
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        superuser.execute(statements.encode())


def test_a_key_added_under_force_would_have_accepted_it(superuser: psycopg.Connection) -> None:
    """Why AddOwnedReference lifts FORCE: without that the owner checks the no rows it sees."""
    plant_bad_row(superuser)
    superuser.execute(reference("late_child", "parent_id", "late_parent").encode())
    valid = superuser.execute(
        "SELECT convalidated FROM pg_constraint WHERE conname = 'late_child_parent_id_same_tenant'"
    )
    assert valid.fetchone() == (True,)


def test_a_key_added_later_leaves_the_walls_forced(superuser: psycopg.Connection) -> None:
    plant_bad_row(superuser)
    superuser.execute("ALTER TABLE late_child NO FORCE ROW LEVEL SECURITY")
    superuser.execute("UPDATE late_child SET tenant_id = 1")
    superuser.execute("ALTER TABLE late_child FORCE ROW LEVEL SECURITY")
    for statement in add_reference("late_child", "parent_id", "late_parent"):
        superuser.execute(statement.encode())
    forced = superuser.execute(
        "SELECT relforcerowsecurity FROM pg_class WHERE relname IN ('late_child', 'late_parent')"
    )
    assert forced.fetchall() == [(True,), (True,)]
