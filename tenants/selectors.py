"""Reads, for whoever shows them."""

from django.db.models import QuerySet

from tenants.models import Client


def clients() -> QuerySet[Client]:
    """Return the agency's clients with their channels."""
    return Client.objects.prefetch_related("channels")
