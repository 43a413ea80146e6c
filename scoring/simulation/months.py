"""The months of the past that is made up, as the agency's calendar has them."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from scoring.simulation.columns import Numbers, Texts

# What a new agency has unless it says otherwise: its months are the ones that platforms report to it.
ZONE = ZoneInfo("Europe/London")
DAY = timedelta(days=1)
# Whatever is planted in a month is looked at when what its people did in the 14 days after it is known.
KNOWN_AFTER = timedelta(days=21)
# Whole months up to the one looked at last. A burst two months before it still has the 12 before it that are its past.
WHOLE = 15


@dataclass(frozen=True)
class Past:
    """What is told: from the first month's beginning up to `until`. edges: where months begin, and the last one that
    closed ends; the months between are numbered from 0.

    >>> past = Past.before(datetime(2026, 11, 3, 12, tzinfo=UTC))
    >>> past.edges[past.last].isoformat(), past.edges[-1].isoformat(), len(past.edges)
    ('2026-08-31T23:00:00+00:00', '2026-11-01T00:00:00+00:00', 17)
    """

    edges: tuple[datetime, ...]
    until: datetime

    @classmethod
    def before(cls, until: datetime) -> "Past":
        """Return the past up to a moment, which has a zone."""
        in_it, looked_at = _month(until), _month(until - KNOWN_AFTER)
        return cls(tuple(_beginning(number) for number in range(looked_at - WHOLE, in_it + 1)), until)

    @property
    def last(self) -> int:
        """The number of the last month that closed 21 days ago or more."""
        return WHOLE - 1

    @property
    def days(self) -> float:
        return (self.until - self.edges[0]) / DAY

    @property
    def edge_days(self) -> Numbers:
        """The edges as days since the first."""
        return np.array([(edge - self.edges[0]) / DAY for edge in self.edges])

    def moment(self, day: float) -> datetime:
        """Return the moment so many days after the first, to the second below."""
        return self.edges[0] + timedelta(seconds=int(day * 86_400))

    def moments(self, days: Numbers) -> Texts:
        """Return the same of many, as they are sent."""
        first = np.datetime64(self.edges[0].replace(tzinfo=None), "s")
        seconds = (days * 86_400).astype("timedelta64[s]")
        return np.datetime_as_string(first + seconds, unit="s", timezone="UTC")


def _month(moment: datetime) -> int:
    at = moment.astimezone(ZONE)
    return at.year * 12 + at.month - 1


def _beginning(number: int) -> datetime:
    return datetime(number // 12, number % 12 + 1, 1, tzinfo=ZONE).astimezone(UTC)
