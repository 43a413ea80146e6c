"""Reads, for whoever shows them."""

from django.db.models import QuerySet

from tenants.models import Client, Job


def clients() -> QuerySet[Client]:
    """Return the agency's clients with their channels."""
    return Client.objects.prefetch_related("channels")


def jobs() -> QuerySet[Job]:
    """Return the agency's background work, open and ended."""
    return Job.objects.select_related("parent")
