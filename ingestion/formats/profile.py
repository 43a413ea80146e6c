"""Profile samples as they are sent: what the profiles of some of a channel's followers look like, without a name."""

from datetime import UTC, date, datetime, time
from typing import Annotated

from msgspec import Meta, Struct

from ingestion.formats.audience import Count
from ingestion.formats.fact import EARLIEST, Fact, Moment, Terms, digest, own_id
from ingestion.formats.refusal import RowRefused

FACTS = ("followers", "following", "posts", "bio_length", "has_avatar", "is_private", "digit_share", "created_on")


class ProfileSample(Struct, forbid_unknown_fields=True, kw_only=True):
    """One profile of a sample. It has no name, and no id but its number; it is read together with others only.

    A sample says something beside another one of the same channel: of those who followed in a burst, and of earlier
    followers. What is not known is left out; it is never 0.
    """

    channel: Annotated[str, Meta(max_length=230, description="A channel's id (`cha_…`), or platform/handle.")]
    cohort_from: Annotated[Moment, Meta(description="The sample is of those who followed from here on …")]
    cohort_to: Annotated[Moment, Meta(description="… until here, this moment not included.")]
    sampled_at: Annotated[Moment, Meta(description="When the profiles were looked at.")]
    number: Annotated[int, Meta(ge=1, le=10**9, description="Its number in the sample: 1, 2, 3, …")]
    known_at: Annotated[Moment, Meta(description="Only for sources that state it.")] | None = None
    cohort_size: Annotated[Count, Meta(description="Of how many the sample was drawn.")] | None = None
    method: Annotated[str, Meta(max_length=100, description="How it was drawn, such as “every tenth”.")] | None = None
    followers: Count | None = None
    following: Count | None = None
    posts: Count | None = None
    bio_length: Annotated[int, Meta(ge=0, le=10_000, description="Characters in the description.")] | None = None
    has_avatar: bool | None = None
    is_private: bool | None = None
    digit_share: (
        Annotated[float, Meta(ge=0, le=1, description="Share of the handle's characters that are digits, 0 to 1.")]
        | None
    ) = None
    created_on: Annotated[date, Meta(description="The day on which the account was made.")] | None = None


# Column → its type in PostgreSQL, in the order of Fact.values.
COLUMNS = {
    "channel_id": "bigint",
    "cohort_from": "timestamptz",
    "cohort_to": "timestamptz",
    "sampled_at": "timestamptz",
    "known_at": "timestamptz",
    "number": "integer",
    "cohort_size": "bigint",
    "method": "text",
    "followers": "bigint",
    "following": "bigint",
    "posts": "bigint",
    "bio_length": "integer",
    "has_avatar": "boolean",
    "is_private": "boolean",
    "digit_share": "float8",
    "created_on": "timestamptz",
}


def read(row: ProfileSample, index: int, terms: Terms) -> Fact:
    """Return the profile as it is landed. Raises RowRefused."""
    channel_id = terms.channel(row.channel)
    if all(getattr(row, name) is None for name in FACTS):
        raise RowRefused("missing", "/followers", f"A profile says something: {', '.join(FACTS[:-1])} or {FACTS[-1]}.")
    row.channel = str(channel_id)  # by whichever name it was sent
    cohort_from = terms.moment(row.cohort_from, "/cohort_from")
    cohort_to = terms.moment(row.cohort_to, "/cohort_to")
    sampled_at = terms.moment(row.sampled_at, "/sampled_at")
    if not cohort_from < cohort_to <= sampled_at:
        raise RowRefused(
            "invalid", "/cohort_to", "A cohort begins before it ends, and is looked at once it has ended (sampled_at)."
        )
    sample = "/".join(it.isoformat() for it in (cohort_from, cohort_to, sampled_at))
    return Fact(
        index,
        own_id(f"{channel_id}/{sample}/{row.number}"),
        digest(row, (), terms.register.secret),
        (),
        (
            channel_id,
            cohort_from,
            cohort_to,
            sampled_at,
            terms.known(sampled_at, row.known_at),
            row.number,
            row.cohort_size,
            row.method or "",
            row.followers,
            row.following,
            row.posts,
            row.bio_length,
            row.has_avatar,
            row.is_private,
            row.digit_share,
            _first_moment(row.created_on, sampled_at),
        ),
    )


def _first_moment(day: date | None, sampled_at: datetime) -> datetime | None:
    """Return the first moment of a day, in UTC. Raises RowRefused."""
    if day is None:
        return None
    first = datetime.combine(day, time(), UTC)
    if not EARLIEST <= first <= sampled_at:
        raise RowRefused("invalid", "/created_on", "An account is made before it is looked at, and not before 1970.")
    return first
