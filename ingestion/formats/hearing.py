"""A text is read once, and this is all that is kept of it."""

from dataclasses import dataclass

from ingestion.formats import intent, texts
from ingestion.formats.language import language
from ingestion.formats.likeness import signature
from ingestion.formats.wording import plain


@dataclass(frozen=True, slots=True)
class Heard:
    """What somebody wrote.

    words: emoji, mentions and links are none. language: an ISO 639-1 code; empty where it is not clear, as it never is
    with one word. likeness: see `likeness.similarity`; None for less than two words.
    """

    words: int
    asks: bool
    language: str
    asks_price: bool
    asks_availability: bool
    asks_how_to_buy: bool
    likeness: bytes | None


def heard(text: str) -> Heard:
    """Return what is kept of a comment or message."""
    said = texts.said(text)
    count = texts.words(said)
    words = plain(said)
    several = count > 1
    return Heard(
        count,
        texts.asks(said),
        language(said) if several else "",
        intent.ASKS_PRICE.are_in(words),
        intent.ASKS_AVAILABILITY.are_in(words),
        intent.ASKS_HOW_TO_BUY.are_in(words),
        signature(words) if several else None,
    )
