"""Erasures after a backup was restored: whoever was erased since it was made is erased again, before anybody sees them.

erase_person ──► the database, and a file beside it (`noting`)
a start      ──► of the file, what the database lacks ──► hidden, tombstones ──► forget ──► clear_person
"""

from collections.abc import Iterator
from itertools import groupby

from django.db import connection, transaction

from ingestion.models import Contact, Erasure, Tombstone
from ingestion.services import noting, tombstones
from tenants import scope
from tenants.models import Client, User
from tenants.services import jobs

# Row-level security shows nobody all agencies; their numbers go from 1 on.
LAST_TENANT = "SELECT last_value FROM tenants_tenant_id_seq"


def lacking() -> int:
    """Return how many erasures that are noted the database lacks: it was restored from a backup of before them."""
    return sum(len(missing) for _tenant, missing in _missing())


def erase_again() -> int:
    """Hide whoever is to be erased again, lay their tombstones and queue the jobs; return how many erasures."""
    found = 0
    for tenant, missing in _missing():
        with scope.of_tenant(tenant), transaction.atomic():
            for note, client in missing:
                _again(note, client)
        found += len(missing)
    return found


def is_file_lost() -> bool:
    """Whether there is no file, though the database has erasures that were noted in it."""
    return not noting.file().exists() and any(True for _tenant in _tenants_with_tombstones())


def write_anew() -> None:
    """Note every erasure of the database, but for those that were lifted: of them nothing is known any more."""
    for tenant in _tenants_with_tombstones():
        with scope.of_tenant(tenant), transaction.atomic():
            keep_up()


def keep_up() -> None:
    """Note what is not noted of the agency's erasures: those of before there was the file, and those lifted since."""
    noted = noting.read()
    for erasure in Erasure.objects.select_related("client").prefetch_related("tombstones"):
        known = noted.get(erasure.public_id)
        if known is None:
            keys = {bytes(it.key) for it in erasure.tombstones.all()}
            if keys:
                noting.note(noting.of(erasure, keys))
        elif erasure.lifted_at and not known.lifted_at:
            noting.note(noting.of(erasure, known.keys))


def _missing() -> Iterator[tuple[int, list[tuple[noting.Note, Client]]]]:
    """Of what is noted, by tenant, what is not so. Agencies and clients that are not there either have nobody."""
    by_tenant = sorted(noting.read().values(), key=lambda note: (note.tenant, note.asked_at))
    for tenant, notes in groupby(by_tenant, key=lambda note: note.tenant):
        with scope.of_tenant(tenant), transaction.atomic():
            clients = {it.public_id: it for it in Client.objects.all()}
            there = {it.public_id: it for it in Erasure.objects.prefetch_related("tombstones")}
        missing = [
            (it, clients[it.client]) for it in notes if it.client in clients and not _holds(it, there.get(it.erasure))
        ]
        if missing:
            yield tenant, missing


def _holds(note: noting.Note, erasure: Erasure | None) -> bool:
    if erasure is None:
        return False
    return erasure.lifted_at is not None or (note.lifted_at is None and bool(erasure.tombstones.all()))


def _again(note: noting.Note, client: Client) -> None:
    """Do again what is noted: to whoever has one of the keys, and to nobody whom links lead to that may have ended
    since.
    """
    tombstones.lock(client.id, tombstones.ALONE)
    erasure = Erasure.objects.filter(public_id=note.erasure).first()
    if erasure is None:
        asked_by = User.objects.filter(pk=note.asked_by or 0).first()  # who may have come since
        erasure = Erasure.objects.create(public_id=note.erasure, client=client, asked_by=asked_by)
        erasure.created_at = note.asked_at
        theirs = Contact.objects.filter(client=client, key__in=note.keys, erasure__isnull=True)
        erasure.contacts = theirs.update(erasure=erasure)
        erasure.job = jobs.enqueue("forget", {"erasure": erasure.public_id}, dedupe_key=erasure.public_id)
    erasure.lifted_at = note.lifted_at
    erasure.save(update_fields=["created_at", "contacts", "job", "lifted_at"])
    if erasure.lifted_at and erasure.finished_at:
        erasure.tombstones.all().delete()
    else:
        tombstones.lay(erasure, note.keys)


def _tenants_with_tombstones() -> Iterator[int]:
    with connection.cursor() as cursor:
        cursor.execute(LAST_TENANT)
        (last,) = cursor.fetchone()
    for tenant in range(1, last + 1):
        with scope.of_tenant(tenant), transaction.atomic():
            has_any = Tombstone.objects.exists()
        if has_any:
            yield tenant
