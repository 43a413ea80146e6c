"""Keys that each agency has of its own."""

from django.utils.crypto import salted_hmac

from tenants.scope import tenant_id_in_force


def secret_for(purpose: str) -> bytes:
    """Return 32 bytes: for one tenant and purpose the same as long as SECRET_KEY is, and no other's."""
    return salted_hmac(purpose, str(tenant_id_in_force()), algorithm="sha256").digest()
