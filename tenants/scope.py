"""The tenant in force: which agency's rows this piece of work may see.

A scope is a context variable. It enters the database by itself: every outermost transaction begins by telling
row-level security whose it is (`tenants.walls.postgresql`), and a scope entered inside an open transaction tells it
again. Outside a transaction there is no scope in the database, so nothing is visible there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg.pq import TransactionStatus

from tenants.errors import TenantRequired


@dataclass(frozen=True)
class Scope:
    """Whose rows are visible: a tenant's; or, before a tenant is known, one user's own memberships."""

    tenant_id: int | None = None
    user_id: int | None = None


NOBODY = Scope()
_scope: ContextVar[Scope] = ContextVar("earnest_scope", default=NOBODY)

SETTINGS = "SELECT set_config('app.tenant_id', %s, true), set_config('app.user_id', %s, true)"


def current() -> Scope:
    return _scope.get()


def tenant_id_in_force() -> int:
    """Return the tenant's id. Raises TenantRequired where none is in force."""
    tenant_id = _scope.get().tenant_id
    if tenant_id is None:
        raise TenantRequired
    return tenant_id


@contextmanager
def of_tenant(tenant_id: int) -> Iterator[None]:
    """See and write this tenant's rows, and no others'."""
    with _entered(Scope(tenant_id=tenant_id)):
        yield


@contextmanager
def of_user(user_id: int) -> Iterator[None]:
    """See this user's own memberships and the names of those agencies: the door before a tenant is known."""
    with _entered(Scope(user_id=user_id)):
        yield


@contextmanager
def of_nobody() -> Iterator[None]:
    """See no tenant's rows; requests and jobs begin with this, so that none inherits what another left behind."""
    with _entered(NOBODY):
        yield


@contextmanager
def _entered(scope: Scope) -> Iterator[None]:
    token = _scope.set(scope)
    try:
        _tell_open_transactions()
        yield
    finally:
        _scope.reset(token)
        _tell_open_transactions()


def _tell_open_transactions() -> None:
    for connection in connections.all(initialized_only=True):
        # A failed transaction takes no statement; rolling back restores the setting along with the rest.
        if connection.in_atomic_block and not connection.needs_rollback and not _has_failed(connection):
            tell(connection)


def _has_failed(connection: BaseDatabaseWrapper) -> bool:
    return bool(connection.connection.info.transaction_status in (TransactionStatus.INERROR, TransactionStatus.UNKNOWN))


def tell(connection: BaseDatabaseWrapper) -> None:
    """Write the scope into the transaction that is open on the connection.

    Goes round Django's cursor, which would look at the connection's state while a transaction is just being opened.
    """
    scope = _scope.get()
    with connection.connection.cursor() as cursor:
        cursor.execute(SETTINGS, [_as_setting(scope.tenant_id), _as_setting(scope.user_id)])


def _as_setting(identifier: int | None) -> str:
    return "" if identifier is None else str(int(identifier))
