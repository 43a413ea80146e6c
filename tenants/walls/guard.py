"""The first wall: queries that know their tenant, or refuse to become SQL."""

from typing import Any, TypeVar

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler

from tenants import scope
from tenants.errors import ForeignTenant, TransactionRequired

M = TypeVar("M", bound=models.Model)


class TenantInForce(models.Expression):
    """The id of the tenant in force, looked up when the query is compiled and not before.

    So a queryset may be built anywhere (a class attribute, an import) and still refuses to *run* without a tenant or
    outside a transaction; `exists()`, `explain()`, `alias()`, updates and deletes compile like everything else.
    """

    output_field = models.BigIntegerField()

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any
    ) -> tuple[str, tuple[str | int, ...]]:
        if not connection.in_atomic_block:
            raise TransactionRequired
        return "%s", (scope.tenant_id_in_force(),)


class TenantManager(models.Manager[M]):
    """The rows of the tenant in force."""

    def get_queryset(self) -> models.QuerySet[M]:
        return super().get_queryset().filter(tenant_id=TenantInForce())


class TenantKey(models.ForeignKey[Any, Any]):
    """The foreign key to the tenant, filled in when a row is written. Raises ForeignTenant for another's row.

    `pre_save` is the one place that `save()`, `bulk_create()` and inline forms all pass through.
    """

    def pre_save(self, model_instance: models.Model, add: bool) -> int:
        tenant_id = scope.tenant_id_in_force()
        if getattr(model_instance, self.attname) is None:
            setattr(model_instance, self.attname, tenant_id)
        if getattr(model_instance, self.attname) != tenant_id:
            raise ForeignTenant
        return tenant_id
