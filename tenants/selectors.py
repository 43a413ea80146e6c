"""Reads, for whoever shows them."""

from django.db.models import QuerySet

from tenants.models import Client


def clients() -> QuerySet[Client]:
    """Return the agency's clients with their channels, in the order they were added."""
    return Client.objects.order_by("created_at").prefetch_related("channels")
