"""What came of what a model said: told by tenths, held against what was to come, and against the model before."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from scoring.features.clock import OUTBOUND, Facts
from scoring.features.matrix import matrix
from scoring.learning.comparing import Gain
from scoring.learning.hindsight import Look, Seen, look_back, pace, worse
from scoring.learning.labels import Goal, labelled
from scoring.learning.model import Model
from scoring.learning.parts import Part
from tests.scoring.fits import backwards, fitted, rows_of
from tests.scoring.frames import AS_OF, act, market
from tests.scoring.frames import facts as of

GOAL = Goal()
FIRST = AS_OF - GOAL.horizon
PACE = [1] * GOAL.days


def look(known: Facts, model: Model, days: int = GOAL.days, pace: Sequence[int] = PACE) -> Look:
    rows = matrix(known, FIRST)
    said = rows.select("person", "client", probability=pl.Series(model.probability(rows)))
    return Look(FIRST, GOAL, days, said.rows(), pace)


def seen(known: Facts, model: Model | None = None, *, days: int = GOAL.days, pace: Sequence[int] = PACE) -> Seen:
    """Return what came of what a model said of a market."""
    return look_back(known, known, look(known, model or fitted("logistic", "talkers"), days, pace))


def held_against(known: Facts, model: Model, before: Model) -> Gain | None:
    return worse(known, known, look(known, model), model, before)


def test_what_came_is_told_by_tenths_of_what_was_said() -> None:
    known = market()
    model, rows = fitted("logistic", "talkers"), rows_of("talkers")
    found = seen(known)
    assert (found.contacts, found.positives) == (rows.height, int(rows["label"].sum()))
    assert sum(it["n"] for it in found.report["deciles"]) == rows.height
    said = [it["said"] for it in found.report["deciles"]]
    assert said == sorted(said, reverse=True)
    assert np.average(said, weights=[it["n"] for it in found.report["deciles"]]) == pytest.approx(
        model.probability(rows).mean()
    )
    assert found.report["deciles"][0]["rate"] > 2 * found.report["deciles"][-1]["rate"]
    assert found.report["figures"]["auc"]["value"] > 0.6


def test_before_the_time_is_over_less_is_to_have_come() -> None:
    """The share that usually is there by then; figures that speak of how high chances are wait."""
    model = fitted("logistic", "talkers")
    known, slow = market(), [0] * 30 + [2] * 30
    half = seen(known, model, days=30)
    whole = seen(known, model)
    assert half.report["expected"]["said"] == pytest.approx(whole.report["expected"]["said"] / 2)
    assert set(half.report["figures"]) == {"auc", "average_precision"}
    assert seen(known, model, days=30, pace=slow).report["expected"] == {
        "said": 0.0, "came": half.positives, "ratio": None, "drifted": False,
    }  # fmt: skip


def test_who_was_contacted_before_is_marked() -> None:
    """A score that has people rung makes itself true: so they are told apart."""
    known = market()
    bought = rows_of("talkers").filter(on=40)["person"].to_list()
    others = rows_of("talkers").filter(label=0)["person"].head(5).to_list()

    def with_calls(*, day: int, people: list[int], rung: int = 6) -> int:
        calls = of([act(rung, ago=GOAL.days - day - 0.5, contact=who, direction=OUTBOUND) for who in people])
        found = seen(replace(known, acts=known.acts.vstack(calls.acts)))
        return sum(it["contacted"]["n"] for it in found.report["deciles"] if it["contacted"])

    assert bought
    assert with_calls(day=20, people=[*bought, *others]) == len(bought) + len(others)
    assert with_calls(day=50, people=[*bought, *others]) == len(others), "who had bought by then was not won by it"
    assert with_calls(day=40, people=bought) == 0, "on the day itself it may be of what they bought"
    assert with_calls(day=-1, people=bought) == 0, "before it was said"
    assert seen(known).report["deciles"][0]["contacted"] is None


def test_another_rate_is_drift_and_luck_is_none() -> None:
    model = calibrated_on(market())
    calm = [seen(market(seed=seed), model).report["expected"] for seed in range(2, 7)]
    assert not any(it["drifted"] for it in calm)
    more = seen(market(talkers=20.0, others=2.4), model)
    assert more.report["expected"]["drifted"]
    assert more.report["expected"]["ratio"]["low"] > 1.3


def calibrated_on(known: Facts) -> Model:
    """Return the model whose chances are as high as the rate of a window."""
    rows = labelled(matrix(known, FIRST), known, FIRST, GOAL)
    model = fitted("logistic", "talkers")
    level = replace(model.calibration, clients=model.calibration.clients[:0], shifts=model.calibration.shifts[:0])
    for _ in range(20):
        gap = np.log(rows["label"].mean() / replace(model, calibration=level).probability(rows).mean())
        level = replace(level, intercept=level.intercept + gap)
    return replace(model, calibration=level)


def test_the_guard_is_sure_where_the_one_before_was_better_and_not_where_they_are_alike() -> None:
    model = fitted("logistic", "talkers")
    turned = held_against(market(seed=2), backwards(model), model)
    assert turned is not None
    assert turned.bound > 0
    alike = held_against(market(seed=2), model, fitted("boosting", "talkers"))
    assert alike is not None
    assert alike.bound <= 0
    assert held_against(market(40, talkers=0.1, others=0.1), backwards(model), model) is None, "too little came"


def test_the_pace_says_on_which_day_people_had_it() -> None:
    found = pace(Part(rows_of("talkers")), GOAL.days)
    assert len(found) == GOAL.days
    assert sum(found) == rows_of("talkers")["label"].sum()
