"""Near copies by their signatures alone: nearly all pairs are found without looking at all pairs."""

import time

import numpy as np
import pytest

from scoring.integrity.likeness import ALIKE, copies_of, near_duplicates, similarity
from tests.scoring.accounts import like, texts

RANDOM = np.random.default_rng(1)


def matrix(rows: list[list[int]]) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    return np.array(rows, np.uint8)


def test_similarity_is_the_share_of_equal_bytes_less_chance() -> None:
    [text] = texts(RANDOM, 1)
    other = [*text[:32], *((it + 1) % 256 for it in text[32:])]
    found = similarity(matrix([text, text]), matrix([text, other]))
    assert found.tolist() == pytest.approx([1, (0.5 - 1 / 256) / (1 - 1 / 256)])


@pytest.mark.parametrize(
    ("authors", "words", "expected"),
    [
        ([1, 2, 3], [5, 5, 5], True),  # short, and of three
        ([1, 2, 2], [5, 5, 5], False),
        ([1, 1, 1], [20, 20, 20], True),  # long, and of one
        ([1, 1, 1], [19, 19, 19], False),
        ([1, 2, 3], [-1, -1, -1], True),
    ],
)
def test_copies_count_that_are_long_or_of_several(authors: list[int], words: list[int], expected: bool) -> None:
    [text, *others] = texts(RANDOM, 20)
    signatures = matrix([*like(RANDOM, text, 3, changed=6), *others])
    found = near_duplicates(signatures, np.array([*authors, *range(10, 29)]), np.array([*words, *[30] * 19]))
    assert found.tolist() == [*[expected] * 3, *[False] * 19]


def test_of_a_thousand_variants_nearly_all_are_found_and_nothing_else() -> None:
    """Each variant is alike to its pattern, and to other variants often; held against all pairs."""
    patterns = texts(RANDOM, 40)
    signatures = matrix(
        [*(row for text in patterns for row in like(RANDOM, text, 25, changed=14)), *texts(RANDOM, 500)]
    )
    pairs = np.triu_indices(len(signatures), 1)
    alike = similarity(signatures[pairs[0]], signatures[pairs[1]]) >= ALIKE
    expected = np.zeros(len(signatures), bool)
    expected[np.concatenate([pairs[0][alike], pairs[1][alike]])] = True
    copies = copies_of(signatures)
    found = np.bincount(copies)[copies] > 1
    assert found[expected].mean() > 0.98
    assert not found[~expected].any()
    assert np.unique(copies[:1000][found[:1000]]).size <= 60


def test_the_order_of_texts_does_not_matter_and_none_is_fine() -> None:
    signatures = matrix([*like(RANDOM, texts(RANDOM, 1)[0], 30), *texts(RANDOM, 30)])
    other = RANDOM.permutation(60)
    assert (copies_of(signatures) >= 0).all()
    authors, words = np.arange(60), np.full(60, 9)
    one = near_duplicates(signatures, authors, words)
    assert near_duplicates(signatures[other], authors[other], words[other]).tolist() == one[other].tolist()
    assert near_duplicates(signatures[:0], authors[:0], words[:0]).tolist() == []
    assert near_duplicates(signatures[:1], authors[:1], words[:1]).tolist() == [False]


def test_a_hundred_thousand_texts_take_seconds() -> None:
    signatures = np.random.default_rng(2).integers(0, 256, (100_000, 64), np.uint8)
    signatures[:20_000] = signatures[0]
    begun = time.monotonic()
    found = near_duplicates(signatures, np.arange(100_000), np.full(100_000, 9))
    assert found.sum() == 20_000
    assert time.monotonic() - begun < 20
