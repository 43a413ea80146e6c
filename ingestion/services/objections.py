"""Objections to profiling: a switch on everybody that a person is here. What they do still comes in."""

from django.db.models.functions import Now

from ingestion import selectors
from ingestion.models import Contact
from tenants.services import jobs


def record(contact: Contact) -> None:
    """Compute nothing of a person from now on, and let go of their scores. Said twice, the first time counts."""
    person = [it.pk for it in selectors.whole([contact])]
    if Contact.objects.filter(pk__in=person, objected_at__isnull=True).update(objected_at=Now()):
        jobs.enqueue("drop_scores")


def withdraw(contact: Contact) -> None:
    """Score a person again, from the next run on."""
    person = [it.pk for it in selectors.whole([contact])]
    Contact.objects.filter(pk__in=person).update(objected_at=None)
