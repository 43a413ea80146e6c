"""Which function does the work of a kind."""

from collections.abc import Callable

from tenants.errors import UnknownKind
from tenants.services.jobs.work import Work

Handler = Callable[[Work], None]

# kind → handler; filled where Celery imports every app's `tasks`.
HANDLERS: dict[str, Handler] = {}


def handles(kind: str) -> Callable[[Handler], Handler]:
    """Declare the handler of a kind: `@handles("rescore")`. It runs with its job's tenant in force."""

    def declare(handler: Handler) -> Handler:
        assert kind not in HANDLERS, f"two handlers for {kind}"
        HANDLERS[kind] = handler
        return handler

    return declare


def handler_of(kind: str) -> Handler:
    """Raises UnknownKind."""
    if kind not in HANDLERS:
        raise UnknownKind(kind)
    return HANDLERS[kind]
