"""Staff, partners and family: known by handles, and left out of learning and of scores while these hold."""

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from ingestion.errors import CannotEnter
from ingestion.formats.person import Known
from ingestion.models import Insider
from ingestion.services import contacts
from tenants.models import Client, User

TWICE = "This handle is left out already."


def check(client: Client, *, platform: str, handle: str) -> Known:
    """Return whoever has the handle. Raises CannotEnter where it cannot be left out."""
    who = contacts.named(client, platform=platform, handle=handle)
    if Insider.objects.filter(client=client, key=who.key, ended_at__isnull=True).exists():
        raise CannotEnter(TWICE)
    return who


def enter(client: Client, *, platform: str, handle: str, why: str, by: User) -> Insider:
    """Leave whoever has this handle out, seen or not, from the next run on. Raises CannotEnter."""
    who = check(client, platform=platform, handle=handle)
    try:
        with transaction.atomic():
            return Insider.objects.create(
                client=client, platform=platform, handle=who.handle, key=who.key, why=why, entered_by=by
            )
    except IntegrityError as twice:  # somebody else did, meanwhile
        raise CannotEnter(TWICE) from twice


def end(insider: Insider, *, by: User) -> None:
    """Score and learn from them again, from the next run on. Raises CannotEnter where it has ended already."""
    standing = Insider.objects.filter(pk=insider.pk, ended_at__isnull=True)
    if not standing.update(ended_at=Now(), ended_by=by):
        raise CannotEnter("This has ended already.")
