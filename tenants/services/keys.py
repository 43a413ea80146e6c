"""API keys: issued, shown once, checked on every request, revoked."""

import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac

from tenants.errors import KeyRefused
from tenants.models import ApiKey, User
from tenants.models.owned import ALPHABET

# `earnest_` lets secret scanners recognise a leaked key.
BRAND = "earnest"
PREFIX_LENGTH = 12
LIFETIME = timedelta(days=365)
LONGEST_LIFETIME = timedelta(days=5 * 365)


def issue(
    *, name: str, scopes: Sequence[str], created_by: User | None = None, expires_at: datetime | None = None
) -> tuple[ApiKey, str]:
    """Make a key for the tenant in force. Return its row and the key itself, which cannot be had again.

    expires_at: one year from now unless said otherwise.
    """
    prefix = get_random_string(PREFIX_LENGTH, ALPHABET)
    secret = secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        name=name,
        prefix=prefix,
        digest=digest(secret),
        scopes=list(scopes),
        created_by=created_by,
        expires_at=expires_at or timezone.now() + LIFETIME,
    )
    return key, f"{BRAND}_{prefix}_{secret}"


def digest(secret: str) -> bytes:
    return salted_hmac("tenants.api_key", secret, algorithm="sha256").digest()


def tenant_of(text: str) -> int:
    """Return the id of the tenant a key says it speaks for; `check` finds out whether it does. Raises KeyRefused."""
    prefix, _ = _parts(text)
    with connection.cursor() as cursor:
        cursor.execute("SELECT key_tenant(%s)", [prefix])
        (tenant_id,) = cursor.fetchone()
    if tenant_id is None:
        raise KeyRefused
    return int(tenant_id)


def check(text: str) -> ApiKey:
    """Return the row of a key that is genuine and in force, within its tenant. Raises KeyRefused."""
    prefix, secret = _parts(text)
    key = ApiKey.objects.filter(prefix=prefix, revoked_at__isnull=True, expires_at__gt=Now()).first()
    if key is None or not hmac.compare_digest(bytes(key.digest), digest(secret)):
        raise KeyRefused
    _note_use(key)
    return key


def revoke(key: ApiKey) -> None:
    """Refuse the key from the next request on; the row stays as a record. Revoking twice keeps the first moment."""
    ApiKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(revoked_at=Now())


def _note_use(key: ApiKey) -> None:
    # To the hour: a write with every request would make a hot row of every key. The row stays locked as long as the
    # request lasts, so another request that finds it locked leaves the noting to the first instead of waiting.
    if key.last_used_at is None or key.last_used_at < timezone.now() - timedelta(hours=1):
        unlocked = ApiKey.objects.filter(pk=key.pk).select_for_update(skip_locked=True)
        if unlocked.exists():
            unlocked.update(last_used_at=Now())


def _parts(text: str) -> tuple[str, str]:
    brand, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    if brand != BRAND or len(prefix) != PREFIX_LENGTH or not prefix.isascii() or not secret:
        raise KeyRefused
    return prefix, secret
