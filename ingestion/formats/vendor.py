"""Vendors as they are sent: who was paid for reach or followers, and what they promised."""

from typing import Annotated

from msgspec import Meta, Struct

from ingestion.formats.fact import Fact, Id, Moment, Terms, digest, own_id
from ingestion.formats.money import Amount, Currency, amount


class Vendor(Struct, forbid_unknown_fields=True, kw_only=True):
    """One order with somebody who sells attention."""

    id: Id
    name: Annotated[str, Meta(min_length=1, max_length=100, description="Who sells.")]
    promise: Annotated[str, Meta(min_length=1, max_length=500, description="What they promise, in their words.")]
    units: Annotated[int, Meta(ge=1, le=10**12, description="How many of it, such as followers.")] | None = None
    price: Annotated[Amount, Meta(description="What it costs in all.")] | None = None
    currency: Currency | None = None
    starts_at: Annotated[Moment, Meta(description="When it begins.")]
    ends_at: Annotated[Moment, Meta(description="Its end, this moment not included.")] | None = None


# Column → its type in PostgreSQL, in the order of Fact.values.
COLUMNS = {
    "name": "text",
    "promise": "text",
    "units": "bigint",
    "price": "numeric",
    "currency": "text",
    "starts_at": "timestamptz",
    "ends_at": "timestamptz",
}


def read(row: Vendor, index: int, terms: Terms) -> Fact:
    """Return the order as it is landed. Raises RowRefused."""
    starts_at, ends_at = terms.window(row.starts_at, row.ends_at)
    row.price = amount(row.price, row.currency, "/price")
    return Fact(
        index,
        own_id(row.id),
        digest(row, (), terms.register.secret),
        (),
        (row.name, row.promise, row.units, row.price, row.currency or "", starts_at, ends_at),
    )
