"""Outcomes as they are sent: what engagement led to."""

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta, Struct

from ingestion.formats.fact import Fact, Id, Moment, Reference, Terms, digest, own_id
from ingestion.formats.person import Person
from ingestion.formats.refusal import RowRefused

MOST_VALUE = Decimal(10) ** 12
PLACES = 4
# Sent as a number or in quotes; both are read exactly.
NUMBER = {"type": ["number", "string"], "examples": [48.50]}


class Outcome(Struct, forbid_unknown_fields=True, kw_only=True):
    """One outcome of one person."""

    id: Id
    kind: Literal["lead", "meeting", "purchase", "refund", "custom"]
    occurred_at: Moment
    known_at: Annotated[Moment, Meta(description="Only for sources that state it.")] | None = None
    who: Person
    name: Annotated[str, Meta(max_length=100, description="What a custom outcome is called.")] | None = None
    value: Annotated[Decimal, Meta(description="An amount of money, 0 or more.", extra_json_schema=NUMBER)] | None = (
        None
    )
    currency: (
        Annotated[
            str, Meta(min_length=3, max_length=3, pattern="^[A-Z]*$", description="ISO 4217 in capitals, such as GBP.")
        ]
        | None
    ) = None
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
    if row.currency is not None and not row.currency.isalpha():  # the pattern lets a line end through
        raise RowRefused("invalid", "/currency", "A currency has three capitals (ISO 4217).")
    if row.value is not None:
        row.value = _amount(row.value)
        if row.currency is None:
            raise RowRefused("missing", "/currency", "A value comes with its currency (ISO 4217, such as EUR).")
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


def _amount(value: Decimal) -> Decimal:
    """Return the amount in its shortest form, so that 10.50 and 10.5 are the same row."""
    if not value.is_finite() or not 0 <= value < MOST_VALUE or value != round(value, PLACES):
        raise RowRefused(
            "invalid", "/value", f"An amount is 0 or more, below a million millions, with at most {PLACES} decimals."
        )
    return value.normalize() + 0
