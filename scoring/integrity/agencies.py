"""What the checks of bought followers say of simulated agencies, night by night, and which warnings would be opened.

They are asked as often as `scoring.services.watching` asks them, with the same bursts set apart, and weighed by one
rule (`weighing`).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice

import numpy as np
import polars as pl

from scoring.integrity import creation, deficit, engagement, growth, profiles, retention, weighing
from scoring.integrity.catalog import CHECKS
from scoring.integrity.catalog.bought_followers import CREATION, DEFICIT, ENGAGEMENT, PROFILES, RETENTION
from scoring.integrity.catalog.practice import Check
from scoring.integrity.check import Answer, Judged, Result, Window
from scoring.simulation import years
from scoring.simulation.years import Year

CHANNELS = 3
# How many follow a channel by themselves on a day, from and to.
A_DAY = (5, 60)
# How many profiles an agency has sampled of those who came in a week that stands out, and of earlier followers.
NEW, EARLIER = 250, 400
WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Said:
    """What a check said of one week of one channel, and on which night it first could. check: its code."""

    channel: int
    start: datetime
    end: datetime
    check: str
    at: datetime
    result: Result


@dataclass(frozen=True)
class Warned:
    """A warning that would be opened: of which channel and week, when, and which families agree."""

    channel: int
    start: datetime
    end: datetime
    at: datetime
    families: Sequence[str]


@dataclass(frozen=True)
class Agency:
    """What came of one agency. is_screened: some week in which its purchase came stands out; of_purchase: the warnings
    of such weeks.
    """

    tested: Sequence[Said]
    warnings: Sequence[Warned]
    is_screened: bool
    of_purchase: Sequence[Warned]


def agency(*, seed: int, sold: str = "") -> Agency:
    """Return what came of an agency with three channels in a year. sold: what the first of them bought, once."""
    random = np.random.default_rng([seed, len(sold)])
    cleaned = years.clean_ups(random)
    tested: list[Said] = []
    bought: set[tuple[int, datetime]] = set()
    for number in range(CHANNELS):
        a_day = float(np.exp(random.uniform(*np.log(A_DAY))))
        happened = years.happenings(random, a_day)
        if sold and number == 0:
            happened.append(years.came(random, sold, a_day))
        year = years.channel(random, a_day=a_day, happened=happened, cleaned=cleaned)
        found = screened(year)
        bursts = [it for it in found if is_judged(it)]
        tested += _tested(random, number, year, bursts, [(it.start, it.end) for it in found])
        if number == 0:
            bought = {(0, it.start) for it in bursts if sold in _within(year, it)}
    opened = list(warned(tested))
    return Agency(tested, opened, bool(bought), [it for it in opened if (it.channel, it.start) in bought])


def _within(year: Year, week: Judged) -> set[str]:
    """Return who came in a week, besides the usual."""
    first = (week.start - years.FIRST).days
    return {it.kind for it in year.came if it.first < first + 7 and it.end > first}


def screened(year: Year) -> list[Judged]:
    """Return the weeks that the growth screen found."""
    return [it for it in growth.screen(growth.windows(year.gains)) if it.result.answer == Answer.FOUND]


def is_judged(week: Judged) -> bool:
    """Return whether a week lies in the year that is judged."""
    begun = years.FIRST + years.FIRST_JUDGED * WEEK
    return begun <= week.start and week.end <= begun + years.JUDGED * WEEK


def _tested(
    random: np.random.Generator, channel: int, year: Year, bursts: Sequence[Judged], apart: Sequence[Window]
) -> Iterator[Said]:
    """Yield what every confirming check says of the weeks that stand out, each when it can say something."""
    sampled = [years.earlier(random, EARLIER)]
    for burst in bursts:
        first = (burst.start - years.FIRST).days
        sampled.append(years.sample(random, year, first=first, end=first + 7, most=NEW))
        of_profiles = pl.concat(sampled)
        start, end = burst.start, burst.end
        soon, late = end + 2 * years.DAY, end + engagement.WITHIN
        asked: tuple[tuple[Check, Iterable[tuple[datetime, Result]]], ...] = (
            (PROFILES, [(soon, profiles.mixture(of_profiles, start=start, end=end, apart=apart))]),
            (CREATION, [(soon, creation.scan(of_profiles, start=start, end=end, apart=apart))]),
            (ENGAGEMENT, [(late, _engagement(year, burst, apart, acts_until=late))]),
            (RETENTION, _retention(year, burst, apart)),
            (DEFICIT, _deficit(year, burst, apart)),
        )
        for check, answers in asked:
            said = ((at, it) for at, it in answers if it.answer != Answer.NOT_APPLICABLE)
            yield from (Said(channel, start, end, check.code, at, it) for at, it in islice(said, 1))


def _engagement(year: Year, burst: Judged, apart: Sequence[Window], *, acts_until: datetime) -> Result:
    gained = burst.result.seen["gained"]
    return engagement.cohort(
        year.followers, start=burst.start, end=burst.end, apart=apart, gained=gained, acts_until=acts_until
    )


def _retention(year: Year, burst: Judged, apart: Sequence[Window]) -> Iterator[tuple[datetime, Result]]:
    """Yield what it says whenever as many days more are over as it looks at."""
    for days in retention.AFTER:
        at = burst.end + days * years.DAY
        known = year.levels.filter(pl.col("at") <= at)
        excess = burst.result.effect or 0
        yield at, retention.lost(known, start=burst.start, end=burst.end, excess=excess, apart=apart)


def _deficit(year: Year, burst: Judged, apart: Sequence[Window]) -> Iterator[tuple[datetime, Result]]:
    """Yield what it says whenever a week more has posts that get no more."""
    for weeks in range(deficit.LEAST_AFTER, deficit.AFTER + 1):
        at = burst.end + (weeks + 1) * WEEK
        known = year.weeks.filter(pl.col("end") <= at - WEEK)
        yield at, deficit.channel(known, year.levels, start=burst.start, end=burst.end, apart=apart)


def warned(tested: Sequence[Said]) -> Iterator[Warned]:
    """Yield each warning when it opens: on the first night on which two families count, among the tests of that month
    of which something is known by then. Of one time of a channel there is one.
    """
    opened: set[weighing.Named] = set()
    for at in sorted({it.at for it in tested}):
        known = [it for it in tested if it.at <= at]
        for month in sorted({weighing.month(it.end, UTC) for it in known if it.at == at}):
            of_month = [_weighable(it) for it in known if weighing.month(it.end, UTC) == month]
            for (channel, start, end), families in weighing.weighed(of_month)[1].items():
                if (channel, start) not in opened:
                    opened.add((channel, start))
                    yield Warned(channel, start, end, at, sorted(families))


def _weighable(said: Said) -> weighing.Weighable:
    assert said.result.p is not None, "else it is no test"
    family, is_found = CHECKS[said.check].family, said.result.answer == Answer.FOUND
    return weighing.Weighable((said.channel, said.start, said.end), family, said.result.p, is_found)
