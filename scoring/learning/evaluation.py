"""How good a model was in a window that it had not seen, each figure with its interval."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_curve

from scoring.learning.calibration import Numbers

Weights = NDArray[np.float64]
Counts = NDArray[np.uint16]
Groups = NDArray[np.int64]
Metric = Callable[[Numbers, Numbers, Weights], float]

DRAWS = 200
INTERVAL = 90  # per cent


# Whoever calls a metric has sorted the rows by score, rising. A figure takes 200 draws, and scikit-learn's own metrics
# spend far longer on looking at what they are given than on computing; a test holds these against them.


def _steps(labels: Numbers, p: Numbers, w: Weights) -> tuple[Numbers, Numbers]:
    """Return the weight of those with the label and of those without, for each score that there is, rising."""
    starts = np.flatnonzero(np.concatenate([[True], p[1:] != p[:-1]]))
    return np.add.reduceat(w * labels, starts), np.add.reduceat(w * (1 - labels), starts)


def _auc(labels: Numbers, p: Numbers, w: Weights) -> float:
    having, others = _steps(labels, p, w)
    below = np.cumsum(others) - others / 2
    return float(having @ below / (having.sum() * others.sum()))


def _average_precision(labels: Numbers, p: Numbers, w: Weights) -> float:
    having, others = (of_score[::-1] for of_score in _steps(labels, p, w))
    found, all_ = np.cumsum(having), np.cumsum(having + others)
    return float(having @ (found / np.where(all_ > 0, all_, 1)) / having.sum())


def _brier(labels: Numbers, p: Numbers, w: Weights) -> float:
    return float(np.average((labels - p) ** 2, weights=w))


def _brier_skill(labels: Numbers, p: Numbers, w: Weights) -> float:
    """Against whoever knew the window's own rate beforehand: 1 is perfect, 0 no better, below 0 worse."""
    rate = np.average(labels, weights=w)
    return float(1 - _brier(labels, p, w) / (rate * (1 - rate)))


def _ece(labels: Numbers, p: Numbers, w: Weights, parts: int = 10) -> float:
    """Expected calibration error over ten parts of as many contacts each: mean gap between said and seen."""
    order = np.argsort(p, kind="stable")
    gaps = w * (p - shared(labels, p, w))
    gap = sum(abs(float(gaps[part].sum())) for part in np.array_split(order, parts))
    return gap / float(w.sum())


def _lift_top_decile(labels: Numbers, p: Numbers, w: Weights) -> float:
    """Rate among the tenth with the highest scores, over everybody's; who stands on the edge counts in part."""
    order = np.argsort(-p, kind="stable")
    before = np.concatenate([[0.0], np.cumsum(w[order])[:-1]])
    inside = np.clip(0.1 * w.sum() - before, 0, w[order])
    rate = np.dot(inside, shared(labels, p, w)[order]) / inside.sum()
    return float(rate / np.average(labels, weights=w))


def shared(labels: Numbers, p: Numbers, w: Weights) -> Numbers:
    """Return for each the rate among those of the same score: which of them comes first says nothing."""
    _, group = np.unique(p, return_inverse=True)
    weights = np.bincount(group, weights=w)
    rates: Numbers = np.bincount(group, weights=w * labels) / np.where(weights > 0, weights, 1)
    return rates[group]


def _recall_at(false_alarms: float) -> Metric:
    """Return the metric: the share of those with the label that is found while so many without it are accused."""

    def recall(labels: Numbers, score: Numbers, w: Weights) -> float:
        accused, found, _ = roc_curve(labels, score, sample_weight=w)
        return float(np.interp(false_alarms, accused, found))

    return recall


# Of probabilities of an outcome.
METRICS: dict[str, Metric] = {
    "auc": _auc,
    "average_precision": _average_precision,
    "brier": _brier,
    "brier_skill": _brier_skill,
    "ece": _ece,
    "lift_top_decile": _lift_top_decile,
}
# Of scores that raise an alarm.
ALARM_METRICS: dict[str, Metric] = {
    "auc": _auc,
    "average_precision": _average_precision,
    "recall_at_1pct": _recall_at(0.01),
    "recall_at_half_pct": _recall_at(0.005),
}
RANGES = {"auc": (0, 1), "average_precision": (0, 1), "brier": (0, 1), "brier_skill": (-np.inf, 1), "ece": (0, 1),
          "lift_top_decile": (0, np.inf), "recall_at_1pct": (0, 1), "recall_at_half_pct": (0, 1)}  # fmt: skip
Figure = dict[str, float]


def evaluate(
    labels: Numbers, probability: Numbers, *, seed: int, of: Iterable[str] = METRICS, whose: Groups | None = None
) -> dict[str, Figure]:
    """Return every metric as {"value", "low", "high"}: 90 % intervals from 200 draws of contacts with replacement.

    labels: 0 or 1, both present. of: the metrics, if not all. whose: the person each row is of, where people have
    several, which come and go together; else one row is one contact.
    """
    # In one order whatever the frame's was, so that the same data give the same draws.
    order = np.lexsort((labels, probability))
    if whose is None:
        draws = draws_of(len(labels), seed=seed)
    else:
        people, at = np.unique(whose[order], return_inverse=True)
        draws = [times[at] for times in draws_of(len(people), seed=seed)]
    return {name: figure(name, labels[order], probability[order], draws=draws) for name in of}


def figure(name: str, labels: Numbers, probability: Numbers, *, draws: Sequence[Counts]) -> Figure:
    """Return one metric with the 90 % interval that the draws give it; those with one class alone say nothing.

    The draws are moved so that their mean is the figure: gaps are larger in a resample than in the sample (ece).
    """
    metric = (METRICS | ALARM_METRICS)[name]
    order = np.argsort(probability, kind="stable")
    labels, probability = labels[order], probability[order]
    sorted_ = (drawn[order].astype(np.float64) for drawn in draws)
    drawn = [metric(labels, probability, weights) for weights in sorted_ if 0 < weights @ labels < weights.sum()]
    value = metric(labels, probability, np.ones(len(labels)))
    ends = np.percentile(drawn, [(100 - INTERVAL) / 2, (100 + INTERVAL) / 2]) - np.mean(drawn) + value
    low, high = np.clip(ends, *RANGES[name])
    return {"value": value, "low": float(low), "high": float(high)}


def draws_of(rows: int, *, seed: int, draws: int = DRAWS) -> list[Counts]:
    """Return how often each of the rows was drawn, for each draw of as many with replacement."""
    random = np.random.default_rng(seed)
    return [random.multinomial(rows, np.full(rows, 1 / rows)).astype(np.uint16) for _ in range(draws)]


def evaluate_alarms(labels: Numbers, scores: Numbers, accounts: Groups, *, seed: int) -> dict[str, Figure]:
    """Return every metric of alarms as `evaluate` does, from draws of accounts: an account's rows come and go together.

    labels: 0 or 1, both present. accounts: which account, 0 to n - 1, a row is of.
    """
    drawn = [times[accounts] for times in draws_of(int(accounts.max()) + 1, seed=seed)]
    return {name: figure(name, labels, scores, draws=drawn) for name in ALARM_METRICS}


def losses(labels: Numbers, probability: Numbers) -> Numbers:
    """Return the log loss of each row, in nats."""
    said = np.clip(np.where(labels == 1, probability, 1 - probability), 1e-15, 1)
    found: Numbers = -np.log(said)
    return found


def loss(labels: Numbers, probability: Numbers) -> float:
    """Return the log loss, in nats a contact; lower is better."""
    return float(losses(labels, probability).mean())
