"""1,138 comments under three music videos: what is heard in them, and what is not (docs/decisions/0002-parts.md)."""

import csv
from pathlib import Path

import pytest

from ingestion.formats.hearing import Heard, heard
from ingestion.formats.likeness import ALIKE, similarity
from tests.real.conftest import real


@pytest.fixture
def comments() -> list[tuple[dict[str, str], Heard]]:
    path: Path = real("events/video_comments.csv")
    with path.open(encoding="utf-8", newline="") as lines:
        return [(row, heard(row["text"])) for row in csv.DictReader(lines)]


def test_english_comments_are_seldom_taken_for_others(comments: list[tuple[dict[str, str], Heard]]) -> None:
    """Half of the few others are what they are said to be: Korean titles, Spanish, Arabic."""
    said = [it.language for _, it in comments if it.words > 1]
    answered = [language for language in said if language]
    assert len(answered) / len(said) > 0.8
    assert answered.count("en") / len(answered) > 0.99


def test_nobody_under_a_music_video_asks_for_the_price_of_a_bowl(comments: list[tuple[dict[str, str], Heard]]) -> None:
    flagged = [row for row, it in comments if it.asks_price or it.asks_availability or it.asks_how_to_buy]
    assert len(flagged) / len(comments) < 0.005


def test_texts_that_others_wrote_too_are_spam(comments: list[tuple[dict[str, str], Heard]]) -> None:
    """Precision .885, recall .21; where three words are enough and one's own copies count, .81 and .27."""
    heard_of = [(row, it.likeness) for row, it in comments if it.likeness and it.words >= 5]
    copied = [
        row
        for row, one in heard_of
        if any(other["author"] != row["author"] and similarity(one, it) >= ALIKE for other, it in heard_of)
    ]
    spam = sum(row["is_spam"] == "1" for row in copied)
    assert spam / len(copied) > 0.88
    assert spam / sum(row["is_spam"] == "1" for row, _ in comments) > 0.2
