"""What came in, as frames to be computed with: polars, one row a fact, no nulls.

Rows are in no order: whoever computes with them may not depend on one.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import polars as pl
from django.db import connection

from ingestion.selectors.copying import FLAG, MOMENT, NUMBER, REAL, SMALL, Frame, read
from ingestion.selectors.prospects import COUNTS as OF_NO_PROSPECT
from tenants.scope import tenant_id_in_force

# An id of the source's own as a number; what it means holds within the source, which seeds the hash. 0: none.
HASH = "CASE WHEN {0} = '' THEN 0 ELSE hashtextextended({0}, d.source_id) END"
DIRECTION = "array_position(ARRAY['inbound', 'outbound', 'two-sided', 'peer'], f.direction::text)::int2"
KIND = "array_position(ARRAY['lead', 'meeting', 'purchase', 'refund', 'custom'], f.kind::text)::int2"
# What an unlike or unfollow takes back without naming it: the same contact's likes of that post, or follows (of that
# channel, where it names one).
MARK = """CASE WHEN f.kind IN ('like', 'reaction', 'unlike') THEN hashtextextended('like ' || f.post, d.source_id)
WHEN f.kind IN ('follow', 'unfollow') THEN hashtextextended(
    'follow ' || f.post || COALESCE(' ' || f.channel_id, ''), d.source_id) ELSE 0 END"""
# Its letters as digits of 27, 0 for none: two or three of them, as texts are heard.
LANGUAGE = """(CASE WHEN f.language = '' THEN 0 ELSE (ascii(f.language) - 96) * 729
+ (ascii(substr(f.language, 2)) - 96) * 27 + GREATEST(ascii(substr(f.language, 3)) - 96, 0) END)::int2"""
INTENT = """(CASE WHEN f.asks_price THEN 1 ELSE 0 END + CASE WHEN f.asks_availability THEN 2 ELSE 0 END
+ CASE WHEN f.asks_how_to_buy THEN 4 ELSE 0 END)::int2"""


DELIVERED = """
JOIN ingestion_delivery d ON d.tenant_id = f.tenant_id AND d.id = f.delivery_id
JOIN ingestion_source s ON s.tenant_id = f.tenant_id AND s.id = d.source_id
JOIN ingestion_contact c ON c.tenant_id = f.tenant_id AND c.id = f.contact_id
"""
ACTS = Frame(
    {
        "contact": ("f.contact_id", NUMBER),
        "occurred_at": ("f.occurred_at", MOMENT),
        "known_at": ("f.known_at", MOMENT),
        "rung": ("f.rung", SMALL),
        "nature": ("f.nature", SMALL),
        "direction": (DIRECTION, SMALL),
        "words": ("COALESCE(f.words, -1)::int2", SMALL),  # -1: unknown
        "asks": ("COALESCE(f.asks, false)", FLAG),
        "automated": ("f.automated", FLAG),
        "act": (HASH.format("f.ext_id"), NUMBER),
        "reply": (HASH.format("f.in_reply_to"), NUMBER),
        "thread": (HASH.format("f.thread"), NUMBER),
        "mark": (MARK, NUMBER),
        "target": ("COALESCE(f.target_id, 0)", NUMBER),
        "channel": ("COALESCE(f.channel_id, 0)", NUMBER),
        "post": (HASH.format("f.post"), NUMBER),
        "kind": ("hashtextextended(f.kind, 0)", NUMBER),
        "language": (LANGUAGE, SMALL),
        "intent": (INTENT, SMALL),
        # The hash of bytes themselves is nothing that SQL can call.
        "likeness": ("COALESCE(hashtextextended(encode(f.likeness, 'hex'), 0), 0)", NUMBER),
    },
    f"ingestion_engagement f {DELIVERED}",
    f"f.tenant_id = %(tenant)s AND {OF_NO_PROSPECT.format(act='f', source='d.source_id')}",
)
OUTCOMES = Frame(
    {
        "contact": ("f.contact_id", NUMBER),
        "occurred_at": ("f.occurred_at", MOMENT),
        "known_at": ("f.known_at", MOMENT),
        "kind": (KIND, SMALL),
        "value": ("COALESCE(f.value, 'NaN')::float8", REAL),
        "currency": ("CASE WHEN f.currency = '' THEN 0 ELSE hashtextextended(f.currency, 0) END", NUMBER),
        "outcome": (HASH.format("f.ext_id"), NUMBER),
        "refund_of": (HASH.format("f.refund_of"), NUMBER),
        "source": ("d.source_id", NUMBER),
    },
    f"ingestion_outcome f {DELIVERED}",
    "f.tenant_id = %(tenant)s",
)
# A link that takes matching holds while its source may be matched; one made by hand has no source.
HOLDS = """l.ended_at IS NULL AND (NOT l.matches OR l.source_id IS NULL OR EXISTS (
    SELECT FROM ingestion_source s WHERE s.tenant_id = l.tenant_id AND s.id = l.source_id AND s.may_match))"""
LINKS = Frame(
    {
        "contact": ("other.id", NUMBER),
        "person": ("l.contact_id", NUMBER),
        "known_at": ("l.known_at", MOMENT),
    },
    """ingestion_identitylink l
    JOIN ingestion_contact other
      ON other.tenant_id = l.tenant_id AND other.client_id = l.client_id AND other.key = l.key""",
    f"l.tenant_id = %(tenant)s AND {HOLDS} AND other.id <> l.contact_id",
)
# Staff, partners and family: known by a handle that is left out, or linked from it.
INSIDE = f"""(c.client_id, c.key) IN (
    SELECT i.client_id, i.key FROM ingestion_insider i WHERE i.tenant_id = %(tenant)s AND i.ended_at IS NULL
) OR c.id IN (
    SELECT l.contact_id FROM ingestion_identitylink l
    JOIN ingestion_insider i ON i.tenant_id = l.tenant_id AND i.client_id = l.client_id AND i.key = l.key
    WHERE l.tenant_id = %(tenant)s AND i.ended_at IS NULL AND {HOLDS})"""
CONTACTS = Frame(
    {
        "contact": ("c.id", NUMBER),
        "client": ("c.client_id", NUMBER),
        "withheld": (f"(c.objected_at IS NOT NULL OR c.erasure_id IS NOT NULL OR {INSIDE})", FLAG),
    },
    "ingestion_contact c",
    "c.tenant_id = %(tenant)s",
)
# What is done to a post, and not to an account or a person.
ON_POSTS = """('view', 'click', 'like', 'reaction', 'poll_vote', 'share', 'repost', 'favourite', 'save', 'quote',
'comment', 'reply')"""
# A friend who is tagged is named in one of these.
TAGS_ARE = "['comment', 'reply', 'mention']"
# How people took part, one row a campaign, kind and post; its posts as each source of the client would name them.
CAMPAIGNS = Frame(
    {
        "client": ("m.client_id", NUMBER),
        "kind": ("hashtextextended(k.kind, 0)", NUMBER),
        "post": ("COALESCE(p.post, 0)", NUMBER),
        "start": ("m.starts_at", MOMENT),
        "end": ("COALESCE(m.ends_at, '9999-12-31 00:00:00+00')", MOMENT),
        "known_at": ("m.known_at", MOMENT),
    },
    f"""ingestion_campaign m CROSS JOIN LATERAL (
        SELECT DISTINCT COALESCE(tagged.kind, entry.kind) AS kind
        FROM unnest(m.entry_kinds) entry (kind)
        LEFT JOIN unnest(ARRAY{TAGS_ARE}) tagged (kind) ON entry.kind = 'tag'
    ) k
    LEFT JOIN LATERAL (
        SELECT hashtextextended(n.name, s.id) AS post
        FROM unnest(m.posts) n (name)
        JOIN ingestion_source s ON s.tenant_id = m.tenant_id AND s.client_id = m.client_id
    ) p ON k.kind IN {ON_POSTS}""",
    "m.tenant_id = %(tenant)s",
)
POSTS = Frame(
    {
        "post": ("hashtextextended(f.ext_id, f.source_id)", NUMBER),
        "channel": ("f.channel_id", NUMBER),
        "known_at": ("f.known_at", MOMENT),
    },
    "ingestion_post f",
    "f.tenant_id = %(tenant)s AND f.channel_id = ANY(%(channels)s)",
)
COUNTS = Frame(
    {
        "channel": ("f.channel_id", NUMBER),
        "at": ("f.at", MOMENT),
        "known_at": ("f.known_at", MOMENT),
        "gained": ("f.gained", NUMBER),
        "window": ("array_position(ARRAY['day', 'week', 'month'], f.window::text)::int2", SMALL),
    },
    "ingestion_audiencecount f",
    "f.tenant_id = %(tenant)s AND f.gained IS NOT NULL",
)
# Who is who, by the links in force that were known: contact → the contact that it is.
WHO = f"""
SELECT c.id AS contact, c.platform, COALESCE(l.contact_id, c.id) AS person
FROM ingestion_contact c
LEFT JOIN ingestion_identitylink l ON l.tenant_id = c.tenant_id AND l.client_id = c.client_id AND l.key = c.key
                                  AND {HOLDS} AND l.known_at < %(known_before)s
WHERE c.tenant_id = %(tenant)s AND c.client_id = %(client)s
"""
# What is done with the client's own channels, each with its batch.
DONE = "ingestion_engagement e JOIN ingestion_delivery d ON d.tenant_id = e.tenant_id AND d.id = e.delivery_id"
HERE = OF_NO_PROSPECT.format(act="e", source="d.source_id")
# What counts as taking part, besides following: at a nod or above, of one's own accord.
TAKES_PART = f"""e.tenant_id = %(tenant)s AND e.known_at < %(known_before)s AND e.nature = 1 AND e.rung >= 1
AND e.kind <> 'follow' AND NOT e.automated AND e.direction IN ('inbound', 'two-sided') AND {HERE}"""
# Who followed, and whether they did anything else soon; without saying who they are.
FOLLOWERS = Frame(
    {"followed_at": ("f.followed_at", MOMENT), "acted": ("f.acted", FLAG)},
    f"""(WITH who AS ({WHO}), followed AS (
        SELECT who.person, min(e.occurred_at) AS followed_at
        FROM {DONE} JOIN who ON who.contact = e.contact_id
        WHERE e.tenant_id = %(tenant)s AND e.kind = 'follow' AND e.direction = 'inbound' AND NOT e.automated
          AND e.known_at < %(known_before)s AND who.platform = %(platform)s AND {HERE}
        GROUP BY who.person
    )
    SELECT followed.followed_at, bool_or(e.contact_id IS NOT NULL) AS acted
    FROM followed JOIN who ON who.person = followed.person
    LEFT JOIN ({DONE}) ON e.contact_id = who.contact AND e.occurred_at >= followed.followed_at
                      AND e.occurred_at < followed.followed_at + %(within)s AND {TAKES_PART}
    WHERE followed.followed_at >= %(since)s AND followed.followed_at < %(until)s
    GROUP BY followed.person, followed.followed_at) f""",
)
ACTS_UNTIL = f"""
SELECT max(e.occurred_at) FROM {DONE}
JOIN ingestion_contact c ON c.tenant_id = e.tenant_id AND c.id = e.contact_id
WHERE c.client_id = %(client)s AND c.platform = %(platform)s AND {TAKES_PART}
"""
UNKNOWN = "COALESCE({}::float8, 'NaN')"
PROFILES = Frame(
    {
        "cohort_from": ("f.cohort_from", MOMENT),
        "cohort_to": ("f.cohort_to", MOMENT),
        "sampled_at": ("f.sampled_at", MOMENT),
        **{
            name: (UNKNOWN.format(f"f.{name}"), REAL)
            for name in ("followers", "following", "posts", "bio_length", "digit_share")
        },
        "has_avatar": (UNKNOWN.format("f.has_avatar::int"), REAL),
        "created_on": (UNKNOWN.format("extract(epoch FROM f.created_on) / 86400"), REAL),
    },
    "ingestion_profilesample f",
    "f.tenant_id = %(tenant)s AND f.channel_id = %(channel)s",
)
KNOWN = "f.known_at < %(known_before)s"
# A parameter that is null stands in the text as such, so the planner sees through it.
OF_CLIENT = "%(client)s::bigint IS NULL OR {}.client_id = %(client)s"
OF_CONTACTS = "%(contacts)s::bigint[] IS NULL OR {} = ANY(%(contacts)s::bigint[])"
LEARNABLE = "(s.may_train OR NOT %(learnable)s)"
OF_FACTS = (KNOWN, f"({OF_CLIENT.format('c')})", f"({OF_CONTACTS.format('f.contact_id')})", LEARNABLE)


def acts(
    *,
    known_before: datetime,
    client_id: int | None = None,
    contact_ids: Collection[int] | None = None,
    learnable: bool = False,
) -> pl.DataFrame:
    """Return acts known before a moment, of one client or all, of some contacts or all. learnable: of sources only that
    may be learnt from.

    Those on the accounts of prospects are left out: they are no sign that somebody means the brand.
    Columns: contact (who acted, or whom the brand addressed), occurred_at, known_at (UTC), rung (0 to 7), nature (1 an
    act, -1 takes one back, 0 a block, report or complaint), direction (1 inbound, 2 outbound, 3 two-sided, 4 peer),
    words (-1 unknown), asks, automated; act, reply, thread, mark, post: numbers that are equal where the source's ids
    are, 0 for none; target (to whom, of acts between people) and channel (on whose account, where it says so), 0 none;
    kind: a number each; language: `LANGUAGE`; intent: bits, 1 asks a price, 2 whether there is any, 4 how to buy;
    likeness: a number that is equal where texts are, but for case and signs, 0 for none.
    """
    return read(ACTS, values_of_facts(known_before, client_id, contact_ids, learnable), *OF_FACTS)


def outcomes(
    *,
    known_before: datetime,
    client_id: int | None = None,
    contact_ids: Collection[int] | None = None,
    learnable: bool = False,
) -> pl.DataFrame:
    """Return outcomes known before a moment, likewise.

    Columns: contact, occurred_at, known_at, kind (1 lead, 2 meeting, 3 purchase, 4 refund, 5 custom), value (NaN
    unknown), currency (a number each, 0 none), outcome and refund_of (numbers that are equal where the ids are),
    source: its row number.
    """
    return read(OUTCOMES, values_of_facts(known_before, client_id, contact_ids, learnable), *OF_FACTS)


def links(
    *, known_before: datetime, client_id: int | None = None, contact_ids: Collection[int] | None = None
) -> pl.DataFrame:
    """Return who is somebody else too, by the links in force that were known before a moment.

    Columns: contact, person (the contact that it is), known_at.
    """
    values = {"known_before": known_before, "client": client_id, "contacts": _listed(contact_ids)}
    of_some = f"({OF_CONTACTS.format('other.id')})"
    return read(LINKS, values, "l.known_at < %(known_before)s", f"({OF_CLIENT.format('l')})", of_some)


def contacts(*, client_id: int | None = None, contact_ids: Collection[int] | None = None) -> pl.DataFrame:
    """Return contacts with their client, by row number.

    withheld: they objected to profiling, are being erased, or belong to the brand.
    """
    values = {"client": client_id, "contacts": _listed(contact_ids)}
    return read(CONTACTS, values, f"({OF_CLIENT.format('c')})", f"({OF_CONTACTS.format('c.id')})")


def campaigns(*, known_before: datetime, client_id: int | None = None) -> pl.DataFrame:
    """Return by which acts people took part in campaigns that were known before a moment, as they stand now.

    Columns: client, kind, post (0: wherever the client is), start, end (not included; far off where it is open),
    known_at. Kinds of acts that are done on no post, such as follow, count wherever they are done.
    """
    values = {"known_before": known_before, "client": client_id}
    return read(CAMPAIGNS, values, "m.known_at < %(known_before)s", f"({OF_CLIENT.format('m')})")


def posts(*, known_before: datetime, channel_ids: Collection[int]) -> pl.DataFrame:
    """Return the posts of some channels that were known before a moment.

    Columns: post (as acts name it), channel, known_at.
    """
    return read(POSTS, {"known_before": known_before, "channels": list(channel_ids)}, KNOWN)


def gains(*, known_before: datetime) -> pl.DataFrame:
    """Return how many followers every channel gained in which window, as known before a moment.

    Columns: channel, at (when the window ends), known_at, gained, window (1 day, 2 week, 3 month).
    """
    return read(COUNTS, {"known_before": known_before}, KNOWN)


def followers(
    *, client_id: int, platform: str, since: datetime, until: datetime, within: timedelta, known_before: datetime
) -> pl.DataFrame:
    """Return when people followed a client on a platform in [since, until), without saying who they are.

    What they did on the accounts of prospects is left out, as everywhere.
    Columns: followed_at (their first follow that is known; declared software is left out), acted (whether they, by any
    of their accounts, did something on the ladder besides, at a nod or above, from then on and within that time).
    """
    values = {"known_before": known_before, "client": client_id, "platform": platform, "within": within}
    with connection.cursor() as cursor:
        # Until tables that just grew are analysed the planner takes them for empty, and a loop within a loop for quick.
        cursor.execute("SET LOCAL enable_nestloop = off")
    return read(FOLLOWERS, {**values, "since": since, "until": until})


def acts_until(*, client_id: int, platform: str, known_before: datetime) -> datetime | None:
    """Return the last moment of which an act besides following is known, of anybody on a platform; None: of none."""
    values: dict[str, Any] = {"client": client_id, "platform": platform, "known_before": known_before}
    with connection.cursor() as cursor:
        cursor.execute(ACTS_UNTIL, values | {"tenant": tenant_id_in_force()})
        (until,) = cursor.fetchone()
    return until  # type: ignore[no-any-return]


def profiles(*, channel_id: int, known_before: datetime) -> pl.DataFrame:
    """Return the sampled profiles of a channel's followers.

    Columns: cohort_from, cohort_to (when they followed), sampled_at; followers, following, posts, bio_length,
    digit_share, has_avatar (0, 1), created_on (days since 1970): NaN where it is not known.
    """
    return read(PROFILES, {"known_before": known_before, "channel": channel_id}, KNOWN)


def values_of_facts(
    known_before: datetime, client_id: int | None, contact_ids: Collection[int] | None, learnable: bool
) -> dict[str, object]:
    """Return what stands in the conditions of `OF_FACTS`."""
    return {
        "known_before": known_before, "client": client_id, "contacts": _listed(contact_ids), "learnable": learnable,
    }  # fmt: skip


def _listed(contact_ids: Collection[int] | None) -> list[int] | None:
    return None if contact_ids is None else list(contact_ids)
