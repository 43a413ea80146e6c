"""People whom no source has seen yet, added by hand."""

from django.db import IntegrityError, transaction

from ingestion.errors import CannotEnter, CannotFind
from ingestion.formats.person import Known
from ingestion.models import Contact, IdentityLink
from ingestion.selectors.people import HOLDS
from ingestion.services import finding, tombstones
from tenants.models import Client

KNOWN = "This client knows them already. Look for them under Contacts."


def named(client: Client, *, platform: str, handle: str) -> Known:
    """Return whoever has a handle. Raises CannotEnter where it is none, or of somebody who was erased."""
    try:
        who = finding.by_handle(handle, platform=platform)
    except CannotFind as wrong:
        raise CannotEnter(str(wrong)) from wrong
    tombstones.check(client.pk, who.key)
    return who


def check(client: Client, *, platform: str, handle: str) -> Known:
    """Return whoever is to be added. Raises CannotEnter where they cannot be."""
    who = named(client, platform=platform, handle=handle)
    linked = IdentityLink.objects.filter(HOLDS, client=client, key=who.key)
    if Contact.objects.filter(client=client, key=who.key).exists() or linked.exists():
        raise CannotEnter(KNOWN)
    return who


def add(client: Client, *, platform: str, handle: str, name: str = "") -> Contact:
    """Add somebody as a client knows them. A row that names this handle later is about them. Raises CannotEnter."""
    who = check(client, platform=platform, handle=handle)
    try:
        with transaction.atomic():
            return Contact.objects.create(
                client=client, key=who.key, kind=who.kind, platform=platform, handle=who.handle, name=name
            )
    except IntegrityError as met:  # a row named them meanwhile
        raise CannotEnter(KNOWN) from met
