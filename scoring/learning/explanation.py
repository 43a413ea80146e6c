"""Reasons: stored as a code, what it adds and a few numbers; `words` makes sentences of them when they are read."""

import json
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

NOTHING_YET = '["nothing_yet",0.0]'


def reasons(contributions: pl.DataFrame, rows: pl.DataFrame, attributes: Sequence[Attribute] = ()) -> pl.Series:
    """Return for each person at most five reasons for and five against, the strongest first, as they are kept: a list
    of [code, adds, *values] in JSON.

    contributions: one column a reason, one row a person, in log-odds or in shares of the points; those of attributes
    are named as their columns of the matrix are. attributes: those that the matrix was made with. Nobody is without a
    reason: who has nothing that tells has `nothing_yet`.
    """
    of_column = {it.column: it for it in attributes}
    added = contributions.to_numpy()
    order = np.argsort(-np.abs(added), axis=1, kind="stable")
    ranked = np.take_along_axis(added, order, axis=1)
    of_sign = np.where(ranked > 0, np.cumsum(ranked > 0, axis=1), np.cumsum(ranked <= 0, axis=1))
    # Person by person, the strongest first; words are put together reason by reason, for all persons at once.
    person, place = np.nonzero((np.abs(ranked) >= LEAST) & (of_sign <= MOST))
    reason = order[person, place]
    texts = []
    for at, name in enumerate(contributions.columns):
        here = np.flatnonzero(reason == at)
        needed = [name] if name in of_column else VALUES[name]
        adds, values = pl.Series("adds", added[person[here], at].round(4)), rows.select("person", *needed)[person[here]]
        text = _of_attribute(of_column[name]) if name in of_column else _of_code(name)
        texts.append(values.with_columns(adds).select(text=text, at=pl.Series(here), row=pl.Series(person[here])))
    lists = pl.concat(texts).sort("at").group_by("row").agg(pl.col("text").str.join(","))
    every = pl.select(row=pl.int_range(rows.height, dtype=pl.Int64)).join(lists, on="row", how="left")
    return every.sort("row").select(pl.format("[{}]", pl.col("text").fill_null(NOTHING_YET))).to_series()


def _of_code(code: str) -> pl.Expr:
    return _list(pl.lit(json.dumps(code)), "adds", *(pl.col(name).round(1) for name in VALUES[code]))


def _of_attribute(of: Attribute) -> pl.Expr:
    """Return the name and what was said: a level or a number; an empty text where it is none of the frequent ones, and
    nothing where it is not known.
    """
    value = pl.col(of.column)
    if of.levels is None:
        said = pl.when(value.is_not_nan()).then(value.round(4).cast(pl.String)).otherwise(None)
    else:
        levels = [json.dumps(level) for level in (*of.levels, "")]
        codes = list(range(len(levels)))
        said = value.replace_strict(codes, levels, default=None, return_dtype=pl.String)  # -1: not known
    return _list(pl.lit(json.dumps(ATTRIBUTE)), "adds", pl.lit(json.dumps(of.name)), said)


def _list(*parts: pl.Expr | str) -> pl.Expr:
    """Return a list in JSON of texts that are JSON already; of those that are null it has none."""
    return pl.format("[{}]", pl.concat_str(parts, separator=",", ignore_nulls=True))


def discounts(rows: pl.DataFrame) -> pl.Series:
    """Return for each person what was discounted, with how often, as it is kept: a list of [code, count] in JSON."""
    counts = (
        pl.when(pl.col(name) > 0).then(_list(pl.lit(json.dumps(code)), pl.col(name).cast(pl.Int64)))
        for code, name in DISCOUNTS.items()
    )
    return rows.select(_list(*counts)).to_series()
