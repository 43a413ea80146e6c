"""Did a channel grow as it had not before? A screen: it says where to look, and never warns by itself.

A window's gain is compared with the channel's own past by a robust z of log counts. On real organic series the z of
four months in a hundred is above 3, so a burst alone says nothing of where it came from (docs/integrity.md).
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from scoring.integrity.check import TO_MIDNIGHT, Answer, Judged, Result, lacking

Numbers = NDArray[np.float64]

DAY, WEEK, MONTH = 1, 2, 3
# How many windows before are the channel's past.
BACK = {"week": 26, "month": 12}
# From so few on a z is computed; it is judged only with the whole past.
FEWEST = 3
LEAST_Z, LEAST_EXTRA = 3.0, 50
# Makes the median absolute deviation of a normal distribution its standard deviation.
MAD_TO_SD = 1.4826
# Added to the spread of logs: who never varied is not certain to go on like that. Why so much: decision 0009.
FLOOR = 0.3
# How far the end of the window before may be from where the calendar has this one's beginning: clocks change, and a
# month's days are those of some zone.
OTHER_CLOCK = {"week": timedelta(hours=2), "month": timedelta(days=3)}


def windows(gains: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each closed window of each channel: in weeks where more are known, by week or day, than a
    past has; else in months. A week that lacks a day is not known. Of two counts of one window the later known holds.

    gains: as `selectors.frames.gains` has them. Result: channel, window ("week", "month"), place (windows that follow
    each other have numbers that do), start, end, gained; sorted by channel and place.
    """
    ended = gains.with_columns(end=pl.col("at").dt.round("15m")).with_columns(
        midnight=(pl.col("end") + TO_MIDNIGHT).dt.date().cast(pl.Int64)
    )
    days = _once(ended.filter(pl.col("window") == DAY), place=pl.col("midnight"))
    week = (pl.col("midnight") + 2) // 7  # midnight 4 began Monday, 5 January 1970, and ended week 0
    of_days = (
        days.with_columns(week=week)
        .group_by("channel", "week")
        .agg(pl.len().alias("days"), pl.col("end", "known_at").max(), pl.col("gained").sum())
        .filter(pl.col("days") == 7)
        .select("channel", "end", "known_at", "gained", place="week")
    )
    of_weeks = _once(ended.filter(pl.col("window") == WEEK), place=week).select(of_days.columns)
    weeks = pl.concat([of_weeks, of_days.join(of_weeks, on=["channel", "place"], how="anti")])
    last_day = pl.from_epoch(pl.col("midnight") - 1, time_unit="d")
    month = last_day.dt.year().cast(pl.Int64) * 12 + last_day.dt.month()
    months = _once(ended.filter(pl.col("window") == MONTH), place=month).select(of_days.columns)
    # Judged by weeks once their past is whole; not before, or a channel that changes over is not looked at meanwhile.
    by_week = weeks.group_by("channel").len().filter(pl.col("len") > BACK["week"])
    weeks = weeks.join(by_week, on="channel", how="semi")
    months = months.join(by_week, on="channel", how="anti")
    return pl.concat([_begun(weeks, "week", "-1w"), _begun(months, "month", "-1mo")])


def _once(counts: pl.DataFrame, *, place: pl.Expr) -> pl.DataFrame:
    """Return one row a channel and place: what was known last."""
    return (
        counts.with_columns(place=place)
        .sort("known_at", "at", "gained")
        .unique(["channel", "place"], keep="last", maintain_order=True)
    )


def _begun(ended: pl.DataFrame, window: str, length: str) -> pl.DataFrame:
    """Say when each window begins: where the one before ended, or a calendar's length before its end."""
    before = ended.select("channel", pl.col("place") + 1, before="end")
    by_calendar = pl.col("end").dt.offset_by(length)
    follows = (pl.col("before") - by_calendar).abs() <= OTHER_CLOCK[window]
    return (
        ended.join(before, on=["channel", "place"], how="left")
        .with_columns(start=pl.when(follows).then("before").otherwise(by_calendar), window=pl.lit(window))
        .select("channel", "window", "place", "start", "end", "gained")
        .sort("channel", "place")
    )


def screen(windows: pl.DataFrame) -> Iterator[Judged]:
    """Yield what the screen says of every window: found where z >= 3 and 50 followers or more came above the usual.

    windows: as `windows` returns them. A window is compared with those before it and sees none after. effect: followers
    above the usual; the interval is that of what was usual (5 to 95 % of the past).
    """
    for window, back in BACK.items():
        series = windows.filter(pl.col("window") == window)
        gained = series["gained"].to_numpy().astype(np.float64)
        past = _past(series, gained, back)
        known = np.isfinite(past).sum(axis=1)
        usual, low, high, z = (np.full(len(gained), np.nan) for _ in range(4))
        for length in range(FEWEST, back + 1):  # what is known of a past comes first, so these have no gaps
            at = known == length
            logs = np.log1p(past[at, :length])
            middle = np.median(logs, axis=1)
            spread = MAD_TO_SD * np.median(np.abs(logs - middle[:, None]), axis=1) + FLOOR
            z[at] = (np.log1p(gained[at]) - middle) / spread
            usual[at] = np.expm1(middle)
            low[at], high[at] = np.quantile(past[at, :length], (0.05, 0.95), axis=1)
        rows = series.select("channel", "place", "start", "end").iter_rows()
        for (channel, place, start, end), *figures in zip(
            rows, gained.tolist(), usual.tolist(), low.tolist(), high.tolist(), z.tolist(), known.tolist(), strict=True
        ):
            yield Judged(window, place, start, end, _judged(*figures, window=window, back=back), channel=channel)


def _past(series: pl.DataFrame, gained: Numbers, back: int) -> Numbers:
    """Return for each window the gains of the ones before it that are known, NaN where there are fewer: (n, back).

    Gaps are passed over, as long as the past is not older than twice its length.
    """
    channel, place = series["channel"].to_numpy(), series["place"].to_numpy()
    past = np.full((len(gained), back), np.nan)
    for lag in range(1, min(back, len(gained) - 1) + 1):
        is_past = (channel[lag:] == channel[:-lag]) & (place[lag:] - place[:-lag] <= 2 * back)
        past[lag:, lag - 1] = np.where(is_past, gained[:-lag], np.nan)
    return past


def _judged(
    gained: float, usual: float, low: float, high: float, z: float, known: int, *, window: str, back: int
) -> Result:
    seen: dict[str, Any] = {"gained": int(gained), "window": window, "needed": back}
    if known < FEWEST:
        return lacking("short_past", n=known, **seen)
    seen |= {"usual": usual, "low": low, "high": high, "z": z}
    is_found = z >= LEAST_Z and gained - usual >= LEAST_EXTRA
    is_short = known < back
    return Result(
        Answer.NOT_APPLICABLE if is_short else Answer.FOUND if is_found else Answer.NOT_FOUND,
        n=known,
        effect=gained - usual,
        low=gained - high,
        high=gained - low,
        why="short_past" if is_short else "",
        seen=seen,
    )
