"""What the checks of bought followers say of simulated agencies, week by week, and which warnings would be opened."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from scoring.integrity import creation, deficit, engagement, growth, profiles, retention, weighing
from scoring.integrity.check import Answer, Judged, Result, Window
from scoring.simulation import years
from scoring.simulation.years import Year

CHANNELS = 3
# How many follow a channel by themselves on a day, from and to.
A_DAY = (5, 60)
# How many profiles an agency has sampled of those who came in a week that stands out, and of earlier followers.
NEW, EARLIER = 250, 400
WEEK = timedelta(weeks=1)
FAMILIES = {"engagement": "engagement", "deficit": "engagement", "profiles": "profiles", "creation": "creation",
            "retention": "retention"}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """What a check said of one week of one channel, and at which weekly run it first could."""

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
        bursts = screened(year)
        tested += _tested(random, number, year, bursts)
        if number == 0:
            bought = {(0, it.start) for it in bursts if sold in _within(year, it)}
    opened = list(warned(tested))
    return Agency(tested, opened, bool(bought), [it for it in opened if (it.channel, it.start) in bought])


def _within(year: Year, week: Judged) -> set[str]:
    """Return who came in a week, besides the usual."""
    first = (week.start - years.FIRST).days
    return {it.kind for it in year.came if it.first < first + 7 and it.end > first}


def screened(year: Year) -> list[Judged]:
    """Return the weeks of the year that the growth screen found."""
    found = [it for it in growth.screen(growth.windows(year.gains)) if it.result.answer == Answer.FOUND]
    begun = years.FIRST + years.FIRST_JUDGED * WEEK
    return [it for it in found if begun <= it.start and it.end <= begun + years.JUDGED * WEEK]


def _tested(random: np.random.Generator, channel: int, year: Year, bursts: Sequence[Judged]) -> Iterator[Said]:
    """Yield what every confirming check says of the weeks that stand out, each when it can say something."""
    apart: list[Window] = [(it.start, it.end) for it in bursts]
    sampled = [years.earlier(random, EARLIER)]
    for burst in bursts:
        first = (burst.start - years.FIRST).days
        sampled.append(years.sample(random, year, first=first, end=first + 7, most=NEW))
        of_profiles = pl.concat(sampled)
        start, end = burst.start, burst.end
        before = [it for it in apart if it[0] < burst.start]
        soon = burst.end + timedelta(days=2)
        yield from (
            Said(channel, burst.start, burst.end, name, _run_after(at), result)
            for name, at, result in (
                ("profiles", soon, profiles.mixture(of_profiles, start=start, end=end, apart=before)),
                ("creation", soon, creation.scan(of_profiles, start=start, end=end, apart=before)),
                ("engagement", burst.end + 2 * WEEK, _engagement(year, burst, before)),
                ("retention", burst.end + 31 * years.DAY, _retention(year, burst, before)),
                ("deficit", burst.end + 12 * WEEK, _deficit(year, burst, apart)),
            )
            if result.answer != Answer.NOT_APPLICABLE
        )


def _run_after(at: datetime) -> datetime:
    """Return the first weekly run from then on."""
    return years.FIRST - (years.FIRST - at) // WEEK * WEEK


def _engagement(year: Year, burst: Judged, apart: Sequence[Window]) -> Result:
    gained = burst.result.seen["gained"]
    until = burst.end + engagement.WITHIN
    return engagement.cohort(
        year.followers, start=burst.start, end=burst.end, apart=apart, gained=gained, acts_until=until
    )


def _retention(year: Year, burst: Judged, apart: Sequence[Window]) -> Result:
    known = year.levels.filter(pl.col("at") <= burst.end + 31 * years.DAY)
    return retention.lost(known, start=burst.start, end=burst.end, excess=burst.result.effect or 0, apart=apart)


def _deficit(year: Year, burst: Judged, apart: Sequence[Window]) -> Result:
    return deficit.channel(year.weeks, year.levels, start=burst.start, end=burst.end, apart=apart)


def warned(tested: Sequence[Said]) -> Iterator[Warned]:
    """Yield each warning when it opens: at the first weekly run at which two families count, among the tests of that
    month of which something is known by then. Of one time of a channel there is one.
    """
    opened: set[tuple[int, datetime]] = set()
    for at in sorted({it.at for it in tested}):
        known = [it for it in tested if it.at <= at]
        for month in {(it.end.year, it.end.month) for it in known if it.at == at}:
            of_month = [it for it in known if (it.end.year, it.end.month) == month]
            worth = weighing.q_values([it.result.p or 0.0 for it in of_month])
            found: dict[tuple[int, datetime, datetime], dict[str, float]] = {}
            for it, q in zip(of_month, worth, strict=True):
                if it.result.answer == Answer.FOUND:
                    families = found.setdefault((it.channel, it.start, it.end), {})
                    family = FAMILIES[it.check]
                    families[family] = min(q, families.get(family, 1.0))
            for (channel, start, end), of in found.items():
                families = weighing.agreeing(of)
                if families and (channel, start) not in opened:
                    opened.add((channel, start))
                    yield Warned(channel, start, end, at, sorted(families))
