"""How rows land: every row of a batch gets exactly one verdict, and what is accepted is there when the transaction is.

Rows go by COPY into a temporary table (COPY into a table behind row-level security is refused) and from there, with
what came earlier weighed, into their own. Every step is one statement over all rows and takes its locks in one order,
so batches that overlap wait for each other and never in a circle.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from ingestion.formats.fact import Fact, Terms
from ingestion.formats.layout import columns_of_people
from ingestion.formats.person import Register
from ingestion.formats.reading import FORMATS, Reading, Verdict
from ingestion.models import Counted, Delivery, FileImport, KindMapping, Rejection, Shape, Source
from ingestion.services import people, tombstones
from ingestion.services.tables import OF_CHANNELS, TABLES
from tenants.models import Channel, Platform
from tenants.models.owned import random_id
from tenants.scope import tenant_id_in_force
from tenants.services import clock
from tenants.services.secret import secret_for
from tenants.services.staging import stage

# Without the agency's key for it, a hash of a handle or an address says nothing.
IDENTITY = "ingestion.identity"

# Of what came before, the ids are returned.
RECEIPTS = """
WITH received AS (
    INSERT INTO ingestion_receipt (tenant_id, source_id, shape, ext_id, digest, delivery_id)
    SELECT %(tenant)s, %(source)s, %(shape)s, ext_id, digest, %(delivery)s FROM landing_rows ORDER BY ext_id
    ON CONFLICT DO NOTHING RETURNING ext_id
)
SELECT ext_id FROM landing_rows EXCEPT ALL SELECT ext_id FROM received
"""
SEEN_BEFORE = """
SELECT r.ext_id, r.digest, d.public_id FROM ingestion_receipt r
JOIN ingestion_delivery d ON d.tenant_id = %(tenant)s AND d.id = r.delivery_id
WHERE r.tenant_id = %(tenant)s AND r.source_id = %(source)s AND r.shape = %(shape)s AND r.ext_id = ANY(%(before)s)
"""
NOT_RECEIVED = """
DELETE FROM ingestion_receipt WHERE tenant_id = %(tenant)s AND source_id = %(source)s AND shape = %(shape)s
AND ext_id = ANY(%(contradicted)s)
"""
# Then none of the rows that are left is believed.
MOST_TURNS = 10
CONTRADICTED = (
    "One of the two leads to somebody else already, or somebody has ended this link. Links are made and ended by hand "
    "in the admin (Clients → Identity links)."
)


@dataclass
class Landing:
    """What became of a batch: its row, and a verdict on every row of it that was not accepted, in their order.

    unmatched: how many of those that were accepted say who somebody is in a way that their source does not let us use.
    """

    delivery: Delivery
    duplicate: list[Verdict] = field(default_factory=list)
    quarantined: list[Verdict] = field(default_factory=list)
    erased: list[Verdict] = field(default_factory=list)
    unmatched: int = 0


def terms(source: Source, shape: Shape) -> Terms:
    """Return what reading rows of this source needs to know."""
    channels = _channels(source) if shape in OF_CHANNELS else {}
    return Terms(
        register_of(source),
        clock.now(),
        source.known_at,
        channels,
        kinds=_meanings(source, shape),
        keeps_texts=source.keeps_texts,
    )


def register_of(source: Source) -> Register:
    """Return what turns the people whom the source's rows name into keys."""
    apart = "" if source.may_match else source.public_id
    return Register(secret_for(IDENTITY), apart, source.platform, frozenset(Platform.values))


def _meanings(source: Source, shape: Shape) -> dict[str, str | int]:
    """Return what the source means by its own words for acts."""
    if shape != Shape.ENGAGEMENTS:
        return {}
    return {it.word.casefold(): it.meaning for it in KindMapping.objects.filter(source=source)}


def _channels(source: Source) -> dict[str, int]:
    """Return the client's channels by every way a row may name them."""
    found = {}
    for channel in Channel.objects.filter(client_id=source.client_id):
        found[channel.public_id] = found[f"{channel.platform}/{channel.handle}".casefold()] = channel.id
    return found


def land(reading: Reading, *, source: Source, shape: Shape, file: FileImport | None = None) -> Landing:
    """Land the rows of one batch or piece, within the caller's transaction."""
    landing = weigh(reading, Delivery.objects.create(source=source, shape=shape, file=file))
    _count(landing, reading.received)
    _set_aside(landing, reading)
    return landing


def weigh(reading: Reading, delivery: Delivery) -> Landing:
    """Land what can be used of some rows of a batch, and give every row its verdict; count and keep nothing else."""
    erased = _of_erased_people(reading, delivery)
    facts = [fact for fact in reading.facts if fact.index not in erased]
    refused = [verdict for verdict in reading.refused if verdict.index not in erased]
    landing = Landing(delivery, quarantined=refused, erased=[erased[index] for index in sorted(erased)])
    first: dict[str, Fact] = {}
    for fact in facts:
        first.setdefault(fact.id, fact)
    if first:
        seen, contradicted = _land(list(first.values()), delivery, delivery.source)
        _judge(facts, first, seen, contradicted, landing)
        if not delivery.source.may_match:
            landed = (fact for fact in first.values() if fact.id not in seen and fact.id not in contradicted)
            landing.unmatched = sum(any(who and who.takes_matching for who in fact.people) for fact in landed)
    landing.duplicate.sort(key=lambda it: it.index)
    landing.quarantined.sort(key=lambda it: it.index)
    return landing


def _of_erased_people(reading: Reading, delivery: Delivery) -> dict[int, Verdict]:
    source, file = delivery.source, delivery.file
    columns = columns_of_people(file.layout) if file and file.layout else ()
    return tombstones.find(reading, client_id=source.client_id, register=register_of(source), columns=columns)


def _land(
    facts: list[Fact], delivery: Delivery, source: Source
) -> tuple[dict[str, tuple[bytes, str]], Collection[str]]:
    """Land what is here for the first time.

    Return the ids that were here before, with their digest and batch, and those of links that contradict what is here.
    """
    shape = Shape(delivery.shape)
    table, columns = TABLES[shape], FORMATS[shape.label].columns
    values: dict[str, Any] = {
        "tenant": tenant_id_in_force(),
        "client": source.client_id,
        "source": source.id,
        "shape": shape,
        "delivery": delivery.id,
    }
    seen: dict[str, tuple[bytes, str]] = {}
    with connection.cursor() as cursor:
        staged = {"ext_id": "text", "digest": "bytea", "public_id": "text", **dict.fromkeys(table.people, "bytea")}
        rows = (
            (
                it.id,
                it.digest,
                table.prefix and random_id(table.prefix),
                *(who and who.key for who in it.people),
                *it.values,
            )
            for it in facts
        )
        stage(cursor, "landing_rows", {**staged, **columns}, rows)
        cursor.execute(RECEIPTS, values)
        before = [ext_id for (ext_id,) in cursor.fetchall()]
        if before:
            cursor.execute(SEEN_BEFORE, {**values, "before": before})
            seen = {ext_id: (bytes(digest), batch) for ext_id, digest, batch in cursor.fetchall()}
            cursor.execute("DELETE FROM landing_rows WHERE ext_id = ANY(%s)", [before])
            facts = [fact for fact in facts if fact.id not in seen]
        if shape == Shape.IDENTITY_LINKS:
            return seen, _linked(cursor, facts, values, may_match=source.may_match)
        if table.people:
            people.meet(cursor, facts, values, table, may_match=source.may_match)
        if facts:
            if table.first:
                cursor.execute(table.first, values)
            cursor.execute(table.insert(columns), values)
    return seen, ()


def _linked(cursor: CursorWrapper, facts: list[Fact], values: dict[str, Any], *, may_match: bool) -> Collection[str]:
    """Land links. Return the rows that contradict those there are; it is as if they had not come.

    Everything is undone and done again without them, until those that are left agree; which they mostly do at once.
    """
    contradicted: set[str] = set()
    for turn in range(MOST_TURNS):
        left = [fact for fact in facts if fact.id not in contradicted]
        with transaction.atomic():
            people.meet(cursor, left, values, TABLES[Shape.IDENTITY_LINKS], may_match=may_match)
            found = people.contradicted(cursor, values) if left else []
            if not found:
                break
            transaction.set_rollback(True)
        contradicted |= {fact.id for fact in left} if turn == MOST_TURNS - 1 else set(found)
    if contradicted:
        cursor.execute(NOT_RECEIVED, {**values, "contradicted": list(contradicted)})
    return contradicted


def _judge(
    facts: list[Fact],
    first: Mapping[str, Fact],
    seen: Mapping[str, tuple[bytes, str]],
    contradicted: Collection[str],
    landing: Landing,
) -> None:
    """Give every row that did not land its verdict: it repeats what is here, or contradicts it."""
    table = TABLES[Shape(landing.delivery.shape)]
    for fact in facts:
        if fact.id in contradicted:
            landing.quarantined.append(Verdict(fact.index, "link_conflict", "/same_as", CONTRADICTED))
            continue
        if fact.id in seen:
            digest, batch = seen[fact.id]
            where = f"batch {batch}"
        elif first[fact.id] is not fact:
            digest, where = first[fact.id].digest, f"row {first[fact.id].index + 1} (index {first[fact.id].index})"
        else:
            continue
        if digest == fact.digest:
            landing.duplicate.append(
                Verdict(fact.index, "duplicate", table.id_at, f"This row came before, with {where}.")
            )
        else:
            sentence = f"{table.known_by} came before, with {where}, and with other content.{table.mended}"
            landing.quarantined.append(Verdict(fact.index, "id_conflict", table.id_at, sentence))


def _count(landing: Landing, received: int) -> None:
    delivery = landing.delivery
    delivery.received = received
    delivery.duplicate = len(landing.duplicate)
    delivery.quarantined = len(landing.quarantined)
    delivery.erased = len(landing.erased)
    delivery.accepted = received - delivery.duplicate - delivery.quarantined - delivery.erased
    delivery.unmatched = landing.unmatched
    if delivery.file is not None:  # over the API the answer names them
        delivery.duplicate_rows = [it.index for it in landing.duplicate]
        delivery.erased_rows = [it.index for it in landing.erased]
    delivery.save(update_fields=[*Counted.NAMES, "unmatched", "duplicate_rows", "erased_rows"])


def _set_aside(landing: Landing, reading: Reading) -> None:
    Rejection.objects.bulk_create(
        Rejection(
            delivery=landing.delivery,
            index=it.index,
            code=it.code,
            pointer=it.pointer,
            detail=it.detail,
            row=reading.kept(it.index).replace("\0", "\ufffd"),
            late=reading.late,
        )
        for it in landing.quarantined
    )
