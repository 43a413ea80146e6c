"""Audience counts as they are sent: how many follow a channel at a moment."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from ingestion.formats.fact import Fact, Id, Moment, Terms, digest, own_id
from ingestion.formats.refusal import RowRefused

Count = Annotated[int, Meta(ge=0, le=10**12)]


class AudienceCount(Struct, forbid_unknown_fields=True, kw_only=True):
    """One count. What is not known is left out; it is never 0."""

    id: Annotated[Id, Meta(description="The source's own id; by itself channel, window and moment.")] | None = None
    channel: Annotated[str, Meta(max_length=230, description="A channel's id (`cha_…`), or platform/handle.")]
    at: Annotated[Moment, Meta(description="When it was counted; gained and lost speak of the window that ends here.")]
    known_at: Annotated[Moment, Meta(description="Only for sources that state it.")] | None = None
    followers: Count | None = None
    following: Count | None = None
    gained: Count | None = None
    lost: Count | None = None
    window: Annotated[Literal["day", "week", "month"], Meta(description="With gained or lost: over what.")] | None = (
        None
    )


# Column → its type in PostgreSQL, in the order of Fact.values.
COLUMNS = {
    "channel_id": "bigint",
    "at": "timestamptz",
    "known_at": "timestamptz",
    "followers": "bigint",
    "following": "bigint",
    "gained": "bigint",
    "lost": "bigint",
    "window": "text",
}


def read(row: AudienceCount, index: int, terms: Terms) -> Fact:
    """Return the count as it is landed. Raises RowRefused."""
    channel_id = terms.channel(row.channel)
    if row.followers is None and row.following is None and row.gained is None and row.lost is None:
        raise RowRefused("missing", "/followers", "A count counts something: followers, following, gained or lost.")
    if (row.gained is not None or row.lost is not None) and row.window is None:
        raise RowRefused("missing", "/window", "Say over what gained and lost were counted: day, week or month.")
    row.channel = str(channel_id)  # by whichever name it was sent
    at = terms.moment(row.at, "/at")
    known_at = terms.known(at, row.known_at)
    return Fact(
        index,
        own_id(row.id or f"{channel_id}/{row.window or ''}/{at.isoformat()}"),
        digest(row, (), terms.register.secret),
        (),
        (
            channel_id,
            at,
            known_at,
            row.followers,
            row.following,
            row.gained,
            row.lost,
            row.window or "",
        ),
    )
