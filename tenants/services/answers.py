"""Requests that may be sent again: what came of the first is remembered, and answered again.

All in the transaction of the request, so that an answer is remembered exactly if its effect is.
"""

from dataclasses import asdict, dataclass
from datetime import timedelta

from django.db import connection
from django.db.models.functions import Now

from tenants.errors import IdempotencyKeyReused, RequestRunning
from tenants.models import Answer
from tenants.scope import tenant_id_in_force

KEPT = timedelta(days=90)


@dataclass(frozen=True)
class Asked:
    """A request that may come again. digest: SHA-256 over all that says what is to be done."""

    route: str
    key: str
    digest: bytes


def earlier(asked: Asked) -> Answer | None:
    """Return what was answered to this request before; None: it is the first, and nobody else may begin it.

    Raises RequestRunning while another with this key has not come to its end, and IdempotencyKeyReused where the key
    came with something else.
    """
    with connection.cursor() as cursor:
        # Held to the end of the transaction, and not waited for: a sender that is told so knows what to do.
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, %s))",
            [f"{asked.route} {asked.key}", tenant_id_in_force()],
        )
        (is_ours,) = cursor.fetchone()
    if not is_ours:
        raise RequestRunning
    found = Answer.objects.filter(route=asked.route, key=asked.key, created_at__gt=Now() - KEPT).first()
    if found is not None and bytes(found.digest) != asked.digest:
        raise IdempotencyKeyReused
    return found


def keep(asked: Asked, *, status: int, body: str) -> None:
    """Remember an answer. An earlier one to the same key, which is out of date then, makes room."""
    Answer.objects.filter(route=asked.route, key=asked.key).delete()
    Answer.objects.create(**asdict(asked), status=status, body=body)


def forget() -> None:
    """Let go of what has been kept for long enough."""
    Answer.objects.filter(created_at__lte=Now() - KEPT).delete()
