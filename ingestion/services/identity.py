"""The agency's key, without which a hash of a handle or an address says nothing."""

from django.utils.crypto import salted_hmac

from tenants.scope import tenant_id_in_force


def secret() -> bytes:
    """Return 32 bytes: the same for one tenant as long as SECRET_KEY is, another for each."""
    return salted_hmac("ingestion.identity", str(tenant_id_in_force()), algorithm="sha256").digest()
