"""Features: what each column counts, and that no row sees past its moment."""

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from scoring.features.attributes import Attribute
from scoring.features.catalog import CATALOGUE
from scoring.features.clock import INBOUND, LEAD, NEGATIVE, OUTBOUND, PEER, REFUND, TWO_SIDED, UNDO, Facts
from scoring.features.matrix import matrix
from scoring.features.rungs import HALF_LIVES, RUNGS
from tests.scoring.drawn import ANY, some_acts
from tests.scoring.frames import AS_OF, act, facts, known_before, link, outcome


def row(*args: Any, contact: int = 1) -> dict[str, Any]:
    """Return what the matrix says of one contact."""
    return matrix(facts(*args), AS_OF).filter(pl.col("person") == contact).row(0, named=True)


# --- The ladder


@pytest.mark.parametrize("rung", RUNGS)
def test_an_act_counts_on_its_rung_and_on_all_below(rung: int) -> None:
    found = row([act(rung, ago=0.5)])
    assert [found[f"ladder_{k}"] for k in RUNGS] == [1.0] * rung + [0.0] * (7 - rung)


def test_an_act_counts_half_after_its_rungs_half_life() -> None:
    for rung, half_life in HALF_LIVES.items():
        assert row([act(rung, ago=half_life + 0.5)])[f"ladder_{rung}"] == 0.5


def test_half_lives_never_fall_with_the_rung() -> None:
    assert list(HALF_LIVES.values()) == sorted(HALF_LIVES.values())


def test_at_most_three_acts_a_day_count() -> None:
    assert row([act(1, ago=0.1 * n) for n in range(1, 6)])["ladder_1"] == 3.0
    assert row([act(1, ago=n + 0.5) for n in range(5)])["ladder_1"] > 3.0


def test_a_glance_is_no_rung() -> None:
    found = row([act(0)])
    assert found["ladder_1"] == 0
    assert found["stage"] == "passer-by"


def test_a_one_word_reply_is_a_nod_and_shown_as_such() -> None:
    found = row([act(3, words=1, ago=0.5)])
    assert (found["ladder_1"], found["ladder_3"], found["qualified"], found["sound_bites"]) == (1, 0, 0, 1)
    unknown = row([act(3, words=-1, ago=0.5)])
    assert (unknown["ladder_3"], unknown["qualified"], unknown["sound_bites"]) == (1, 0, 0)


@pytest.mark.parametrize("more", [{"direction": OUTBOUND}, {"direction": PEER}, {"automated": True}])
def test_only_what_the_person_does_counts(more: dict[str, Any]) -> None:
    found = row([act(6, **more)])
    assert [found[f"ladder_{k}"] for k in RUNGS] == [0] * 7
    assert (found["qualified"], found["recency"], found["stage"]) == (0, 365, "stranger")


def test_what_was_taken_back_is_gone() -> None:
    liked = act(1, ago=3, act=11, mark=5)
    assert row([liked])["own_acts"] == 1
    undone = act(1, ago=2, nature=UNDO, mark=5)
    assert row([liked, undone])["own_acts"] == 0
    assert row([liked, undone, act(1, ago=1, mark=5)])["own_acts"] == 1, "liked again afterwards"
    assert row([liked, act(1, ago=2, nature=UNDO, mark=6)])["own_acts"] == 1, "another post"
    assert row([act(3, ago=3, act=12), act(0, ago=1, nature=UNDO, reply=12)])["own_acts"] == 0
    assert row([liked, act(1, ago=2, nature=UNDO, mark=5, contact=2)])["own_acts"] == 1, "somebody else's"
    assert row([liked, act(1, ago=2, nature=UNDO, mark=5, direction=OUTBOUND)])["own_acts"] == 1, "the brand's"


def test_blocks_are_kept_as_what_they_are() -> None:
    found = row([act(3), act(0, nature=NEGATIVE)])
    assert (found["refused"], found["own_acts"]) == (1, 1)
    for direction in (OUTBOUND, PEER):
        assert row([act(3), act(0, nature=NEGATIVE, direction=direction)])["refused"] == 0, "not theirs, of the brand"


# --- Conversation and stage


def test_a_qualified_interaction_says_more_than_one_word_or_is_a_meeting() -> None:
    assert row([act(3, words=2), act(4, words=1), act(5, words=-1), act(7, words=-1), act(1)])["qualified"] == 3
    assert row([act(6, direction=TWO_SIDED, words=-1)])["qualified"] == 1
    assert row([act(3, ago=366)])["qualified"] == 0, "looked at over 365 days"


def test_a_conversation_has_turns_of_both_sides() -> None:
    ours = act(3, ago=2, thread=9, direction=OUTBOUND)
    assert row([act(3, thread=9), ours])["conversations"] == 1
    assert row([act(3, thread=9)])["conversations"] == 0
    assert row([act(3, thread=9), act(3, thread=8, direction=OUTBOUND)])["conversations"] == 0
    assert row([act(3, thread=9, words=1), ours])["conversations"] == 0
    assert row([act(3, thread=9), act(3, thread=9, direction=OUTBOUND, words=1)])["conversations"] == 0
    assert row([act(3, thread=0), act(3, thread=0, direction=OUTBOUND)])["conversations"] == 0
    assert row([act(3, thread=9), act(3, thread=9, direction=OUTBOUND, contact=2)])["conversations"] == 0


def test_declared_software_answers_nobody_in_the_name_of_the_brand() -> None:
    said = act(4, thread=9, act=11, ago=3)
    answer = {"direction": OUTBOUND, "thread": 9, "reply": 11}
    assert [row([said, act(4, **answer)])[name] for name in ("conversations", "answered")] == [1, 1]
    by_software = facts([said, act(4, **answer, automated=True)])
    found = matrix(by_software, AS_OF)
    assert found.select("conversations", "answered", "automated_acts").row(0) == (0, 0, 0), "nor is it the person's"
    anyhow = matrix(by_software, AS_OF, gated=False)
    assert anyhow.select("conversations", "answered").row(0) == (1, 1), "without the gate it counts as any act"


def test_a_conversation_may_be_told_by_answers_alone() -> None:
    """Platforms that name no thread say which act another one answers: what one turn leads to is one conversation."""
    turns = [act(3, act=1), act(3, act=2, reply=1, direction=OUTBOUND), act(3, act=3, reply=2, ago=3)]
    found = row([*turns, act(3, act=4), act(3, act=5, reply=99)])
    assert (found["conversations"], found["qualified_threads"]) == (1, 1)
    assert row(turns[::-1])["conversations"] == 1
    assert row([turns[0], turns[2]])["conversations"] == 0  # the brand's turn is not known
    assert row([turns[0], {**turns[1], "contact": 2}])["conversations"] == 0
    assert row([act(1, act=1), act(3, act=2, reply=1, direction=OUTBOUND)])["conversations"] == 0  # answers a like


def test_a_thread_that_is_named_is_lent_to_those_who_answer_it() -> None:
    named = act(3, act=1, thread=77)
    ours = act(3, act=2, reply=1, direction=OUTBOUND)
    found = row([named, ours, act(3, act=3, reply=2), act(3, act=4, thread=77)])
    assert (found["conversations"], found["qualified_threads"]) == (1, 1)


def test_what_others_answer_makes_nobody_elses_comment_a_thread() -> None:
    theirs = [act(3, act=2, reply=1, contact=2), act(3, act=3, reply=2, contact=2)]
    mine = [act(3, act=1), act(3, act=4, reply=3)]
    assert row([*mine, *theirs])["qualified_threads"] == row(mine)["qualified_threads"] == 0


@pytest.mark.parametrize("turns", [2, 40, 200])
def test_however_long_a_conversation_is_it_is_one(turns: int) -> None:
    acts = [act(3, act=n, reply=n - 1, direction=OUTBOUND if n % 2 else INBOUND) for n in range(1, turns + 1)]
    assert row(acts)["conversations"] == row(acts)["qualified_threads"] == 1


def test_answers_in_a_circle_are_no_endless_way() -> None:
    assert row([act(3, act=1, reply=2), act(3, act=2, reply=1, direction=OUTBOUND)])["conversations"] <= 1


def test_equal_ids_do_not_multiply_the_ways() -> None:
    """Two sources may number alike; forty such acts would lead on in more ways than any memory holds."""
    acts = [act(3, act=n % 2 + 1, reply=(n + 1) % 2 + 1, direction=OUTBOUND if n % 3 else INBOUND) for n in range(40)]
    assert row(acts)["conversations"] <= 2


def test_writing_to_somebody_makes_no_conversation_younger() -> None:
    theirs = act(3, ago=60.5, thread=9)
    for ago in (1, 60, 90):
        found = row([theirs, act(3, ago=ago, thread=9, direction=OUTBOUND)])
        assert (found["conversations"], found["conversations_fresh"]) == (1, 0.5)


def test_turns_are_counted_by_length() -> None:
    found = row([act(3, words=4), act(3, words=5), act(3, words=15), act(4, words=60), act(6, words=-1)])
    assert [found[f"turns_{words}"] for words in (5, 15, 40)] == [4, 3, 2]


def test_questions_and_answers_are_counted() -> None:
    found = row([act(3, asks=True, act=21), act(3, act=22), act(3, direction=OUTBOUND, reply=21)])
    assert (found["questions"], found["answered"]) == (1, 1)


@pytest.mark.parametrize(
    ("acts", "stage"),
    [
        ([act(1, direction=OUTBOUND)], "stranger"),
        ([act(1), act(2), act(3, words=1)], "passer-by"),
        ([act(1, ago=400)], "stranger"),
        ([act(3)], "acquaintance"),
        ([act(3, ago=1.1), act(3, ago=1.2), act(3, ago=1.3)], "acquaintance"),
        ([act(3, ago=1.1), act(3, ago=2.1), act(3, ago=3.1)], "engaged"),
        ([act(3, ago=1.1, thread=1), act(3, ago=1.2, thread=2), act(3, ago=1.3, thread=3)], "engaged"),
        ([act(3, ago=1), act(3, ago=2), act(5, ago=3)], "advocate"),
        ([act(3, ago=1), act(3, ago=2), act(3, ago=3), act(3, direction=PEER)], "advocate"),
        ([act(3, ago=1), act(3, ago=2), act(3, ago=3), act(1, direction=PEER)], "engaged"),
        ([act(3, ago=1), act(3, ago=2), act(3, ago=400)], "acquaintance"),
    ],
)
def test_you_are_engaged_after_three_conversations(acts: list[dict[str, Any]], stage: str) -> None:
    assert row(acts)["stage"] == stage


# --- Constancy and history


def test_constancy_counts_days_and_weeks() -> None:
    found = row([act(1, ago=1.5), act(0, ago=9.5), act(1, ago=100.5)], [outcome(ago=30.5)])
    assert (found["recency"], found["tenure"], found["active_weeks"], found["longest_silence"]) == (1, 100, 4, 70)
    assert found["trend"] == pytest.approx(2 / 4 - 2 / 12)


def test_a_trend_is_said_only_where_an_even_pace_would_be_rare() -> None:
    assert row([act(1, ago=200), *(act(1, ago=n + 0.5) for n in range(3))])["trend_word"] == "improving"
    assert row([act(1, ago=n + 0.5) for n in range(3)])["trend_word"] == "not_enough_info", "a newcomer has none"
    assert row([act(1, ago=200), *(act(1, ago=30.5 + n) for n in range(9))])["trend_word"] == "declining"
    assert row([act(1, ago=7 * n + 0.5) for n in range(18)])["trend_word"] == "steady"
    assert row([act(1, ago=1), act(1, ago=60)])["trend_word"] == "not_enough_info"


def test_history_leaves_refunds_out_and_money_of_other_kinds() -> None:
    bought = [outcome(ago=60.5, outcome=31, value=20.0), outcome(ago=5.5, outcome=32), outcome(ago=9.5, currency=8)]
    found = row([], bought)
    assert (found["purchases"], found["last_purchase"], found["purchase_value"]) == (3, 5, 30.0)
    refunded = row([], [*bought, outcome(REFUND, ago=1, refund_of=32)])
    assert (refunded["purchases"], refunded["last_purchase"], refunded["purchase_value"]) == (2, 9, 20.0)
    assert refunded["recency"] == 5, "a refund is no purchase; the purchase was an act all the same"
    assert row([], [outcome(ago=60.5)])["purchases_fresh"] == 0.5
    assert row([], [outcome(LEAD, ago=60.5)])["other_outcomes"] == 0.5


def test_what_is_not_known_has_the_value_that_the_catalogue_says() -> None:
    found = row([act(1, direction=OUTBOUND)])
    assert {it.name: found[it.name] for it in CATALOGUE} == {it.name: float(it.missing) for it in CATALOGUE}


# --- Who is who


def test_a_persons_acts_and_purchases_are_told_together() -> None:
    found = matrix(facts([act(3, contact=1)], [outcome(contact=2)], [link(2, 1)]), AS_OF)
    assert found.select("person", "qualified", "purchases").rows() == [(1, 1.0, 1.0)]


def test_a_link_holds_from_when_it_was_known() -> None:
    later = facts([act(3, contact=1, ago=9)], [outcome(contact=2, ago=9)], [link(2, 1, ago=5)])
    assert matrix(later, AS_OF)["person"].to_list() == [1]
    assert matrix(later, AS_OF - timedelta(days=6))["person"].to_list() == [1, 2]


def test_links_lead_on_and_a_circle_has_an_end() -> None:
    chain = facts([act(contact=3)], links=[link(3, 2), link(2, 1)])
    assert matrix(chain, AS_OF)["person"].to_list() == [1]
    circle = facts([act(contact=3), act(contact=2)], links=[link(3, 2), link(2, 3)])
    assert matrix(circle, AS_OF)["person"].to_list() == [2]


# --- Properties

LEARNT = (Attribute("plan", ("basic", "gold")), Attribute("seats"))


@settings(max_examples=60)
@given(ANY, st.booleans())
def test_no_row_sees_past_its_moment(given_: Facts, gated: bool) -> None:
    """T84: whatever is added later, the vectors of a moment stay what they were."""
    one, other = (matrix(it, AS_OF, LEARNT, gated=gated) for it in (given_, known_before(given_, AS_OF)))
    assert_frame_equal(one, other, check_exact=True)


@settings(max_examples=60)
@given(ANY, st.randoms(use_true_random=False))
def test_any_order_gives_the_same_vectors(given_: Facts, random: Any) -> None:
    """T28: late rows and early ones, in whatever order they came in."""

    def shuffled(frame: pl.DataFrame) -> pl.DataFrame:
        order: list[int] = random.sample(range(frame.height), frame.height)
        return frame[order]

    other = Facts(**{frame.name: shuffled(getattr(given_, frame.name)) for frame in fields(Facts)})
    assert_frame_equal(matrix(other, AS_OF, LEARNT), matrix(given_, AS_OF, LEARNT), check_exact=True)


@settings(max_examples=60)
@given(ANY, st.integers(1, 5))
def test_rows_made_of_a_few_persons_at_a_time_are_the_same(given_: Facts, at_once: int) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("scoring.features.matrix.AT_ONCE", at_once)
        some = matrix(given_, AS_OF, LEARNT)
    # But for the last digit, which hangs on how many numbers are added up at a time.
    assert_frame_equal(some, matrix(given_, AS_OF, LEARNT), rel_tol=1e-12, abs_tol=0)


def with_act(given_: Facts, more: dict[str, Any]) -> Facts:
    return replace(given_, acts=given_.acts.vstack(pl.DataFrame([more], schema=given_.acts.schema)))


UPWARDS = st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda rungs: rungs[0] < rungs[1])


@settings(max_examples=60)
@given(ANY, some_acts(), UPWARDS, st.sampled_from([-1, 2, 6, 17, 50]), st.booleans())
def test_an_act_swapped_upwards_moves_each_column_its_own_way(
    given_: Facts, changed: dict[str, Any], rungs: tuple[int, int], words: int, gated: bool
) -> None:
    """Whatever is learnt keeps the signs, so this is what the hierarchy rests on: of columns that may lower a score as
    well as raise it, none moves at all. A meeting has no words; of a sound bite it is not true.
    """
    lower, higher = (
        matrix(with_act(given_, {**changed, "rung": rung, "words": words if rung < 5 else -1}), AS_OF, gated=gated)
        for rung in rungs
    )
    for feature in CATALOGUE:
        rise = higher[feature.name] - lower[feature.name]
        assert feature.sign == 1 or (rise == 0).all(), feature.name
        assert (rise >= 0).all(), feature.name


@settings(max_examples=40)
@given(ANY)
def test_every_value_is_within_the_range_of_its_feature(given_: Facts) -> None:
    rows = matrix(given_, AS_OF)
    for feature in CATALOGUE:
        values = rows[feature.name]
        assert values.dtype == pl.Float64
        assert values.null_count() == 0
        assert not values.is_nan().any()
        assert ((values >= feature.low) & (values <= feature.high)).all(), feature.name


def test_nobody_at_all_gives_no_rows() -> None:
    assert matrix(facts(), AS_OF).height == 0
