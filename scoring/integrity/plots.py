"""What a warning rests on, as series that can be drawn: of channels and groups, never of a person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from scoring.integrity.check import Answer, Result
from scoring.integrity.phrases import days


@dataclass(frozen=True)
class Point:
    """One place of a series. low to high: what is usual there, where that is known; marked: what stands out."""

    at: str
    value: float
    usual: float | None = None
    low: float | None = None
    high: float | None = None
    marked: bool = False


@dataclass(frozen=True)
class Plot:
    """A series with what is usual. title: what it shows, as a sentence; unit: of its values, "share" from 0 to 1."""

    code: str
    title: str
    unit: str
    points: Sequence[Point]


def growth(screened: Iterable[tuple[datetime, datetime, Result]]) -> Plot:
    """Return the gains of a channel window by window, with what was usual; found ones are marked.

    screened: start, end and what the growth screen answered, in the order of time.
    """
    points = [
        Point(
            days(start, end),
            it.seen["gained"],
            usual=it.seen.get("usual"),
            low=it.seen.get("low"),
            high=it.seen.get("high"),
            marked=it.answer == Answer.FOUND,
        )
        for start, end, it in screened
    ]
    return Plot("growth", "Followers gained, and what was usual by the windows before", "followers", points)
