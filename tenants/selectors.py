"""Reads, for whoever shows them."""

from django.db.models import QuerySet

from tenants.models import Channel, Client, Job
from tenants.models.job import OPEN


def clients() -> QuerySet[Client]:
    """Return the agency's clients with their channels."""
    return Client.objects.prefetch_related("channels")


def channels() -> QuerySet[Channel]:
    """Return the channels of the agency's clients, their own and prospects'."""
    return Channel.objects.select_related("client")


def jobs() -> QuerySet[Job]:
    """Return the agency's background work, open and ended."""
    return Job.objects.select_related("parent")


def at_work(*kinds: str) -> Job | None:
    """Return a job of these kinds that has not ended, the first that was put in."""
    return Job.objects.filter(kind__in=kinds, state__in=OPEN).order_by("id").first()
