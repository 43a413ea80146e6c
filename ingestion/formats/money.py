"""Amounts of money as they are sent: exact, with a currency beside them."""

import re
from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from ingestion.formats.refusal import RowRefused

MOST = Decimal(10) ** 12
PLACES = 4
# Sent as a number or in quotes; both are read exactly.
NUMBER = {"type": ["number", "string"], "examples": [48.50]}

CURRENCY = re.compile("[A-Z]{3}")

Amount = Annotated[Decimal, Meta(description="An amount of money, 0 or more.", extra_json_schema=NUMBER)]
Currency = Annotated[
    str, Meta(min_length=3, max_length=3, pattern="^[A-Z]*$", description="ISO 4217 in capitals, such as GBP.")
]


def amount(value: Decimal | None, currency: str | None, place: str) -> Decimal | None:
    """Return an amount in its shortest form, so that 10.50 and 10.5 are the same row. Raises RowRefused.

    currency: of it; None where none is said.
    """
    if currency is not None and not CURRENCY.fullmatch(currency):  # the field's pattern lets a line end through
        raise RowRefused("invalid", "/currency", "A currency has three capitals (ISO 4217).")
    if value is None:
        return None
    if not value.is_finite() or not 0 <= value < MOST or value != round(value, PLACES):
        raise RowRefused(
            "invalid", place, f"An amount is 0 or more, below a million millions, with at most {PLACES} decimals."
        )
    if currency is None:
        raise RowRefused("missing", "/currency", "An amount comes with its currency (ISO 4217, such as EUR).")
    return value.normalize() + 0
