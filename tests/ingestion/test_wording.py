"""A text in its plain form, and the notation of the phrases that are looked for in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.formats.wording import MOST_KEPT, _Folding, phrases, plain


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ça va?", ["ca", "va", "?"]),
        ("STRASSE Straße", ["strasse", "strasse"]),
        ("İstanbul ışık", ["istanbul", "isik"]),
        ("ＦＲＥＥ？", ["free", "?"]),
        ("3️⃣ friends", ["3", "friends"]),
        ("20% off, £5", ["20", "%", "off", "¤", "5"]),
        ("¿Dónde? ¡Ya!", [".", "donde", "?", ".", "ya", "."]),
        ("one\ntwo", ["one", ".", "two"]),
        ("नमस्ते दुनिया", ["नमसते", "दुनिया"]),
        ("😍 ❤️ \u200b", []),
    ],
)
def test_the_plain_form_keeps_what_a_reader_reads(text: str, words: list[str]) -> None:
    assert plain(text) == words


@given(st.text())
def test_the_plain_form_of_a_plain_form_is_itself(text: str) -> None:
    words = plain(text)
    assert plain(" ".join(words)) == words


def test_characters_are_remembered_up_to_a_bound() -> None:
    folding = _Folding()
    every = "".join(map(chr, range(0x20, 0xD800)))
    every.translate(folding)
    assert len(folding) == MOST_KEPT


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("how much is|are", "So, how much are they", True),
        ("how much is|are", "so much is how", False),
        ("how much is", "how much isn", False),
        ("do ... ship", "do you please ship", True),
        ("do ... ship", "do one two three four five six ship", True),
        ("do ... ship", "do one two three four five six seven ship", False),
        ("do ... ship", "I do. They ship", False),
        ("^ price", "Hello! Price of it", True),
        ("^ price", "the price of it", False),
        ("price ?", "the price?", True),
        ("price ?", "the price.", False),
        ("price .", "the price", True),
        ("price .", "the price of it", False),
        ("tag # friends", "tag 12 friends", True),
        ("tag two|# friends", "tag 3 friends", True),
        ("¤ #", "only $5", True),
        ("l'avez", "vous l’avez", True),
    ],
)
def test_a_phrase_is_found_by_its_notation(phrase: str, text: str, found: bool) -> None:
    assert phrases([phrase]).are_in(plain(text)) is found


def test_a_phrase_without_words_is_refused() -> None:
    with pytest.raises(AssertionError, match="is no word"):
        phrases(["like &|and"])
