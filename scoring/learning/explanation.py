"""Reasons: stored as a code, what it adds and a few numbers; `words` makes sentences of them when they are read."""

import numpy as np
import polars as pl

MOST = 5
# Less than this many log-odds (of points: this share of them) is no reason: it moves the odds by a twentieth.
LEAST = 0.05
# Reason → the columns of the matrix whose values its words need.
VALUES: dict[str, tuple[str, ...]] = {
    "acts": ("acts_90", "acts_365", "highest_rung"),
    "conversation": ("qualified", "qualified_days", "conversations", "longest_turn"),
    "questions": ("questions",),
    "answered": ("answered",),
    "recency": ("recency",),
    "tenure": ("tenure",),
    "constancy": ("active_weeks", "longest_silence"),
    "trend": ("acts_recent", "acts_before"),
    "purchases": ("purchases", "last_purchase"),
    "other_outcomes": ("others_count",),
    "refused": ("refused",),
    "nothing_yet": (),
}
# Discount → the column that counts what it is about.
DISCOUNTS = {"sound_bites": "sound_bites", "automated": "automated_acts"}

Reason = list[str | float]


def reasons(contributions: pl.DataFrame, rows: pl.DataFrame) -> list[list[Reason]]:
    """Return for each person at most five reasons for and five against, the strongest first: [code, adds, *values].

    contributions: one column a reason, one row a person, in log-odds or in shares of the points. Nobody is without a
    reason: who has nothing that tells has `nothing_yet`.
    """
    codes = contributions.columns
    added = contributions.to_numpy()
    values = [rows.select(VALUES[code]).to_numpy().round(1).tolist() for code in codes]
    order = np.argsort(-np.abs(added), axis=1, kind="stable")
    found = []
    for person, ranked in enumerate(order):
        kept: list[Reason] = []
        of_sign = {True: 0, False: 0}
        for at in ranked:
            adds = float(added[person, at])
            if abs(adds) < LEAST:
                break
            if of_sign[adds > 0] < MOST:
                of_sign[adds > 0] += 1
                kept.append([codes[at], round(adds, 4), *values[at][person]])
        found.append(kept or [["nothing_yet", 0.0]])
    return found


def discounts(rows: pl.DataFrame) -> list[list[Reason]]:
    """Return for each person what was discounted, with how often: [code, count]."""
    counted = rows.select(DISCOUNTS.values()).to_numpy().astype(int).tolist()
    return [[[code, times] for code, times in zip(DISCOUNTS, of_person, strict=True) if times] for of_person in counted]
