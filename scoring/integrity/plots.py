"""What a warning rests on, as series that can be drawn: of channels and groups, never of a person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from scoring.integrity.check import Answer, Result
from scoring.integrity.phrases import FEWEST_TOLD, days


@dataclass(frozen=True)
class Point:
    """One place of a series. low to high: what is usual there, where that is known; marked: what stands out. start to
    end: the window that it is, if it is one; after: else so many days or minutes, as `at` says.
    """

    at: str
    value: float
    usual: float | None = None
    low: float | None = None
    high: float | None = None
    marked: bool = False
    start: datetime | None = None
    end: datetime | None = None
    after: float | None = None


@dataclass(frozen=True)
class Plot:
    """A series with what is usual. title: what it shows, as a sentence; unit: of its values, "share" from 0 to 1."""

    code: str
    title: str
    unit: str
    points: Sequence[Point]


def growth(screened: Iterable[tuple[datetime, datetime, Result]]) -> Plot:
    """Return the gains of a channel window by window, with what was usual; found ones are marked. Groups under ten are
    given as ten.

    screened: start, end and what the growth screen answered, in the order of time.
    """
    points = [
        Point(
            days(start, end),
            _at_least_ten(it.seen["gained"]),
            **{name: _at_least_ten(it.seen[name]) for name in ("usual", "low", "high") if name in it.seen},
            marked=it.answer == Answer.FOUND,
            start=start,
            end=end,
        )
        for start, end, it in screened
    ]
    title = "Followers gained, and what was usual by the windows before; groups under 10 are drawn as 10"
    return Plot("growth", title, "followers", points)


def _at_least_ten(count: float) -> float:
    return count if count <= 0 else max(count, FEWEST_TOLD)
