"""Identity links as they are sent: that two identifiers are one person's, and on what ground."""

from dataclasses import replace
from typing import Annotated, Literal

from msgspec import Meta, Struct

from ingestion.formats.fact import Fact, Id, Moment, Terms, digest, own_id
from ingestion.formats.person import ACCOUNT, Known, Other, Person
from ingestion.formats.refusal import RowRefused


class IdentityLink(Struct, forbid_unknown_fields=True, kw_only=True):
    """One link. Whoever is known by any identifier of the one is the other."""

    id: Id
    who: Person
    same_as: Person
    how: Annotated[Literal["form", "import"], Meta(description="They said so in a form, or a CRM says so.")] = "import"
    at: Annotated[Moment, Meta(description="Since when it is known there.")]
    known_at: Annotated[Moment, Meta(description="Only for sources that state it.")] | None = None


# Column → its type in PostgreSQL, in the order of Fact.values.
COLUMNS = {"how": "text", "at": "timestamptz", "known_at": "timestamptz"}


def read(row: IdentityLink, index: int, terms: Terms) -> Fact:
    """Return the link as it is landed: the first person, with every identifier of both. Raises RowRefused."""
    who, other = terms.register.known(row.who, "/who"), terms.register.known(row.same_as, "/same_as")
    if who.key == other.key:
        raise RowRefused("invalid", "/same_as", "Both are known by the same identifier; there is nothing to link.")
    matches = not _is_one_account(who, other)
    if matches and not terms.register.may_match:
        raise RowRefused(
            "may_not_match",
            "/same_as",
            "Its source's policy does not allow matching. Owners and managers can change that in the admin (Sources).",
        )
    at = terms.moment(row.at, "/at")
    known_at = terms.known(at, row.known_at)
    written = digest(row, (who, other), terms.register.secret)
    others = [Other(other.kind, other.key, matches), *(it._replace(matches=matches) for it in other.others)]
    joined = replace(who, others=(*who.others, *(it for it in others if it.key != who.key)))
    return Fact(index, own_id(row.id), written, (joined,), (row.how, at, known_at))


def _is_one_account(who: Known, other: Known) -> bool:
    """Whether they are named by nothing but the one id and the one handle of an account."""
    named = {(it.kind, it.key) for it in (who, other)} | {(it.kind, it.key) for it in (*who.others, *other.others)}
    return who.platform == other.platform and len(named) == len(ACCOUNT) and {kind for kind, _ in named} == ACCOUNT
