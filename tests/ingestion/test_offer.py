"""Due diligence before somebody who sells attention is paid: what raises a flag, and what must not."""

import time

import pytest

from ingestion.formats.offer import LEAST_PER_THOUSAND, LEXICON, flags
from tests.ingestion import offers


def codes(promise: str, **more: int | float | str) -> set[str]:
    return {it.code for it in flags(promise, **more)}  # type: ignore[arg-type]


@pytest.mark.parametrize("promise", offers.SELLS_NUMBERS)
def test_an_offer_of_numbers_raises_what_is_in_it(promise: str) -> None:
    assert codes(promise) >= offers.SELLS_NUMBERS[promise]


@pytest.mark.parametrize("promise", offers.MORE_NUMBERS)
def test_an_offer_of_numbers_raises_something(promise: str) -> None:
    assert codes(promise)


@pytest.mark.parametrize("promise", [*offers.SELLS_WORK, *offers.MORE_WORK, *offers.LAST_WORK])
def test_an_offer_of_work_raises_nothing(promise: str) -> None:
    assert codes(promise, units=25, price=900.0, currency="GBP") == set()


def test_of_offers_that_the_rules_were_not_made_with_two_thirds_raise_something() -> None:
    assert sum(bool(codes(it)) for it in offers.LAST_NUMBERS) >= 13


def test_a_flag_quotes_the_offer_as_it_is_written() -> None:
    promise = "Get 1,000 REAL-looking  Followers (no password) — 30-day Refill Guarantee"
    raised = flags(promise)
    assert {it.code for it in raised} >= {"called_real", "sold_by_number", "no_password", "refill"}
    assert all(it.words in promise and it.words and it.sentence.endswith(".") for it in raised)
    assert next(it.words for it in raised if it.code == "no_password") == "no password"


def test_each_code_is_raised_by_some_offer() -> None:
    every = [*offers.SELLS_NUMBERS, *offers.MORE_NUMBERS]
    assert set().union(*(codes(it) for it in every)) == set(LEXICON)


@pytest.mark.parametrize(
    ("promise", "refused"),
    [
        ("We never sell followers", True),
        ("No guaranteed followers, ever", True),
        ("We do not buy likes or followers", True),
        ("No strings attached. Buy followers today", False),
        ("No password, buy followers today", False),
    ],
)
def test_what_a_sentence_refuses_is_no_flag(promise: str, refused: bool) -> None:
    assert (codes(promise) - {"no_password"} == set()) == refused


def test_numbers_may_stand_beside_the_promise() -> None:
    assert codes("Instagram followers, worldwide") == set()
    assert codes("Instagram followers, worldwide", units=5000) == {"sold_by_number"}
    assert codes("Three posts by a creator with 50,000 followers", units=3) == set()


@pytest.mark.parametrize(
    ("price", "currency", "is_cheap"),
    [
        (49.0, "GBP", True),
        (49.0, "gbp", True),
        (LEAST_PER_THOUSAND * 5, "GBP", False),
        (LEAST_PER_THOUSAND * 5 - 0.01, "EUR", True),
        (0.0, "USD", True),
        (49.0, "JPY", False),
        (49.0, "", False),
    ],
)
def test_a_thousand_below_the_line_is_cheap_in_a_currency_that_is_judged(
    price: float, currency: str, is_cheap: bool
) -> None:
    assert ("cheap" in codes("5,000 followers", units=5000, price=price, currency=currency)) == is_cheap


def test_the_price_of_adverts_is_not_judged() -> None:
    assert (
        codes("Adverts: impressions to people like your followers", units=100_000, price=600.0, currency="GBP") == set()
    )
    assert codes("Impressions", units=100_000, price=600.0, currency="GBP") == set()


@pytest.mark.parametrize(
    "words", ["1000 followers ", "real and , ", "no ", "package 5 ", "instagram followers for £5 "]
)
def test_an_offer_that_repeats_itself_takes_no_longer(words: str) -> None:
    begun = time.monotonic()
    flags((words * 500)[:500])
    assert time.monotonic() - begun < 1
