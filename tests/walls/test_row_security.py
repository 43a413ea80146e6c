"""The second wall: what the database itself refuses, whatever our code asks of it."""

import threading
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction

from tenants import scope
from tenants.models import Client, TenantOwned
from tests.conftest import Agency, make_agency

TABLES = [model._meta.db_table for model in apps.get_models() if issubclass(model, TenantOwned)]


def rows(query: str, parameters: list[Any] | None = None) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall() if cursor.description else []


def test_the_tests_run_as_the_webs_own_role(db: None) -> None:
    assert rows("SELECT current_user::text") == [("earnest_app",)]


@pytest.mark.parametrize("table", [*TABLES, "tenants_tenant", "django_admin_log"])
def test_plain_sql_sees_nothing_without_a_tenant(agency: Agency, table: str) -> None:
    if table != "django_admin_log":
        with scope.of_tenant(agency.tenant.id), transaction.atomic():
            assert rows(f"SELECT count(*) FROM {table}") != [(0,)]  # there is something to see
    assert rows(f"SELECT count(*) FROM {table}") == [(0,)]


def test_plain_sql_sees_and_changes_its_own_tenant_only(inside: Agency, other: Agency) -> None:
    assert rows("SELECT name FROM tenants_client") == [("Ours brand",)]
    assert rows("UPDATE tenants_client SET name = name || '!' RETURNING name") == [("Ours brand!",)]
    assert rows("DELETE FROM ingestion_contactfact RETURNING name") == [("Ours fact",)]


def test_a_row_is_neither_inserted_nor_moved_to_another_tenant(inside: Agency, other: Agency) -> None:
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        rows(
            "INSERT INTO tenants_client (tenant_id, public_id, name, audience_languages, audience_regions, "
            "audience_interests) VALUES (%s, 'x', 'x', '{}', '{}', '{}')",
            [other.tenant.id],
        )
    with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        rows("UPDATE tenants_client SET tenant_id = %s", [other.tenant.id])


def test_a_reference_into_another_tenant_is_refused(inside: Agency, other: Agency) -> None:
    with pytest.raises(IntegrityError, match="same_tenant"), transaction.atomic():
        rows("UPDATE tenants_channel SET client_id = %s", [other.client.id])


def test_the_same_name_in_another_tenant_is_no_conflict(inside: Agency, other: Agency) -> None:
    Client.objects.create(name=other.client.name)
    with pytest.raises(IntegrityError), transaction.atomic():
        Client.objects.create(name=inside.client.name)


@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE tenants_client CASCADE",
        "ALTER TABLE tenants_client DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE tenants_client NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY tenant ON tenants_client",
        "CREATE POLICY open ON tenants_client USING (true)",
        "SET ROLE earnest_owner",
        "SET SESSION AUTHORIZATION postgres",
        "CREATE TABLE public.mine (id int)",
        "COPY tenants_client FROM PROGRAM 'true'",
        "DELETE FROM django_migrations WHERE false; ALTER ROLE earnest_app BYPASSRLS",
    ],
)
def test_the_webs_role_cannot_lift_a_wall(inside: Agency, statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        rows(statement)


def test_the_door_for_users_shows_memberships_only(agency: Agency, other: Agency) -> None:
    with scope.of_user(agency.owner.id), transaction.atomic():
        assert rows("SELECT tenant_id FROM tenants_member") == [(agency.tenant.id,)]
        assert rows("SELECT name FROM tenants_tenant") == [("Ours agency",)]
        assert rows("SELECT count(*) FROM tenants_client") == [(0,)]
        assert rows("UPDATE tenants_member SET role = 'owner' RETURNING id") == []


def test_the_door_for_users_is_shut_once_a_tenant_is_known(agency: Agency, other: Agency) -> None:
    with scope.of_user(agency.owner.id), scope.of_tenant(other.tenant.id), transaction.atomic():
        assert rows("SELECT tenant_id FROM tenants_member") == [(other.tenant.id,)]


def test_the_door_for_keys_gives_a_number_for_a_prefix(agency: Agency) -> None:
    prefix = agency.api_key.split("_")[1]
    assert rows("SELECT key_tenant(%s), key_tenant('000000000000')", [prefix]) == [(agency.tenant.id, None)]


@pytest.mark.django_db(transaction=True)
def test_a_connection_keeps_no_tenant_between_transactions() -> None:
    tenant = make_agency("Ours").tenant
    with scope.of_tenant(tenant.id):
        with transaction.atomic():
            assert rows("SELECT count(*) FROM tenants_client") == [(1,)]
        assert rows("SELECT count(*) FROM tenants_client") == [(0,)]  # autocommit: no transaction, no tenant
    with transaction.atomic():
        assert rows("SELECT count(*) FROM tenants_client") == [(0,)]


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_savepoint_restores_the_tenant() -> None:
    ours, theirs = make_agency("Ours").tenant, make_agency("Stranger").tenant
    with scope.of_tenant(ours.id), transaction.atomic():
        try:
            with transaction.atomic(), scope.of_tenant(theirs.id):
                raise LookupError
        except LookupError:
            pass
        assert rows("SELECT name FROM tenants_client") == [("Ours brand",)]


@pytest.mark.django_db(transaction=True)
def test_a_thread_begins_with_no_tenant() -> None:
    tenant = make_agency("Ours").tenant
    seen: list[object] = []

    def look() -> None:
        with transaction.atomic():
            seen.append(rows("SELECT count(*) FROM tenants_client"))
        connection.close()

    with scope.of_tenant(tenant.id):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert seen == [[(0,)]]
