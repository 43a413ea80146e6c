"""Who acted or bought: the ways a row may name a person, and the keyed hashes by which they are matched."""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from enum import StrEnum
from hashlib import blake2b, sha256
from typing import Annotated, NamedTuple

from msgspec import Meta, Struct

from ingestion.formats.refusal import RowRefused
from ingestion.formats.texts import INVISIBLE

LONGEST = 200
Name = Annotated[str, Meta(max_length=LONGEST)]
KEY_BYTES = 16


class Identifier(StrEnum):
    """How a person is known, the steadiest first: handles change, and one person has several addresses."""

    EXTERNAL_ID = "external_id"
    HANDLE = "handle"
    CUSTOMER = "customer"
    EMAIL = "email"


# What names one account; to link these is no matching.
ACCOUNT = {Identifier.EXTERNAL_ID, Identifier.HANDLE}


class Person(Struct, forbid_unknown_fields=True, frozen=True):
    """Somebody as a row names them: by at least one of `external_id`, `handle`, `customer` and an e-mail address."""

    platform: Annotated[Name, Meta(description="Where handle and id hold; the source's own unless said.")] | None = None
    handle: Annotated[Name, Meta(description="As the platform shows it, with or without the @.")] | None = None
    external_id: Annotated[Name, Meta(description="The platform's own id of the account; steadier than a handle.")] | None = None  # fmt: skip  # noqa: E501
    customer: Annotated[Name, Meta(description="The number under which your shop or CRM knows them.")] | None = None
    email: Annotated[Name, Meta(description="Kept as a keyed hash only.")] | None = None
    email_sha256: Annotated[str, Meta(min_length=64, max_length=64, pattern="^[0-9a-f]*$", description="SHA-256 of the address in lower case, as 64 hexadecimal digits.")] | None = None  # fmt: skip  # noqa: E501
    name: Annotated[Name, Meta(description="As people call them; shown, never matched.")] | None = None


class Other(NamedTuple):
    """A further identifier of somebody. matches: whether it takes matching to say that it is theirs."""

    kind: Identifier
    key: bytes
    matches: bool


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody as they are matched and shown.

    key: 16 bytes, the keyed hash of the steadiest identifier; others: the rest. said: 16 bytes, the keyed hash of
    all identifiers as the row has them, whatever they may be matched with. shown: what stands for them where no handle
    is known.
    """

    key: bytes
    said: bytes
    kind: Identifier
    platform: str
    handle: str
    shown: str
    name: str
    others: tuple[Other, ...] = ()

    @property
    def takes_matching(self) -> bool:
        """Whether the row says who that is by something that holds in more than one place."""
        return self.kind not in ACCOUNT or any(it.matches for it in self.others)

    def joined(self, other: "Known | None") -> "Known":
        """Return the same person as this row and an earlier one know them; this one's handle and name go first."""
        if other is None:
            return self
        return replace(
            self,
            handle=self.handle or other.handle,
            shown=self.shown if self.handle else other.shown,
            name=self.name or other.name,
            others=tuple(dict.fromkeys((*other.others, *self.others))),
        )


@dataclass
class Register:
    """Turns persons into keys, for one tenant and source. Whoever acts often in a batch is looked at once.

    secret: the tenant's, at most 64 bytes; without it a hash says nothing. platforms: the names there are. apart:
    within what customer numbers and addresses hold; empty: the client, whose sources then mean the same person by them.
    """

    secret: bytes
    apart: str
    platform: str
    platforms: frozenset[str]
    _seen: dict[Person, Known] = field(default_factory=dict)

    @property
    def may_match(self) -> bool:
        """Whether a customer number or address may say who else somebody is."""
        return not self.apart

    def known(self, person: Person, place: str) -> Known:
        """Return who that is. place: where the row has them, as a JSON pointer. Raises RowRefused."""
        found = self._seen.get(person)
        if found is None:
            found = self._seen[person] = self._look_at(person, place)
        return found

    def introduce(self, known: Known) -> Person:
        """Return what stands in a row for somebody who is known already, by whatever identifier."""
        them = Person(name=known.shown)
        self._seen[them] = known
        return them

    def _look_at(self, person: Person, place: str) -> Known:
        platform = person.platform or self.platform
        if platform not in self.platforms:
            raise RowRefused(
                "invalid", f"{place}/platform", f"Use one of {', '.join(sorted(self.platforms))} as platform."
            )
        handle = _identifier(person.handle or "", f"{place}/handle").removeprefix("@")
        if "://" in handle:
            raise RowRefused("invalid", f"{place}/handle", "Send the handle alone, not the address of a page.")
        identifiers = {
            Identifier.EXTERNAL_ID: _identifier(person.external_id or "", f"{place}/external_id"),
            Identifier.HANDLE: handle.casefold(),
            Identifier.CUSTOMER: _identifier(person.customer or "", f"{place}/customer"),
            Identifier.EMAIL: _email(person, place),
        }
        realms = {Identifier.CUSTOMER: self.apart, Identifier.EMAIL: self.apart}
        keys = [
            (kind, self._hash(kind, realms.get(kind, platform), text)) for kind, text in identifiers.items() if text
        ]
        if not keys:
            raise RowRefused(
                "no_identifier", place, "Name the person by handle, external_id, customer, email or email_sha256."
            )
        (kind, key), *others = keys
        shown = handle or (person.customer or "").strip() or (person.external_id or "").strip()
        name = INVISIBLE.sub("", unicodedata.normalize("NFC", person.name or "")).strip()[:LONGEST]
        said = self._hash(platform, *identifiers.values())
        further = tuple(Other(*other, matches=not {kind, other[0]} <= ACCOUNT) for other in others)
        return Known(key, said, kind, platform, handle, shown, name, further)

    def _hash(self, *texts: str) -> bytes:
        return keyed(self.secret, *texts)


def keyed(secret: bytes, *texts: str) -> bytes:
    """Return the keyed hash of an identifier: of its kind, of where it holds, and of itself."""
    # A NUL parts them: no identifier has one.
    return blake2b("\0".join(texts).encode(), key=secret, digest_size=KEY_BYTES).digest()


def _identifier(text: str, place: str) -> str:
    found = unicodedata.normalize("NFC", text.strip())
    if INVISIBLE.search(found):
        raise RowRefused("control_character", place, "An identifier has no invisible characters.")
    if len(found) > LONGEST:  # NFC makes three characters of some
        raise RowRefused("invalid", place, f"An identifier has at most {LONGEST} characters.")
    return found


def _email(person: Person, place: str) -> str:
    """Return the address's SHA-256, under which a sender who hashes and one who does not mean the same person."""
    if person.email_sha256:
        if person.email:
            raise RowRefused("invalid", f"{place}/email_sha256", "Send the address or its hash, not both.")
        if not person.email_sha256.isalnum():  # the pattern lets a line end through
            raise RowRefused("invalid", f"{place}/email_sha256", "A hash has 64 hexadecimal digits.")
        return person.email_sha256
    address = _identifier(person.email or "", f"{place}/email").lower()
    if not address:
        return ""
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", address):
        raise RowRefused("invalid", f"{place}/email", "This is no e-mail address.")
    return sha256(address.encode()).hexdigest()
