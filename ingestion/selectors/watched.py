"""What was done with a client and by it, as closely as integrity checks look: frames, one row a fact, no nulls."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
from django.db import connection

from ingestion.models import Automation, Campaign, CampaignKind
from ingestion.selectors import frames
from ingestion.selectors.copying import FLAG, MOMENT, NUMBER, REAL, SIGNATURE, SMALL, Frame, read
from ingestion.selectors.frames import ACTS, KNOWN
from tenants.scope import tenant_id_in_force

Schema = dict[str, type[pl.DataType] | pl.DataType]
FAR_OFF = datetime(9999, 12, 31, tzinfo=UTC)
MOMENTS = pl.Datetime("us", "UTC")
REGISTER: Schema = {"channel": pl.Int64, "start": MOMENTS, "end": MOMENTS, "disclosed": pl.Boolean}
CAUSES: Schema = {
    "donation": pl.Float64, "promotion": pl.Float64, "currency": pl.String, "start": MOMENTS, "end": MOMENTS
}  # fmt: skip
NO_TEXT = "decode(repeat('00', 64), 'hex')"
# What is written to many, and known to be.
TO_MANY = "('email', 'text_message', 'letter')"
DETAILED = Frame(
    {
        **ACTS.columns,
        "source": ("d.source_id", NUMBER),
        "signature": (f"COALESCE(f.likeness, {NO_TEXT})", SIGNATURE),
        "follows": ("f.kind = 'follow' AND f.nature = 1", FLAG),
        "unfollows": ("f.kind = 'unfollow'", FLAG),
        "invites": ("f.kind = 'connection_request'", FLAG),
        "to_many": (f"f.kind IN {TO_MANY}", FLAG),
    },
    ACTS.source,
    ACTS.where,
)
# A prize that is to be won by doing something, as the post says or a campaign that names it.
IS_GIVEAWAY = """COALESCE(f.prize AND f.entry, false) OR EXISTS (
    SELECT FROM ingestion_campaign m
    WHERE m.tenant_id = f.tenant_id AND m.client_id = h.client_id AND m.kind = 'giveaway'
      AND m.entry_kinds <> '{}' AND (f.ext_id = ANY(m.posts) OR f.campaign <> '' AND f.campaign = m.ext_id))"""
ALL_COUNTED = """CASE WHEN num_nonnulls(c.likes, c.comments, c.shares, c.saves) > 0 THEN
    COALESCE(c.likes, 0) + COALESCE(c.comments, 0) + COALESCE(c.shares, 0) + COALESCE(c.saves, 0) END"""
LAST_COUNTED = """(SELECT {}
    FROM ingestion_postcount c JOIN ingestion_delivery d ON d.tenant_id = c.tenant_id AND d.id = c.delivery_id
    WHERE c.tenant_id = f.tenant_id AND c.post = f.ext_id AND d.source_id = f.source_id
      AND c.known_at < %(known_before)s ORDER BY c.at DESC LIMIT 1)"""
UNKNOWN = "COALESCE({}::float8, 'NaN')"
POSTS = Frame(
    {
        "post": ("hashtextextended(f.ext_id, f.source_id)", NUMBER),
        "channel": ("f.channel_id", NUMBER),
        "published_at": ("f.published_at", MOMENT),
        **{
            name: (UNKNOWN.format(f"f.{name}::int"), REAL)
            for name in ("paid", "promotion", "price", "link", "question")
        },
        "bait": ("COALESCE(f.bait <> '{}', false)", FLAG),
        "giveaway": (IS_GIVEAWAY, FLAG),
        "counted_at": (f"COALESCE({LAST_COUNTED.format('c.at')}, f.published_at)", MOMENT),
        "engaged": (UNKNOWN.format(LAST_COUNTED.format(ALL_COUNTED)), REAL),
        **{name: (UNKNOWN.format(LAST_COUNTED.format(f"c.{name}")), REAL) for name in ("likes", "comments", "shares")},
    },
    "ingestion_post f JOIN tenants_channel h ON h.tenant_id = f.tenant_id AND h.id = f.channel_id",
    "f.tenant_id = %(tenant)s",
)
LEVELS = Frame(
    {
        "channel": ("f.channel_id", NUMBER),
        "at": ("f.at", MOMENT),
        "known_at": ("f.known_at", MOMENT),
        **{name: (UNKNOWN.format(f"f.{name}"), REAL) for name in ("followers", "gained", "lost")},
        "window": (
            "COALESCE(array_position(ARRAY['day', 'week', 'month'], NULLIF(f.window, '')::text), 0)::int2",
            SMALL,
        ),
    },
    "ingestion_audiencecount f",
    "f.tenant_id = %(tenant)s",
)
BY_DAY = Frame(
    {
        "channel": ("f.channel_id", NUMBER),
        # Its middle: by whoever's clock it ended, and however long it was, that lies within the day.
        "at": ("f.at - interval '12 hours'", MOMENT),
        "known_at": ("f.known_at", MOMENT),
        "gained": ("f.gained", NUMBER),
    },
    "ingestion_audiencecount f JOIN tenants_channel h ON h.tenant_id = f.tenant_id AND h.id = f.channel_id",
    "f.tenant_id = %(tenant)s AND f.gained IS NOT NULL AND f.window = 'day' AND h.role = 'owned'",
)
# Where only posts are known, and counts of them, there is something to look at, too; and so there is in a good cause.
MONTHS_OF_CLIENT = """
SELECT date_trunc('month', moment AT TIME ZONE %(zone)s)::date, max(arrived_at)
FROM (
    SELECT f.occurred_at, f.known_at, c.client_id, d.created_at
    FROM ingestion_engagement f JOIN ingestion_contact c ON c.tenant_id = f.tenant_id AND c.id = f.contact_id
    JOIN ingestion_delivery d ON d.tenant_id = f.tenant_id AND d.id = f.delivery_id
    WHERE f.tenant_id = %(tenant)s
    UNION ALL SELECT p.published_at, p.known_at, h.client_id, d.created_at
    FROM ingestion_post p JOIN tenants_channel h ON h.tenant_id = p.tenant_id AND h.id = p.channel_id
    JOIN ingestion_delivery d ON d.tenant_id = p.tenant_id AND d.id = p.delivery_id
    WHERE p.tenant_id = %(tenant)s AND h.role = 'owned'
    UNION ALL SELECT starts_at, known_at, client_id, created_at FROM ingestion_campaign WHERE tenant_id = %(tenant)s
) known (moment, known_at, client_id, arrived_at)
WHERE client_id = %(client)s AND known_at < %(known_before)s GROUP BY 1
"""
# Of a creator's channel nobody has to have acted: what was posted and counted is what is known. Counts of posts come in
# after these, and say nothing by themselves.
MONTHS_OF_CHANNEL = """
SELECT date_trunc('month', moment AT TIME ZONE %(zone)s)::date, max(arrived_at)
FROM (
    SELECT p.published_at, p.known_at, p.channel_id, GREATEST(d.created_at, (
        SELECT max(b.created_at) FROM ingestion_postcount c
        JOIN ingestion_delivery b ON b.tenant_id = c.tenant_id AND b.id = c.delivery_id
        WHERE c.tenant_id = p.tenant_id AND c.post = p.ext_id AND b.source_id = p.source_id))
    FROM ingestion_post p JOIN ingestion_delivery d ON d.tenant_id = p.tenant_id AND d.id = p.delivery_id
    WHERE p.tenant_id = %(tenant)s AND p.channel_id = %(channel)s
    UNION ALL SELECT f.at, f.known_at, f.channel_id, d.created_at
    FROM ingestion_audiencecount f JOIN ingestion_delivery d ON d.tenant_id = f.tenant_id AND d.id = f.delivery_id
    WHERE f.tenant_id = %(tenant)s AND f.channel_id = %(channel)s
) known (moment, known_at, channel_id, arrived_at)
WHERE known_at < %(known_before)s GROUP BY 1
"""
# Posts that beg for what is done with them, or are giveaways.
BEGGING = Frame(
    {"post": POSTS.columns["post"]},
    POSTS.source,
    f"{POSTS.where} AND h.client_id = %(client)s AND h.role = 'owned' AND (f.bait <> '{{}}' OR {IS_GIVEAWAY})",
)


def acts(*, client_id: int, known_before: datetime, since: datetime) -> pl.DataFrame:
    """Return the acts of a client since a moment that were known before another, as `frames.acts` has them, of nobody
    who objected, is being erased, or belongs to the brand.

    More columns: source (its row number); signature: the 64 bytes of a text's likeness, all 0 for none; follows,
    unfollows, invites (asks to be connected) and to_many (an e-mail, a text to a telephone, a letter).
    """
    values = frames.values_of_facts(known_before, client_id, None, learnable=False)
    of = (*frames.OF_FACTS, "f.occurred_at >= %(since)s")
    found = read(DETAILED, {**values, "since": since}, *of)
    contacts = frames.contacts(client_id=client_id).filter("withheld")
    found = found.join(contacts, on="contact", how="anti")
    to_them = pl.col("target").is_in(contacts["contact"].implode())
    return found.with_columns(target=pl.when(to_them).then(0).otherwise("target"))


def posts(*, known_before: datetime, client_id: int | None = None, channel_id: int | None = None) -> pl.DataFrame:
    """Return the posts of a client's own channels, or of one channel, that were known before a moment.

    Columns: post (as acts name it), channel, published_at; paid, promotion, price, link, question (1, 0, NaN not
    known); bait (asks to vote, react, share, tag, comment, follow or save), giveaway (a prize with an entry condition);
    likes, comments, shares, and engaged, these and saves together: as last counted, NaN not known; counted_at: when
    that was, published_at where it was not.
    """
    of = "h.id = %(channel)s" if channel_id else "h.client_id = %(client)s AND h.role = 'owned'"
    return read(POSTS, {"known_before": known_before, "client": client_id, "channel": channel_id}, KNOWN, of)


def arrivals(*, client_id: int, known_before: datetime) -> pl.DataFrame:
    """Return how many followed the client's own channels, by the day: channel, at (its middle), known_at, gained."""
    return read(BY_DAY, {"known_before": known_before, "client": client_id}, KNOWN, "h.client_id = %(client)s")


def levels(*, known_before: datetime, channel_id: int | None = None) -> pl.DataFrame:
    """Return how many followed a channel, and came and went; of all channels only what says how many followed.

    Columns: channel, at, known_at; followers, gained, lost (NaN not known); window, of these two: 1 the day, 2 the
    week, 3 the month that ends then; else 0.
    """
    of = "f.channel_id = %(channel)s" if channel_id else "f.followers IS NOT NULL"
    return read(LEVELS, {"known_before": known_before, "channel": channel_id}, KNOWN, of)


def automations(*, client_id: int) -> pl.DataFrame:
    """Return the register of a client: channel (0: all), start, end (far off where it goes on), disclosed."""
    rows = Automation.objects.filter(client=client_id).values_list("channel_id", "starts_at", "ends_at", "disclosed")
    found = [(channel or 0, start, end or FAR_OFF, disclosed) for channel, start, end, disclosed in rows]
    return pl.DataFrame(found, schema=REGISTER, orient="row")


def causes(*, client_id: int, known_before: datetime) -> pl.DataFrame:
    """Return the good causes of a client: donation and promotion (NaN not known), currency, start, end."""
    causes = Campaign.objects.filter(client=client_id, kind=CampaignKind.CAUSE, known_at__lt=known_before)
    nothing = float("nan")
    found = [
        (
            nothing if it.donation is None else float(it.donation),
            nothing if it.promotion is None else float(it.promotion),
            it.currency,
            it.starts_at,
            it.ends_at or FAR_OFF,
        )
        for it in causes.order_by("pk")
    ]
    return pl.DataFrame(found, schema=CAUSES, orient="row")


def begging(*, client_id: int, known_before: datetime, start: datetime, end: datetime) -> list[int]:
    """Return the posts of a client of [start, end) that beg or are giveaways, as acts name them."""
    values = {"client": client_id, "known_before": known_before, "start": start, "end": end}
    found = read(BEGGING, values, KNOWN, "f.published_at >= %(start)s", "f.published_at < %(end)s")
    return found["post"].to_list()


def months_of_client(*, client_id: int, known_before: datetime, zone: str) -> dict[date, datetime]:
    """Return the months, by their first day, in which something was done or posted or a campaign began, by the calendar
    of a time zone, each with when something of it came in last.
    """
    return _months(MONTHS_OF_CLIENT, client=client_id, known_before=known_before, zone=zone)


def months_of_channel(*, channel_id: int, known_before: datetime, zone: str) -> dict[date, datetime]:
    """Return the months in which a channel posted, or its followers were counted, in the same way."""
    return _months(MONTHS_OF_CHANNEL, channel=channel_id, known_before=known_before, zone=zone)


def _months(query: str, **values: Any) -> dict[date, datetime]:
    with connection.cursor() as cursor:
        # Until tables that just grew are analysed the planner takes them for empty, and a loop within a loop for quick.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(query, values | {"tenant": tenant_id_in_force()})
        found = dict(sorted(cursor.fetchall()))
        cursor.execute("SET LOCAL enable_nestloop = on")
    return found
