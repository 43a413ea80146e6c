"""The second wall as migration operations: row-level security and keys that carry the tenant.

Order within one migration: CreateModel for all, then Wall for each (composite keys before FORCE: a foreign key added
under FORCE is checked against the no rows its owner sees, accepts what is wrong and calls itself valid).
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

POLICY = "tenant"
# The scalar sub-select is evaluated once per statement and keeps the index; a CASE or = ANY(array) loses it.
SETTING = "NULLIF(current_setting('app.tenant_id', true), '')::bigint"
TENANT = f"(SELECT {SETTING})"
USER = "(SELECT NULLIF(current_setting('app.user_id', true), '')::bigint)"


def security(table: str, column: str = "tenant_id") -> list[str]:
    """Return the statements that put a table behind row-level security, its owner included."""
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {POLICY} ON {table} USING ({column} = {TENANT}) WITH CHECK ({column} = {TENANT})",
    ]


def reference(table: str, column: str, target: str) -> str:
    """Return the statement for a foreign key that cannot point at another tenant's row."""
    return (
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_same_tenant FOREIGN KEY (tenant_id, {column}) "
        f"REFERENCES {target} (tenant_id, id) DEFERRABLE INITIALLY IMMEDIATE"
    )


def partition(table: str, name: str, bounds: str) -> list[str]:
    """Return the statements for a partition behind the wall. It can be read by its own name, so it has its own policy.

    bounds: PostgreSQL's, such as `DEFAULT` or `FOR VALUES FROM ('2026-11-01') TO ('2026-12-01')`.
    """
    return [f"CREATE TABLE {name} PARTITION OF {table} {bounds}", *security(name)]


def owned_references(model: type[models.Model]) -> list[tuple[str, str]]:
    """Return (column, target table) of the model's foreign keys to rows of the same tenant."""
    return [
        (field.column, field.related_model._meta.db_table)
        for field in model._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.name != "tenant" and is_owned(field.related_model)
    ]


def is_owned(model: Any) -> bool:
    return any(field.name == "tenant" for field in model._meta.local_fields)


class _Statements(Operation, ABC):
    """An operation that changes only the database, by statements made from the model as it is at that point."""

    reversible = False
    reduces_to_sql = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        return

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for statement in self.statements(to_state.apps.get_model(app_label, self.model_name)):
            schema_editor.execute(statement)

    @abstractmethod
    def statements(self, model: type[models.Model]) -> list[str]:
        """Return the SQL for the model as it is at this point of the migrations."""


class CreatePartitionedModel(CreateModel):
    """Create a model's table as a partitioned one, with its indexes. `PartitionedWall` makes its partitions."""

    def __init__(self, *args: Any, by: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.name)
        sql, parameters = schema_editor.table_sql(model)
        schema_editor.execute(f"{sql} PARTITION BY {self.by}", parameters or None)
        for index in model._meta.indexes:
            schema_editor.add_index(model, index)


class CreateTogether(Operation):
    """Create models, each after those that it refers to, and render them once.

    With each model that it creates Django renders everything anew that keys connect with it. Here all are connected, by
    their tenant: an empty database waited longer for that than for PostgreSQL.
    """

    reversible = False

    def __init__(self, models: Sequence[CreateModel]) -> None:
        self.models = models

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        # Rendered again when next asked for (as after state.clear_delayed_apps_cache).
        state.__dict__.pop("apps", None)
        for model in self.models:
            model.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for model in self.models:
            model.database_forwards(app_label, schema_editor, from_state, to_state)

    def describe(self) -> str:
        return f"Create {len(self.models)} models"


class PartitionedWall(_Statements):
    """Put a new partitioned model behind its wall: composite keys, then row-level security, then its first partitions.

    Its primary key begins with the tenant, and nothing points at its rows.
    """

    def __init__(self, model_name: str, partitions: Mapping[str, str]) -> None:
        super().__init__(model_name)
        self.partitions = partitions

    def statements(self, model: type[models.Model]) -> list[str]:
        table = model._meta.db_table
        made = [
            statement
            for ending, bounds in self.partitions.items()
            for statement in partition(table, f"{table}_{ending}", bounds)
        ]
        return [*_keys_and_policy(model), *made]

    def describe(self) -> str:
        return f"Put {self.model_name} and its partitions behind the tenant wall"


def _keys_and_policy(model: type[models.Model]) -> list[str]:
    table = model._meta.db_table
    return [*(reference(table, column, target) for column, target in owned_references(model)), *security(table)]


class Wall(_Statements):
    """Put a new tenant-owned model behind its wall: composite keys, then row-level security."""

    def statements(self, model: type[models.Model]) -> list[str]:
        table = model._meta.db_table
        return [
            f"ALTER TABLE {table} ADD CONSTRAINT {table}_tenant_id_id UNIQUE (tenant_id, id)",
            *_keys_and_policy(model),
        ]

    def describe(self) -> str:
        return f"Put {self.model_name} behind the tenant wall"


class AddOwnedReference(_Statements):
    """Add the composite key for a foreign key that came to a walled model later.

    FORCE is lifted from both tables while the key is checked, inside the migration's one transaction.
    """

    def __init__(self, model_name: str, field_name: str) -> None:
        super().__init__(model_name)
        self.field_name = field_name

    def statements(self, model: type[models.Model]) -> list[str]:
        field = model._meta.get_field(self.field_name)
        assert isinstance(field, models.ForeignKey)
        return add_reference(model._meta.db_table, field.column, field.related_model._meta.db_table)

    def describe(self) -> str:
        return f"Keep {self.model_name}.{self.field_name} within one tenant"


def add_reference(table: str, column: str, target: str) -> list[str]:
    """Return the statements that add a composite key between two tables that are walled already."""
    tables = sorted({table, target})
    return [
        *(f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY" for name in tables),
        reference(table, column, target),
        *(f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY" for name in tables),
    ]
