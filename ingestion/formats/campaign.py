"""Campaigns as they are sent: giveaways, what was shown for money, and good causes."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from ingestion.formats.fact import Fact, Id, Moment, Reference, Terms, digest, own_id
from ingestion.formats.ladder import ENTRIES
from ingestion.formats.money import Amount, Currency, amount
from ingestion.formats.refusal import RowRefused

MOST_POSTS = 500


class Campaign(Struct, forbid_unknown_fields=True, kw_only=True):
    """One campaign. Acts of its entry kinds, in its window, are taken as the price of taking part."""

    id: Id
    kind: Literal["giveaway", "paid", "cause"]
    name: Annotated[str, Meta(min_length=1, max_length=100, description="As your agency calls it.")]
    starts_at: Moment
    ends_at: Annotated[Moment, Meta(description="Its end, this moment not included; left out while it is open.")] | None = None  # fmt: skip  # noqa: E501
    posts: Annotated[list[Reference], Meta(max_length=MOST_POSTS, description="The source's ids of its posts.")] = []
    entry_kinds: Annotated[
        list[str], Meta(max_length=20, description="Acts by which people enter: " + ", ".join(ENTRIES))
    ] = []
    donation: Annotated[Amount, Meta(description="What a cause is given.")] | None = None
    promotion: Annotated[Amount, Meta(description="What is spent on showing it.")] | None = None
    currency: Currency | None = None


# Column → its type in PostgreSQL, in the order of Fact.values.
COLUMNS = {
    "kind": "text",
    "name": "text",
    "starts_at": "timestamptz",
    "ends_at": "timestamptz",
    "posts": "text[]",
    "entry_kinds": "text[]",
    "donation": "numeric",
    "promotion": "numeric",
    "currency": "text",
}


def read(row: Campaign, index: int, terms: Terms) -> Fact:
    """Return the campaign as it is landed. Raises RowRefused."""
    unknown = [kind for kind in row.entry_kinds if kind not in ENTRIES]
    if unknown:
        raise RowRefused(
            "unknown_kind",
            "/entry_kinds",
            f"By “{unknown[0][:40]}” nobody can enter. Use some of {', '.join(ENTRIES)}.",
        )
    if row.kind == "giveaway" and not row.entry_kinds:
        raise RowRefused("missing", "/entry_kinds", "Say by which acts people enter the giveaway, such as follow.")
    starts_at, ends_at = terms.window(row.starts_at, row.ends_at)
    row.donation = amount(row.donation, row.currency, "/donation")
    row.promotion = amount(row.promotion, row.currency, "/promotion")
    return Fact(
        index,
        own_id(row.id),
        digest(row, (), terms.register.secret),
        (),
        (
            row.kind,
            row.name,
            starts_at,
            ends_at,
            [own_id(post, "/posts") for post in row.posts],
            row.entry_kinds,
            row.donation,
            row.promotion,
            row.currency or "",
        ),
    )
