"""Webhooks in: their addresses, and what is checked and kept at once when somebody posts there.

Whoever posts waits a second or two and posts again, so nothing is read while they wait: see `digestion`.
"""

import base64
import secrets
from collections.abc import Mapping
from typing import Any

from cryptography.fernet import InvalidToken

from ingestion import selectors
from ingestion.errors import SignatureRefused, UnknownHook
from ingestion.formats.webhooks import signatures
from ingestion.models import Hook, HookBody, Sender, Source
from tenants.models import Job
from tenants.scope import tenant_id_in_force
from tenants.services import clock, jobs
from tenants.services.secret import box_for_all, seal, secret_for, unseal

ADDRESS = "ingestion.hook"


def make(
    source: Source, *, sender: str, secret: str = "", account: str = "", mapping: Any = None, access_token: str = ""
) -> Hook:
    """Make an address for a source.

    secret: what the sender signs with; by itself a new one, for declared programs. access_token: what the sender is
    asked with, where it posts only that something changed.
    """
    hook = Hook(source=source, sender=sender, account=account, mapping=mapping)
    hook.token = box_for_all(ADDRESS).encrypt(f"{tenant_id_in_force()} {hook.public_id}".encode()).decode()
    hook.secrets = seal([secret or f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"])
    hook.token_to_ask = seal(access_token) if access_token else None
    hook.save(force_insert=True)
    return hook


def renew(hook: Hook, secret: str) -> None:
    """Take another secret; the one before it goes on to hold, for the sender changes it at another moment."""
    hook.secrets = seal([secret, *secrets_of(hook)[:1]])
    hook.save(update_fields=["secrets"])


def take_token(hook: Hook, access_token: str) -> None:
    """Take another token to ask the sender with, and have digested at once what waits for it."""
    # The jobs first, as a worker does: it would wait for us, and we for it.
    for waiting in Job.objects.filter(pk__in=HookBody.objects.filter(hook=hook).values("job")).order_by("pk"):
        jobs.restart(waiting)
    hook.token_to_ask = seal(access_token)
    hook.error_code = hook.error = ""
    hook.save(update_fields=["token_to_ask", "error_code", "error"])


def secrets_of(hook: Hook) -> list[str]:
    """Return the secrets that hold, the newest first; none where SECRET_KEY was another when they were entered."""
    return unseal(hook.secrets) or []


def verify_token(hook: Hook) -> str:
    """Return what Meta asks for when an address is entered there."""
    return base64.urlsafe_b64encode(secret_for(f"{ADDRESS} {hook.public_id}")).decode().rstrip("=")


def tenant_of(token: str) -> tuple[int, str]:
    """Return whose address this is, and the webhook's public id. Raises UnknownHook."""
    try:
        tenant_id, public_id = box_for_all(ADDRESS).decrypt(token.encode()).decode().split(" ")
    except (InvalidToken, UnicodeError, ValueError) as wrong:
        raise UnknownHook from wrong
    return int(tenant_id), public_id


def challenge(public_id: str, query: Mapping[str, str]) -> str | dict[str, str]:
    """Return the answer to a sender that asks whether the address is ours. Raises UnknownHook, SignatureRefused."""
    hook = _enabled(public_id)
    known = secrets_of(hook)
    if hook.sender == Sender.X and known and "crc_token" in query:
        return signatures.x_challenge(query["crc_token"], secret=known[0])
    said = signatures.meta_challenge(query, tokens=[verify_token(hook)]) if hook.sender == Sender.META else None
    if said is None:
        raise SignatureRefused
    return said


def take_in(public_id: str, body: bytes, headers: Mapping[str, str], *, uri: str) -> None:
    """Keep what was posted, if its sender signed it, and have it digested. Raises UnknownHook, SignatureRefused.

    headers: by their names in lower case. uri: what it was posted to, whole.
    """
    hook = _enabled(public_id)
    if not _is_signed(hook, body, headers, uri):
        raise SignatureRefused
    kept = HookBody.objects.create(hook=hook, body=body)
    kept.job = jobs.enqueue("digest_hook", {"body": kept.pk})
    kept.save(update_fields=["job"])


def _enabled(public_id: str) -> Hook:
    hook = selectors.hooks().filter(public_id=public_id, enabled=True).first()
    if hook is None:
        raise UnknownHook
    return hook


def _is_signed(hook: Hook, body: bytes, headers: Mapping[str, str], uri: str) -> bool:
    known = secrets_of(hook)
    if hook.sender == Sender.META:
        return signatures.meta(body, signature=headers.get("x-hub-signature-256", ""), secrets=known)
    if hook.sender == Sender.X:
        return signatures.x(body, signature=headers.get("x-twitter-webhooks-signature", ""), secrets=known)
    if hook.sender == Sender.HUBSPOT:
        return signatures.hubspot(
            body,
            method="POST",
            uri=uri,
            signature=headers.get("x-hubspot-signature-v3", ""),
            timestamp=headers.get("x-hubspot-request-timestamp", ""),
            secrets=known,
            now=clock.now(),
        )
    return signatures.standard(
        body,
        message_id=headers.get("webhook-id", ""),
        timestamp=headers.get("webhook-timestamp", ""),
        signatures=headers.get("webhook-signature", ""),
        secrets=known,
        now=clock.now(),
    )
