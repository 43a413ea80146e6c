"""The shapes of rows there are, and how any of them is read."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

from msgspec import Struct

from ingestion.formats import (
    audience,
    campaign,
    contact_fact,
    engagement,
    identity,
    outcome,
    post,
    post_count,
    profile,
    vendor,
)
from ingestion.formats.fact import Fact, Terms
from ingestion.formats.refusal import RowRefused

T = TypeVar("T")

MOST_BYTES_A_ROW = 32 * 1024


@dataclass(frozen=True)
class Format:
    """One kind of rows: how they are sent (`row`) and what is landed of them (`columns`, made by `read`).

    moment, person: the fields that say when, and who; "" where there is none.
    """

    name: str
    row: type[Struct]
    columns: Mapping[str, str]
    read: Callable[[Any, int, Terms], Fact]
    moment: str
    person: str = ""


FORMATS = {
    it.name: it
    for it in (
        Format("engagements", engagement.Engagement, engagement.COLUMNS, engagement.read, "occurred_at", "actor"),
        Format("outcomes", outcome.Outcome, outcome.COLUMNS, outcome.read, "occurred_at", "who"),
        Format("audience-counts", audience.AudienceCount, audience.COLUMNS, audience.read, "at"),
        Format("profile-samples", profile.ProfileSample, profile.COLUMNS, profile.read, "sampled_at"),
        Format("posts", post.Post, post.COLUMNS, post.read, "published_at"),
        Format("post-counts", post_count.PostCount, post_count.COLUMNS, post_count.read, "at"),
        Format("contact-facts", contact_fact.ContactFact, contact_fact.COLUMNS, contact_fact.read, "at", "who"),
        Format("campaigns", campaign.Campaign, campaign.COLUMNS, campaign.read, "starts_at"),
        Format("vendors", vendor.Vendor, vendor.COLUMNS, vendor.read, "starts_at"),
        Format("identity-links", identity.IdentityLink, identity.COLUMNS, identity.read, "at", "who"),
    )
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One row that is set aside, or was here before. index: its place in what was sent, from 0."""

    index: int
    code: str
    pointer: str
    detail: str


@dataclass
class Reading:
    """What became of the rows of one batch or piece, before anything is known of those that came earlier."""

    kept: Callable[[int], str]
    """The row at an index, as it is set aside."""
    late: timedelta = timedelta(0)
    """By how much the sender's clock is."""
    facts: list[Fact] = field(default_factory=list)
    refused: list[Verdict] = field(default_factory=list)

    @property
    def received(self) -> int:
        return len(self.facts) + len(self.refused)


def read(
    format_: Format,
    terms: Terms,
    rows: Sequence[T],
    *,
    decode: Callable[[T], Struct],
    kept: Callable[[T], str],
    places: Sequence[int] | None = None,
) -> Reading:
    """Return every row as a fact or as a refusal.

    decode: the row as the shape has it; may raise RowRefused. kept: the row as it is set aside. places: the indexes of
    the rows, ascending; from 0 by themselves.
    """
    places = range(len(rows)) if places is None else places
    reading = Reading(kept=lambda index: kept(rows[places.index(index)]))
    for index, row in zip(places, rows, strict=True):
        try:
            reading.facts.append(format_.read(decode(row), index, terms))
        except RowRefused as refused:
            reading.refused.append(Verdict(index, refused.code, refused.pointer, refused.detail))
    return reading
