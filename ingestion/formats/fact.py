"""What every shape of row has in common: an id that counts once, a digest of all it says, and moments."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import blake2b
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from ingestion.formats.person import Known, Person, Register
from ingestion.formats.refusal import RowRefused
from ingestion.formats.texts import INVISIBLE

DIGEST_BYTES = 16
LONGEST_ID = 200
# Before this there were no social media, and no shop's records worth learning from.
EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
# A sender's clock may be fast by as much.
SKEW = timedelta(minutes=10)
# Nobody plans a campaign for later.
FARTHEST = timedelta(days=3653)
NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")

Id = Annotated[str, Meta(min_length=1, max_length=LONGEST_ID, description="The source's own id; counts once.")]
Reference = Annotated[str, Meta(max_length=LONGEST_ID)]
Moment = Annotated[datetime, Meta(tz=True, description="RFC 3339, with its zone.")]

# Sorted by name, so that fields may change places.
encode = msgspec.json.Encoder(decimal_format="string", order="deterministic").encode


@dataclass(frozen=True)
class Terms:
    """What reading a row needs to know besides the row: whose it is, when it came, and the source's policy.

    known_at: None where rows are known from their arrival; a time span where they are known that long after they
    happened; "stated" where each says it. channels: the row's way to name a channel → its row number. kinds: the
    source's own words for acts, in small letters → a kind of ours, or a rung. late: by how much the sender's clock is.
    """

    register: Register
    now: datetime
    known_at: timedelta | Literal["stated"] | None
    channels: Mapping[str, int]
    kinds: Mapping[str, str | int] = field(default_factory=dict)
    late: timedelta = timedelta(0)
    keeps_texts: bool = False

    def channel(self, name: str, place: str = "/channel") -> int:
        """Return the row number of a channel. Raises RowRefused."""
        found = self.channels.get(name.casefold().replace("/@", "/"))
        if found is None:
            raise RowRefused(
                "unknown_channel",
                place,
                "Name a channel of the source's client, as platform/handle or cha_…; it has none of this name.",
            )
        return found

    def moment(self, value: datetime, place: str) -> datetime:
        """Return a moment that may have been. Raises RowRefused."""
        if self.late:
            value = self._moved(value, place)
        if value < EARLIEST:
            raise RowRefused("invalid", place, "Nothing is taken from before 1970.")
        if value > self.now + SKEW:
            raise RowRefused("in_the_future", place, "This moment has not come yet; send rows once they have happened.")
        return value.astimezone(UTC)  # within bounds: the ends of the calendar have no UTC

    def _moved(self, value: datetime, place: str) -> datetime:
        try:
            return value + self.late
        except OverflowError as wrong:
            raise RowRefused("invalid", place, "This moment lies beyond the calendar.") from wrong

    def window(self, starts_at: datetime, ends_at: datetime | None) -> tuple[datetime, datetime | None]:
        """Return a stretch of time that may lie ahead. Raises RowRefused."""
        for place, value in (("/starts_at", starts_at), ("/ends_at", ends_at)):
            if value is not None and not EARLIEST <= value <= self.now + FARTHEST:
                raise RowRefused("invalid", place, "Send a moment from 1970 on, and at most ten years ahead.")
        if ends_at is not None and ends_at <= starts_at:
            raise RowRefused("invalid", "/ends_at", "It ends after it starts.")
        return starts_at.astimezone(UTC), ends_at and ends_at.astimezone(UTC)

    def known(self, happened: datetime, stated: datetime | None) -> datetime | None:
        """Return when we could first have used a row; None: from its arrival on. Raises RowRefused."""
        if self.known_at != "stated":
            if stated is not None:
                raise RowRefused("invalid", "/known_at", "Its source does not state when rows are known; leave it out.")
            return None if self.known_at is None else happened + self.known_at
        if stated is None:
            raise RowRefused("missing", "/known_at", "This source states when each row was known; this one does not.")
        known = self.moment(stated, "/known_at")
        if known < happened:
            raise RowRefused("known_before", "/known_at", "A row cannot be known before it happened.")
        return known


@dataclass(frozen=True, slots=True)
class Fact:
    """One row that can be used, as it is landed.

    index: its place in what was sent, from 0. digest: 16 bytes over all the row says. people: those it names.
    values: in the order of the shape's columns.
    """

    index: int
    id: str
    digest: bytes
    people: tuple[Known | None, ...]
    values: tuple[Any, ...]


def digest(row: Struct, people: tuple[Known | None, ...], secret: bytes) -> bytes:
    """Return a keyed hash of all the row says. Raises RowRefused for text that no column can hold.

    What says the same has the same: a moment in whatever zone, a person by handle or @handle, an address or its hash. A
    name is shown and not matched, so another one makes no other row. It is remembered for good, so it depends on no
    policy, which may change, and fields that say nothing are left out: those of versions to come do not, in old rows.
    """
    off = _off_by_default(type(row))
    said = {
        name: value.astimezone(UTC) if isinstance(value, datetime) else value
        for name, value in msgspec.structs.asdict(row).items()
        if value is not None and value != "" and not (value is False and name in off) and not isinstance(value, Person)
    }
    written = encode([said, [who and who.said for who in people]])
    if rb"\u0000" in written and NUL.search(written):
        raise RowRefused("control_character", "", "The row has a NUL character.")
    return blake2b(written, key=secret, digest_size=DIGEST_BYTES).digest()


@cache
def _off_by_default(row: type[Struct]) -> frozenset[str]:
    """Return the switches of a shape: where they are off, nothing is said."""
    return frozenset(field.name for field in msgspec.structs.fields(row) if field.default is False)


def own_id(text: str, place: str = "/id") -> str:
    if INVISIBLE.search(text):
        raise RowRefused("control_character", place, "An id has no invisible characters.")
    return text
