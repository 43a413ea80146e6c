"""Keys that each agency has of its own, and what is sealed with them."""

import base64

from cryptography.fernet import Fernet
from django.utils.crypto import salted_hmac

from tenants.scope import tenant_id_in_force


def secret_for(purpose: str) -> bytes:
    """Return 32 bytes: for one tenant and purpose the same as long as SECRET_KEY is, and no other's."""
    return salted_hmac(purpose, str(tenant_id_in_force()), algorithm="sha256").digest()


def seal(text: str) -> bytes:
    """Return a secret as it may be stored: legible to this agency, on this installation, and to nobody else."""
    return _box().encrypt(text.encode())


def unseal(sealed: bytes) -> str:
    return _box().decrypt(sealed).decode()


def _box() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(secret_for("sealed")))
