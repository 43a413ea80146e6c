"""What all rows of a tenant have in common."""

import base64
import secrets
from collections.abc import Collection
from functools import partial
from typing import Any

from django.db import models
from django.db.models.functions import Now

from tenants.errors import ForeignTenant
from tenants.scope import tenant_id_in_force
from tenants.walls.guard import TenantKey, TenantManager

# No i, l, o, u: an id read over the telephone stays the same id.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
RANDOM_CHARACTERS = 20  # 100 bits
# What a public id can be; anything else is found nowhere.
PUBLIC_ID = f"[a-z]{{3}}_[{ALPHABET}]{{{RANDOM_CHARACTERS}}}"
_TO_OURS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET)


def random_id(prefix: str) -> str:
    """Return a new public id. A batch makes thousands, so all its bits are drawn at once."""
    drawn = base64.b32encode(secrets.token_bytes(15)).decode()
    return f"{prefix}_{drawn[:RANDOM_CHARACTERS].translate(_TO_OURS)}"


class PublicIdField(models.CharField[str, str]):
    """The id shown outside: opaque, unguessable, with a prefix that says what it names (`cli_…` a client).

    The API never shows row numbers: they would tell how many clients others have. (The admin's addresses still do.)
    """

    def __init__(self, *, prefix: str, **_: Any) -> None:
        self.prefix = prefix
        super().__init__(
            "public id",
            max_length=len(prefix) + 1 + RANDOM_CHARACTERS,
            default=partial(random_id, prefix),
            editable=False,
        )

    def deconstruct(self) -> Any:
        name, path, _, _ = super().deconstruct()
        return name, path, [], {"prefix": self.prefix}


class TenantOwned(models.Model):
    """A row that belongs to one tenant and is seen by no other.

    Three things follow for a concrete model: its migration ends with `Wall(...)`, every unique constraint starts with
    the tenant, and foreign keys to other owned models say `db_constraint=False`, because the composite key that Wall
    lays replaces Django's. The wall lint finds what was forgotten.
    """

    tenant = TenantKey("tenants.Tenant", on_delete=models.PROTECT, editable=False, related_name="+", db_index=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects = TenantManager()

    class Meta:
        abstract = True
        # Whatever other managers a model has: relations, forms and the admin go through the guarded one.
        base_manager_name = default_manager_name = "objects"

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the row. Django deletes a single row without asking a manager, so the guard stands here too."""
        if self.tenant_id != tenant_id_in_force():
            raise ForeignTenant
        return super().delete(*args, **kwargs)

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """Check unique constraints within the tenant in force.

        No form carries the tenant, and Django skips a constraint on a field the form leaves out: the database would
        answer with an error where a sentence belongs.
        """
        if self._state.adding:
            self.tenant_id = tenant_id_in_force()
        super().validate_constraints(exclude=set(exclude or ()) - {"tenant"})

    def _get_unique_checks(self, exclude: Collection[str] | None = None, include_meta_constraints: bool = False) -> Any:
        """Likewise among the rows of one formset; Django offers no public way to say so."""
        return super()._get_unique_checks(  # type: ignore[misc]
            exclude=set(exclude or ()) - {"tenant"}, include_meta_constraints=include_meta_constraints
        )


class PartitionedOwned(TenantOwned):
    """A row of a partitioned table, of which there are millions: written in SQL, and each check on it is paid for.

    Its primary key is composite and begins with the tenant; its migration makes it by `CreatePartitionedModel` and ends
    with `PartitionedWall(...)`. That the tenant exists is said by the composite keys to rows that check it.
    """

    tenant = TenantKey(
        "tenants.Tenant",
        on_delete=models.PROTECT,
        editable=False,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    created_at = None  # type: ignore[assignment]

    class Meta(TenantOwned.Meta):
        abstract = True
