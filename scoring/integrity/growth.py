"""Did a channel grow as it had not before? A screen: it says where to look, and never warns by itself.

A window's gain is compared with the channel's own past by a robust z of log counts; so are the days within a week with
the same days of the weeks before. On real organic series the z of four months in a hundred is above 3, so a burst
alone says nothing of where it came from (docs/integrity.md).
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from scoring.integrity import days
from scoring.integrity.check import TO_MIDNIGHT, Answer, Judged, Result, lacking
from scoring.integrity.usual import FEWEST, Places, compared, past_of

DAY, WEEK, MONTH = 1, 2, 3
LENGTH = {DAY: "1d", WEEK: "1w", MONTH: "1mo"}
# Which day, week or month ends: that of the last day before the midnight that is meant. Midnight 4 began Monday, 5
# January 1970, and ended week 0.
MIDNIGHT = (pl.col("end") + TO_MIDNIGHT).dt.date().cast(pl.Int64)
LAST_DAY = pl.from_epoch(MIDNIGHT - 1, time_unit="d")
PLACE = {
    DAY: MIDNIGHT,
    WEEK: (MIDNIGHT + 2) // 7,
    MONTH: LAST_DAY.dt.year().cast(pl.Int64) * 12 + LAST_DAY.dt.month(),
}
# By how much the time between two counts of followers may differ from a day, a week or a month, to be taken for one:
# clocks change, and whoever counts is late now and then.
OFF = {DAY: timedelta(hours=2), WEEK: timedelta(days=1), MONTH: timedelta(days=3)}
# From so many on platforms show "12.3K": of such counts every step looks like a burst.
SHOWN_ROUNDED = 10_000
# How many windows before are the channel's past.
BACK = {"week": 26, "month": 12}
LEAST_Z, LEAST_EXTRA = 3.0, 50
# How far the end of the window before may be from where the calendar has this one's beginning: clocks change, and a
# month's days are those of some zone.
OTHER_CLOCK = {"week": timedelta(hours=2), "month": timedelta(days=3)}


def series(gains: pl.DataFrame, levels: pl.DataFrame, *, until: datetime) -> pl.DataFrame:
    """Return the windows of each channel, as `windows` does: by its gains as they are stated; where no past of these is
    whole, and more windows are known by how many follow it, by that, net of whom it lost.

    gains, levels: as `selectors.frames.gains` and `selectors.watched.levels` have them, known before `until`.
    """
    stated = windows(gains)
    net = windows(net_gains(levels, until=until)).with_columns(net=pl.lit(value=True))
    least = pl.col("window").replace_strict(BACK, return_dtype=pl.Int64)
    of_stated = stated.group_by("channel").agg(pl.len().alias("stated"), whole=pl.len() > least.first())
    of_both = net.group_by("channel").agg(pl.len().alias("net")).join(of_stated, on="channel", how="left")
    by_net = of_both.filter(pl.col("stated").is_null() | ~pl.col("whole") & (pl.col("net") > pl.col("stated")))
    chosen = [stated.join(by_net, on="channel", how="anti"), net.join(by_net, on="channel", how="semi")]
    return pl.concat(chosen).sort("channel", "place")


def net_gains(levels: pl.DataFrame, *, until: datetime) -> pl.DataFrame:
    """Return by how much the number of followers rose in every day, week and month that is over: from the last count in
    the one before to the last in it, where these are about as far apart as it is long (`OFF`). Where it fell: 0.
    Nothing of channels of which all counts are rounded.

    levels: channel, at, known_at, followers (NaN not known). Result: as `windows` takes gains.
    """
    counted = levels.filter(pl.col("followers").is_finite()).with_columns(end=pl.col("at").dt.round("15m"))
    is_rounded = (pl.col("followers") >= SHOWN_ROUNDED) & (pl.col("followers") % 100 == 0)
    counted = counted.filter(~is_rounded.all().over("channel"))
    return pl.concat([_rises(counted, window, until) for window in PLACE])


def _rises(counted: pl.DataFrame, window: int, until: datetime) -> pl.DataFrame:
    now = pl.DataFrame({"end": [until]}, schema={"end": counted.schema["end"]}).select(PLACE[window]).item()
    last = (
        counted.with_columns(place=PLACE[window])
        .sort("at", "known_at", "followers")
        .unique(["channel", "place"], keep="last", maintain_order=True)
    )
    before = last.select("channel", pl.col("place") + 1, since="end", was="followers", was_known_at="known_at")
    is_one = (pl.col("end").dt.offset_by(f"-{LENGTH[window]}") - pl.col("since")).abs() <= OFF[window]
    return (
        last.join(before, on=["channel", "place"])
        .filter(is_one & (pl.col("place") < now))
        .select(
            "channel",
            "at",
            known_at=pl.max_horizontal("known_at", "was_known_at"),
            gained=(pl.col("followers") - pl.col("was")).clip(0).cast(pl.Int64),
            window=pl.lit(window, pl.Int16),
        )
    )


def windows(gains: pl.DataFrame) -> pl.DataFrame:
    """Return one row for each closed window of each channel: in weeks where more are known, by week or day, than a
    past has, or where there is neither a past of months but one of days; else in months. A week that lacks a day is not
    known. Of two counts of one window the later known holds.

    gains: as `selectors.frames.gains` has them. Result: channel, window ("week", "month"), place (windows that follow
    each other have numbers that do), start, end, gained, by_day (of a week's seven days, NaN where not known), net
    (whether whom the channel lost is taken off: False); sorted by channel and place.
    """
    ended = gains.with_columns(end=pl.col("at").dt.round("15m"))
    by_midnight = _once(ended.filter(pl.col("window") == DAY), place=PLACE[DAY])
    of_days = (
        by_midnight.with_columns(week=PLACE[WEEK])
        .group_by("channel", "week")
        .agg(
            pl.col("end", "known_at").max(),
            pl.col("gained").sum(),
            by_day=pl.col("gained").sort_by("place").cast(pl.Float64),
        )
        .filter(pl.col("by_day").list.len() == 7)
        .with_columns(pl.col("by_day").list.to_array(7))
        .select("channel", "end", "known_at", "gained", "by_day", place="week")
    )
    by_day = of_days.select("channel", "place", "by_day")
    of_weeks = _once(ended.filter(pl.col("window") == WEEK), place=PLACE[WEEK])
    of_weeks = of_weeks.join(by_day, on=["channel", "place"], how="left").select(of_days.columns)
    weeks = pl.concat([of_weeks, of_days.join(of_weeks, on=["channel", "place"], how="anti")])
    months = _once(ended.filter(pl.col("window") == MONTH), place=PLACE[MONTH])
    months = months.with_columns(by_day=pl.lit(None, of_days.schema["by_day"])).select(of_days.columns)
    by_week = _judged_by_week(weeks, months)
    weeks = weeks.join(by_week, on="channel", how="semi")
    months = months.join(by_week, on="channel", how="anti")
    begun = pl.concat([_begun(weeks, "week", "-1w"), _begun(months, "month", "-1mo")])
    return begun.with_columns(net=pl.lit(value=False))


def _judged_by_week(weeks: pl.DataFrame, months: pl.DataFrame) -> pl.DataFrame:
    """Return the channels of which a past of weeks is whole; not before, or one that changes over from months would not
    be looked at meanwhile. Where there is no past of months either, days are enough.
    """
    known = weeks.group_by("channel").agg(
        pl.len().alias("weeks"), pl.col("by_day").is_not_null().sum().alias("of_days")
    )
    known = known.join(months.group_by("channel").agg(pl.len().alias("months")), on="channel", how="left")
    is_new = (pl.col("of_days") > days.BACK) & (pl.col("months").fill_null(0) <= BACK["month"])
    return known.filter((pl.col("weeks") > BACK["week"]) | is_new)


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
        .with_columns(
            start=pl.when(follows).then("before").otherwise(by_calendar),
            window=pl.lit(window),
            by_day=pl.col("by_day").fill_null(pl.lit([np.nan] * days.OF_A_WEEK, pl.Array(pl.Float64, days.OF_A_WEEK))),
        )
        .select("channel", "window", "place", "start", "end", "gained", "by_day")
        .sort("channel", "place")
    )


def screen(windows: pl.DataFrame, *, confirmed: Iterable[tuple[int, datetime, datetime]] = ()) -> Iterator[Judged]:
    """Yield what the screen says of every window: found where z >= 3 and 50 followers or more came above the usual. So
    is a week in which 50 came above the usual, and days within it stand out from the same days of the weeks before.

    windows: as `series` or `windows` returns them. A window is compared with those before it and sees none after.
    effect: followers above the usual; the interval is that of what was usual (5 to 95 % of the past). confirmed: spans
    (channel, start, end) that somebody took for inauthentic: they are screened as all others, but are nobody's past.
    """
    spans = [
        (pl.col("channel") == channel) & (pl.col("start") < end) & (pl.col("end") > start)
        for channel, start, end in confirmed
    ]
    if not spans:
        yield from _screened(windows)
        return
    is_apart = pl.any_horizontal(*spans)
    yield from _screened(windows.filter(~is_apart))
    apart = windows.filter(is_apart)
    keys = set(apart.select("channel", "window", "place").iter_rows())
    touched = windows.join(apart.select("channel").unique(), on="channel", how="semi")
    yield from (it for it in _screened(touched) if (it.channel, it.window, it.place) in keys)


def _screened(windows: pl.DataFrame) -> Iterator[Judged]:
    for window, back in BACK.items():
        of_kind = windows.filter(pl.col("window") == window)
        channels, places = of_kind["channel"].to_numpy(), of_kind["place"].to_numpy()
        gained = of_kind["gained"].to_numpy().astype(np.float64)
        past = past_of(channels, places, gained, back=back)
        figures = np.stack([gained, *compared(gained, past)], axis=1).tolist()
        known = np.isfinite(past).sum(axis=1).tolist()
        within = _within(of_kind, channels, places)
        rows = of_kind.select("channel", "place", "start", "end", "net").iter_rows()
        for (channel, place, start, end, net), of_window, n, of_days in zip(rows, figures, known, within, strict=True):
            seen = {"window": window, "needed": back} | ({"net": True} if net else {})
            result = _judged(*of_window, known=n, seen=seen, within=of_days)
            yield Judged(window, place, start, end, result, channel=channel)


def _within(series: pl.DataFrame, channels: Places, places: Places) -> list[dict[str, Any] | None]:
    """Return of each window the days in it that stand out, as its result tells them; an empty one where none do, None
    where days are not known.
    """
    by_day = series["by_day"].to_numpy().reshape(-1, days.OF_A_WEEK)
    of = days.runs(channels, places, by_day, least_extra=LEAST_EXTRA)
    within: list[dict[str, Any] | None] = [{} if it else None for it in of.is_known.tolist()]
    for at in np.flatnonzero(of.is_found).tolist():
        begun = series["start"][at] + timedelta(days=int(of.first[at]))
        ended = begun + timedelta(days=int(of.length[at]))
        figures = {"gained": int(of.gained[at]), "usual": float(of.usual[at]), "z": float(of.z[at])}
        within[at] = {"start": begun.isoformat(), "end": ended.isoformat(), **figures}
    return within


def _judged(
    gained: float, usual: float, low: float, high: float, z: float, *, known: int, seen: dict[str, Any],
    within: dict[str, Any] | None,
) -> Result:  # fmt: skip
    back = seen["needed"]
    seen = {"gained": int(gained), **seen}
    if known < FEWEST:
        return lacking("short_past", n=known, **seen)
    seen |= {"usual": usual, "low": low, "high": high, "z": z} | ({"days": within} if within else {})
    is_applicable = known >= back or within is not None
    stands_out = (z >= LEAST_Z and known >= back) or within
    is_found = stands_out and gained - usual >= LEAST_EXTRA
    return Result(
        Answer.NOT_APPLICABLE if not is_applicable else Answer.FOUND if is_found else Answer.NOT_FOUND,
        n=known,
        effect=gained - usual,
        low=gained - high,
        high=gained - low,
        why="" if is_applicable else "short_past",
        seen=seen,
    )
