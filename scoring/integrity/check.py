"""What a check answers, and of which window."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

# What is found has p at most this; what counts towards a warning, q.
LEVEL = 0.05
# A day ends at midnight of some zone. No zone with summer time has its midnights on both sides of 10:08 UTC, so days
# that end from then on belong to the coming midnight, and none is counted twice when clocks change.
TO_MIDNIGHT = timedelta(hours=13, minutes=52)
Window = tuple[datetime, datetime]
"""[start, end)."""


class Answer(StrEnum):
    """Silence is not innocence: what could not be tested is said, and is no *not found*."""

    FOUND = "found"
    NOT_FOUND = "not_found"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Result:
    """One check's answer on one window.

    effect, with its 90 % interval low to high, is in the check's unit (`catalog`); n counts what it rests on, windows
    or people; p is a confirming check's p-value. seen: the numbers that its sentence is made of. why: where it is not
    applicable, the code of what is lacking.
    """

    answer: Answer
    n: int = 0
    effect: float | None = None
    low: float | None = None
    high: float | None = None
    p: float | None = None
    why: str = ""
    seen: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Judged:
    """One closed window [start, end) of one channel, or of one client as a whole, and what a check said of it.

    window: "day", "week", "month" or "quarter". place: which one, by the calendar; a window is the same one, however
    its ends are stated.
    """

    window: str
    place: int
    start: datetime
    end: datetime
    result: Result
    channel: int | None = None
    client: int | None = None


def lacking(why: str, n: int = 0, **seen: Any) -> Result:
    """Return that a check is not applicable, with what it would need."""
    return Result(Answer.NOT_APPLICABLE, n=n, why=why, seen=seen)
