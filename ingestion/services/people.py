"""Who is who: the people whom rows name become contacts, and their identifiers lead to them by links."""

from collections.abc import Iterator
from typing import Any

from django.db.backends.utils import CursorWrapper

from ingestion.formats.fact import Fact
from ingestion.formats.person import Known
from ingestion.services.tables import KNOWN_AT, Table
from tenants.models.owned import random_id
from tenants.services.staging import stage

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
SELECT s.of, s.key, s.kind, s.matches, min(s.public_id) AS public_id, min({{how}}) AS how, min({KNOWN_AT}) AS known_at
FROM landing_links s JOIN landing_rows l ON l.ext_id = s.said_by GROUP BY s.of, s.key, s.kind, s.matches
"""
LINKS = """
INSERT INTO ingestion_identitylink (tenant_id, client_id, contact_id, source_id, public_id, key, kind, matches, how,
                                    known_at)
SELECT %(tenant)s, %(client)s, c.id, %(source)s, l.public_id, l.key, l.kind, l.matches, l.how, l.known_at
FROM landing_known l
JOIN ingestion_contact c ON c.tenant_id = %(tenant)s AND c.client_id = %(client)s AND c.key = l.of
WHERE NOT EXISTS (SELECT FROM ingestion_identitylink was
                  WHERE was.tenant_id = %(tenant)s AND was.client_id = %(client)s AND was.key = l.key
                    AND (was.contact_id = c.id OR was.ended_at IS NULL))
ORDER BY l.key, l.known_at, l.of
ON CONFLICT (tenant_id, client_id, key) WHERE ended_at IS NULL DO NOTHING
"""
# An earlier row, or the first of a source that may be matched: then the link stands on what this one says.
KNOWN_BETTER = """
UPDATE ingestion_identitylink link SET known_at = found.known_at, source_id = %(source)s
FROM (SELECT link.id, l.known_at FROM ingestion_identitylink link
      JOIN ingestion_contact c ON c.tenant_id = %(tenant)s AND c.id = link.contact_id
      JOIN landing_known l ON l.key = link.key AND l.of = c.key
      LEFT JOIN ingestion_source s ON s.tenant_id = %(tenant)s AND s.id = link.source_id
      WHERE link.tenant_id = %(tenant)s AND link.client_id = %(client)s AND link.ended_at IS NULL
        AND link.source_id IS NOT NULL
        AND (link.known_at > l.known_at OR (link.matches AND NOT s.may_match))
      ORDER BY link.id FOR NO KEY UPDATE OF link) found
WHERE link.tenant_id = %(tenant)s AND link.id = found.id
"""
# Which rows said of two identifiers what is not so here: the ways from both, along the links in force, never meet. (A
# way is followed so far; no person has more identifiers.)
CONTRADICTED = """
WITH RECURSIVE way AS (
    SELECT said_by, key AS towards, of AS key, true AS is_of, 0 AS steps FROM landing_links
    UNION SELECT said_by, key, key, false, 0 FROM landing_links
    UNION SELECT way.said_by, way.towards, c.key, way.is_of, way.steps + 1
    FROM way JOIN ingestion_identitylink link ON link.tenant_id = %(tenant)s AND link.client_id = %(client)s
                                             AND link.key = way.key AND link.ended_at IS NULL
    JOIN ingestion_contact c ON c.tenant_id = %(tenant)s AND c.id = link.contact_id
    WHERE way.steps < 20
)
SELECT DISTINCT s.said_by FROM landing_links s WHERE NOT EXISTS (
    SELECT FROM way a JOIN way b ON b.said_by = a.said_by AND b.towards = a.towards AND b.key = a.key
    WHERE a.said_by = s.said_by AND a.towards = s.key AND a.is_of AND NOT b.is_of)
"""

# What is staged of a person besides the key.
SHOWN = ("kind", "platform", "handle", "shown", "name")


def meet(cursor: CursorWrapper, facts: list[Fact], values: dict[str, Any], table: Table, *, may_match: bool) -> None:
    """Make contacts of those who were not here before, and links between the identifiers of one person."""
    people: dict[bytes, Known] = {}
    for who in dict.fromkeys(_named(facts)):
        people[who.key] = who.joined(people.get(who.key))
    if not people:
        return
    columns = {"public_id": "text", "key": "bytea"} | dict.fromkeys(SHOWN, "text")
    rows = ((random_id("con"), who.key, *(getattr(who, name) for name in SHOWN)) for who in people.values())
    stage(cursor, "landing_people", columns, rows)
    cursor.execute(CONTACTS, values)
    if cursor.rowcount < len(people):
        # Of a client who is new to the planner it expects one contact, and would read all of these for each there is.
        cursor.execute("CREATE INDEX ON landing_people (key)")
        cursor.execute(RENAMED, values)
    links = [
        (random_id("lnk"), who.key, other.kind, other.key, other.matches, fact.id)
        for fact in facts
        for who in fact.people
        if who is not None
        for other in who.others
        if may_match or not other.matches
    ]
    if links:
        columns = {
            "public_id": "text",
            "of": "bytea",
            "kind": "text",
            "key": "bytea",
            "matches": "bool",
            "said_by": "text",
        }
        stage(cursor, "landing_links", columns, links)
        cursor.execute("DROP TABLE IF EXISTS landing_known")
        for statement in (NAMED_BOTH.format(how=table.how, happened=table.happened), LINKS, KNOWN_BETTER):
            cursor.execute(statement, values)


def contradicted(cursor: CursorWrapper, values: dict[str, Any]) -> list[str]:
    """Return the ids of the rows, met just now, whose links are not in force here."""
    cursor.execute(CONTRADICTED, values)
    return [ext_id for (ext_id,) in cursor.fetchall()]


def _named(facts: list[Fact]) -> Iterator[Known]:
    return (who for fact in facts for who in fact.people if who is not None)
