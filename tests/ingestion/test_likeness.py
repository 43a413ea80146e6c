"""Texts that are nearly the same are known to be, by 64 bytes each."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.formats.likeness import ALIKE, SIZE, signature, similarity
from ingestion.formats.wording import plain
from tests.ingestion.labelled import labelled

TEXT = "Great work, the colours of this one are amazing"


def likeness(text: str) -> bytes:
    found = signature(plain(text))
    assert found is not None
    return found


def test_a_signature_is_the_same_as_it_ever_was() -> None:
    """Change this and nothing that was stored is ever like anything again."""
    assert likeness(TEXT).hex() == (
        "820d0fba56361c37bf824b5e2b1303497e9f2559db5f9ba4c8ab1d22b9bc6201"
        "0cc858874055ba4152bfbdc7f8472992b7da10016c565d1c2735ac23c4030939"
    )


@pytest.mark.parametrize(
    "same",
    [
        "GREAT WORK, THE COLOURS OF THIS ONE ARE AMAZING!!!",
        "great work... the colours of this one are amazing 😍😍",
        "Greeeat work, the colours of thiiiis one are amaaaaazing",
        "Gr\u200beat w\u00adork, the colours of this one are am\u2060azing",
        "Grеаt wоrk, thе соlоurs оf this оnе аrе аmаzing",  # a, c, e and o are Cyrillic
        "𝗚𝗿𝗲𝗮𝘁 𝘄𝗼𝗿𝗸, the ⓒⓞⓛⓞⓤⓡⓢ of this one are ᴀᴍᴀᴢɪɴɢ",
        "Gréat wörk, the cólours of this oñe are amazing",
    ],
)
def test_case_signs_accents_and_disguise_make_no_difference(same: str) -> None:
    assert likeness(same) == likeness(TEXT)


@pytest.mark.parametrize(
    "near",
    [
        "Great work, the colours of this one are awesome",
        "Hi dear, great work, the colours of this one are amazing",
        "Great work, the colors of this one are amazing",
        "Great work guys, the colours of this one are amazing",
        "The colours of this one are amazing, great work",
    ],
)
def test_a_word_more_less_or_other_leaves_it_nearly_the_same(near: str) -> None:
    assert ALIKE <= similarity(likeness(near), likeness(TEXT)) < 1


@pytest.mark.parametrize(
    "other",
    [
        "Great work, I ordered two of the small bowls yesterday",
        "Where is your next market?",
        "The workshop was fun and my daughter loved it",
    ],
)
def test_another_text_is_not_like_it(other: str) -> None:
    assert similarity(likeness(other), likeness(TEXT)) < 0.4


def test_no_two_of_many_comments_are_taken_for_the_same() -> None:
    rows = [text for *_, text in labelled("intents") + labelled("posts") if len(text.split()) > 5]
    signatures = [likeness(text) for text in rows]
    pairs = [(i, j) for i in range(len(rows)) for j in range(i) if similarity(signatures[i], signatures[j]) >= ALIKE]
    assert [(rows[i], rows[j]) for i, j in pairs] == []


def test_scripts_without_spaces_have_one_too() -> None:
    one = likeness("这个釉色真漂亮我很喜欢")
    assert likeness("这个釉色真漂亮我很喜欢!") == one
    assert similarity(likeness("这个釉色很漂亮我很喜欢"), one) > 0.5
    assert similarity(likeness("我们上周末去过你们的摊位"), one) < 0.2


def test_the_estimate_is_off_by_a_twentieth() -> None:
    """Of the share of five-byte runs that two texts have in common, counted exactly."""
    chance = random.Random(1)
    words = [word for *_, text in labelled("intents") for word in plain(text)]
    errors = []
    for _ in range(300):
        one = [word for word in chance.choices(words, k=20) if word not in ".?"]
        other = one[: chance.randrange(len(one))] + [word for word in chance.choices(words, k=8) if word not in ".?"]
        estimated = similarity(signature(one) or b"", signature(other) or b"")
        errors.append(estimated - len(runs(one) & runs(other)) / len(runs(one) | runs(other)))
    assert (sum(error**2 for error in errors) / 300) ** 0.5 < 0.06
    assert abs(sum(errors) / 300) < 0.02


def runs(words: list[str]) -> set[str]:
    said = f" {' '.join(words)} "
    once = "".join(letter for letter, before in zip(said, "\n" + said, strict=False) if letter != before)
    return {once[start : start + 5] for start in range(len(once) - 4)}


@given(st.text(), st.text())
def test_any_two_texts_are_compared_and_the_order_does_not_matter(one: str, other: str) -> None:
    first, second = signature(plain(one)), signature(plain(other))
    if first is not None and second is not None:
        assert len(first) == SIZE
        assert 0 <= similarity(first, second) == similarity(second, first) <= 1
        assert similarity(first, first) == 1
