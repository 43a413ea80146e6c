"""The hierarchy: at equal time, provenance and discounts a higher rung never lowers a score."""

from itertools import product
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.features.clock import INBOUND, OUTBOUND, PEER, TWO_SIDED, Facts
from scoring.features.matrix import matrix
from scoring.learning import prior
from scoring.learning.choosing import RECIPES
from tests.scoring.drawn import some_acts, some_outcomes
from tests.scoring.fits import MARKETS, fitted
from tests.scoring.frames import (
    AS_OF,
    ENGLISH,
    GERMAN,
    act,
    audience,
    campaign,
    confirmed,
    facts,
)


def first_of(person: Facts) -> pl.DataFrame:
    """Return the row of the first person."""
    return matrix(person, AS_OF).filter(pl.col("person") == 1)


def points(rows: pl.DataFrame) -> float:
    return float(prior.points(rows).sum_horizontal()[0])


@settings(max_examples=120)
@given(
    st.lists(some_acts(), max_size=12),
    st.lists(some_outcomes(), max_size=3),
    st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda rungs: rungs[0] < rungs[1]),
    st.fixed_dictionaries(
        {"ago": st.integers(0, 300), "words": st.sampled_from([-1, 2, 6, 17, 50]), "asks": st.booleans(),
         "direction": st.sampled_from([INBOUND, TWO_SIDED, PEER]), "intent": st.integers(0, 7),
         "language": st.sampled_from([0, ENGLISH, GERMAN]), "target": st.integers(0, 3),
         "likeness": st.sampled_from([0, 1, 2]), "channel": st.integers(0, 2), "kind": st.integers(0, 1)}
    ),
)  # fmt: skip
def test_a_higher_rung_never_lowers_a_score(
    acts: Any, outcomes: Any, rungs: tuple[int, int], same: dict[str, Any]
) -> None:
    """The prior, and the calibrated output of every recipe, whatever the data said: one act is swapped for a higher
    one, and nothing else is changed but that a meeting has no words. What sets acts aside is the same before and after.
    """
    gates: dict[str, Any] = {
        "campaigns": [campaign(1, ago=200, until=100)], "confirmed": [confirmed(1, ago=150, until=50)],
        "audience": [audience("language", "en")],
    }  # fmt: skip
    rows = []
    for rung in rungs:
        words = same["words"] if rung < 5 else -1
        swapped = act(rung, act=4, thread=4, **{**same, "ago": same["ago"] + 0.5, "words": words})
        rows.append(first_of(facts([*acts, swapped], outcomes, **gates)))
    lower, higher = rows
    assert points(higher) >= points(lower) - 1e-12
    for recipe, kind in product(RECIPES, MARKETS):
        worth = fitted(recipe, kind).probability
        assert worth(higher)[0] >= worth(lower)[0] - 1e-12, (recipe, kind)


@pytest.mark.parametrize("higher", [3, 4])
def test_an_act_between_two_threads_joins_them_on_any_rung(higher: int) -> None:
    """A share that is answered and answers: were it no part of the thread, a comment in its place would make one
    conversation of two, and lower the score.
    """

    def talk(rung: int) -> pl.DataFrame:
        turns = [(3, 1, 0), (3, 2, 1), (rung, 3, 2), (3, 4, 3), (3, 5, 4)]
        return first_of(
            facts(
                act(
                    kind,
                    act=number,
                    reply=reply,
                    ago=10.5 - number,
                    words=6,
                    direction=INBOUND if number % 2 else OUTBOUND,
                )
                for kind, number, reply in turns
            )
        )

    lower, above = talk(2), talk(higher)
    assert above["conversations_fresh"][0] >= lower["conversations_fresh"][0]
    assert points(above) > points(lower)


def test_a_sound_bite_is_the_one_exception() -> None:
    """A comment of one word counts as a nod, and so for less than passing on: a discount that is shown."""
    share, comment = (matrix(facts([act(rung, ago=0.5, words=1)]), AS_OF) for rung in (2, 3))
    assert prior.points(share).sum_horizontal()[0] > prior.points(comment).sum_horizontal()[0]
    assert (share["sound_bites"][0], comment["sound_bites"][0]) == (0, 1)


def test_one_act_alone_stands_in_the_order_of_the_ladder() -> None:
    """Like < retweet < text < call < handwritten letter, strictly, where the data agree."""
    model = fitted("logistic", "talkers")
    alone = [float(model.probability(first_of(facts([act(rung, words=-1)])))[0]) for rung in (1, 3, 4, 5, 6, 7)]
    assert alone == sorted(alone)
    assert alone[0] < alone[-1]


def test_the_prior_weighs_fresh_acts_as_it_says() -> None:
    def points_of(acts: list[dict[str, Any]]) -> float:
        return points(first_of(facts(acts)))

    assert [points_of([act(rung, ago=0.5, words=9)]) for rung in range(8)] == [0, 1, 3, 25, 35, 50, 71, 100]
    five_comments = points_of([act(3, ago=0.1 + n) for n in range(5)])
    assert points_of([act(1, ago=0.1 + n / 4) for n in range(200)]) <= prior.MOST_FOR_LIKES < five_comments
    ours = act(3, ago=0.5, thread=3, direction=2)
    assert points_of([act(3, ago=0.5, thread=3), ours]) == 75
    assert points_of([act(7), act(0, nature=0)]) == 0, "who blocked or complained is left alone"
