"""Next steps: who waits, who has gone quiet, whom to thank, whom to meet one rung higher."""

from dataclasses import fields
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from polars.testing import assert_frame_equal

from scoring.features import steps
from scoring.features.clock import NEGATIVE, OUTBOUND, PEER, TWO_SIDED, UNDO, Facts
from scoring.features.matrix import rows_of, seen
from scoring.features.moments import moments
from scoring.features.rungs import CALL, LETTER, MEETING, MESSAGE, PASS_ON, WORD
from scoring.features.today import today
from scoring.learning import words
from scoring.models import Moment, Step
from tests.scoring.drawn import BUSY
from tests.scoring.frames import AS_OF, act, campaign, confirmed, facts, known_before, outcome, told

HOUR = 1 / 24


def step_of(*acts: dict[str, Any], contact: int = 1, **more: Any) -> dict[str, Any] | None:
    """Return the next step of somebody, by what was done."""
    there = seen(facts(acts, **more), AS_OF)
    found = steps.next_steps(there, rows_of(there), AS_OF).filter(pl.col("person") == contact)
    return found.row(0, named=True) if found.height else None


def kind_of(*acts: dict[str, Any], **more: Any) -> int | None:
    found = step_of(*acts, **more)
    return None if found is None else int(found["step"])


def asked(ago: float = 2, **more: Any) -> dict[str, Any]:
    return act(WORD, ago=ago, asks=True, **more)


def ours(rung: int = WORD, *, ago: float = 1, **more: Any) -> dict[str, Any]:
    return act(rung, ago=ago, direction=OUTBOUND, **more)


def regular(*, until: float, every: float = 7, times: int = 8) -> list[dict[str, Any]]:
    """Somebody who spoke once a week, in threads of their own, and was answered."""
    turns = [(n + 1, until + every * n) for n in range(times)]
    theirs = [act(WORD, ago=ago, act=n, thread=n) for n, ago in turns]
    return theirs + [ours(ago=ago - HOUR, thread=n) for n, ago in turns]


def test_a_question_stands_until_it_is_answered() -> None:
    found = step_of(asked(3, act=1), asked(2, act=2))
    assert found is not None
    at = AS_OF - timedelta(days=3)
    assert [found[it] for it in ("step", "since", "due_at", "values")] == [steps.QUESTION, at, at, [2.0, 3.0]]
    assert words.step(found["step"], found["values"]) == "Asked 2 questions that nobody has answered"
    assert words.advice(1, [2, 3]) == "Answer; then, one rung up from a word, write them a message."


def test_one_word_may_be_a_question() -> None:
    assert kind_of(asked(words=1)) == steps.QUESTION
    assert kind_of(act(WORD, words=1)) is None


@pytest.mark.parametrize(
    ("answer", "is_answered"),
    [
        (ours(ago=1, reply=1), True),
        (ours(ago=1, thread=7), True),
        (ours(ago=1), True),  # which thread it is of, nobody says
        (ours(CALL, ago=1), True),
        (act(CALL, ago=1, direction=TWO_SIDED, thread=9), True),
        (ours(ago=1, thread=8), False),  # another thread
        (ours(ago=3, thread=7), False),  # before
        (ours(1, ago=1, thread=7), False),  # a nod says nothing
        (ours(ago=1, reply=1, automated=True), False),
        (ours(ago=1, reply=1, contact=2), False),
    ],
)
def test_what_is_an_answer(answer: dict[str, Any], *, is_answered: bool) -> None:
    assert (kind_of(asked(2, act=1, thread=7), answer) == steps.QUESTION) is not is_answered


def test_where_nobody_names_a_thread_whatever_is_said_later_answers() -> None:
    assert kind_of(asked(2), ours(ago=1, thread=8)) is None


def test_a_reply_is_owed_after_four_hours() -> None:
    found = step_of(act(MESSAGE, ago=HOUR))
    assert found is not None
    assert found["step"] == steps.REPLY
    assert found["due_at"] - found["since"] == timedelta(hours=4)
    assert found["since"] == AS_OF - timedelta(hours=1)


def test_a_comment_that_asks_nothing_is_owed_a_reply_only_in_a_conversation() -> None:
    assert kind_of(act(WORD, ago=1)) is None
    assert kind_of(ours(ago=3, thread=7), act(WORD, ago=1, thread=7)) == steps.REPLY
    assert kind_of(act(WORD, ago=5, thread=7), ours(ago=3, thread=7)) is None


def test_what_is_long_past_is_let_go() -> None:
    assert kind_of(asked(29)) == steps.QUESTION
    assert kind_of(asked(31)) is None


def test_a_regular_who_has_gone_quiet_is_missed() -> None:
    found = step_of(*regular(until=40))
    assert found is not None
    assert found["step"] == steps.QUIET
    assert (found["since"], found["values"]) == (AS_OF - timedelta(days=40), [40.0, 8.0, 3.0])
    assert kind_of(*regular(until=20)) is None, "three weeks are nothing to somebody who comes every week or so"
    assert kind_of(*regular(until=40), ours(ago=10)) is None, "somebody has written already"
    assert kind_of(*regular(until=40), ours(1, ago=10)) == steps.QUIET, "a like is no word"
    longer = act(WORD, ago=40 + 7 * 7 + 60, act=90, thread=90), ours(ago=140, thread=90)
    assert kind_of(*regular(until=40), *longer) is None, "it has been longer before"
    assert kind_of(*regular(until=40, times=3)) is None, "no regular"
    assert kind_of(*regular(until=40), outcomes=[outcome(ago=5)]) is None, "who buys is not gone"


def test_whoever_gave_something_is_thanked() -> None:
    given = [act(LETTER, ago=3), act(PASS_ON, ago=2, words=-1), act(WORD, ago=1, direction=PEER, target=2)]
    found = step_of(*given)
    assert found is not None
    assert (found["step"], found["values"]) == (steps.THANK, [1.0, 1.0, 1.0, 7.0])
    assert words.step(4, found["values"]).startswith("Wrote you a letter; Said something to other people here 1")
    assert kind_of(*given, ours(1, ago=0.5)) is None, "a nod is thanks"
    assert kind_of(act(PASS_ON, ago=15, words=-1)) is None


def test_whoever_is_engaged_is_met_one_rung_higher_and_nobody_is_rushed() -> None:
    talks = regular(until=3, times=4)
    found = step_of(*talks)
    assert found is not None
    assert (found["step"], found["values"]) == (steps.RISE, [4.0, 4.0, 3.0])
    assert words.advice(5, found["values"]) == "One rung up from a word: write them a message."
    assert kind_of(*talks, ours(MESSAGE, ago=1)) is None, "tried lately"
    assert kind_of(*regular(until=3, times=2)) is None, "not engaged yet"
    assert kind_of(*regular(until=15, times=4)) is None, "not fresh"
    assert kind_of(*talks, act(LETTER, ago=60)) is None, "higher it does not go"


def test_the_most_urgent_is_the_step_of_the_person() -> None:
    both = [*regular(until=3, times=4), act(MESSAGE, ago=1, thread=50, act=50)]
    assert kind_of(*both) == steps.REPLY
    assert kind_of(*both, asked(1, thread=51, act=51)) == steps.QUESTION


def test_nobody_who_is_not_to_be_met_has_a_step() -> None:
    assert kind_of(asked(), act(0, nature=NEGATIVE, ago=100)) is None
    assert kind_of(asked(), feedback=[told(ago=300)]) is None
    assert kind_of(asked(), feedback=[told(ago=300), told(not_a_lead=False, ago=200)]) == steps.QUESTION
    assert kind_of(asked(), withheld=[1]) is None
    assert kind_of(asked(act=1), act(0, nature=UNDO, reply=1, ago=1)) is None


def test_what_was_not_meant_is_no_ground() -> None:
    entry = asked(2, kind=1)
    assert kind_of(entry) == steps.QUESTION
    assert kind_of(entry, campaigns=[campaign(1)]) is None
    assert kind_of(asked(automated=True)) is None
    assert kind_of(asked(15, channel=1), confirmed=[confirmed(1)]) is None
    assert moments_of(entry, campaigns=[campaign(1)]) is None


# --- Moments


def moments_of(*acts: dict[str, Any], **more: Any) -> tuple[int, list[float]] | None:
    there = seen(facts(acts, **more), AS_OF)
    found = moments(there, rows_of(there)).filter(pl.col("person") == 1)
    return None if found.is_empty() else (found["moment"][0], found["values"][0].to_list())


@pytest.mark.parametrize(
    ("acts", "kind", "said"),
    [
        ([act(LETTER, ago=3), act(CALL, ago=2)], Moment.WROTE, "Wrote you 1 letter"),
        ([act(CALL, ago=2, direction=TWO_SIDED)], Moment.SPOKE, "Spoke with you on the phone, 1 time"),
        ([act(MEETING, ago=2)], Moment.MET, "Met you, 1 time"),
        ([act(WORD, ago=ago) for ago in (1, 20, 40)], Moment.BECAME_ENGAGED,
         "Engaged since this week: 3 interactions of more than one word on 3 days"),
        ([act(WORD, ago=2), act(1, ago=102)], Moment.CAME_BACK, "Back after 100 days without a sign"),
        ([act(WORD, ago=2, direction=PEER, target=2)], Moment.HELPED, "Said something to other people here, 1 time"),
        ([act(WORD, ago=2, thread=7, words=9), ours(ago=1, thread=7), act(WORD, ago=30)], Moment.TALKED,
         "Talked with you, 1 turn, the longest of 9 words"),
        ([asked(2)], Moment.FIRST_WORDS, "Asked you something for the first time"),
        ([act(WORD, ago=2)], Moment.FIRST_WORDS, "Said something to you for the first time"),
    ],
)  # fmt: skip
def test_a_moment_is_told_however_small(acts: list[dict[str, Any]], kind: int, said: str) -> None:
    found = moments_of(*acts)
    assert found is not None
    assert found[0] == kind
    assert words.moment(*found) == said


def test_who_bought_meanwhile_was_not_away() -> None:
    acts = [act(WORD, ago=2), act(1, ago=102)]
    away, bought = moments_of(*acts), moments_of(*acts, outcomes=[outcome(ago=12)])
    assert away is not None
    assert away[0] == Moment.CAME_BACK
    assert bought is not None
    assert bought[0] == Moment.FIRST_WORDS


@pytest.mark.parametrize(
    "acts",
    [
        [act(1, ago=1, words=-1)],
        [act(WORD, ago=1, words=1)],
        [act(WORD, ago=8)],
        [act(WORD, ago=1), act(WORD, ago=30)],
        [act(LETTER, ago=1, direction=OUTBOUND)],
        [act(LETTER, ago=1), act(0, nature=NEGATIVE, ago=1)],
        [act(WORD, ago=ago) for ago in (1, 20, 40, 60)],
    ],
)
def test_what_is_no_moment(acts: list[dict[str, Any]]) -> None:
    """A nod, one word, what is past, what is as usual, what is ours, whoever complained."""
    assert moments_of(*acts) is None


# --- Both


def test_the_words_know_every_kind() -> None:
    assert set(words.OF_STEPS) == set(Step.values) == {getattr(steps, it.name) for it in Step}
    assert set(words.OF_MOMENTS) == set(Moment.values)


def test_who_is_a_customer_now() -> None:
    there = seen(
        facts(
            [],
            [outcome(contact=1, ago=3), outcome(contact=2, ago=400), outcome(contact=3, ago=3, outcome=5),
             outcome(4, contact=3, ago=1, refund_of=5), outcome(1, contact=4, ago=3)],
        ),
        AS_OF,
    )  # fmt: skip
    assert today(there, rows_of(there), AS_OF)["customer"].to_list() == [True, False, False, False]


def told_today(given_: Facts) -> pl.DataFrame:
    there = seen(given_, AS_OF)
    return today(there, rows_of(there), AS_OF)


@settings(max_examples=25)
@given(BUSY)
def test_nothing_that_came_later_changes_a_step_or_a_moment(given_: Facts) -> None:
    found = told_today(given_)
    assert_frame_equal(found, told_today(known_before(given_, AS_OF)), check_exact=True)
    assert (found["step_since"].drop_nulls() < AS_OF).all()


@settings(max_examples=25)
@given(BUSY)
def test_any_order_gives_the_same_steps_and_moments(given_: Facts) -> None:
    turned = Facts(**{it.name: getattr(given_, it.name).reverse() for it in fields(Facts)})
    assert_frame_equal(told_today(turned), told_today(given_), check_exact=True)
