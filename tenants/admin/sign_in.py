"""Who is trying to sign in, and from where: what the sign-in lock counts by."""

from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from tenants.models import normalised_email


def account_tried(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Return the account's one spelling, so that five tries are five tries however the address is written."""
    typed = (credentials or {}).get("username") or request.POST.get("username") or ""
    return normalised_email(str(typed))


def client_address(request: HttpRequest) -> str:
    """Return the caller's network address.

    X-Forwarded-For is believed only as far as our own proxies wrote it: the last TRUSTED_PROXIES entries.
    """
    forwarded = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    proxies: int = settings.TRUSTED_PROXIES
    if proxies and len(forwarded) >= proxies:
        return str(forwarded[-proxies])
    return str(request.META.get("REMOTE_ADDR") or "local")


def one_at_a_time(request: HttpRequest) -> None:
    """Wait until earlier tries on the same account from the same address have been counted.

    A try counts once it failed: many at once would all be let through by a lock that has counted none of them.
    """
    tried = f"{account_tried(request)} {client_address(request)}"
    number = int.from_bytes(blake2b(tried.encode(), digest_size=8).digest(), signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
