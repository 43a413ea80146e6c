"""The growth screen: a channel against its own past, and nothing of its future."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.integrity import growth
from scoring.integrity.check import Judged
from scoring.integrity.growth import DAY, MONTH, WEEK

Row = tuple[int, datetime, datetime, int, int]
MONDAY, DAY_LONG = datetime(2025, 1, 6, tzinfo=UTC), timedelta(days=1)
QUIET = [100, 120, 90, 110, 130, 80, 100, 95, 105, 115, 125, 85]


def row(at: datetime, gained: int, window: int = MONTH, *, channel: int = 1, known_after: int = 0) -> Row:
    return (channel, at.astimezone(UTC), (at + timedelta(days=known_after)).astimezone(UTC), gained, window)


def gains(rows: list[Row]) -> pl.DataFrame:
    moment = pl.Datetime("us", "UTC")
    return pl.DataFrame(
        rows,
        orient="row",
        schema={"channel": pl.Int64, "at": moment, "known_at": moment, "gained": pl.Int64, "window": pl.Int16},
    )


def months(gained: list[int], *, channel: int = 1, first: int = 0) -> list[Row]:
    """Return counts of months that follow each other; the first ends on 1 January 2024, or so many months later."""
    ends = [
        datetime(2024 + (first + place) // 12, (first + place) % 12 + 1, 1, tzinfo=UTC) for place in range(len(gained))
    ]
    return [row(end, count, channel=channel) for end, count in zip(ends, gained, strict=True)]


def weeks(gained: list[int], *, zone: str = "UTC") -> list[Row]:
    first = datetime(2025, 1, 6, tzinfo=ZoneInfo(zone))
    return [row(first + timedelta(days=7 * place), count, WEEK) for place, count in enumerate(gained)]


def days(count: int, *, zone: str, first: datetime = datetime(2025, 1, 2), gained: int = 10) -> list[Row]:  # noqa: DTZ001
    begun = first.replace(tzinfo=ZoneInfo(zone))
    return [row(begun + timedelta(days=place), gained, DAY) for place in range(count)]


def screened(rows: list[Row]) -> list[Judged]:
    return sorted(growth.screen(growth.windows(gains(rows))), key=lambda it: (it.channel, it.end))


def last(rows: list[Row]) -> Judged:
    return screened(rows)[-1]


def test_a_burst_is_a_robust_z_of_logs_against_the_twelve_months_before() -> None:
    result = last(months([*QUIET, 1000])).result
    logs = np.log1p(QUIET[::-1])  # the latest first: what is half a past older counts half
    centre = np.average(logs, weights=0.5 ** (np.arange(12) / 6))
    spread = 0.8 * (np.median(np.abs(logs - np.median(logs))) + 0.5)
    usual = np.expm1(centre)
    assert (result.answer, result.n) == ("found", 12)
    assert result.seen["z"] == pytest.approx((np.log1p(1000) - centre) / spread)
    assert result.effect == pytest.approx(1000 - usual)
    assert (result.seen["low"], result.seen["high"]) == pytest.approx(tuple(np.quantile(QUIET, (0.05, 0.95))))
    assert result.low == pytest.approx(1000 - result.seen["high"])
    assert result.high == pytest.approx(1000 - result.seen["low"])


def test_the_example_of_the_design_is_found() -> None:
    """180 ± 60 in a week, then 1,240."""
    usual = [180, 120, 240, 150, 210, 180, 130, 230, 170, 190, 140, 220, 180] * 2
    assert last(weeks([*usual, 1240])).result.answer == "found"


@pytest.mark.parametrize(
    ("past", "gained", "answer"),
    [
        (QUIET, 150, "not_found"),
        (QUIET, 0, "not_found"),
        ([1] * 12, 50, "not_found"),  # large for this channel, but fewer than 50 above the usual
        ([1] * 12, 51, "found"),
        ([0] * 12, 50, "found"),
        ([0, 400] * 6, 900, "not_found"),  # has always come and gone in bursts
        (QUIET[1:], 1000, "not_applicable"),
    ],
)
def test_what_is_found_stands_out_and_counts(past: list[int], gained: int, answer: str) -> None:
    assert last(months([*past, gained])).result.answer == answer


def test_a_short_past_is_said_and_not_judged() -> None:
    results = [it.result for it in screened(months(QUIET))]
    assert {it.answer for it in results} == {"not_applicable"}
    assert [it.n for it in results] == list(range(12))
    assert {(it.why, it.seen["needed"]) for it in results} == {("short_past", 12)}
    assert [it.effect is None for it in results] == [True] * 3 + [False] * 9


def test_weeks_need_twenty_six_before() -> None:
    answers = [it.result.answer for it in screened(weeks([10] * 28))]
    assert answers == ["not_applicable"] * 26 + ["not_found"] * 2


def test_a_week_is_found_for_days_in_it_that_stand_out() -> None:
    """Of 400 on a Wednesday a week of 70 has less than seven times as many: as a whole it does not stand out."""
    begun = datetime(2024, 12, 30)  # noqa: DTZ001
    quiet = days(7 * 40, zone="UTC", first=begun + timedelta(days=1))
    burst = [(*it[:3], 410, it[4]) if place == 7 * 40 - 5 else it for place, it in enumerate(quiet)]
    result = last(burst).result
    assert (result.answer, result.n, result.seen["gained"]) == ("found", 26, 470)
    day = quiet[7 * 40 - 5][1]
    assert result.seen["days"] == {
        "start": (day - timedelta(days=1)).isoformat(), "end": day.isoformat(), "gained": 410,
        "usual": pytest.approx(10), "z": pytest.approx((np.log(411) - np.log(11)) / 0.4),
    }  # fmt: skip
    assert last(quiet).result.answer == "not_found"
    assert "days" not in last(quiet).result.seen


def test_days_are_enough_where_there_is_neither_a_past_of_weeks_nor_of_months() -> None:
    rows = days(7 * 10, zone="UTC", first=datetime(2024, 12, 31))  # noqa: DTZ001
    assert [it.result.answer for it in screened(rows)] == ["not_applicable"] * 8 + ["not_found"] * 2
    burst = [*rows[:-3], (*rows[-3][:3], 900, DAY), *rows[-2:]]
    assert (last(burst).result.answer, last(burst).result.n) == ("found", 9)
    assert {it.window for it in screened(rows + months([500] * 20))} == {"month"}
    assert {it.window for it in screened(rows + months([500] * 12))} == {"week"}


def test_each_channel_has_its_own_past() -> None:
    rows = months([1000] * 13, channel=1) + months([*QUIET, 1000], channel=2)
    assert [it.result.answer for it in screened(rows) if it.result.n == 12] == ["not_found", "found"]


def test_a_gap_is_passed_over_and_no_zero() -> None:
    rows = months([*QUIET, 1, 1, 1000])
    with_gap = [*rows[:12], rows[14]]
    result = last(with_gap).result
    assert (result.n, result.answer) == (12, "found")
    assert result.seen["usual"] == pytest.approx(last(months([*QUIET, 1000])).result.seen["usual"])


def test_a_past_older_than_twice_its_length_is_none() -> None:
    old, new = months(QUIET), months([1000], first=35)
    assert last(old + new).result.n == 1
    assert last(old + months([1000], first=24)).result.n == 12


@given(
    st.lists(st.lists(st.integers(0, 5000), min_size=1, max_size=30), min_size=1, max_size=3),
    st.randoms(use_true_random=False),
    st.integers(0, 29),
)
def test_no_window_sees_what_comes_after_it(series: list[list[int]], random: Any, cut: int) -> None:
    rows = [it for channel, gained in enumerate(series) for it in months(gained, channel=channel)]
    whole = screened(rows)
    until = datetime(2024 + cut // 12, cut % 12 + 1, 1, tzinfo=UTC)
    before = [it for it in rows if it[1] <= until]
    random.shuffle(before)
    assert screened(before) == [it for it in whole if it.end <= until]


ZONES = ["UTC", "Europe/London", "America/Anchorage", "America/Adak", "Pacific/Auckland", "Pacific/Chatham",
         "Pacific/Honolulu", "Pacific/Kiritimati", "Asia/Kolkata"]  # fmt: skip


@pytest.mark.parametrize("zone", ZONES)
def test_days_make_weeks_wherever_midnight_is(zone: str) -> None:
    found = growth.windows(gains(days(366, zone=zone)))
    assert found["window"].unique().to_list() == ["week"]
    assert found.height in {51, 52}
    assert found["place"].diff().drop_nulls().unique().to_list() == [1]
    assert found["gained"].unique().to_list() == [70]
    lengths = (found["end"] - found["start"]).unique().to_list()
    assert all(abs(it - timedelta(days=7)) <= timedelta(hours=1) for it in lengths)


def test_a_week_that_lacks_a_day_is_not_known() -> None:
    rows = days(7 * 30, zone="UTC")
    whole = growth.windows(gains(rows))
    assert whole.height == 29
    assert growth.windows(gains(rows[:10] + rows[11:])).height == 28


def test_months_are_looked_at_until_a_past_of_weeks_is_whole() -> None:
    rows = months([500] * 20)
    assert growth.windows(gains(rows + weeks([70] * 26)))["window"].unique().to_list() == ["month"]
    assert growth.windows(gains(rows + weeks([70] * 27)))["window"].unique().to_list() == ["week"]
    other = months([500] * 20, channel=2)
    found = growth.windows(gains(rows + weeks([70] * 27) + other))
    assert found.group_by("channel", "window").len().sort("channel").rows() == [(1, "week", 27), (2, "month", 20)]


def test_a_stated_week_stands_before_its_days() -> None:
    found = growth.windows(gains(days(7 * 30, zone="UTC") + weeks([71, 72, 73])))
    assert found["gained"].to_list() == [71, 72, 73, *[70] * 27]


def test_of_windows_that_overlap_one_a_week_counts() -> None:
    """The last seven days, sent every day."""
    first = datetime(2025, 1, 6, tzinfo=UTC)
    rolling = [row(first + timedelta(days=place), 10, WEEK) for place in range(7 * 40)]
    found = growth.windows(gains(rolling))
    assert found.height == 41
    assert found["place"].is_unique().all()


def test_a_week_has_seven_days_whatever_ended_before() -> None:
    rows = weeks([10] * 30)
    rows[5] = row(rows[5][1] - timedelta(days=3), 10, WEEK)
    found = growth.windows(gains(rows))
    assert (found["end"] - found["start"]).unique().to_list() == [timedelta(days=7)]


def test_a_window_is_the_same_one_however_its_end_is_stated() -> None:
    at = datetime(2025, 3, 1, tzinfo=UTC)
    places = [
        growth.windows(gains([row(at + off, 5)]))["place"].to_list() for off in (timedelta(0), timedelta(hours=-1))
    ]
    assert places[0] == places[1]


def test_the_count_that_was_known_last_holds() -> None:
    at = datetime(2025, 3, 1, tzinfo=UTC)
    late, early = row(at, 7, known_after=9), row(at + timedelta(seconds=-1), 5, known_after=1)
    for rows in ([late, early], [early, late]):
        found = growth.windows(gains(rows))
        assert found["gained"].to_list() == [7]
        assert found["end"].to_list() == [at]


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Asia/Tokyo"])
def test_months_of_any_zone_follow_each_other(zone: str) -> None:
    ends = [datetime(2024 + place // 12, place % 12 + 1, 1, tzinfo=ZoneInfo(zone)) for place in range(24)]
    found = growth.windows(gains([row(end, 10) for end in ends]))
    assert found["place"].diff().drop_nulls().unique().to_list() == [1]
    assert found["start"].to_list()[1:] == found["end"].to_list()[:-1]
    assert found["end"].to_list() == [end.astimezone(UTC) for end in ends]


# --- Where only followers are counted


def counted(
    levels: list[int], *, step: timedelta = DAY_LONG, first: datetime = MONDAY, channel: int = 1
) -> pl.DataFrame:
    """Return counts of followers so far apart, the first at the end of a week."""
    at = [first + step * place for place in range(len(levels))]
    of = {"channel": channel, "at": at, "known_at": at, "followers": [float(it) for it in levels]}
    moment = pl.Datetime("us", "UTC")
    return pl.DataFrame(of, schema_overrides={"channel": pl.Int64, "at": moment, "known_at": moment})


def net(levels: pl.DataFrame, *, until: datetime | None = None) -> pl.DataFrame:
    return growth.windows(growth.net_gains(levels, until=until or MONDAY + timedelta(days=5000)))


@pytest.mark.parametrize("off", [timedelta(0), timedelta(hours=9, minutes=20), timedelta(hours=-7)])
def test_followers_counted_by_the_day_make_the_gains_of_weeks_and_their_days(off: timedelta) -> None:
    found = net(counted([1000 + 10 * day for day in range(7 * 30 + 1)], first=MONDAY + off))
    assert found["window"].unique().to_list() == ["week"]
    assert set(found["gained"].to_list()) == {70}
    assert found.height in {29, 30}
    assert set(found["by_day"].to_numpy().ravel()[7:-7].tolist()) == {10}


@pytest.mark.parametrize(("step", "kind", "count"), [(7, "week", 40), (30.5, "month", 20)])
def test_so_do_those_counted_by_the_week_or_month(step: float, kind: str, count: int) -> None:
    levels = counted([500 * place for place in range(count)], step=timedelta(days=step), first=MONDAY.replace(hour=15))
    found = net(levels)
    assert (found["window"].unique().to_list(), found.height) == ([kind], count - 1)
    assert set(found["gained"].to_list()) == {500}
    assert found["place"].diff().drop_nulls().unique().to_list() == [1]


def test_whom_a_channel_lost_is_taken_off_and_a_loss_is_no_gain() -> None:
    found = net(counted([1000, 1100, 900, 950], step=timedelta(days=7)))
    assert net(counted([1000, 1100, 900, 950] * 10, step=timedelta(days=7)))["gained"].to_list()[:3] == [100, 0, 50]
    assert found.is_empty(), "three weeks are not enough to be looked at by the week"


def test_counts_that_are_too_far_apart_make_no_week() -> None:
    levels = counted([1000 + 10 * day for day in range(7 * 40 + 1)])
    is_missing = levels["at"].is_between(MONDAY + timedelta(days=69), MONDAY + timedelta(days=70))
    assert net(levels.filter(~is_missing)).height == 38, "the week whose end was not counted, and the next one"
    one_missing = levels.filter(pl.col("at") != MONDAY + timedelta(days=70))
    assert net(one_missing)["gained"].to_list().count(60) == 1, "six days"


def test_a_week_that_is_not_over_is_not_known() -> None:
    """Or who comes on its last day would be in no week."""
    levels = counted([1000 + 10 * day for day in range(7 * 40)])  # until Sunday
    for hours, last_week in ((30, 70), (36, 60)):
        found = net(levels, until=MONDAY + timedelta(days=7 * 40 - 1, hours=hours))
        assert found["gained"].to_list()[-1] == last_week, "the whole one before; what was counted of the last"


def test_stated_gains_stand_before_followers_unless_they_are_too_few() -> None:
    levels = counted([1000 + 10 * day for day in range(7 * 40 + 1)])

    def chosen(rows: list[Row]) -> tuple[set[bool], set[int]]:
        found = growth.series(gains(rows), levels, until=MONDAY + timedelta(days=5000))
        return set(found["net"].to_list()), set(found["gained"].to_list())

    assert chosen(weeks([99] * 27)) == ({False}, {99})
    assert chosen(weeks([99] * 5)) == ({True}, {70})
    assert chosen(months([99] * 13)) == ({False}, {99})
    both = growth.series(gains(months([99] * 13, channel=2)), levels, until=MONDAY + timedelta(days=5000))
    assert set(both.select("channel", "net").iter_rows()) == {(1, True), (2, False)}


def test_a_burst_is_found_by_followers_and_says_so() -> None:
    levels = [1000 + 10 * week for week in range(40)]
    found = list(
        growth.screen(net(counted([*levels, levels[-1] + 900], step=timedelta(days=7))).with_columns(net=True))
    )
    assert (found[-1].result.answer, found[-1].result.seen["net"], found[-1].result.seen["gained"]) == (
        "found",
        True,
        900,
    )
    assert {it.result.answer for it in found[:-1]} == {"not_applicable", "not_found"}


def test_nothing_gives_nothing() -> None:
    assert screened([]) == []
    assert [it.result.why for it in screened(months([5]))] == ["short_past"]
