"""Carts: who buys within days of their first one is told by what was known then, forward in time."""

from dataclasses import replace
from datetime import timedelta
from functools import cache

import numpy as np
import polars as pl

from scoring.features.clock import Facts
from scoring.features.matrix import matrix
from scoring.learning import carts
from scoring.learning.carts import judge_at_first, judge_by_day
from scoring.learning.training import Verdict
from tests.scoring.frames import AS_OF, act, facts, outcome

CART, LAST, DAYS = 2, 20.0, 3


@cache
def shop(people: int = 900) -> Facts:
    """Twenty days. Half have written to the shop before they fill a cart, and these buy more often, the same day."""
    random = np.random.default_rng(1)
    acts, bought = [], []
    for contact in range(1, people + 1):
        ago, wrote = float(random.uniform(0, LAST)), contact % 2 == 0
        acts += [act(CART, ago=ago, contact=contact), act(CART, ago=ago - 0.01, contact=contact)]
        acts += [act(4, ago=ago + 0.5, contact=contact)] if wrote else []
        acts.append(act(7, ago=ago - 0.3, contact=contact))  # known too late
        if random.random() < (0.35 if wrote else 0.08):
            bought.append(outcome(contact=contact, ago=ago - 0.2))
    return facts(acts, bought)


def test_who_buys_after_a_cart_is_told_by_what_was_known_then() -> None:
    found = judge_at_first(shop(), rung=CART, days=DAYS, until=AS_OF)
    assert found.trained.verdict == Verdict.BETTER
    assert found.trained.quality["auc"]["low"] > 0.6
    assert found.by_prior["auc"]["value"] > 0.6
    used = sum(found.trained.rows.values())
    assert used < 900 * (LAST - 2 * DAYS) / LAST * 1.1, "what closes too late is left out, at the end and in between"


def test_day_by_day_all_who_had_a_cart_are_told_apart() -> None:
    there = shop(3000)
    slow = there.outcomes.with_columns(pl.col("occurred_at", "known_at") + timedelta(days=1))
    found = judge_by_day(replace(there, outcomes=slow), rung=CART, days=DAYS, until=AS_OF)
    assert found.trained.verdict == Verdict.BETTER
    assert found.trained.quality["auc"]["low"] > 0.6
    assert found.by_recency["auc"]["value"] > 0.6
    judging, before = carts._days([AS_OF - timedelta(days=10)], timedelta(days=DAYS), AS_OF)
    assert judging[0] >= max(before) + timedelta(days=DAYS)
    assert max(judging) + timedelta(days=DAYS) <= AS_OF
    short = judge_by_day(
        replace(there, acts=there.acts.filter(pl.col("occurred_at") > AS_OF - timedelta(days=8))),
        rung=CART, days=DAYS, until=AS_OF,
    )  # fmt: skip
    assert (short.trained.model, set(short.by_recency)) == (None, set(carts.OF_AN_ORDER))
    none = judge_by_day(shop(120), rung=5, days=DAYS, until=AS_OF)
    assert (none.trained.verdict, none.trained.model) == (Verdict.BELOW_FLOOR, None)
    assert "more than 9 days" in none.trained.sentence


def test_rows_are_as_the_matrix_of_that_moment() -> None:
    there = shop()
    moments = carts._moments(there, CART)
    rows = carts._rows(there, moments, timedelta(days=DAYS))
    assert rows["moment"].is_sorted()
    for contact, moment in moments.sample(5, seed=1).iter_rows():
        then = matrix(there, moment + carts.INSTANT).filter(pl.col("person") == contact)
        assert rows.filter(pl.col("person") == contact).select(then.columns).equals(then)


def test_labels_close_before_what_judges_begins() -> None:
    there = shop()
    rows = carts._rows(there, carts._moments(there, CART), timedelta(days=DAYS))
    parts = carts._parts(rows, timedelta(days=DAYS))
    assert parts is not None
    fit, calibrate, last = (part.rows["moment"] for part in parts)
    assert fit.max() < calibrate.min()  # type: ignore[operator]
    assert calibrate.max() + timedelta(days=DAYS) < last.min()  # type: ignore[operator]


def test_too_little_ends_in_a_sentence_and_the_order_of_the_prior() -> None:
    few = shop(120)
    found = judge_at_first(few, rung=CART, days=DAYS, until=AS_OF)
    assert (found.trained.verdict, found.trained.model) == (Verdict.BELOW_FLOOR, None)
    assert "more rows with the label are needed" in found.trained.sentence
    assert found.by_prior["auc"]["low"] <= found.by_prior["auc"]["value"] <= found.by_prior["auc"]["high"]
    assert "no first act on this rung" in judge_at_first(few, rung=5, days=DAYS, until=AS_OF).trained.sentence
    short = replace(few, acts=few.acts.filter(pl.col("occurred_at") > AS_OF - timedelta(days=5)))
    assert "more than 6 days" in judge_at_first(short, rung=CART, days=DAYS, until=AS_OF).trained.sentence
