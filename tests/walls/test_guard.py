"""The first wall: managers that refuse to guess."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib.admin import ModelAdmin
from django.db import ProgrammingError, connection, transaction
from django.db.models import Count, QuerySet
from django.test import RequestFactory
from rest_framework.generics import GenericAPIView

from tenants import scope
from tenants.admin import site
from tenants.api.urls import urlpatterns
from tenants.errors import ForeignTenant, TenantRequired, TransactionRequired
from tenants.models import Channel, Client, TenantOwned
from tests.conftest import Agency, make_agency

OWNED = [model for model in apps.get_models() if issubclass(model, TenantOwned)]

RUNS: dict[str, Callable[[QuerySet[Client]], object]] = {
    "list": list,
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "explain": lambda rows: rows.explain(),
    "alias": lambda rows: list(rows.alias(total=Count("channels")).filter(total=1)),
    "aggregate": lambda rows: rows.aggregate(Count("id")),
    "values": lambda rows: list(rows.values_list("id")),
    "iterator": lambda rows: list(rows.iterator()),
    "first": lambda rows: rows.first(),
    "in_bulk": lambda rows: rows.in_bulk([1]),
    "union": lambda rows: list(rows.union(rows)),
    "subquery": lambda rows: list(Channel.objects.filter(client__in=rows)),
    "update": lambda rows: rows.update(name="x"),
    "delete": lambda rows: rows.delete(),
    "select_for_update": lambda rows: list(rows.select_for_update()),
}


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_no_query_runs_without_a_tenant(db: None, run: Callable[[QuerySet[Client]], object]) -> None:
    with pytest.raises(TenantRequired):
        run(Client.objects.all())


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
@pytest.mark.django_db(transaction=True)
def test_no_query_runs_outside_a_transaction(run: Callable[[QuerySet[Client]], object]) -> None:
    tenant = make_agency("Ours").tenant
    with scope.of_tenant(tenant.id), pytest.raises(TransactionRequired):
        run(Client.objects.all())


@pytest.mark.parametrize("run", [RUNS[name] for name in RUNS if name != "delete"])
def test_the_same_queries_run_with_both(inside: Agency, run: Callable[[QuerySet[Client]], object]) -> None:
    run(Client.objects.all())


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model.__name__)
def test_every_owned_model_is_guarded(db: None, model: type[TenantOwned]) -> None:
    for manager in (model._default_manager, model._base_manager):
        with pytest.raises(TenantRequired):
            manager.exists()


@pytest.mark.parametrize("page", site._registry.values(), ids=lambda page: type(page).__name__)
def test_every_page_of_the_admin_reads_through_the_guard(db: None, page: ModelAdmin[Any]) -> None:
    """Row-level security would hide what an unguarded page asks for; the first wall must stand without the second."""
    request = RequestFactory().get("/admin/")
    with pytest.raises(TenantRequired):
        page.get_queryset(request).exists()


VIEWS: list[type[GenericAPIView[Any]]] = [getattr(it.callback, "view_class") for it in urlpatterns]  # noqa: B009
# /v1/me asks for no rows: it shows the key itself.
READERS = [view for view in VIEWS if view.get_queryset is not GenericAPIView.get_queryset]


@pytest.mark.parametrize("view", READERS, ids=lambda view: view.__name__)
def test_every_endpoint_reads_through_the_guard(db: None, view: type[GenericAPIView[Any]]) -> None:
    with pytest.raises(TenantRequired):
        view().get_queryset().exists()


def test_a_queryset_may_be_built_anywhere() -> None:
    assert Client.objects.filter(name="x").query is not None


def test_a_row_takes_the_tenant_in_force(inside: Agency) -> None:
    one = Client.objects.create(name="One")
    two, three = Client.objects.bulk_create([Client(name="Two"), Client(name="Three")])
    assert {one.tenant_id, two.tenant_id, three.tenant_id} == {inside.tenant.id}


def test_another_tenants_row_is_not_written(inside: Agency, other: Agency) -> None:
    with pytest.raises(ForeignTenant):
        Client.objects.create(name="One", tenant_id=other.tenant.id)
    with pytest.raises(ForeignTenant):
        Client.objects.bulk_create([Client(name="One", tenant_id=other.tenant.id)])
    other.client.name = "Taken"
    with pytest.raises(ForeignTenant):
        other.client.save()


def test_another_tenants_row_is_not_deleted(inside: Agency, other: Agency) -> None:
    with pytest.raises(ForeignTenant):
        other.channel.delete()
    with scope.of_nobody(), pytest.raises(TenantRequired):
        inside.channel.delete()


def test_another_tenants_row_is_not_found(inside: Agency, other: Agency) -> None:
    assert not Client.objects.filter(pk=other.client.pk).exists()
    with pytest.raises(Client.DoesNotExist):
        other.client.refresh_from_db()


def test_a_relation_leads_to_no_other_tenant(inside: Agency, other: Agency) -> None:
    assert list(other.client.channels.all()) == []
    with pytest.raises(Client.DoesNotExist):
        _ = Channel(client_id=other.client.id).client


def test_entering_a_tenant_inside_a_transaction_counts_at_once(agency: Agency, other: Agency) -> None:
    def visible() -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM tenants_client")
            return [name for (name,) in cursor.fetchall()]

    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        assert visible() == ["Ours brand"]
        with scope.of_tenant(other.tenant.id):
            assert visible() == ["Stranger brand"]
        assert visible() == ["Ours brand"]
        with scope.of_nobody():
            assert visible() == []


def test_leaving_a_tenant_after_a_failed_statement_keeps_the_first_error(agency: Agency, other: Agency) -> None:

    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        with (
            pytest.raises(ProgrammingError, match="no_such_table"),
            transaction.atomic(),
            scope.of_tenant(other.tenant.id),
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT * FROM no_such_table")
        assert [client.name for client in Client.objects.all()] == ["Ours brand"]
