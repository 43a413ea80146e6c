"""Days within a week: a burst of a few days is not lost in the week that it is part of."""

import numpy as np
import pytest
from numpy.typing import NDArray

from scoring.integrity import days

Numbers = NDArray[np.float64]
WEEKS = 12


def organic(random: np.random.Generator, channels: int, *, a_day: float) -> Numbers:
    """Return gains, (channels, weeks, 7), of channels whose days differ, by weekday and by chance that lasts."""
    by_weekday = np.exp(random.normal(0, 0.2, (channels, 1, 7)))
    chance = random.normal(0, 0.35, (channels, WEEKS * 7))
    for day in range(1, WEEKS * 7):
        chance[:, day] = 0.5 * chance[:, day - 1] + chance[:, day] * np.sqrt(0.75)
    expected = a_day * by_weekday * np.exp(chance.reshape(channels, WEEKS, 7))
    return random.poisson(random.gamma(6, expected / 6)).astype(np.float64)


def runs(gains: Numbers, *, places: list[int] | None = None) -> days.Runs:
    channels, weeks, _ = gains.shape
    channel, place = np.repeat(np.arange(channels), weeks), np.tile(places or np.arange(weeks), channels)
    return days.runs(channel, place, gains.reshape(-1, 7), least_extra=50)


def planted(gains: Numbers, *, first: int, each: list[int]) -> Numbers:
    """Return the same with so many more on days of the last week."""
    more = gains.copy()
    more[:, -1, first : first + len(each)] += each
    return more


@pytest.mark.parametrize("a_day", [2.0, 10.0, 100.0, 400.0])
def test_ordinary_days_are_hardly_ever_found(a_day: float) -> None:
    found = runs(organic(np.random.default_rng(1), 500, a_day=a_day))
    assert found.is_known.sum() == 500 * (WEEKS - days.BACK)
    assert found.is_found[found.is_known].mean() <= 0.003


def test_a_purchase_of_a_day_is_found() -> None:
    gains = organic(np.random.default_rng(1), 200, a_day=20)
    found = runs(planted(gains, first=2, each=[400]))
    of_last = np.arange(WEEKS - 1, len(found.z), WEEKS)
    assert found.is_found[of_last].mean() >= 0.95
    assert np.delete(found.is_found, of_last).mean() <= 0.003


def test_the_burst_is_told_with_neither_its_edges_cut_off_nor_quiet_days_around_it() -> None:
    gains = np.full((1, WEEKS, 7), 20.0)
    found = runs(planted(gains, first=2, each=[500, 300, 200]))
    assert (found.first[-1], found.length[-1]) == (2, 3)
    assert found.gained[-1] == 1_060
    assert found.usual[-1] == pytest.approx(60)


def test_a_sunday_is_held_against_sundays() -> None:
    gains = np.full((1, WEEKS, 7), 10.0)
    gains[:, :, 6] = 400
    assert not runs(gains).is_found.any()
    gains[:, -1, 6], gains[:, -1, 2] = 10, 400
    found = runs(gains)
    assert (found.is_found[-1], found.first[-1], found.length[-1]) == (True, 2, 1)


def test_fewer_than_fifty_above_the_usual_are_not() -> None:
    gains = np.full((1, WEEKS, 7), 0.0)
    assert not runs(planted(gains, first=2, each=[49])).is_found.any()
    assert runs(planted(gains, first=2, each=[50])).is_found[-1]


def test_eight_weeks_of_days_are_needed_with_gaps_passed_over() -> None:
    gains = planted(np.full((1, WEEKS, 7), 10.0), first=0, each=[900])
    assert runs(gains).is_known.tolist() == [False] * 8 + [True] * 4
    assert runs(gains, places=[*range(10), 14, 15]).is_found[-1]
    assert runs(gains, places=[*range(10), 14, 50]).is_known[-1] == False  # noqa: E712  -- an array's


def test_a_week_whose_days_are_not_known_is_left_out() -> None:
    gains = planted(np.full((1, WEEKS, 7), 10.0), first=0, each=[900])
    gains[:, 5] = np.nan
    found = runs(gains)
    assert found.is_known.tolist() == [False] * 9 + [True] * 3
    assert found.is_found[-1]


def test_no_week_sees_what_comes_after_it() -> None:
    gains = organic(np.random.default_rng(2), 3, a_day=15)
    whole, before = runs(planted(gains, first=1, each=[900])), runs(gains)
    not_last = np.arange(len(whole.z)) % WEEKS != WEEKS - 1
    assert (whole.z[not_last] == before.z[not_last]).all()
