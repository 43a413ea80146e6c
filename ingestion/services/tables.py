"""Where the rows of each shape land, and how: the statements that `landing` runs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ingestion.formats import post
from ingestion.models import LinkedHow, Shape

# When a row is known, if its source does not say otherwise: now. Never later than now, never before it happened.
KNOWN_AT = "GREATEST(LEAST(COALESCE(l.known_at, now()), now()), l.{happened})"

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


@dataclass(frozen=True)
class Table:
    """Where a shape lands.

    happened: the column of its moment; own: column → expression, besides the shape's columns; people: the staged keys
    of those it names, and how their identifiers are linked; known_by: what its ids are, in a sentence; id_at: where
    they stand in a row; mended: what to do about one that comes with other content, in a sentence; prefix: of its
    public ids; apart: staged columns that have none of their own; first: a statement before; ending: the insert's.
    """

    name: str
    happened: str = "starts_at"
    known_by: str = "This id"
    id_at: str = "/id"
    mended: str = ""
    own: Mapping[str, str] = field(default_factory=dict)
    people: Sequence[str] = ()
    joins: str = ""
    how: str = f"'{LinkedHow.SAME_ROW}'"
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


# The shapes whose rows name a channel, or may.
OF_CHANNELS = {Shape.ENGAGEMENTS, Shape.AUDIENCE_COUNTS, Shape.PROFILE_SAMPLES, Shape.POSTS, Shape.POST_COUNTS}
TABLES = {
    Shape.ENGAGEMENTS: Table(
        "ingestion_engagement",
        "occurred_at",
        own={"received_at": "now()", "contact_id": "c.id", "target_id": "t.id"},
        people=("person", "target"),
        joins=PERSON + TARGET,
    ),
    Shape.OUTCOMES: Table(
        "ingestion_outcome",
        "occurred_at",
        mended=" Where its value has changed: give this row another id and the difference as its value (a refund of "
        "the first one, where it is less), and try it again.",
        own={"contact_id": "c.id"},
        people=("person",),
        joins=PERSON,
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
    Shape.IDENTITY_LINKS: Table("", "at", people=("person",), how="l.how"),
    Shape.CAMPAIGNS: Table("ingestion_campaign", own=PLANNED, prefix="cmp"),
    Shape.VENDORS: Table("ingestion_vendor", own=PLANNED, prefix="vnd"),
}
