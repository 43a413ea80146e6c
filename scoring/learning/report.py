"""What is told of a model beside its figures: tables of a window that it had not seen, each rate with its interval."""

from math import sqrt
from typing import Any

import numpy as np
import polars as pl

from scoring.features.rungs import RUNG_NAMES
from scoring.learning.calibration import LEAST_IN_A_BIN, Numbers
from scoring.learning.evaluation import INTERVAL, draws_of, evaluate, shared
from scoring.learning.parts import Part
from scoring.learning.rates import wilson

PARTS = 10
FIRST = 20


def told(part: Part, probability: Numbers, *, seed: int) -> dict[str, Any]:
    """Return the tables, as JSON. probability: what was said beforehand of each row of the part."""
    return {
        "calibration": calibration_table(part.labels, probability),
        "deciles": deciles(part.labels, probability, seed=seed),
        "first_twenty": first_twenty(part, probability),
        "clients": by_client(part, probability, seed=seed),
        "rungs": rungs(part.rows),
        "five_beat_a_hundred": five_beat_a_hundred(part.rows, seed=seed),
    }


def calibration_table(labels: Numbers, probability: Numbers) -> list[dict[str, float]]:
    """Return ten parts of as many contacts, the lowest first: `said`, the mean probability, and `rate`, how many there
    were, with its interval.
    """
    order = np.argsort(probability, kind="stable")
    alike = shared(labels, probability, np.ones(len(labels)))
    return [
        {"said": float(probability[part].mean()), **rate(float(alike[part].sum()), len(part))}
        for part in np.array_split(order, PARTS)
        if len(part)
    ]


def deciles(labels: Numbers, probability: Numbers, *, seed: int) -> list[dict[str, float]]:
    """Return ten parts of as many contacts, the highest first: the `lift` of each over everybody, and its interval by
    resampling contacts.
    """
    alike, base = shared(labels, probability, np.ones(len(labels))), labels.mean()
    parts = np.array_split(np.argsort(-probability, kind="stable"), PARTS)
    drawn = np.array(
        [
            [np.dot(times[part], alike[part]) / max(times[part].sum(), 1) / np.average(labels, weights=times)
             for part in parts]
            for times in draws_of(len(labels), seed=seed)
            if np.dot(times, labels) > 0
        ]
    )  # fmt: skip
    low, high = np.percentile(drawn, [(100 - INTERVAL) / 2, (100 + INTERVAL) / 2], axis=0)
    return [
        {"n": len(part), "lift": float(alike[part].mean() / base), "low": float(low[at]), "high": float(high[at])}
        for at, part in enumerate(parts)
        if len(part)
    ]


def first_twenty(part: Part, probability: Numbers) -> dict[str, float]:
    """Return how many of the first twenty of each client, whom one would ring, had the outcome. Equals share."""
    hits, rows = 0.0, 0
    for client in np.unique(part.clients):
        of_client = part.clients == client
        said, labels = probability[of_client], part.labels[of_client]
        first = np.argsort(-said, kind="stable")[:FIRST]
        hits += float(shared(labels, said, np.ones(len(labels)))[first].sum())
        rows += len(first)
    return rate(hits, rows)


def by_client(part: Part, probability: Numbers, *, seed: int) -> dict[str, Any]:
    """Return the figures of each client, by row number, with ten or more who had the outcome and as many who had not.
    Of a single client they are the model's.
    """
    found: dict[str, Any] = {}
    clients = np.unique(part.clients)
    for client in clients if len(clients) > 1 else []:
        labels, said = part.labels[part.clients == client], probability[part.clients == client]
        if min(labels.sum(), len(labels) - labels.sum()) >= LEAST_IN_A_BIN:
            figures = evaluate(labels, said, seed=seed)
            found[str(client)] = {"n": len(labels), "positives": int(labels.sum()), "figures": figures}
    return found


def rungs(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """Return what a like is worth here: by the highest rung that people had reached within a year, how many had the
    outcome, and `more`: that rate less the rate of those who only glanced. An association, no cause. Whoever did
    nothing within the year (a buyer, a lead of a list) did not glance, and is in no row.
    """
    rows = rows.filter(pl.col("own_acts") > 0)
    counted = {
        int(rung): (int(n), int(hits))
        for rung, n, hits in rows.group_by("highest_rung").agg(n=pl.len(), hits=pl.col("label").sum()).iter_rows()
    }
    found = []
    for rung, name in enumerate(RUNG_NAMES):
        n, hits = counted.get(rung, (0, 0))
        row: dict[str, Any] = {"rung": rung, "name": name, "n": n}
        if n:
            row |= rate(hits, n)
            if rung and counted.get(0, (0, 0))[0]:
                row["more"] = difference(hits, n, counted[0][1], counted[0][0])
        found.append(row)
    return found


def five_beat_a_hundred(rows: pl.DataFrame, *, seed: int) -> dict[str, Any]:
    """Return how many outcomes five authentic engagers brought, and how many a hundred raw likes.

    An *authentic engager* is who said something within a year: has a qualified interaction. The likes are those of
    everybody else, set-aside ones too, and so are their outcomes. `more`: the first less the second.
    """
    spoke = (rows["qualified"] > 0).to_numpy()
    label, likes = rows["label"].to_numpy().astype(np.float64), rows["likes"].to_numpy()
    liked = ~spoke & (likes > 0)
    found: dict[str, Any] = {
        "engagers": int(spoke.sum()), "likes": int(likes[liked].sum()), "five": None, "hundred": None, "more": None,
    }  # fmt: skip

    def brought(times: Numbers) -> tuple[float, float]:
        five = 5 * np.dot(times, label * spoke) / max(np.dot(times, spoke), 1)
        return float(five), float(100 * np.dot(times, label * liked) / max(np.dot(times, likes * liked), 1))

    if spoke.any() and liked.any():
        drawn = np.array([brought(times.astype(np.float64)) for times in draws_of(rows.height, seed=seed)])
        five, hundred = brought(np.ones(rows.height))
        found["five"] = _figure(five, drawn[:, 0])
        found["hundred"] = _figure(hundred, drawn[:, 1])
        found["more"] = _figure(five - hundred, drawn[:, 0] - drawn[:, 1])
    return found


def rate(hits: float, n: int) -> dict[str, float]:
    """Return a rate with its 90 % interval (Wilson)."""
    low, high = wilson(hits, n)
    return {"n": n, "rate": hits / n, "low": low, "high": high}


def difference(hits: int, n: int, others: int, of: int) -> dict[str, float]:
    """Return the difference of two rates with its 90 % interval. Source: Newcombe 1998, method 10.

    >>> {name: round(value, 3) for name, value in difference(56, 70, 48, 80).items()}
    {'value': 0.2, 'low': 0.077, 'high': 0.314}
    """
    (low, high), (other_low, other_high) = wilson(hits, n), wilson(others, of)
    one, other = hits / n, others / of
    return {
        "value": one - other,
        "low": one - other - sqrt((one - low) ** 2 + (other_high - other) ** 2),
        "high": one - other + sqrt((high - one) ** 2 + (other - other_low) ** 2),
    }


def _figure(value: float, drawn: Numbers) -> dict[str, float]:
    low, high = np.percentile(drawn, [(100 - INTERVAL) / 2, (100 + INTERVAL) / 2])
    return {"value": value, "low": float(low), "high": float(high)}
