"""Outcomes that are wrong, by mistake or on purpose: they cost little, or what was learnt from them is refused (T77,
T78).

Labels of the windows that are learnt from are turned; damage is measured on those of the last one as they were.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
import polars as pl
import pytest

from scoring.features.clock import Facts
from scoring.features.matrix import matrix
from scoring.learning import gates
from scoring.learning.choosing import choose
from scoring.learning.evaluation import evaluate
from scoring.learning.labels import Goal, labelled
from scoring.learning.parts import Part
from scoring.learning.splits import split
from scoring.learning.training import columns
from tests.scoring.frames import AS_OF, act, facts, outcome

GOAL = Goal()
BRANDS = (1, 2)
# The source that says what is not so.
TURNS = 99
Turn = Callable[[pl.DataFrame], pl.DataFrame]


@cache
def shop(people: int = 1200, days: int = 420) -> Facts:
    """Two brands whose people come at any time, stay for a while and buy while they are there; talkers buy more."""
    random = np.random.default_rng(7)
    acts, outcomes = [], []
    for contact in range(1, people + 1):
        came = float(random.uniform(10, days))
        left = max(0.0, came - float(random.exponential(150)))
        talks = bool(random.random() < 0.3)
        seen = random.uniform(left, came, 2 + random.poisson((came - left) / 12))
        bought = random.uniform(left, came, random.poisson((came - left) / (60 if talks else 200)))
        rung, words = (3, 8) if talks else (1, -1)
        acts += [act(rung, ago=float(ago), contact=contact, words=words) for ago in seen]
        outcomes += [outcome(ago=float(ago), contact=contact) for ago in bought]
    given = facts(acts, outcomes)
    brand = 1 + pl.col("contact") % len(BRANDS)
    return Facts(**{**vars(given), "contacts": given.contacts.with_columns(client=brand)})


@cache
def by_moment() -> dict[object, pl.DataFrame]:
    parts = split(now=AS_OF, since=AS_OF.replace(year=2024), horizon=GOAL.horizon)
    assert parts is not None
    return {at: labelled(matrix(shop(), at), shop(), at, GOAL) for at in parts.moments}


def parts_of(turn: Turn) -> tuple[Part, Part]:
    """Return what is fitted on and what is calibrated on, turned."""
    *fit, window, _ = (turn(rows) for rows in by_moment().values())
    return Part(pl.concat(fit)), Part(window)


def auc(fit: Part, window: Part, brands: tuple[int, ...] = BRANDS) -> float:
    """Return how good what is learnt is on the last window as it was, with the people of some brands."""
    test = Part(list(by_moment().values())[-1].filter(pl.col("client").is_in(brands)))
    said = choose(fit, window, columns()).probability(test)
    return evaluate(test.labels, said, seed=1, of=["auc"])["auc"]["value"]


@cache
def clean() -> float:
    return auc(*parts_of(lambda rows: rows))


def at_random(share: float) -> Turn:
    random = np.random.default_rng(3)

    def turn(rows: pl.DataFrame) -> pl.DataFrame:
        hit = random.random(rows.height) < share
        return rows.with_columns(label=pl.when(pl.Series(hit)).then(1 - pl.col("label")).otherwise("label"))

    return turn


def with_aim(share: float, brand: int | None = None) -> Turn:
    """Mark so many as buyers who were not seen for longest, of all brands or of one."""

    def turn(rows: pl.DataFrame) -> pl.DataFrame:
        meant = (pl.col("label") == 0) & (pl.lit(brand is None) | (pl.col("client") == (brand or 0)))
        stalest = pl.when(meant).then("recency").otherwise(-1.0).rank("ordinal", descending=True)
        turned = stalest <= share * rows.height
        return rows.with_columns(
            label=pl.when(turned).then(1).otherwise("label"), source=pl.when(turned).then(TURNS).otherwise("source")
        )

    return turn


def test_what_is_sound_is_not_called_odd() -> None:
    fit, window = parts_of(lambda rows: rows)
    assert gates.odd(fit, window) is None
    assert clean() > 0.7


@pytest.mark.parametrize("share", [0.01, 0.1, 0.3])
def test_outcomes_turned_at_random_cost_little(share: float) -> None:
    """T77."""
    fit, window = parts_of(at_random(share))
    assert gates.odd(fit, window) is None
    # On real data hardly anything (tests/real); of a few hundred buyers the rest is luck.
    assert auc(fit, window) > clean() - (0.02 if share <= 0.1 else 0.03)


@pytest.mark.parametrize("share", [0.03, 0.1, 0.3])
@pytest.mark.parametrize("brand", [None, 1])
def test_outcomes_turned_with_aim_are_refused(share: float, brand: int | None) -> None:
    """T77. The stalest contacts, marked as buyers, would have taught that whoever is gone buys."""
    said = gates.odd(*parts_of(with_aim(share, brand)))
    assert said is not None
    assert "No market looks like that" in said.sentence
    assert said.source == TURNS, "the source is named"


def test_a_few_turned_with_aim_are_refused_or_cost_little() -> None:
    """T77."""
    fit, window = parts_of(with_aim(0.01))
    assert gates.odd(fit, window) or auc(fit, window) > clean() - 0.01


def test_a_flood_of_outcomes_from_one_brand_on_one_day_counts_as_a_busy_day() -> None:
    """T78: ten times the outcomes of all, from one brand within a day."""
    random = np.random.default_rng(5)

    def flood(rows: pl.DataFrame) -> pl.DataFrame:
        chosen = pl.Series(random.random(rows.height) < 0.9)
        hit = chosen & (rows["client"] == 1) & (rows["label"] == 0)
        return rows.with_columns(
            label=pl.when(hit).then(1).otherwise("label"), on=pl.when(hit).then(17).otherwise("on")
        )

    fit, window = parts_of(flood)
    usual = fit.rows.filter(pl.col("label") == 1).height
    weighed = float(fit.weights[fit.labels == 1].sum())
    assert weighed < 0.5 * usual
    others = (2,)
    assert auc(fit, window, others) > auc(*parts_of(lambda rows: rows), others) - 0.02
    assert (fit.weights[fit.labels == 0] == 1).all()
