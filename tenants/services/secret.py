"""Keys that each agency has of its own, and what is sealed with them."""

import base64
import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.utils.crypto import salted_hmac

from tenants.scope import tenant_id_in_force


def secret_for(purpose: str) -> bytes:
    """Return 32 bytes: for one tenant and purpose the same as long as SECRET_KEY is, and no other's."""
    return salted_hmac(purpose, str(tenant_id_in_force()), algorithm="sha256").digest()


def seal(secret: Any) -> bytes:
    """Return a secret (plain JSON) as it is stored: legible to this agency, on this installation, and nobody else."""
    return _box().encrypt(json.dumps(secret).encode())


def unseal(sealed: bytes | memoryview | None) -> Any:
    """Return a secret that was sealed; None where there is none, or SECRET_KEY was another when it was."""
    try:
        return json.loads(_box().decrypt(bytes(sealed or b"")))
    except InvalidToken:
        return None


def _box() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(secret_for("sealed")))


def box_for_all(purpose: str) -> Fernet:
    """Return what seals for this installation, whichever agency it is about."""
    return Fernet(base64.urlsafe_b64encode(salted_hmac(purpose, "", algorithm="sha256").digest()))
