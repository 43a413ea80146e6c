"""Numbers and days as sentences have them.

Groups under ten are never counted out loud: who they are could be found out.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from math import ceil, floor
from typing import Any

from scoring.integrity.check import TO_MIDNIGHT

FEWEST_TOLD = 10
LEAST_Q = 0.001
SMALL = 0.1
ENDS = ("value", "low", "high")


def told(count: int) -> str:
    return f"{count:,}" if count >= FEWEST_TOLD else f"fewer than {FEWEST_TOLD}"


def share(value: Any) -> str:
    return f"{100 * float(value):.0f} %"


def interval(figure: Mapping[str, float]) -> str:
    """Say a share with its interval; small ones to a tenth.

    >>> interval({"value": 0.752, "low": 0.7, "high": 0.8}), interval({"value": 0.036, "low": 0.034, "high": 0.12})
    ('75 % (70 % to 80 %)', '3.6 % (3.4 % to 12 %)')
    """
    value, low, high = (
        f"{100 * it:.1f} %" if 0 < abs(it) < SMALL else share(it) for it in (figure[name] for name in ENDS)
    )
    return f"{value} ({low} to {high})"


def many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def part(hits: int, of: int) -> str:
    """Say how many of so many did something. Neither they nor the others are counted if they are a small group.

    >>> part(45, 60), part(4, 60), part(58, 60)
    ('45', 'fewer than 10', 'all but fewer than 10')
    """
    return told(hits) if hits < FEWEST_TOLD or of - hits >= FEWEST_TOLD else f"all but {told(of - hits)}"


def part_share(hits: int, of: int, low: Any, high: Any) -> str:
    """Say which share that is, with its interval; where one of the two groups is small, only a bound. of: 20 or more.

    >>> part_share(45, 60, 0.66, 0.83), part_share(4, 60, 0.02, 0.1), part_share(58, 60, 0.9, 1)
    ('75 % (66 % to 83 %)', 'less than 17 %', 'more than 83 %')
    """
    if hits < FEWEST_TOLD:
        return f"less than {ceil(100 * FEWEST_TOLD / of)} %"
    if of - hits < FEWEST_TOLD:
        return f"more than {floor(100 * (of - FEWEST_TOLD) / of)} %"
    return f"{share(hits / of)} ({share(low)} to {share(high)})"


def more(effect: Any, low: Any, high: Any) -> str:
    """Say how far one share lies above another, in points, with its interval.

    >>> more(0.18, 0.151, 0.2), more(-0.02, -0.04, 0.01)
    ('18 points more (15 to 20)', '2 points less (4 less to 1 more)')
    """
    points, least, most = (round(100 * float(it)) for it in (effect, low, high))
    if least >= 0:
        return f"{_points(points)} more ({least} to {most})"
    ends = " to ".join(f"{abs(it)} {'less' if it < 0 else 'more'}" for it in (least, most))
    return f"{_points(abs(points))} {'less' if points < 0 else 'more'} ({ends})"


def _points(count: int) -> str:
    return many(count, "point", "points")


def q_told(q: float) -> float:
    """Return a q as it may be told: of an exact one the counts could be worked out, those of small groups too."""
    return round(max(q, LEAST_Q), 3)


def days(start: datetime, end: datetime) -> str:
    """Name the first and the last day of a window by the calendar of whoever counted it, seldom the reader's."""
    first, after = ((moment.astimezone(UTC) + TO_MIDNIGHT).date() for moment in (start, end))
    last = after - timedelta(days=1)
    return date_told(first) if first == last else f"{date_told(first)} to {date_told(last)}"


def date_told(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def day(moment: datetime, zone: tzinfo) -> str:
    return date_told(moment.astimezone(zone).date())
