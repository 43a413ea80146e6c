"""Drift: what moves is named, with its size and way; luck and a past that grows longer are no drift (T83)."""

from datetime import timedelta
from functools import cache

import numpy as np
import polars as pl
import pytest

from scoring.features.matrix import matrix
from scoring.learning.additive import Column
from scoring.learning.drift import counts, moved, psi, reference, together
from scoring.learning.training import columns
from tests.scoring.frames import AS_OF, market

WINDOWS, EVERYBODY, PEOPLE = 100, 2_000, 150
MONTHS = timedelta(days=60)


@cache
def quiet(days: int) -> tuple[pl.DataFrame, ...]:
    """Return people of a market in which nothing changes, at six moments; their past begins so long ago."""
    there = market(EVERYBODY, days=days, seed=83)
    return tuple(matrix(there, AS_OF - back * MONTHS) for back in range(5, -1, -1))


def window(days: int, number: int) -> tuple[pl.DataFrame, ...]:
    """Return the same of some of them, others in each window."""
    people = np.random.default_rng(number).choice(EVERYBODY, PEOPLE, replace=False) + 1
    return tuple(rows.filter(pl.col("person").is_in(people)) for rows in quiet(days))


@pytest.mark.parametrize("later", [1, 4])
@pytest.mark.parametrize("days", [900, 420])
def test_of_a_hundred_quiet_windows_fewer_than_five_raise_an_alarm(days: int, later: int) -> None:
    """T83, also where the past is short, so that much that is counted over all time grows with every day, and where the
    model has been in use for long.
    """
    alarms = 0
    for number in range(WINDOWS):
        before, then, *more = window(days, number)
        kept = reference(then, before, columns())
        alarms += bool(moved(kept, counts(more[later - 1], kept), after=later))
    assert alarms < 5


def test_what_shifts_by_two_standard_deviations_is_named_with_its_size() -> None:
    """T83."""
    before, then, now, *_ = window(900, 0)
    kept = reference(then, before, columns())
    for name, by, way in (("recency", 2.0, "up"), ("ladder_1", 2.0, "up"), ("longest_silence", -2.0, "down")):
        shifted = now.with_columns((pl.col(name) + by * then[name].std()).clip(0))  # type: ignore[operator]
        found = moved(kept, counts(shifted, kept))
        assert [(it["feature"], it["way"]) for it in found] == [(name, way)]
        assert found[0]["psi"] > found[0]["least"] >= 0.25


def test_what_is_not_known_any_more_is_named() -> None:
    """T83: one goes null."""
    random = np.random.default_rng(3)
    seats = Column("attribute:seats", "attribute:seats")
    plan = Column("attribute:plan", "attribute:plan", levels=2)

    def people(unknown: float) -> pl.DataFrame:
        is_known = random.random(400) >= unknown
        levels = np.where(is_known, random.integers(0, 3, 400), -1).astype(float)
        return pl.DataFrame({seats.name: np.where(is_known, random.normal(size=400), np.nan), plan.name: levels})

    kept = reference(people(0.1), people(0.1), [seats, plan])
    assert moved(kept, counts(people(0.1), kept)) == []
    found = {it["feature"]: it["way"] for it in moved(kept, counts(people(1.0), kept))}
    assert found == {seats.name: "unknown", plan.name: "unknown"}


def test_counts_of_clients_add_up_and_nobody_is_no_drift() -> None:
    before, then, now, *_ = window(900, 1)
    kept = reference(then, before, columns())
    parts = [counts(part, kept) for part in (now[:70], now[70:], now[:0])]
    assert together(parts) == counts(now, kept)
    assert moved(kept, counts(now[:0], kept)) == []
    assert moved(kept, {}) == moved({}, {}) == []


def test_psi_grows_with_the_shift_and_bears_empty_bins() -> None:
    assert 0 < psi([50, 30, 20], [45, 33, 22]) < psi([50, 30, 20], [20, 30, 50]) < psi([100, 0, 0], [0, 0, 100]) < 20
