"""How tests post to webhooks as their senders do, and have it digested."""

import hmac
from base64 import b64decode, b64encode
from hashlib import sha256
from typing import Any

from django.test import Client as Browser
from django.utils import timezone

from ingestion.models import Hook, HookBody, Sender
from ingestion.services import hooks
from tenants.models import JobState
from tests.conftest import Agency, within
from tests.ingestion.doors import all_of
from tests.ingestion.hooks import body
from tests.ingestion.test_files import open_jobs
from tests.tenants.ledger import run


def make(agency: Agency, sender: str = Sender.META, **more: Any) -> Hook:
    with within(agency):
        return hooks.make(agency.source, sender=sender, **{"secret": "app secret"} | more)


def post(hook: Hook, payload: Any, *, query: str = "", **headers: str) -> Any:
    content = payload if isinstance(payload, bytes) else body(payload)
    return Browser().post(f"/v1/hooks/{hook.token}{query}", content, content_type="application/json", headers=headers)


def by_meta(hook: Hook, payload: Any, secret: str = "app secret", **headers: str) -> Any:
    signed = hmac.new(secret.encode(), body(payload), sha256).hexdigest()
    return post(hook, payload, **{"x-hub-signature-256": f"sha256={signed}"}, **headers)


def by_hubspot(hook: Hook, payload: Any, *, query: str = "", sent: Any = None, signed: str = "") -> Any:
    """Post as HubSpot does; signed: the address that it signs, where that is not the one it posts to."""
    milliseconds = str(int((sent or timezone.now()).timestamp() * 1000))
    address = signed or f"http://testserver/v1/hooks/{hook.token}{query}"
    mac = hmac.new(b"app secret", b"POST" + address.encode() + body(payload) + milliseconds.encode(), sha256).digest()
    headers = {"x-hubspot-signature-v3": b64encode(mac).decode(), "x-hubspot-request-timestamp": milliseconds}
    return post(hook, payload, query=query, **headers)


def by_standard(hook: Hook, payload: Any, secret: str, *, sent: Any = None) -> Any:
    seconds = str(int((sent or timezone.now()).timestamp()))
    signed = b".".join((b"msg_1", seconds.encode(), body(payload)))
    mac = hmac.new(b64decode(secret.removeprefix("whsec_")), signed, sha256).digest()
    return post(
        hook, payload,
        **{"webhook-id": "msg_1", "webhook-timestamp": seconds, "webhook-signature": f"v1,{b64encode(mac).decode()}"},
    )  # fmt: skip


def digest(agency: Agency) -> None:
    for job in open_jobs(agency, "digest_hook"):
        assert run(agency, job).state == JobState.DONE


def bodies(agency: Agency) -> list[HookBody]:
    return [it for it in all_of(agency, HookBody) if it.job_id]  # the cast's own has no job
