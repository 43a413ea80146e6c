"""The conduct scorecard: generous, reliable, aware; advice beyond a line, and no accusation."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from scoring.features.clock import OUTBOUND
from scoring.integrity import conduct, counsel
from scoring.integrity.check import Result
from scoring.integrity.figures import median, share
from tests.scoring.frames import AS_OF, MOMENT, act, campaign, facts

START, END = AS_OF - timedelta(days=98), AS_OF - timedelta(days=7)
HOUR = 1 / 24
Row = dict[str, Any]


def posts(flags: Sequence[Row]) -> pl.DataFrame:
    columns = ("promotion", "price", "link", "question")
    rows = [
        {"published_at": START + timedelta(days=day % 91), **dict.fromkeys(columns, 0.0), **more}
        for day, more in enumerate(flags)
    ]
    schema: dict[str, Any] = {"published_at": MOMENT, **dict.fromkeys(columns, pl.Float64)}
    return pl.DataFrame(rows, schema=schema)


def causes(*rows: tuple[float, float]) -> pl.DataFrame:
    amounts = {"donation": pl.Float64, "promotion": pl.Float64}
    schema: dict[str, Any] = {**amounts, "currency": pl.String, "start": MOMENT, "end": MOMENT}
    given = [(*row, "GBP", START, START + timedelta(days=9)) for row in rows]
    return pl.DataFrame(given, schema=schema, orient="row")


def talk(answered: Sequence[float | None], **more: Any) -> list[Row]:
    """One comment each of so many people, each answered after so many hours."""
    rows = []
    for number, hours in enumerate(answered, 1):
        ago = 97 - number * 89 / len(answered)
        rows.append(act(3, ago=ago, contact=number, act=number, **more))
        if hours is not None:
            rows.append(act(3, ago=ago - hours * HOUR, contact=number, direction=OUTBOUND, reply=number))
    return rows


def scored(
    said: Sequence[Row] = (), flags: Sequence[Row] = (), given: pl.DataFrame | None = None, **more: Any
) -> dict[str, Result]:
    told = causes() if given is None else given
    return conduct.scorecard(facts(said, **more), posts(flags), told, start=START, end=END, as_of=AS_OF)


def test_shares_and_medians_have_exact_intervals() -> None:
    random = np.random.default_rng(3)
    drawn = [median(random.lognormal(0, 2, 31).tolist()) for _ in range(2000)]
    held = np.mean([it["low"] <= 1 <= it["high"] for it in drawn if it])
    assert 0.9 <= held < 0.95
    assert median([1, 2, 3, 4]) is None
    assert share(0, 30)["low"] == 0 < share(0, 30)["high"] < 0.1


@pytest.mark.parametrize(
    ("promote", "ask", "advise"),
    [
        (25, 10, ["promotional"]),
        (16, 10, []),  # more than half, but it may be luck
        (5, 10, []),
        (5, 0, ["few_questions"]),
        (30, 0, ["promotional", "few_questions"]),
    ],
)
def test_a_feed_that_only_sells_is_advised_of(promote: int, ask: int, advise: list[str]) -> None:
    flags = [{"promotion": float(n < promote), "question": float(n < ask)} for n in range(30)]
    result = scored(flags=flags)["generous"]
    assert (result.answer == "found", result.seen["advise"]) == (bool(advise), advise)
    assert result.effect == pytest.approx(promote / 30)
    assert result.low < result.effect < (result.high or 0) or promote == 30  # type: ignore[operator]


def test_a_post_that_names_a_price_sells_and_what_is_not_known_is_no_no() -> None:
    nan = float("nan")
    flags = [{"price": 1.0}] * 10 + [{"promotion": 1.0}] * 5 + [{"price": nan}] * 10 + [{"promotion": nan}] * 9
    result = scored(flags=[*flags, *[{"question": nan, "promotion": 0.0}] * 15])["generous"]
    assert (result.n, result.effect) == (40, 15 / 40)
    assert result.seen["asking"]["n"] == 34
    assert scored(flags=[{"question": nan}] * 30)["generous"].seen["asking"] is None


@pytest.mark.parametrize(("flags", "said", "heading", "why"), [
    ([{}] * 19, [], "generous", "few_posts"),
    ([{"promotion": float("nan")}] * 50, [], "generous", "few_posts"),
    ([], talk([1.0] * 29), "reliable", "few_comments"),
    ([], talk([1.0] * 29), "aware", "few_comments"),
    ([], talk([1.0] * 40), "aware", "few_questions"),
    ([], [], "causes", "no_causes"),
])  # fmt: skip
def test_too_little_is_said_and_not_judged(flags: list[Row], said: list[Row], heading: str, why: str) -> None:
    result = scored(said, flags)[heading]
    assert (result.answer, result.why) == ("not_applicable", why)
    assert counsel.sentence(heading, result).endswith(".")


@pytest.mark.parametrize(
    ("answered", "advise"),
    [
        ([2.0] * 40, []),
        ([6.0] * 40, ["slower_than_expected"]),
        ([30.0] * 40, ["slower_than_typical"]),
        ([3.0, 6.0] * 20, []),  # whether half of them take more than four hours may be luck
        ([2.0] * 10 + [None] * 30, ["unanswered"]),
        ([2.0] * 18 + [None] * 22, []),
        ([24 * 8.0] * 30 + [2.0] * 10, ["unanswered"]),  # after a week it is no answer any more
    ],
)
def test_comments_that_are_answered_late_or_not_at_all_are_advised_of(
    answered: list[float | None], advise: list[str]
) -> None:
    result = scored(talk(answered), [{}] * 91)["reliable"]
    assert (result.n, result.seen["advise"]) == (40, advise)
    assert result.effect == pytest.approx(sum(it is not None and it <= 168 for it in answered) / 40)


def test_hours_are_told_of_ten_answers_or_more() -> None:
    assert scored(talk([2.0] * 9 + [None] * 40))["reliable"].seen["hours"] is None
    hours = scored(talk([1.0] * 5 + [3.0] * 25))["reliable"].seen["hours"]
    assert (hours["n"], hours["value"], hours["low"]) == (30, pytest.approx(3.0), pytest.approx(3.0))


def test_who_is_there_in_few_weeks_is_advised_of() -> None:
    talked = talk([None] * 40)
    weekly = scored(talked, [{}] * 91)["reliable"].seen["weeks"]
    assert (weekly["value"], weekly["n"]) == (1.0, 13)
    rare = scored(talked, [{}] * 30)["reliable"]
    assert rare.seen["weeks"]["value"] == pytest.approx(5 / 13)
    assert "weeks_without" in rare.seen["advise"]


@pytest.mark.parametrize(("unanswered", "advise"), [(0, []), (8, []), (20, ["questions_unanswered"])])
def test_questions_that_are_left_open_are_advised_of(unanswered: int, advise: list[str]) -> None:
    asked = talk([None] * unanswered + [1.0] * (30 - unanswered), asks=True)
    result = scored(asked)["aware"]
    assert (result.n, result.seen["advise"]) == (30, advise)


def test_what_may_yet_be_answered_is_left_out() -> None:
    late = [act(3, ago=1 + number / 100, contact=number, act=number, asks=True) for number in range(200, 240)]
    early = talk([1.0] * 30, asks=True)
    found = conduct.scorecard(facts([*early, *late]), posts([]), causes(), start=START, end=AS_OF, as_of=AS_OF)
    assert (found["aware"].n, found["aware"].effect) == (30, 1.0)


def test_entries_of_a_giveaway_and_software_need_no_answer() -> None:
    real = talk([1.0] * 30)
    entries = [act(3, ago=50, contact=500 + number, kind=9) for number in range(100)]
    robots = [act(3, ago=50, contact=700 + number, automated=True) for number in range(100)]
    found = scored([*real, *entries, *robots], campaigns=[campaign(9, ago=60, until=40)])
    assert (found["reliable"].n, found["reliable"].effect) == (30, 1.0)


def test_an_answer_by_declared_software_is_none() -> None:
    rows = [row | {"automated": row["direction"] == OUTBOUND} for row in talk([0.1] * 40)]
    assert scored(rows)["reliable"].effect == 0


@pytest.mark.parametrize(
    ("given", "answer", "telling"),
    [
        ([(2000.0, 5000.0), (100.0, 0.0)], "found", 5 / 7),
        ([(500.0, 120.0)], "not_found", 120 / 620),
        ([(500.0, 500.0)], "not_found", 0.5),
        ([(0.0, 10.0)], "found", 1.0),
        ([(float("nan"), 10.0)], "not_applicable", None),
        ([(0.0, 0.0)], "not_applicable", None),
    ],
)
def test_more_spent_on_telling_than_on_the_gift_is_found(
    given: list[tuple[float, float]], answer: str, telling: float | None
) -> None:
    result = scored(given=causes(*given))["causes"]
    assert (result.answer, result.effect) == (answer, telling if telling is None else pytest.approx(telling))
    assert counsel.sentence("causes", result).endswith(".")


def test_a_cause_of_another_time_is_none_of_this() -> None:
    other = causes((1.0, 9.0)).with_columns(pl.col("start", "end") - timedelta(days=400))
    assert scored(given=other)["causes"].why == "no_causes"


def test_no_order_of_rows_changes_anything() -> None:
    said = talk([2.0, None, 5.0, 30.0] * 10, asks=True)
    flags = [{"promotion": float(n % 3 == 0)} for n in range(40)]
    there = posts(flags)
    whole = conduct.scorecard(facts(said), there, causes((1, 2), (2, 1)), start=START, end=END, as_of=AS_OF)
    turned = conduct.scorecard(
        facts(said[::-1]), there.reverse(), causes((2, 1), (1, 2)), start=START, end=END, as_of=AS_OF
    )
    assert whole == turned


def test_what_is_seen_is_told_with_what_to_do() -> None:
    found = scored(talk([2.0] * 12 + [None] * 48, asks=True), [{"promotion": 1.0}] * 40, causes((2000, 5000)))
    told = {heading: counsel.sentence(heading, result) for heading, result in found.items()}
    assert told["generous"].startswith(
        "Of 40 posts 100 % (94 % to 100 %) offer something for sale or name a price; 0 %"
    )
    assert (
        "Of 60 comments and messages 20 % (13 % to 30 %) were answered within a week, half of them after 2.0"
        in (told["reliable"])
    )
    assert told["aware"].endswith("Begin each day with them.")
    assert told["causes"].startswith("It gave 2,000.00 GBP and spent 5,000.00 GBP on telling of it.")
    fine = scored(talk([2.0] * 40), [{"question": 1.0}] * 40)
    assert counsel.sentence("generous", fine["generous"]).endswith("Nothing to advise.")
