"""A text is read once, and this is all that is kept of it."""

import re
from dataclasses import dataclass

from ingestion.formats import intent, texts
from ingestion.formats.bait import NAMES_A_LINK, NAMES_A_PRICE, OFFERS_A_PRIZE, PROMOTES, Bait, baits
from ingestion.formats.wording import plain

LINK = re.compile(r"https?://\S|www\.\S", re.IGNORECASE)


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


@dataclass(frozen=True, slots=True)
class Told:
    """What a post of the brand says. entry: its baits are the condition on which a prize is to be won."""

    promotion: bool
    price: bool
    link: bool
    question: bool
    prize: bool
    baits: tuple[Bait, ...]
    entry: bool


def heard(text: str) -> Heard:
    """Return what is kept of a comment or message."""
    # NumPy comes with the first text: a web process that only shows does without.
    from ingestion.formats.language import language  # noqa: PLC0415
    from ingestion.formats.likeness import signature  # noqa: PLC0415

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


def told(caption: str) -> Told:
    """Return what is kept of the caption of a post."""
    said = texts.said(caption)
    words = plain(said)
    prize = OFFERS_A_PRIZE.are_in(words)
    found = baits(words, prize=prize)
    return Told(
        PROMOTES.are_in(words),
        NAMES_A_PRICE.are_in(words),
        bool(LINK.search(caption)) or NAMES_A_LINK.are_in(words),
        texts.asks(said),
        prize,
        found,
        prize and bool(found),
    )
