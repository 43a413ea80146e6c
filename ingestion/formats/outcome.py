"""Outcomes as they are sent: what engagement led to."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from ingestion.formats.fact import Fact, Id, Moment, Reference, Terms, digest, own_id
from ingestion.formats.money import Amount, Currency, amount
from ingestion.formats.person import Person
from ingestion.formats.refusal import RowRefused


class Outcome(Struct, forbid_unknown_fields=True, kw_only=True):
    """One outcome of one person."""

    id: Id
    kind: Literal["lead", "meeting", "purchase", "refund", "custom"]
    occurred_at: Moment
    known_at: Annotated[Moment, Meta(description="Only for sources that state it.")] | None = None
    who: Person
    name: Annotated[str, Meta(max_length=100, description="What a custom outcome is called.")] | None = None
    value: Amount | None = None
    currency: Currency | None = None
    refund_of: Annotated[Reference, Meta(description="The id of the purchase that a refund takes back.")] | None = None


# Column → its type in PostgreSQL, in the order of Fact.values.
COLUMNS = {
    "kind": "text",
    "name": "text",
    "occurred_at": "timestamptz",
    "known_at": "timestamptz",
    "value": "numeric",
    "currency": "text",
    "refund_of": "text",
}


def read(row: Outcome, index: int, terms: Terms) -> Fact:
    """Return the outcome as it is landed. Raises RowRefused."""
    if row.kind == "custom" and not row.name:
        raise RowRefused("missing", "/name", "A custom outcome says what it is called.")
    row.value = amount(row.value, row.currency, "/value")
    if row.refund_of is not None and row.kind != "refund":
        raise RowRefused("invalid", "/refund_of", "Only a refund takes a purchase back.")
    occurred_at = terms.moment(row.occurred_at, "/occurred_at")
    known_at = terms.known(occurred_at, row.known_at)
    people = (terms.register.known(row.who, "/who"),)
    return Fact(
        index,
        own_id(row.id),
        digest(row, people, terms.register.secret),
        people,
        (
            row.kind,
            row.name or "",
            occurred_at,
            known_at,
            row.value,
            row.currency or "",
            row.refund_of or "",
        ),
    )
