"""Django's PostgreSQL back end, with the scope carried into every transaction."""

from django.db.backends.postgresql import base

from tenants import scope


class DatabaseWrapper(base.DatabaseWrapper):
    """Begins every outermost transaction with the tenant in force.

    Transaction-local on purpose: a pooled connection goes back without a trace of whose it was.
    """

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]
        if not autocommit and scope.current() != scope.NOBODY:
            with self.wrap_database_errors:
                scope.tell(self)
