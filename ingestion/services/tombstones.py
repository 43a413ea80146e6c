"""Rows about people who were erased: known by keyed hashes, and dropped as they come.

Whoever lands rows of a client holds a lock with others, and whoever lays tombstones there holds it alone: every row has
landed before, and is erased, or looks for tombstones after, and is dropped.
"""

from collections.abc import Collection

from django.db import connection

from ingestion.errors import CannotEnter
from ingestion.formats.naming import Naming
from ingestion.formats.person import Register
from ingestion.formats.reading import Reading, Verdict
from ingestion.models import Erasure, Tombstone
from tenants.scope import tenant_id_in_force

SHARED = "SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, %s))"
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))"
SENTENCE = "It names somebody whose data were erased here. It was dropped, and nothing of it is kept."


def find(reading: Reading, *, client_id: int, register: Register, columns: Collection[str] = ()) -> dict[int, Verdict]:
    """Return the verdicts on rows that name somebody who was erased, by index; to be asked before anything lands.

    Of a row that can be used, the people it names are looked at; one that cannot is searched. columns: of a table,
    those that hold people.
    """
    lock(client_id, SHARED)
    if not Tombstone.objects.filter(client_id=client_id).exists():
        return {}
    keys = {
        fact.index: [key for who in fact.people if who for key in (who.key, *(it.key for it in who.others))]
        for fact in reading.facts
    }
    asked = {key for of_row in keys.values() for key in of_row}
    found = Tombstone.objects.filter(client_id=client_id, key__in=asked).values_list("key", flat=True)
    erased = {bytes(key) for key in found} if asked else set()
    theirs = {index for index, of_row in keys.items() if not erased.isdisjoint(of_row)}
    if reading.refused:
        erased, finds = laid(client_id), Naming(register.secret, register.platforms)
        for it in reading.refused:
            row = reading.kept(it.index)
            named = finds.named(row, apart=register.apart, columns=columns)
            if any(key in erased for key in (*named, *finds.mentioned(row, apart=register.apart))):
                theirs.add(it.index)
    return {index: Verdict(index, "erased_subject", "", SENTENCE) for index in theirs}


def lay(erasure: Erasure, keys: Collection[bytes]) -> None:
    """From now on, have rows that name somebody by one of these dropped. The caller holds the lock alone.

    Each erasure has its own: one that is lifted takes none of another along.
    """
    Tombstone.objects.bulk_create(
        (Tombstone(client_id=erasure.client_id, erasure=erasure, key=key) for key in keys), ignore_conflicts=True
    )


def laid(client_id: int) -> set[bytes]:
    """Return the keys of everybody who was erased with a client."""
    return {bytes(key) for key in Tombstone.objects.filter(client_id=client_id).values_list("key", flat=True)}


def check(client_id: int, key: bytes) -> None:
    """Raise CannotEnter where this is an identifier of somebody who was erased."""
    lock(client_id, SHARED)
    if Tombstone.objects.filter(client_id=client_id, key=key).exists():
        raise CannotEnter("The data of whoever has this handle were erased here. Nothing about them is kept.")


def lock(client_id: int, how: str) -> None:
    """Take turns with whoever lands rows of this client, or lays tombstones there, to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(how, [f"tombstones {client_id}", tenant_id_in_force()])
