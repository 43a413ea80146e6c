"""Whether a webhook comes from whom it says it does: signatures over the raw body, compared in constant time.

Each takes the headers as they came and the secrets that are valid at the moment (two while one replaces the other; an
empty one is none). The answer is False for whatever is missing, malformed, too old or wrong; nothing is raised.
"""

import binascii
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest, new

TOLERANCE = timedelta(minutes=5)
# What HubSpot signs decoded, where the request line has it encoded. (Other characters stay as they came.)
HUBSPOT_DECODES = {f"%{ord(it):02X}": it for it in ":/?@!$'()*,;"}
HUBSPOT_ENCODED = re.compile("|".join(HUBSPOT_DECODES), re.IGNORECASE)


def meta(body: bytes, *, signature: str, secrets: Iterable[str]) -> bool:
    """Whether `X-Hub-Signature-256` is right: sha256=, then the hexadecimal HMAC-SHA256 with the app secret.

    Specified at developers.facebook.com/docs/graph-api/webhooks/getting-started, “Validating Payloads”.
    """
    return _one_of([signature], [b"sha256=" + _mac(key, body).hex().encode() for key in _keys(secrets)])


def meta_challenge(query: Mapping[str, str], *, tokens: Iterable[str]) -> str | None:
    """Return what to answer to Meta's request to verify an address, as plain text; None: do not answer it (403).

    query: the parameters hub.mode, hub.verify_token and hub.challenge. Specified at
    developers.facebook.com/docs/graph-api/webhooks/getting-started, “Verification Requests”.
    """
    known = _one_of([query.get("hub.verify_token", "")], _keys(tokens))
    return query.get("hub.challenge") if known and query.get("hub.mode") == "subscribe" else None


def x(body: bytes, *, signature: str, secrets: Iterable[str]) -> bool:
    """Whether `x-twitter-webhooks-signature` is right: sha256=, then the HMAC-SHA256 with the API secret in base64.

    Specified at docs.x.com/x-api/webhooks/quickstart.
    """
    return _one_of([signature], [b"sha256=" + b64encode(_mac(key, body)) for key in _keys(secrets)])


def x_challenge(crc_token: str, *, secret: str) -> dict[str, str]:
    """Return the JSON to answer to X's hourly challenge (CRC). Specified at docs.x.com/x-api/webhooks/quickstart."""
    mac = _mac(_bytes(secret), _bytes(crc_token))
    return {"response_token": f"sha256={b64encode(mac).decode()}"}


def hubspot(
    body: bytes, *, method: str, uri: str, signature: str, timestamp: str, secrets: Iterable[str], now: datetime
) -> bool:
    """Whether `X-HubSpot-Signature-v3` is right: the HMAC-SHA256 with the app's client secret, in base64.

    method, uri: of the request as HubSpot sent it, so https://, the host and the query are the public ones. timestamp:
    `X-HubSpot-Request-Timestamp`, in milliseconds. Specified at developers.hubspot.com/docs, “Validating requests”, v3.
    """
    decoded = HUBSPOT_ENCODED.sub(lambda found: HUBSPOT_DECODES[found[0].upper()], uri)
    signed = _bytes(method) + _bytes(decoded) + body + _bytes(timestamp)
    right = [b64encode(_mac(key, signed)) for key in _keys(secrets)]
    return _recent(timestamp, now, timedelta(milliseconds=1)) and _one_of([signature], right)


def standard(
    body: bytes, *, message_id: str, timestamp: str, signatures: str, secrets: Iterable[str], now: datetime
) -> bool:
    """Whether one of the signatures is right by Standard Webhooks: `webhook-id`, `-timestamp` and `-signature`.

    timestamp: in seconds. signatures: parted by spaces, each v1, then HMAC-SHA256 in base64. secrets: whsec_, then the
    key in base64. Specified at github.com/standard-webhooks, spec/standard-webhooks.md.
    """
    signed = b".".join((_bytes(message_id), _bytes(timestamp), body))
    right = [b"v1," + b64encode(_mac(key, signed)) for key in map(_decoded, secrets) if key]
    return bool(message_id) and _recent(timestamp, now, timedelta(seconds=1)) and _one_of(signatures.split(), right)


def _mac(key: bytes, message: bytes) -> bytes:
    return new(key, message, sha256).digest()


def _one_of(given: Iterable[str], right: Iterable[bytes]) -> bool:
    """Whether one of them is right; all are compared, so that how long it takes says nothing."""
    right = list(right)
    return any([compare_digest(_bytes(one), other) for one in given for other in right])  # noqa: C419


def _keys(secrets: Iterable[str]) -> list[bytes]:
    return [_bytes(secret) for secret in secrets if secret]


def _decoded(secret: str) -> bytes:
    """Return the key of a secret; none of one that is malformed."""
    try:
        return b64decode(_bytes(secret.removeprefix("whsec_")) + b"==")
    except binascii.Error:
        return b""


def _recent(timestamp: str, now: datetime, unit: timedelta) -> bool:
    """Whether that many units since 1970 are now, give or take the tolerance."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 16):  # int() would take 1_000 and ١٢
        return False
    return abs(now.timestamp() - int(timestamp) * unit.total_seconds()) <= TOLERANCE.total_seconds()


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")  # half an emoji is wrong, and no error
