"""When the brand first answered what somebody said."""

from datetime import timedelta

import polars as pl
import pytest

from scoring.features.answers import IS_OURS, IS_TURN, with_answers
from scoring.features.clock import OUTBOUND, TWO_SIDED
from scoring.features.matrix import seen
from tests.scoring.frames import AS_OF, act, facts

HOUR = 1 / 24


def after(*rows: dict[str, object]) -> list[float | None]:
    """Return after how many hours each turn was answered, by time."""
    acts = seen(facts(rows), AS_OF).acts
    turns = with_answers(acts.filter(IS_TURN), acts.filter(IS_OURS & (pl.col("rung") >= 3)))
    waited = turns.select(pl.col("answered_at") - pl.col("occurred_at")).to_series()
    return [None if it is None else it / timedelta(hours=1) for it in waited]


@pytest.mark.parametrize(
    ("asked", "answer", "hours"),
    [
        ({"act": 5}, {"reply": 5}, 6),
        ({"act": 5, "thread": 1}, {"thread": 1}, 6),
        ({"act": 5, "thread": 1}, {"thread": 2}, None),
        ({"act": 5, "thread": 1}, {}, 6),
        ({"act": 5}, {"thread": 2}, 6),
        ({"act": 5, "thread": 1}, {"direction": TWO_SIDED, "rung": 6, "thread": 2}, 6),
        ({"act": 5}, {"reply": 5, "automated": True}, None),
        ({"act": 5}, {"reply": 5, "contact": 2}, None),
        ({"act": 5}, {"rung": 1}, None),
    ],
)
def test_an_answer_names_what_it_answers_or_comes_later_to_the_same_person(
    asked: dict[str, int], answer: dict[str, int], hours: float | None
) -> None:
    reply = act(**{"rung": 3, "ago": 2 - 6 * HOUR, "direction": OUTBOUND, **answer})  # type: ignore[arg-type]
    (found,) = after(act(3, ago=2, **asked), reply)
    assert found == (None if hours is None else pytest.approx(hours))


def test_the_first_answer_counts_and_none_before_it_was_said() -> None:
    replies = [act(3, ago=ago, direction=OUTBOUND) for ago in (5, 3, 1)]
    assert after(act(3, ago=4, act=1), act(3, ago=2, act=2), *replies) == [pytest.approx(24), pytest.approx(24)]
    assert after(*reversed([act(3, ago=4, act=1), act(3, ago=2, act=2), *replies])) == [24, 24]


def test_a_sound_bite_that_asks_nothing_is_no_turn() -> None:
    assert after(act(3, words=1), act(3, words=1, asks=True), act(1)) == [None]
