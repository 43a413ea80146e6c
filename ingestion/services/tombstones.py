"""Rows about people who were erased: known by keyed hashes, and dropped as they come.

Whoever lands rows of a client holds a lock with others, and whoever lays tombstones there holds it alone: every row has
landed before, and is erased, or looks for tombstones after, and is dropped.
"""

from collections.abc import Collection

from django.db import connection

from ingestion.formats.naming import Naming
from ingestion.formats.person import Register
from ingestion.formats.reading import Reading, Verdict
from ingestion.models import Tombstone
from tenants.scope import tenant_id_in_force

SHARED = "SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, %s))"
ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))"
SENTENCE = "It names somebody whose data were erased here. It was dropped, and nothing of it is kept."


def find(reading: Reading, *, client_id: int, register: Register) -> dict[int, Verdict]:
    """Return the verdicts on rows that name somebody who was erased, by index; to be asked before anything lands.

    Of a row that can be used, the people it names are looked at; of one that cannot, every field.
    """
    lock(client_id, SHARED)
    laid = Tombstone.objects.filter(client_id=client_id)
    if not laid.exists():
        return {}
    realms = {"", register.apart}
    naming = Naming(register.secret, register.platforms, realms)
    keys: dict[int, Collection[bytes]] = {it.index: naming.named(reading.kept(it.index)) for it in reading.refused}
    for fact in reading.facts:
        keys[fact.index] = [key for who in fact.people if who for key in (who.key, *(it.key for it in who.others))]
    asked = {key for of_row in keys.values() for key in of_row}
    erased = {bytes(key) for key in laid.filter(key__in=asked).values_list("key", flat=True)} if asked else set()
    return {
        index: Verdict(index, "erased_subject", "", SENTENCE)
        for index, of_row in keys.items()
        if not erased.isdisjoint(of_row)
    }


def lock(client_id: int, how: str) -> None:
    """Take turns with whoever lands rows of this client, or lays tombstones there, to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(how, [f"tombstones {client_id}", tenant_id_in_force()])
