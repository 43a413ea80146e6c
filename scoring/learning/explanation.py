"""Reasons: stored as a code, what it adds and a few numbers; `words` makes sentences of them when they are read."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from scoring.features.attributes import Attribute

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
    "intent": ("asks_price", "asks_availability", "asks_how_to_buy"),
    "presence": ("met", "spoke", "wrote"),
    "community": ("helped", "received_from_peers", "answered_by_peers", "peers"),
    "relevance": ("language_match", "region_match", "interest_match"),
    "discounted": ("copied_acts", "confirmed_acts", "conditioned_acts", "automated_acts"),
    "not_a_lead": ("not_a_lead",),
    "together": (),
    "nothing_yet": (),
}
# The reason that an attribute is: its name and what was said follow. They are in no list, for each agency has its own.
ATTRIBUTE = "attribute"
# Discount → the column that counts what it is about.
DISCOUNTS = {
    "sound_bites": "sound_bites", "automated": "automated_acts", "conditioned": "conditioned_acts",
    "copied": "copied_acts", "confirmed": "confirmed_acts",
}  # fmt: skip

Reason = list[str | float]


def reasons(
    contributions: pl.DataFrame, rows: pl.DataFrame, attributes: Sequence[Attribute] = ()
) -> list[list[Reason]]:
    """Return for each person at most five reasons for and five against, the strongest first: [code, adds, *values].

    contributions: one column a reason, one row a person, in log-odds or in shares of the points; those of attributes
    are named as their columns of the matrix are. attributes: those that the matrix was made with. Nobody is without a
    reason: who has nothing that tells has `nothing_yet`.
    """
    of_column = {it.column: it for it in attributes}
    codes = [ATTRIBUTE if name in of_column else name for name in contributions.columns]
    added = contributions.to_numpy()
    values = [
        _said(rows[name], of_column[name]) if name in of_column else _values(rows, name)
        for name in contributions.columns
    ]
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


def _values(rows: pl.DataFrame, code: str) -> list[Reason]:
    if not VALUES[code]:
        return [[]] * rows.height
    return rows.select(VALUES[code]).to_numpy().round(1).tolist()  # type: ignore[no-any-return]


def _said(column: pl.Series, of: Attribute) -> list[Reason]:
    """Return the name and what was said: a level or a number; an empty text where it is none of the frequent ones, and
    nothing where it is not known.
    """
    if of.levels is None:
        return [[of.name] if np.isnan(number) else [of.name, round(number, 4)] for number in column.to_list()]
    told = [Reason((of.name, level)) for level in (*of.levels, "")]
    told.append([of.name])
    return [told[int(place)] for place in column.to_list()]  # -1, which is not known, is the last


def discounts(rows: pl.DataFrame) -> list[list[Reason]]:
    """Return for each person what was discounted, with how often: [code, count]."""
    counted = rows.select(DISCOUNTS.values()).to_numpy().astype(int).tolist()
    return [[[code, times] for code, times in zip(DISCOUNTS, of_person, strict=True) if times] for of_person in counted]
