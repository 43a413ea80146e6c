"""Posts as they are sent: what a channel published, and what it asked for."""

from typing import Annotated, Any

from msgspec import Meta, Struct

from ingestion.formats.bait import Bait
from ingestion.formats.fact import Fact, Id, Moment, Reference, Terms, digest, own_id
from ingestion.formats.hearing import told

# What is read from a text where the row does not say it.
READ = ("promotion", "price", "link", "question", "prize", "entry")


class Description(Struct, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """What is known of a post. What is not known is left out; what is said goes before what its text lets one read."""

    channel: Annotated[str, Meta(max_length=230, description="A channel's id (`cha_…`), or platform/handle.")]
    published_at: Moment
    permalink: Annotated[str, Meta(max_length=500, description="Its address.")] | None = None
    paid: Annotated[bool, Meta(description="An advertisement, or shown for money.")] | None = None
    automated: Annotated[bool, Meta(description="Declared to be published by software.")] = False
    campaign: Annotated[Reference, Meta(description="The source's id of the campaign it belongs to.")] | None = None
    text: Annotated[str, Meta(description="Read once for what follows here; not kept.")] | None = None
    promotion: Annotated[bool, Meta(description="Offers something for sale.")] | None = None
    price: Annotated[bool, Meta(description="Names a price.")] | None = None
    link: Annotated[bool, Meta(description="Leads elsewhere.")] | None = None
    question: Annotated[bool, Meta(description="Asks its readers something.")] | None = None
    prize: Annotated[bool, Meta(description="Something can be won.")] | None = None
    bait: Annotated[list[Bait], Meta(max_length=7, description="What it asks people to do; [] for nothing.")] | None = (
        None
    )
    entry: Annotated[bool, Meta(description="That is how one takes part in winning something.")] | None = None


class Post(Description, forbid_unknown_fields=True, kw_only=True):
    """One post of a channel."""

    id: Id
    known_at: Annotated[Moment, Meta(description="Only for sources that state it.")] | None = None


# Column → its type in PostgreSQL, in the order of `described`.
DESCRIBED = {
    "channel_id": "bigint",
    "published_at": "timestamptz",
    "permalink": "text",
    "paid": "boolean",
    "automated": "boolean",
    "campaign": "text",
    **dict.fromkeys(READ, "boolean"),
    "bait": "text[]",
}
COLUMNS = {"known_at": "timestamptz", **DESCRIBED}


def read(row: Post, index: int, terms: Terms) -> Fact:
    """Return the post as it is landed. Raises RowRefused."""
    values = described(row, "", terms)
    known_at = terms.known(row.published_at, row.known_at)
    return Fact(index, own_id(row.id), digest(row, (), terms.register.secret), (), (known_at, *values))


def described(row: Description, place: str, terms: Terms) -> tuple[Any, ...]:
    """Return what is known of a post, as columns. place: where the row has it, as a pointer. Raises RowRefused."""
    channel_id = terms.channel(row.channel, f"{place}/channel")
    row.channel = str(channel_id)  # by whichever name it was sent
    row.published_at = terms.moment(row.published_at, f"{place}/published_at")
    known = None if row.text is None else told(row.text)
    flags = [getattr(row, name) for name in READ]
    if known is not None:
        flags = [getattr(known, name) if flag is None else flag for name, flag in zip(READ, flags, strict=True)]
    bait = row.bait if known is None or row.bait is not None else known.baits
    values = (channel_id, row.published_at, row.permalink or "", row.paid, row.automated, row.campaign or "")
    return (*values, *flags, None if bait is None else [it.value for it in bait])
