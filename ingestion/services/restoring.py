"""Erasures after a backup was restored: whoever was erased since it was made is erased again, before anybody sees them.

erase_person ──► the database, and a file beside it (`noting`)
a start      ──► of the file, what the database lacks ──► hidden, tombstones ──► erase_person
"""

from collections.abc import Iterator
from itertools import groupby

from django.db import transaction

from ingestion import selectors
from ingestion.models import Contact, Erasure
from ingestion.services import noting, tombstones
from tenants import scope
from tenants.models import Client, User
from tenants.services import jobs


def lacking() -> int:
    """Return how many erasures that are noted the database lacks: it was restored from a backup of before them."""
    return sum(len(missing) for _tenant, missing in _missing())


def erase_again() -> int:
    """Hide whoever is to be erased again, lay their tombstones and queue the jobs; return how many erasures."""
    found = 0
    for tenant, missing in _missing():
        with scope.of_tenant(tenant), transaction.atomic():
            for note, client in missing:
                _begin(note, client)
        found += len(missing)
    return found


def keep_up() -> None:
    """Note what is not noted of the agency's erasures: those of before there was a file, and tombstones lifted."""
    noted = noting.read()
    for erasure in Erasure.objects.select_related("client").prefetch_related("tombstones"):
        keys = {bytes(it.key) for it in erasure.tombstones.all()}
        known = noted.get(erasure.public_id)
        if (keys and known is None) or (known and erasure.lifted_at and not known.lifted_at):
            noting.note(noting.of(erasure, keys))


def _missing() -> Iterator[tuple[int, list[tuple[noting.Note, Client]]]]:
    """Of what is noted, by tenant, what is not there. Agencies and clients that are not there either have nobody."""
    by_tenant = sorted(noting.read().values(), key=lambda note: (note.tenant, note.asked_at))
    for tenant, notes in groupby(by_tenant, key=lambda note: note.tenant):
        with scope.of_tenant(tenant), transaction.atomic():
            clients = {it.public_id: it for it in Client.objects.all()}
            there = set(Erasure.objects.values_list("public_id", flat=True))
        missing = [(it, clients[it.client]) for it in notes if it.client in clients and it.erasure not in there]
        if missing:
            yield tenant, missing


def _begin(note: noting.Note, client: Client) -> None:
    tombstones.lock(client.id, tombstones.ALONE)
    if Erasure.objects.filter(public_id=note.erasure).exists():  # another process has just begun it
        return
    erasure = Erasure.objects.create(
        public_id=note.erasure,
        client=client,
        asked_by=User.objects.filter(pk=note.asked_by or 0).first(),  # who may have come since
        lifted_at=note.lifted_at,
    )
    erasure.created_at = note.asked_at
    erasure.job = jobs.enqueue("erase_person", {"erasure": erasure.public_id}, dedupe_key=erasure.public_id)
    erasure.save(update_fields=["created_at", "job"])
    person = selectors.whole(list(Contact.objects.filter(client=client, key__in=note.keys)))
    Contact.objects.filter(pk__in=[it.pk for it in person], erasure__isnull=True).update(erasure=erasure)
    tombstones.lay(erasure, note.keys)
