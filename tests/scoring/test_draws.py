"""Shares of what units did: whole units are drawn, so that one busy one is no crowd."""

import numpy as np
import pytest

from scoring.integrity.draws import DRAWS, difference, share


def test_the_share_is_of_all_that_was_done() -> None:
    found = share(np.array([1, 0, 9]), np.array([2, 3, 10]), least=0.1)
    assert found.effect == pytest.approx(10 / 15)
    assert found.low < found.effect < found.high


def test_one_busy_unit_makes_a_share_uncertain() -> None:
    spread = share(np.full(20, 5), np.full(20, 10), least=0.2)
    of_one = share(np.array([100, *[0] * 19]), np.array([100, *[5] * 20][:20]), least=0.2)
    assert (spread.low, spread.high, spread.p) == (0.5, 0.5, 1 / (1 + DRAWS))
    assert of_one.high - of_one.low > 0.5
    assert of_one.p > 0.3


def test_a_difference_is_tested_beyond_the_least_that_counts() -> None:
    random = np.random.default_rng(1)
    of = np.full(200, 20)
    chosen = np.arange(200) < 30
    hits = random.binomial(of, np.where(chosen, 0.3, 0.1))
    assert difference(hits, of, chosen, least=0.05).p < 0.01
    assert difference(hits, of, chosen, least=0.3).p > 0.5
    assert difference(hits, of, chosen, least=0.05).effect == pytest.approx(0.2, abs=0.04)


def test_units_that_differ_as_units_do_are_seldom_found() -> None:
    """Each unit has its own rate, and the chosen are as many others: at p <= .05 one in twenty, without a least."""
    random = np.random.default_rng(2)
    found = 0
    for _ in range(30):
        of = random.integers(1, 60, 60)
        hits = random.binomial(of, random.beta(0.5, 2, 60))
        found += difference(hits, of, random.permutation(60) < 12, least=0).p <= 0.05
    assert found <= 5


def test_the_order_of_units_does_not_matter() -> None:
    random = np.random.default_rng(3)
    of = random.integers(1, 9, 50)
    hits, chosen, other = random.binomial(of, 0.4), random.random(50) < 0.3, random.permutation(50)
    one = difference(hits, of, chosen, least=0.1)
    assert one == difference(hits[other], of[other], chosen[other], least=0.1)
