"""Forward in time only: every label closes before the next part begins."""

from dataclasses import dataclass
from datetime import datetime, timedelta

STEP = timedelta(days=30)
MOST_MOMENTS = 6


@dataclass(frozen=True)
class Split:
    """At which moments features are taken. Labels reach one horizon further, and close before the next part's moment.

    With a horizon of 60 days and now = 31 December: test at 1 November, calibrate at 2 September, fit at 4 July and
    before.
    """

    fit: tuple[datetime, ...]
    calibrate: datetime
    test: datetime

    @property
    def moments(self) -> tuple[datetime, ...]:
        return (*self.fit, self.calibrate, self.test)


def split(*, now: datetime, since: datetime, horizon: timedelta) -> Split | None:
    """Return the moments for a model made now; None where the past is too short.

    since: when anything was first known. Fitting goes back a step at a time, six times at the most, and never so far
    that there is less than a horizon to look back on.
    """
    test = now - horizon
    calibrate = test - horizon
    moments = (calibrate - horizon - STEP * back for back in range(MOST_MOMENTS))
    fit = tuple(moment for moment in moments if moment >= since + horizon)
    return Split(tuple(reversed(fit)), calibrate, test) if fit else None
