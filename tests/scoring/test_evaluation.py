"""Probabilities, intervals and figures: each says what it says."""

from typing import Any

import numpy as np
import pytest
from scipy.special import expit
from sklearn.metrics import average_precision_score, brier_score_loss, log_loss, roc_auc_score

from scoring.learning.calibration import SlopeNegative, bins, calibrate
from scoring.learning.evaluation import METRICS, draws_of, evaluate, figure, loss
from scoring.learning.rates import wilson

# --- Calibration


def test_a_sigmoid_is_found_again() -> None:
    random = np.random.default_rng(2)
    raw = random.normal(size=40_000)
    labels = (random.random(40_000) < expit(0.5 * raw - 1)).astype(float)
    found = calibrate(raw, labels, np.zeros(len(raw), dtype=np.int64), np.ones(len(raw)))
    assert found.slope == pytest.approx(0.5, abs=0.05)
    assert found.intercept == pytest.approx(-1, abs=0.05)


def test_with_few_positives_only_the_level_is_taken() -> None:
    raw = np.linspace(-4, 4, 400)
    labels = np.zeros(400)
    labels[:20] = 1  # those scored lowest: a slope would be negative
    found = calibrate(raw, labels, np.zeros(len(raw), dtype=np.int64), np.ones(len(raw)))
    assert found.slope == 1
    assert found.probability(raw, np.zeros(len(raw), dtype=np.int64)).sum() == pytest.approx(20)
    labels[:40] = 1
    with pytest.raises(SlopeNegative):
        calibrate(raw, labels, np.zeros(len(raw), dtype=np.int64), np.ones(len(raw)))


def test_clients_share_the_sigmoid_and_lie_beside_it_as_their_outcomes_say() -> None:
    random = np.random.default_rng(8)
    clients = np.repeat([3, 5, 9], [5000, 5000, 20])
    raw = random.normal(size=len(clients))
    true = np.select([clients == 3, clients == 5], [0.8, -0.8], 0.0)
    labels = (random.random(len(clients)) < expit(raw - 1.5 + true)).astype(float)
    labels[-20:] = 0
    found = calibrate(raw, labels, clients, np.ones(len(clients)))
    three, five, nine = found.level(np.array([3, 5, 9])) - found.intercept
    assert (three - five) == pytest.approx(1.6, abs=0.2)
    assert -1 < nine < 0, "twenty contacts without an outcome say little"
    assert found.level(np.array([7]))[0] == found.intercept, "a client that was not there is like the others"
    alone = calibrate(raw[:5000], labels[:5000], clients[:5000], np.ones(5000))
    assert not len(alone.clients), "of a single one there is nothing to tell apart"


def test_bins_have_ten_positives_and_an_interval_around_their_rate() -> None:
    random = np.random.default_rng(3)
    raw = random.normal(size=3000).round(2)
    labels = (random.random(3000) < expit(2 * raw - 2)).astype(float)
    found = bins(raw, labels)
    assert 2 < len(found.floors) <= 10
    assert found.floors[0] == -np.inf
    assert list(found.floors) == sorted(set(found.floors))
    where = np.searchsorted(found.floors, raw, side="right") - 1
    for at in range(len(found.floors)):
        inside = labels[where == at]
        assert inside.sum() >= 10
        assert (found.low[at], found.high[at]) == wilson(int(inside.sum()), len(inside))
    low, high = found.interval(raw, np.full(3000, 0.5))
    assert ((low <= 0.5) & (high >= 0.5)).all(), "an interval holds what it is the interval of"


# --- Figures


def test_the_figures_of_an_oracle_and_of_a_coin() -> None:
    random = np.random.default_rng(4)
    labels = (random.random(3000) < 0.2).astype(float)
    oracle, coin = evaluate(labels, labels, seed=1), evaluate(labels, random.random(3000), seed=1)
    assert {name: oracle[name]["value"] for name in ("auc", "average_precision", "brier", "brier_skill", "ece")} == {
        "auc": 1, "average_precision": 1, "brier": 0, "brier_skill": 1, "ece": 0,
    }  # fmt: skip
    assert oracle["lift_top_decile"]["value"] == pytest.approx(1 / labels.mean())
    assert coin["auc"]["low"] < 0.5 < coin["auc"]["high"]
    assert coin["brier_skill"]["high"] < 0
    for figures in (oracle, coin):
        assert all(it["low"] <= it["value"] + 1e-12 and it["value"] <= it["high"] + 1e-12 for it in figures.values())


def test_equal_scores_are_no_order() -> None:
    labels = np.repeat([0.0, 1.0], [900, 100])
    alike = evaluate(labels, np.full(1000, 0.1), seed=1)
    assert alike["ece"]["value"] == pytest.approx(0)
    assert alike["lift_top_decile"]["value"] == pytest.approx(1)
    assert alike["auc"]["value"] == 0.5
    # Two levels, each right about its own.
    p = np.repeat([0.1, 0.5], [800, 200])
    labels = np.concatenate([np.repeat([0.0, 1.0], [720, 80]), np.repeat([0.0, 1.0], [100, 100])])
    found = evaluate(labels, p, seed=1)
    assert found["ece"]["value"] == pytest.approx(0)
    assert found["lift_top_decile"]["value"] == pytest.approx(0.5 / 0.18)


@pytest.mark.parametrize("seed", range(5))
def test_metrics_are_those_of_scikit_learn(seed: int) -> None:
    random = np.random.default_rng(seed)
    p = np.sort(random.random(300).round(1 + seed % 2))
    labels, weights = (random.random(300) < p).astype(float), random.integers(0, 3, 300).astype(float)
    for name, theirs in (
        ("auc", roc_auc_score), ("average_precision", average_precision_score), ("brier", brier_score_loss),
    ):  # fmt: skip
        assert METRICS[name](labels, p, weights) == pytest.approx(theirs(labels, p, sample_weight=weights), abs=1e-12)
    assert loss(labels, p) == pytest.approx(log_loss(labels, p), abs=1e-9)


def test_intervals_hold_what_they_say() -> None:
    """Over 40 samples of one population the 90 % interval holds the population's figure in most."""
    random = np.random.default_rng(5)

    def sample(size: int) -> tuple[Any, Any]:
        p = expit(random.normal(size=size) - 1)
        return (random.random(size) < p).astype(float), p

    _, p = sample(1_000_000)
    truth = float((p * (1 - p)).mean())  # the Brier score of who knows every probability
    held = 0
    for turn in range(40):
        found = figure("brier", *sample(300), draws=draws_of(300, seed=turn))
        held += found["low"] <= truth <= found["high"]
    assert 31 <= held <= 40


def test_the_order_of_rows_changes_no_figure() -> None:
    random = np.random.default_rng(6)
    p = random.random(500).round(2)
    labels = (random.random(500) < p).astype(float)
    order = random.permutation(500)
    assert evaluate(labels, p, seed=1) == evaluate(labels[order], p[order], seed=1)
