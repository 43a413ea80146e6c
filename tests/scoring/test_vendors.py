"""Due diligence before somebody who sells attention is paid: what raises a flag, and what must not."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from scoring.integrity.check import Answer, Judged, Result
from scoring.integrity.vendors import LEAST_PER_THOUSAND, LEXICON, beside, flags, look
from tests.scoring import offers

START = datetime(2026, 3, 1, tzinfo=UTC)
DAY = timedelta(days=1)


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


def test_a_result_tells_what_was_raised() -> None:
    result = look("5,000 followers", units=5000, price=49.0, currency="GBP")
    assert (result.answer, result.n, result.effect) == ("found", 2, 2.0)
    assert result.seen["per_thousand"] == pytest.approx(9.8)
    assert [it["code"] for it in result.seen["flags"]] == ["sold_by_number", "cheap"]
    assert look("Half-day product shoot").answer == "not_found"
    assert (look("  ").answer, look("  ").why) == ("not_applicable", "no_promise")


def window(first: int, *, channel: int = 1, answer: Answer = Answer.FOUND) -> Judged:
    return Judged("week", first, START + first * DAY, START + (first + 7) * DAY, Result(answer), channel=channel)


def test_found_windows_at_the_time_of_an_order_stand_beside_it() -> None:
    weeks = [window(first) for first in (-7, 0, 7, 21, 28)]
    quiet = window(0, channel=2, answer=Answer.NOT_FOUND)
    ends_at = START + 14 * DAY  # and fourteen days more
    around = beside([*reversed(weeks), quiet], starts_at=START, ends_at=ends_at)
    assert [it.place for it in around] == [0, 7, 21]
    assert [it.place for it in beside(weeks, starts_at=START, ends_at=None)] == [0, 7, 21, 28]


@pytest.mark.parametrize(
    "words", ["1000 followers ", "real and , ", "no ", "package 5 ", "instagram followers for £5 "]
)
def test_an_offer_that_repeats_itself_takes_no_longer(words: str) -> None:
    begun = time.monotonic()
    flags((words * 500)[:500])
    assert time.monotonic() - begun < 1
