"""A text is read once, and a handful of facts is all that is kept of it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.formats.hearing import Heard, heard
from ingestion.formats.language import language
from ingestion.formats.likeness import signature
from ingestion.formats.wording import plain


def test_a_comment_is_heard_in_one_go() -> None:
    text = "@fernleaf how much is the blue one? 😍 https://fernleaf.example/1"
    likeness = signature(plain("how much is the blue one?"))
    assert heard(text) == Heard(6, True, "en", True, False, False, likeness)


def test_an_empty_text_says_nothing() -> None:
    assert heard("") == Heard(0, False, "", False, False, False, None)


def test_one_word_may_ask_but_has_no_language_and_no_likeness() -> None:
    assert heard("Price?") == Heard(1, True, "", True, False, False, None)


def test_nothing_that_was_written_is_in_what_is_kept() -> None:
    kept = repr(heard("Xylophonic greetings from Ada Lovelace, where can I buy one?")).lower()
    assert [word for word in ("xylophonic", "ada", "lovelace") if word in kept] == []


def test_mentions_and_links_make_no_other_likeness() -> None:
    text = "Great work, the colours of this one are amazing"
    assert heard(f"@ada {text} https://fernleaf.example/1").likeness == heard(text).likeness


@pytest.mark.parametrize(
    "text", ["", "Wow", "Wow!!!", "😍 😍", "@ada https://fernleaf.example", "@ada wow", "\u3164 \u3164"]
)
def test_less_than_two_words_have_no_likeness(text: str) -> None:
    assert heard(text).likeness is None


@given(st.text(min_size=1, max_size=12))
def test_any_text_is_heard_and_soon(piece: str) -> None:
    language("warm the model")
    text = (piece * 32_768)[:32_768]
    begun = time.process_time()
    heard(text)
    assert time.process_time() - begun < 2


@given(st.text(), st.text())
def test_a_text_is_heard_the_same_whatever_was_heard_before(text: str, before: str) -> None:
    first = heard(text)
    heard(before)
    assert heard(text) == first
