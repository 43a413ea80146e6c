"""Reasons: stored as a code, what it adds and a few numbers; made into words when they are read."""

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl

from scoring.features.ladder import RUNG_NAMES

MOST = 5
# Less than this many log-odds (of points: hundredths of them) is no reason.
LEAST = 0.01
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


def _count(number: float, one: str, many: str = "") -> str:
    whole = int(number)
    return f"{whole:,} {one if whole == 1 else many or one + 's'}"


def _acts(of_90_days: float, of_a_year: float, highest: float) -> str:
    if not of_a_year:
        return "No act within a year that is more than a glance"
    when = "in the last 90 days" if of_90_days else "within a year, none of them in the last 90 days"
    return f"{_count(of_90_days or of_a_year, 'act')} {when}; the highest is {RUNG_NAMES[int(highest)]}"


def _conversation(qualified: float, days: float, conversations: float, longest: float) -> str:
    if not qualified:
        return "Has not said more than one word within a year, as far as is known"
    said = f"{_count(qualified, 'interaction')} of more than one word on {_count(days, 'day')}"
    if conversations:
        said += f", {_count(conversations, 'conversation')} in which you answered"
    return f"{said}, the longest of {_count(longest, 'word')}" if longest else said


def _recency(days: float) -> str:
    if days >= 365:
        return "Not seen for a year or more"
    return "Seen within the last day" if days < 1 else f"Last seen {_count(days, 'day')} ago"


def _purchases(purchases: float, days: float) -> str:
    if not purchases:
        return "Has not bought yet, as far as is known"
    when = "within the last day" if days < 1 else f"{_count(days, 'day')} ago"
    return f"Bought on {_count(purchases, 'day')}, the last time {when}"


def _trend(recent: float, before: float) -> str:
    return f"{_count(recent, 'act')} in the last four weeks, after {int(before):,} in the twelve before"


SENTENCES: dict[str, Callable[..., str]] = {
    "acts": _acts,
    "conversation": _conversation,
    "questions": lambda asked: f"Asked {_count(asked, 'question')}" if asked else "Has asked nothing in a year",
    "answered": lambda times: (
        f"You answered {_count(times, 'time')}" if times else "You have answered nothing of theirs"
    ),
    "recency": _recency,
    "tenure": lambda days: f"First seen {_count(days, 'day')} ago",
    "constancy": lambda weeks, silence: (
        f"There in {int(weeks)} of the last 26 weeks, the longest silence {_count(silence, 'day')}"
    ),
    "trend": _trend,
    "purchases": _purchases,
    "other_outcomes": lambda left: (
        "A lead or a meeting came of it before" if left else "No lead and no meeting came of it yet"
    ),
    "refused": lambda times: (
        f"Blocked, reported or complained {_count(times, 'time')}" if times else "Has never blocked or complained"
    ),
    "nothing_yet": lambda: "Nothing is known yet that would say more of them than of anybody",
    "sound_bites": lambda times: (
        f"{_count(times, 'reply of one word counts', 'replies of one word count')} as a nod each"
    ),
    "automated": lambda times: f"{_count(times, 'act')} declared to be done by software left out",
}


def sentence(reason: Sequence[str | float]) -> str:
    """Return a stored reason in words; of a discount the same.

    >>> sentence(["recency", 0.4, 3.0])
    'Last seen 3 days ago'
    >>> sentence(["conversation", 1.2, 4, 3, 2, 42])
    '4 interactions of more than one word on 3 days, 2 conversations in which you answered, the longest of 42 words'
    >>> sentence(["sound_bites", 1])
    '1 reply of one word counts as a nod each'
    """
    code, *numbers = reason
    values = numbers if code in DISCOUNTS else numbers[1:]
    return SENTENCES[str(code)](*values)
