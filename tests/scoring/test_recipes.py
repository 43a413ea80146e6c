"""Recipes: signs hold, tables are the booster, and a score is the sum of what is told."""

from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.special import expit, logit
from sklearn.ensemble import HistGradientBoostingClassifier

from scoring.learning import recipes
from scoring.learning.additive import Additive, Column, Line
from scoring.learning.choosing import RECIPES
from scoring.learning.recipes import fit_boosting
from scoring.learning.training import RECENCY, columns
from tests.scoring.fits import MARKETS, fitted, rows_of


@pytest.mark.parametrize("kind", MARKETS)
def test_coefficients_keep_their_sign(kind: str) -> None:
    model = fitted("logistic", kind).learnt
    assert isinstance(model, Additive)
    lines = [term for term in model.terms if isinstance(term, Line)]
    signed = [(column.sign, line.weight) for column, line in zip(model.columns, lines, strict=True)]
    assert all(weight * sign >= 0 for sign, weight in signed)
    # Where the data contradict the ladder, the bound is what holds.
    assert kind != "likers" or any(weight == 0 for sign, weight in signed if sign == 1)


def test_the_tables_are_the_booster(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[HistGradientBoostingClassifier] = []
    real = recipes._asked

    def keeping(booster: HistGradientBoostingClassifier) -> Any:
        kept.append(booster)
        return real(booster)

    monkeypatch.setattr(recipes, "_asked", keeping)
    rows = rows_of("talkers")
    model = fit_boosting(rows, rows["label"].to_numpy().astype(float), columns())
    edges = [recipes._edges(rows[column.name].to_numpy(), column) for column in model.columns]
    said = kept[0].decision_function(recipes.in_bins(rows, model.columns, edges))
    assert np.abs(model.log_odds(rows) - said).max() < 1e-9
    assert np.ptp(said) > 1


def test_a_constant_column_adds_nothing() -> None:
    rows = rows_of("talkers").with_columns(tenure=pl.lit(5.0))
    labels = rows["label"].to_numpy().astype(float)
    for fit in (RECIPES["logistic"], RECIPES["boosting"]):
        model = fit(rows, labels, [RECENCY, Column("tenure", "tenure")])
        assert model.told(rows)["tenure"] == pytest.approx(0)


@pytest.mark.parametrize("recipe", RECIPES)
def test_levels_and_what_is_not_known_are_learnt(recipe: str) -> None:
    """A fact of a contact: whoever came by a recommendation buys, whoever says nothing hardly ever does."""
    random = np.random.default_rng(4)
    came, age = random.integers(-1, 4, 3000), np.where(random.random(3000) < 0.5, np.nan, random.random(3000) * 60)
    labels = (random.random(3000) < np.select([came == 2, came == -1], [0.7, 0.05], 0.2) + 0.2 * np.isnan(age)).astype(
        float
    )
    rows = pl.DataFrame({"came": came.astype(float), "age": age, "client": np.ones(3000, dtype=np.int64)})
    learnt = RECIPES[recipe](rows, labels, [Column("came", "came", levels=3), Column("age", "age")])
    said = expit(learnt.log_odds(rows))
    for level in range(-1, 4):
        for unknown in (True, False):
            these = (came == level) & (np.isnan(age) == unknown)
            assert said[these].mean() == pytest.approx(labels[these].mean(), abs=0.08), (level, unknown)


@pytest.mark.parametrize("recipe", RECIPES)
def test_contributions_and_base_are_the_log_odds(recipe: str) -> None:
    model, rows = fitted(recipe, "talkers"), rows_of("talkers")
    contributions = model.contributions(rows)
    said = model.base(rows) + contributions.sum_horizontal().to_numpy()
    assert np.abs(said - logit(model.probability(rows))).max() < 5e-7
    if recipe != "whole":
        assert np.abs(contributions.mean_horizontal().to_numpy().mean()) < 1e-9, "centred"
