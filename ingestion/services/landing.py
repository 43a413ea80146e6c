"""How rows land: every row of a batch gets exactly one verdict, and what is accepted is there when the transaction is.

Rows go by COPY into a temporary table (COPY into a table behind row-level security is refused) and from there, with
what came earlier weighed, into their own. Every step is one statement over all rows and takes its locks in one order,
so batches that overlap wait for each other and never in a circle.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from ingestion.formats import post
from ingestion.formats.fact import Fact, Terms
from ingestion.formats.person import Known, Register
from ingestion.formats.reading import FORMATS, Reading, Verdict
from ingestion.models import Delivery, FileImport, LinkedHow, Rejection, Shape, Source
from tenants.models import Channel, Platform
from tenants.models.owned import random_id
from tenants.scope import tenant_id_in_force
from tenants.services import clock
from tenants.services.secret import secret_for
from tenants.services.staging import stage

# Without the agency's key for it, a hash of a handle or an address says nothing.
IDENTITY = "ingestion.identity"

# When a row is known, if its source does not say otherwise: now. Never later than now, never before it happened.
KNOWN_AT = "GREATEST(LEAST(COALESCE(l.known_at, now()), now()), l.{happened})"

RECEIPTS = """
INSERT INTO ingestion_receipt (tenant_id, source_id, shape, ext_id, digest, delivery_id)
SELECT %(tenant)s, %(source)s, %(shape)s, ext_id, digest, %(delivery)s FROM landing_rows ORDER BY ext_id
ON CONFLICT DO NOTHING
"""
SEEN_BEFORE = """
SELECT l.ext_id, r.digest, d.public_id FROM landing_rows l
JOIN ingestion_receipt r ON r.tenant_id = %(tenant)s AND r.source_id = %(source)s AND r.shape = %(shape)s
                        AND r.ext_id = l.ext_id
JOIN ingestion_delivery d ON d.tenant_id = %(tenant)s AND d.id = r.delivery_id
WHERE r.delivery_id <> %(delivery)s
"""
CONTACTS = """
INSERT INTO ingestion_contact (tenant_id, client_id, public_id, key, kind, platform, handle, name)
SELECT %(tenant)s, %(client)s, public_id, key, kind, platform, shown, name FROM landing_people ORDER BY key
ON CONFLICT (tenant_id, client_id, key) DO NOTHING
"""
# Whoever comes by another name is shown by the one that came in last. (FOR UPDATE would wait for whoever lands an act
# of theirs, who may wait for us.)
RENAMED = """
UPDATE ingestion_contact c
SET handle = COALESCE(NULLIF(p.handle, ''), c.handle), name = COALESCE(NULLIF(p.name, ''), c.name)
FROM landing_people p
WHERE c.id IN (
    SELECT c.id FROM ingestion_contact c JOIN landing_people p ON c.key = p.key
    WHERE c.tenant_id = %(tenant)s AND c.client_id = %(client)s
      AND ((p.handle <> '' AND p.handle <> c.handle) OR (p.name <> '' AND p.name <> c.name))
    ORDER BY c.id FOR NO KEY UPDATE OF c
) AND c.tenant_id = %(tenant)s AND c.key = p.key
"""
# A link is known from the first row on that named both; history imported later may tell of an earlier one.
NAMED_BOTH = f"""
CREATE TEMPORARY TABLE landing_known ON COMMIT DROP AS
SELECT s.of, s.key, s.kind, min(s.public_id) AS public_id, min({KNOWN_AT}) AS known_at
FROM landing_links s JOIN landing_rows l ON l.ext_id = s.said_by GROUP BY s.of, s.key, s.kind
"""
LINKS = """
INSERT INTO ingestion_identitylink (tenant_id, client_id, contact_id, public_id, key, kind, how, known_at)
SELECT %(tenant)s, %(client)s, c.id, l.public_id, l.key, l.kind, %(how)s, l.known_at
FROM landing_known l
JOIN ingestion_contact c ON c.tenant_id = %(tenant)s AND c.client_id = %(client)s AND c.key = l.of
WHERE NOT EXISTS (SELECT FROM ingestion_identitylink was
                  WHERE was.tenant_id = %(tenant)s AND was.client_id = %(client)s AND was.key = l.key
                    AND (was.contact_id = c.id OR was.ended_at IS NULL))
ORDER BY l.key, l.known_at, l.of
ON CONFLICT (tenant_id, client_id, key) WHERE ended_at IS NULL DO NOTHING
"""
KNOWN_EARLIER = """
UPDATE ingestion_identitylink link SET known_at = found.known_at
FROM (SELECT link.id, l.known_at FROM ingestion_identitylink link
      JOIN ingestion_contact c ON c.tenant_id = %(tenant)s AND c.id = link.contact_id
      JOIN landing_known l ON l.key = link.key AND l.of = c.key
      WHERE link.tenant_id = %(tenant)s AND link.client_id = %(client)s AND link.ended_at IS NULL
        AND link.known_at > l.known_at
      ORDER BY link.id FOR NO KEY UPDATE OF link) found
WHERE link.tenant_id = %(tenant)s AND link.id = found.id
"""
PERSON = """
JOIN ingestion_contact c ON c.tenant_id = %(tenant)s AND c.client_id = %(client)s AND c.key = l.person
"""
TARGET = """
LEFT JOIN ingestion_contact t ON t.tenant_id = %(tenant)s AND t.client_id = %(client)s AND t.key = l.target
"""

# What a count says of its post; the columns of the post's own table are of the same names.
DESCRIBED = tuple(post.DESCRIBED)
# A description of its own goes before one that came along with a count.
DESCRIBE = f"""
INSERT INTO ingestion_post (tenant_id, source_id, delivery_id, ext_id, known_at, {", ".join(DESCRIBED)})
SELECT DISTINCT ON (l.post) %(tenant)s, %(source)s, %(delivery)s, l.post, {KNOWN_AT.format(happened="at")},
       {", ".join(f"l.post_{name}" for name in DESCRIBED)}
FROM landing_rows l WHERE l.post_channel_id IS NOT NULL ORDER BY l.post, l.at DESC
ON CONFLICT (tenant_id, source_id, ext_id) DO NOTHING
"""
DESCRIBED_ANEW = f"""
ON CONFLICT (tenant_id, source_id, ext_id) DO UPDATE SET
{", ".join(f"{name} = EXCLUDED.{name}" for name in ("delivery_id", "known_at", *DESCRIBED))}
"""

# A client knows of its own plans when they begin, at the latest.
PLANNED = {"client_id": "%(client)s", "public_id": "l.public_id", "known_at": "LEAST(now(), l.starts_at)"}

# What is staged of a person besides the key.
SHOWN = ("kind", "platform", "handle", "shown", "name")


@dataclass(frozen=True)
class Table:
    """Where a shape lands. happened: the column of its moment; own: column → expression, besides the shape's columns;
    people: the staged keys of those it names; known_by: what its ids are, in a sentence; id_at: where they stand in a
    row; prefix: of its public ids; apart: staged columns that have none of their own; first: a statement before;
    ending: the insert's.
    """

    name: str
    happened: str = "starts_at"
    known_by: str = "This id"
    id_at: str = "/id"
    own: Mapping[str, str] = field(default_factory=dict)
    people: Sequence[str] = ()
    joins: str = ""
    prefix: str = ""
    apart: Collection[str] = ()
    first: str = ""
    ending: str = ""

    def insert(self, columns: Iterable[str]) -> str:
        """Return the statement that lands what is staged."""
        known_at = KNOWN_AT.format(happened=self.happened)
        values = {
            "tenant_id": "%(tenant)s",
            "delivery_id": "%(delivery)s",
            "ext_id": "l.ext_id",
            **{name: f'l."{name}"' for name in columns if name not in self.apart},
            "known_at": known_at,
            **self.own,
        }
        names = ", ".join(f'"{name}"' for name in values)
        rows = f"SELECT {', '.join(values.values())} FROM landing_rows l {self.joins}"
        return f"INSERT INTO {self.name} ({names}) {rows} {self.ending}"


# The shapes whose rows name a channel.
OF_CHANNELS = {Shape.AUDIENCE_COUNTS, Shape.PROFILE_SAMPLES, Shape.POSTS, Shape.POST_COUNTS}
TABLES = {
    Shape.ENGAGEMENTS: Table(
        "ingestion_engagement",
        "occurred_at",
        own={"received_at": "now()", "contact_id": "c.id", "target_id": "t.id"},
        people=("person", "target"),
        joins=PERSON + TARGET,
    ),
    Shape.OUTCOMES: Table(
        "ingestion_outcome", "occurred_at", own={"contact_id": "c.id"}, people=("person",), joins=PERSON
    ),
    Shape.AUDIENCE_COUNTS: Table("ingestion_audiencecount", "at", known_by="This id (or channel, window and moment)"),
    Shape.PROFILE_SAMPLES: Table(
        "ingestion_profilesample", "sampled_at", known_by="This number of this sample", id_at="/number"
    ),
    Shape.POSTS: Table(
        "ingestion_post",
        "published_at",
        own={"source_id": "%(source)s"},
        joins="ORDER BY l.ext_id",
        ending=DESCRIBED_ANEW,
    ),
    Shape.POST_COUNTS: Table(
        "ingestion_postcount",
        "at",
        known_by="This id (or post and moment)",
        apart=[f"post_{name}" for name in DESCRIBED],
        first=DESCRIBE,
    ),
    Shape.CONTACT_FACTS: Table(
        "ingestion_contactfact",
        "at",
        known_by="This id (or person and moment)",
        own={"contact_id": "c.id", "name": "fact.key", "value": "fact.value"},
        people=("person",),
        joins=f"{PERSON} CROSS JOIN LATERAL jsonb_each_text(l.facts) fact",
        apart=["facts"],
    ),
    Shape.CAMPAIGNS: Table("ingestion_campaign", own=PLANNED, prefix="cmp"),
    Shape.VENDORS: Table("ingestion_vendor", own=PLANNED, prefix="vnd"),
}


@dataclass
class Landing:
    """What became of a batch: its row, and a verdict on every row of it that was not accepted, in their order."""

    delivery: Delivery
    duplicate: list[Verdict] = field(default_factory=list)
    quarantined: list[Verdict] = field(default_factory=list)


def terms(source: Source, shape: Shape) -> Terms:
    """Return what reading rows of this source needs to know."""
    channels = _channels(source) if shape in OF_CHANNELS else {}
    apart = "" if source.may_match else source.public_id
    register = Register(secret_for(IDENTITY), apart, source.platform, frozenset(Platform.values))
    return Terms(register, clock.now(), source.known_at, channels)


def _channels(source: Source) -> dict[str, int]:
    """Return the client's channels by every way a row may name them."""
    found = {}
    for channel in Channel.objects.filter(client_id=source.client_id):
        found[channel.public_id] = found[f"{channel.platform}/{channel.handle}".casefold()] = channel.id
    return found


def land(reading: Reading, *, source: Source, shape: Shape, file: FileImport | None = None) -> Landing:
    """Land the rows of one batch or piece, within the caller's transaction."""
    landing = Landing(Delivery.objects.create(source=source, shape=shape, file=file), quarantined=list(reading.refused))
    first: dict[str, Fact] = {}
    for fact in reading.facts:
        first.setdefault(fact.id, fact)
    if first:
        seen = _land(list(first.values()), landing.delivery, source)
        _weigh(reading.facts, first, seen, landing)
    _count(landing, reading.received)
    _set_aside(landing, reading)
    return landing


def _land(facts: list[Fact], delivery: Delivery, source: Source) -> dict[str, tuple[bytes, str]]:
    """Land what is here for the first time. Return the ids that were here before, with their digest and batch."""
    shape = Shape(delivery.shape)
    table, columns = TABLES[shape], FORMATS[shape.label].columns
    values: dict[str, Any] = {
        "tenant": tenant_id_in_force(),
        "client": source.client_id,
        "source": source.id,
        "shape": shape,
        "delivery": delivery.id,
        "how": LinkedHow.SAME_ROW,
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
        if cursor.rowcount < len(facts):
            cursor.execute(SEEN_BEFORE, values)
            seen = {ext_id: (bytes(digest), batch) for ext_id, digest, batch in cursor.fetchall()}
            cursor.execute("DELETE FROM landing_rows WHERE ext_id = ANY(%s)", [list(seen)])
            facts = [fact for fact in facts if fact.id not in seen]
        if table.people:
            _meet(cursor, facts, values, table.happened, may_match=source.may_match)
        if facts:
            if table.first:
                cursor.execute(table.first, values)
            cursor.execute(table.insert(columns), values)
    return seen


def _weigh(
    facts: list[Fact], first: Mapping[str, Fact], seen: Mapping[str, tuple[bytes, str]], landing: Landing
) -> None:
    """Give every row that did not land its verdict: it repeats what is here, or contradicts it."""
    table = TABLES[Shape(landing.delivery.shape)]
    for fact in facts:
        if fact.id in seen:
            digest, batch = seen[fact.id]
            where = f"batch {batch}"
        elif first[fact.id] is not fact:
            digest, where = first[fact.id].digest, f"row {first[fact.id].index}"
        else:
            continue
        if digest == fact.digest:
            landing.duplicate.append(
                Verdict(fact.index, "duplicate", table.id_at, f"This row came before, with {where}.")
            )
        else:
            sentence = f"{table.known_by} came before, with {where}, and with other content."
            landing.quarantined.append(Verdict(fact.index, "id_conflict", table.id_at, sentence))


def _meet(cursor: CursorWrapper, facts: list[Fact], values: dict[str, Any], happened: str, *, may_match: bool) -> None:
    """Make contacts of those who were not here before, and links between the identifiers of one person."""
    people: dict[bytes, Known] = {}
    for who in dict.fromkeys(who for fact in facts for who in fact.people if who is not None):
        people[who.key] = who.joined(people.get(who.key))
    if not people:
        return
    columns = {"public_id": "text", "key": "bytea"} | dict.fromkeys(SHOWN, "text")
    rows = ((random_id("con"), who.key, *(getattr(who, name) for name in SHOWN)) for who in people.values())
    stage(cursor, "landing_people", columns, rows)
    cursor.execute(CONTACTS, values)
    if cursor.rowcount < len(people):
        cursor.execute(RENAMED, values)
    links = [
        (random_id("lnk"), who.key, kind, key, fact.id)
        for fact in facts
        for who in fact.people
        if who is not None
        for kind, key in who.others
        if may_match or {who.kind, kind} == {"external_id", "handle"}
    ]
    if links:
        columns = {"public_id": "text", "of": "bytea", "kind": "text", "key": "bytea", "said_by": "text"}
        stage(cursor, "landing_links", columns, links)
        cursor.execute("DROP TABLE IF EXISTS landing_known")
        for statement in (NAMED_BOTH.format(happened=happened), LINKS, KNOWN_EARLIER):
            cursor.execute(statement, values)


def _count(landing: Landing, received: int) -> None:
    delivery = landing.delivery
    delivery.received = received
    delivery.duplicate = len(landing.duplicate)
    delivery.quarantined = len(landing.quarantined)
    delivery.accepted = received - delivery.duplicate - delivery.quarantined
    delivery.save(update_fields=["received", "accepted", "duplicate", "quarantined"])


def _set_aside(landing: Landing, reading: Reading) -> None:
    landing.duplicate.sort(key=lambda it: it.index)
    landing.quarantined.sort(key=lambda it: it.index)
    Rejection.objects.bulk_create(
        Rejection(
            delivery=landing.delivery,
            index=it.index,
            code=it.code,
            pointer=it.pointer,
            detail=it.detail,
            row=reading.kept(it.index),
        )
        for it in landing.quarantined
    )
