"""What people ask for, whom they have met, their place among others, and whether they are of the audience."""

from typing import Any

import polars as pl
import pytest

from scoring.features.catalog import NAMES_IN_ORDER
from scoring.features.clock import OUTBOUND, PEER, TWO_SIDED
from scoring.features.matrix import matrix
from scoring.learning.words import sentence
from tests.scoring.frames import AS_OF, BRAND, ENGLISH, GERMAN, act, audience, facts, link, said

PRICE, AVAILABILITY, HOW = 1, 2, 4


def row(*args: Any, contact: int = 1, **more: Any) -> dict[str, Any]:
    return matrix(facts(*args, **more), AS_OF).filter(pl.col("person") == contact).row(0, named=True)


# --- What they ask for


def test_turns_that_ask_for_something_are_counted() -> None:
    acts = [act(3, intent=PRICE), act(4, intent=PRICE | HOW), act(3, intent=AVAILABILITY, ago=400),
            act(3, intent=PRICE, direction=OUTBOUND), act(1, intent=PRICE)]  # fmt: skip
    found = row(acts)
    assert (found["asks_price"], found["asks_how_to_buy"], found["asks_availability"]) == (2, 1, 0)
    assert sentence(["intent", 0.2, 2, 0, 1]) == "Asked for a price 2 times and how to buy 1 time"


# --- Whom they have met


def test_meetings_calls_and_letters_are_counted_for_good_and_upwards() -> None:
    acts = [act(5, ago=900), act(6, direction=TWO_SIDED), act(7), act(4), act(7, direction=OUTBOUND)]
    found = row(acts)
    assert (found["met"], found["spoke"], found["wrote"]) == (3, 2, 1)
    assert sentence(["presence", 0.2, 3, 2, 1]) == "Met 1 time, spoke on the phone 1 time and wrote a letter 1 time"


# --- Their place among others


def to(target: int = 0, *, contact: int = 1, **more: Any) -> dict[str, Any]:
    return act(3, direction=PEER, contact=contact, target=target, **more)


def community(*args: Any, contact: int = 1, **more: Any) -> tuple[int, ...]:
    found = row(*args, contact=contact, **more)
    return tuple(int(found[name]) for name in ("helped", "received_from_peers", "answered_by_peers", "peers"))


def test_what_people_do_for_each_other_is_told_of_both() -> None:
    acts = [act(1), act(1, contact=3), to(2), to(3), to(3), to(1, contact=2)]
    assert community(acts) == (3, 1, 0, 2)
    assert community(acts, contact=2) == (1, 1, 0, 1)
    assert community(acts, contact=3) == (0, 2, 0, 1)


def test_which_acts_peers_have_answered_is_told_by_the_ids() -> None:
    asked = act(3, act=5)
    answers = [to(1, contact=2, reply=5, act=6), to(1, contact=3, reply=5, act=7), to(3, contact=2, reply=7)]
    acts = [asked, *answers]
    assert community(acts) == (0, 2, 1, 2)
    assert community(acts, contact=3) == (1, 1, 1, 2)
    assert community([asked, to(1, contact=1, reply=5)]) == (1, 0, 0, 0), "their own"
    assert community([asked, to(contact=2, reply=5)]) == (0, 0, 0, 0), "to somebody who is nobody any more"


def test_what_others_do_is_no_rung_of_the_person() -> None:
    alone, answered = row([act(3, act=5)]), row([act(3, act=5), to(1, contact=2, reply=5, words=40)])
    changed = {name for name in NAMES_IN_ORDER if alone[name] != answered[name]}
    assert changed == {"received_from_peers", "answered_by_peers", "peers"}


def test_a_nod_to_somebody_is_no_help_and_the_past_is_over() -> None:
    acts = [{**to(2), "rung": 1}, to(2, words=1), to(2, ago=400)]
    assert community(acts) == (0, 0, 0, 1)
    assert community([to(2, ago=400)]) == (0, 0, 0, 0)


def test_two_accounts_of_one_person_are_no_peers() -> None:
    assert community([to(2), to(3)], [], [link(2, 1), link(3, 4)]) == (2, 0, 0, 1)


def test_nobody_is_told_of_people_who_are_withheld() -> None:
    assert community([to(2), to(3)], [], [], [2]) == (2, 0, 0, 1)


# --- Whether they are of the audience

DECLARED = [
    audience("language", "de"),
    audience("language", "fr"),
    audience("region", "GB"),
    audience("interest", "Slow food"),
]


def matches(acts: Any = (), facts_: Any = (), *, declared: Any = DECLARED) -> tuple[float, ...]:
    found = row([act(1), *acts], audience=declared, said=facts_)
    return tuple(found[f"{name}_match"] for name in ("language", "region", "interest"))


def test_missing_is_missing_on_either_side() -> None:
    assert matches() == (0.5, 0.5, 0.5)
    there = [said("language", "de"), said("country", "GB"), said("interest", "slow food")]
    assert matches([act(3, language=GERMAN)], there, declared=[]) == (0.5, 0.5, 0.5)
    assert matches([act(3, language=GERMAN)], there) == (1, 1, 1)
    assert matches([], there, declared=[audience("language", "de")]) == (1, 0.5, 0.5)


def test_a_language_is_that_of_their_own_acts_or_stated() -> None:
    assert matches([act(3, language=ENGLISH)]) == (0, 0.5, 0.5)
    assert matches([act(3, language=ENGLISH), act(3, language=GERMAN, ago=300)])[0] == 1
    assert matches([act(3, language=GERMAN, direction=OUTBOUND)])[0] == 0.5
    assert matches([act(3, language=ENGLISH)], [said("Language", "fr_CH")])[0] == 1


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("region", "GB-LND", 1), ("country", "uk", 1), ("country", "DE", 0), ("country", "United Kingdom", 0.5),
        ("Country", " gb ", 1), ("town", "GB", 0.5), ("country", "", 0.5),
    ],
)  # fmt: skip
def test_a_country_is_a_code_or_not_known(name: str, value: str, found: float) -> None:
    assert matches([], [said(name, value)])[1] == found


def test_interests_come_in_lists() -> None:
    assert matches([], [said("interests", "cars; SLOW food ,tea")])[2] == 1
    assert matches([], [said("interests", "cars, food")])[2] == 0


def test_the_latest_that_is_known_holds() -> None:
    moved = [
        said("country", "GB", ago=50),
        said("country", "FR", ago=20, known=5),
        said("country", "GB", ago=30, known=1),
    ]
    assert matches([], moved)[1] == 0
    assert matches([], [*moved, said("country", "GB", ago=1, known=0)])[1] == 0, "not known before the moment"


def test_an_audience_is_its_clients_own() -> None:
    assert matches([act(3, language=ENGLISH)], declared=[audience("language", "en", client=BRAND + 1)])[0] == 0.5


def test_relevance_is_told_in_words() -> None:
    assert sentence(["relevance", 0.2, 1.0, 0.5, 0.0]) == (
        "Of the declared audience: language as declared, interests not as declared"
    )
