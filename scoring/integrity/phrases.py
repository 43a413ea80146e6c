"""Numbers and days as sentences have them.

Groups under ten are never counted out loud: who they are could be found out.
"""

from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from scoring.integrity.check import TO_MIDNIGHT

FEWEST_TOLD = 10
LEAST_Q = 0.001


def told(count: int) -> str:
    return f"{count:,}" if count >= FEWEST_TOLD else f"fewer than {FEWEST_TOLD}"


def share(value: Any) -> str:
    return f"{100 * float(value):.0f} %"


def many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


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
