"""How many of those who came in a burst are still there? Accounts that were bought are taken away, or leave."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from scoring.integrity.check import LEVEL, Answer, Result, Window, lacking
from scoring.integrity.draws import DRAWS, SEED, Numbers

DAY = timedelta(days=1)
# After how many days it is asked, as far as they are over.
AFTER = (30, 60, 90)
# A curve of 90 days needs no more points to be drawn.
DRAWN_EVERY = 3
# What is usual is drawn from stretches of so many days of the year before; of that half at least must be known.
STRETCH = 30
PAST, LEAST_PAST = timedelta(days=365), timedelta(days=180)
# Between two counts a number of followers is taken to change evenly, if they are no further apart: two levels, or the
# ends of two windows (1 day, 2 week, 3 month) in which gained and lost were counted.
MOST_APART = 32.0
OF_WINDOW = {1: 1.5, 2: 7.5, 3: MOST_APART}
# A burst of fewer is lost in what comes and goes.
LEAST_EXCESS = 50
# Of organic bursts more is kept than came (design 5); giveaways lose a part, and how much nobody has measured. So half
# is our assumption.
LEAST_LOST = 0.5
# However strong an explained burst was: from here on it is to be told apart all the same.
MOST_LEAST_LOST = 0.8
# Where so much more went than had come, it was not the burst that went.
MOST_LOST = 1.5


@dataclass(frozen=True)
class _Path:
    """How followers came and went after a burst, by day: actual (days + 1,), and what is usual: (draws, days + 1)."""

    actual: Numbers
    usual: Numbers


def lost(
    counts: pl.DataFrame,
    *,
    start: datetime,
    end: datetime,
    excess: float,
    apart: Iterable[Window],
    least_lost: float = LEAST_LOST,
) -> Result:
    """Say how much of the excess of [start, end) was gone after 30, 60 or 90 days, as far as these are over.

    counts: of one channel, columns at, known_at, followers, gained, lost (NaN where not known) and window (what these
    two speak of: 1 the day, 2 the week, 3 the month that ends then; else 0). excess: followers above what was usual.
    effect: the share of it that is gone, beyond what the channel gains or loses in as many days of the year before, but
    for windows set apart; 1 is all, and below 0 more came. p: the share of 9,999 draws of such days in which as much is
    gone, were `least_lost` of the excess; the lowest of as many days as are over, times three (Bonferroni), for it is
    asked again until all three are over, and the effect is of the same. Before then nothing is *not found*. seen:
    `lost`, the share after each of these days, and `curve`, what `_curve` returns, for a drawing.
    """
    if excess < LEAST_EXCESS:
        return lacking("small_excess", n=round(excess), needed=LEAST_EXCESS)
    path = _path(counts, start=start, end=end, apart=apart)
    if isinstance(path, Result):
        return path
    over = [days for days in AFTER if days < len(path.actual)]
    missing = path.usual[:, over] - path.actual[over]  # against each draw
    p_values = (1 + (missing <= least_lost * excess).sum(axis=0)) / (1 + DRAWS)
    at = int(np.argmin(p_values))
    p = min(1.0, float(p_values[at]) * len(AFTER))
    shares = np.median(missing, axis=0) / excess
    share = float(shares[at])
    low, high = np.quantile(missing[:, at] / excess, (0.05, 0.95))
    seen: dict[str, Any] = {
        "days": over[at],
        "excess": round(excess),
        "lost": {str(days): float(lost) for days, lost in zip(over, shares, strict=True)},
        "least_lost": least_lost,
        "curve": _curve(path, excess),
    }
    if share > MOST_LOST:
        return lacking("more_went_than_came", n=round(excess), **seen)
    is_found = share > least_lost and p <= LEVEL
    if not is_found and len(over) < len(AFTER):
        return lacking("not_over", n=round(excess), needed_until=(end + AFTER[-1] * DAY).isoformat(), **seen)
    return Result(
        Answer.FOUND if is_found else Answer.NOT_FOUND,
        n=round(excess), effect=share, low=float(low), high=float(high), p=p, seen=seen,
    )  # fmt: skip


def _curve(path: _Path, excess: float) -> list[list[float]]:
    """Return which share of the excess was still there, every third day from the burst on, and between what it would
    lie in nine of ten cases if the channel lost of it what it usually loses of anything: day, share, low, high.
    """
    actual, usual = path.actual[::DRAWN_EVERY], path.usual[:, ::DRAWN_EVERY]
    low, expected, high = np.quantile(usual, (0.05, 0.5, 0.95), axis=0)
    shares = 1 + np.stack([actual - expected, low - expected, high - expected], axis=1) / excess
    return [[DRAWN_EVERY * place, *of_day] for place, of_day in enumerate(shares.tolist())]


def _path(counts: pl.DataFrame, *, start: datetime, end: datetime, apart: Iterable[Window]) -> _Path | Result:
    """Return what came and went after a burst, and what usually does; or what is lacking."""
    at, level, apart_at_most = _levels(counts)
    begun, burst, over = (_days(moment) for moment in (start - PAST, start, end))
    last = at[-1] if len(at) else over
    known = int(min(last - over, AFTER[-1]))
    if known < AFTER[0]:
        return lacking("not_over", needed_until=(end + AFTER[0] * DAY).isoformat())
    if _gap(at, over, over + known) > apart_at_most:
        return lacking("gap_after")
    since = max(begun, at[0])
    if burst - since < LEAST_PAST / DAY or _gap(at, since, burst) > apart_at_most:
        return lacking("short_counts", known=max(0, round(burst - since)), needed=LEAST_PAST.days)
    starts = np.arange(since, burst - STRETCH + 1e-6)
    for window in apart:
        apart_from, apart_to = _days(window[0]), _days(window[1])
        starts = starts[(starts >= apart_to) | (starts + STRETCH <= apart_from)]
    if len(starts) < LEAST_PAST / DAY / 2:
        return lacking("short_counts", known=len(starts), needed=LEAST_PAST.days)
    days = np.arange(STRETCH + 1)
    stretches = np.interp(starts[:, None] + days, at, level)
    stretches -= stretches[:, :1]
    random = np.random.default_rng(SEED)
    # As many are drawn however much is known, so that what was said of the first days stays as it is.
    drawn = stretches[random.integers(0, len(starts), (DRAWS, AFTER[-1] // STRETCH))[:, : -(-known // STRETCH)]]
    base = np.concatenate([np.zeros((DRAWS, 1)), drawn[:, :-1, -1].cumsum(axis=1)], axis=1)
    usual = np.concatenate([np.zeros((DRAWS, 1)), (drawn[:, :, 1:] + base[:, :, None]).reshape(DRAWS, -1)], axis=1)
    actual = np.interp(over + np.arange(known + 1), at, level)
    return _Path(actual - actual[0], usual[:, : known + 1])


def _levels(counts: pl.DataFrame) -> tuple[Numbers, Numbers, float]:
    """Return how many followers there were, when (days since 1970, rising), and how far apart moments may be: as they
    were counted; else, up to a number, by what was gained and lost in the shortest windows of which both are known.
    """
    of_moments = _latest(counts.filter(pl.col("followers").is_finite()), pl.col("followers"))
    apart_at_most = MOST_APART
    if of_moments.height < 2:
        both = counts.filter(pl.col("gained").is_finite() & pl.col("lost").is_finite())
        of_one = both.filter(pl.col("window") == pl.col("window").min())
        net = _latest(of_one, pl.col("gained") - pl.col("lost"))
        of_moments = net.with_columns(pl.col("level").cum_sum())
        apart_at_most = OF_WINDOW[int(of_one["window"][0])] if of_one.height else MOST_APART
    at = of_moments["at"].dt.epoch("us").to_numpy() / (DAY / timedelta(microseconds=1))
    return at, of_moments["level"].to_numpy().astype(np.float64), apart_at_most


def _latest(counts: pl.DataFrame, level: pl.Expr) -> pl.DataFrame:
    """Return one level a moment, by time: of two of one moment what was known last."""
    of_moments = counts.select("at", "known_at", level=level).sort("at", "known_at", "level")
    return of_moments.unique("at", keep="last", maintain_order=True)


def _days(moment: datetime) -> float:
    return moment.timestamp() / DAY.total_seconds()


def _gap(at: Numbers, since: float, until: float) -> float:
    """Return the longest time without a count that touches [since, until], in days; endless where it is not covered."""
    if not len(at) or at[0] > since or at[-1] < until:
        return np.inf
    first, last = np.searchsorted(at, since, "right") - 1, np.searchsorted(at, until, "left")
    return float(np.diff(at[first : last + 1]).max(initial=0.0))
