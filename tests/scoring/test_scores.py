"""Scores: what is shown of each person, and in which words."""

from functools import cache
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.special import logit

from scoring.features.catalog import CATALOGUE
from scoring.features.matrix import matrix
from scoring.learning.additive import Additive
from scoring.learning.explanation import ATTRIBUTE, DISCOUNTS, MOST, VALUES
from scoring.learning.model import Model, clients_of
from scoring.learning.recipes import Whole, in_bins
from scoring.learning.scoring import Scores, score
from scoring.learning.training import train
from scoring.learning.words import OF_DISCOUNTS, OF_REASONS, sentence
from tests.scoring.fits import fitted, rows_of, told
from tests.scoring.frames import AS_OF, act, facts, market, outcome


@cache
def model() -> Model:
    found = train(market(), AS_OF).model
    assert found is not None
    return found


@cache
def rows() -> pl.DataFrame:
    return matrix(market(), AS_OF)


def scored(basis: Model | None) -> Scores:
    return score(rows(), basis)


def test_a_score_on_a_model_has_a_probability_in_its_interval() -> None:
    table = scored(model()).table
    assert table.filter((pl.col("low") > pl.col("probability")) | (pl.col("probability") > pl.col("high"))).is_empty()
    assert table["points"].null_count() == table.height
    assert table["lift"].mean() == pytest.approx(1)
    for lift, band in table.select("lift", "band").iter_rows():
        assert band == ("strong" if lift >= 4 else "warm" if lift >= 2 else "some" if lift >= 1 else "none")


def test_a_score_on_the_prior_has_points_and_no_probability() -> None:
    table = scored(None).table
    for name in ("probability", "low", "high", "lift"):
        assert table[name].null_count() == table.height
    assert set(table["band"]) == {""}
    assert (table["points"] > 0).any()


@pytest.mark.parametrize("basis", ["model", "prior"])
def test_ranks_follow_the_score(basis: str) -> None:
    table = scored(model() if basis == "model" else None).table
    worth = "probability" if basis == "model" else "points"
    ordered = table.sort(worth, descending=True)
    assert ordered["rank"].to_list() == sorted(table["rank"].to_list(), reverse=True)
    assert table["rank"].mean() == pytest.approx(50)
    equals = table.group_by(worth).agg(pl.col("rank").n_unique())
    assert set(equals["rank"]) == {1}, "equal scores, equal ranks"


@pytest.mark.parametrize("basis", ["model", "prior"])
def test_nobody_is_without_a_reason_and_nobody_has_too_many(basis: str) -> None:
    for reasons in told(scored(model() if basis == "model" else None)):
        assert reasons
        adds = [float(reason[1]) for reason in reasons]
        assert sum(it > 0 for it in adds) <= MOST
        assert sum(it < 0 for it in adds) <= MOST
        assert [abs(it) for it in adds] == sorted((abs(it) for it in adds), reverse=True)
        for reason in reasons:
            assert sentence(reason)


def test_without_its_first_reason_a_score_would_move_most() -> None:
    """Faithful: what stands first is what the score rests on."""
    found, learnt = scored(model()), model().learnt
    assert isinstance(learnt, Additive)
    log_odds, people = logit(found.table["probability"].to_numpy()), rows()
    own = learnt.contributions(people)
    moved = {}
    for group in model().contributions(people).columns:
        # As if the group's columns were what they usually are.
        usual = np.where([column.group == group for column in learnt.columns], learnt.usual, own)
        without = model().calibration.log_odds(learnt.intercept + usual.sum(axis=1), clients_of(people))
        moved[group] = np.abs(log_odds - without)
    most = np.max(list(moved.values()), axis=0)
    faithful = [moved[str(it[0][0])][at] >= most[at] - 1e-9 for at, it in enumerate(told(found)) if it[0][1]]
    assert np.mean(faithful) >= 0.99
    assert len(faithful) > 100


def test_where_columns_count_together_the_first_that_is_named_moves_it_most() -> None:
    """A whole booster is no sum: what comes of several at once is said as that, and names none."""
    whole, people = fitted("whole", "talkers"), rows_of("talkers")
    learnt = whole.learnt
    assert isinstance(learnt, Whole)
    found, own = told(score(people, whole)), in_bins(people, learnt.columns, learnt.edges)
    asked = learnt.booster.decision_function(own)
    moved = {}
    for group in {column.group for column in learnt.columns}:
        usual = np.where([column.group == group for column in learnt.columns], learnt.usual, own)
        moved[group] = np.abs(asked - learnt.booster.decision_function(usual))
    most = np.max(list(moved.values()), axis=0)
    named = [(at, next((str(it[0]) for it in of if it[0] in moved), "")) for at, of in enumerate(found)]
    faithful = [moved[code][at] * whole.calibration.slope >= most[at] * whole.calibration.slope - 1e-4
                for at, code in named if code]  # fmt: skip
    assert np.mean(faithful) >= 0.99
    assert len(faithful) > 300
    assert any(of[0] == "together" for reasons in found for of in reasons)


def test_reasons_on_the_prior_are_shares_of_the_points() -> None:
    talk = [act(3, ago=0.5, thread=1), act(3, ago=0.5, thread=1, direction=2)]
    found = score(matrix(facts(talk), AS_OF), None)
    assert found.table["points"].to_list() == [75]
    assert [reason[:2] for reason in told(found)[0]] == [["conversation", 0.6667], ["acts", 0.3333]]
    nothing = score(matrix(facts([], [outcome()]), AS_OF), None)
    assert told(nothing) == [[["nothing_yet", 0.0]]]
    blocked = score(matrix(facts([act(7), act(0, nature=0)]), AS_OF), None)
    assert told(blocked) == [[["refused", -1.0, 1.0]]]


def test_discounts_are_shown_with_their_count() -> None:
    acts = [act(3, words=1), act(3, words=0, ago=2), act(4, automated=True), act(1)]
    found = score(matrix(facts(acts), AS_OF), None)
    assert told(found, "discounts") == [[["sound_bites", 2], ["automated", 1]]]
    assert sentence(told(found, "discounts")[0][0]) == "2 replies of one word count as a nod each"


def test_every_reason_there_can_be_has_words_and_values() -> None:
    groups = {feature.group for feature in CATALOGUE}
    assert groups | {"together", "nothing_yet"} == set(VALUES)
    assert (set(VALUES) | {ATTRIBUTE}, set(DISCOUNTS)) == (set(OF_REASONS), set(OF_DISCOUNTS))
    assert {column for columns in VALUES.values() for column in columns} <= set(rows().columns)
    for code, columns in VALUES.items():
        for value in (0.0, 1.0, 400.0 if code != "acts" else 5.0):
            assert sentence([code, 0.5, *[value] * len(columns)])


def test_equals_have_the_lift_of_equals() -> None:
    found = score(matrix(facts([act(1, contact=n) for n in range(1, 4)]), AS_OF), model())
    assert found.table["lift"].to_list() == [1, 1, 1]
    assert found.table["band"].to_list() == ["some"] * 3


@pytest.mark.parametrize(
    ("acts", "outcomes", "code", "said"),
    [
        ([act(7)], [], "acts", "1 act in the last 90 days; the highest is a letter"),
        ([act(1, ago=99)], [], "acts", "1 act within a year, none of them in the last 90 days; the highest is a nod"),
        ([act(7, ago=400)], [], "acts", "No act within a year that is more than a glance"),
        ([act(3, words=-1)], [], "conversation", "Has not said more than one word within a year, as far as is known"),
        ([], [outcome(1, ago=300)], "other_outcomes", "A lead or a meeting came of it before"),
    ],
)  # fmt: skip
def test_words_are_true_of_the_numbers(acts: list[Any], outcomes: list[Any], code: str, said: str) -> None:
    rows = matrix(facts(acts, outcomes), AS_OF)
    assert sentence([code, 0.5, *rows.select(VALUES[code]).row(0)]) == said


def test_a_client_without_anybody_has_no_scores() -> None:
    nobody = matrix(facts(), AS_OF)
    for basis in (None, model()):
        assert score(nobody, basis).table.height == 0
