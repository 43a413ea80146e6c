"""The language of a comment, or no answer."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.formats.language import LANGUAGES, language
from ingestion.formats.texts import said
from tests.ingestion.labelled import labelled

ROWS = labelled("languages")


def test_no_comment_is_taken_for_another_language_and_nearly_all_are_known() -> None:
    told = [(wanted, language(said(text))) for wanted, text in ROWS if wanted]
    assert [pair for pair in told if pair[1] not in {pair[0], ""}] == []
    assert sum(found != "" for _, found in told) / len(told) >= 0.98


def test_every_language_of_the_table_may_be_answered() -> None:
    assert {wanted for wanted, _ in ROWS if wanted} <= set(LANGUAGES)


@pytest.mark.parametrize("text", [text for wanted, text in ROWS if not wanted] + ["", " ", "\ud800", "12 34"])
def test_where_there_is_too_little_there_is_no_answer(text: str) -> None:
    assert language(said(text)) == ""


def test_threads_that_come_at_once_hear_the_same() -> None:
    texts = [text for _, text in ROWS] * 3
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(language, texts)) == [language(text) for text in texts]


@given(st.text())
def test_any_text_has_an_answer(text: str) -> None:
    assert language(text) in {"", *LANGUAGES}
