"""How many of a burst stay: by the number of followers, or by what was gained and lost."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from scoring.integrity import retention
from scoring.integrity.check import Result

START = datetime(2026, 3, 2, tzinfo=UTC)
WEEK, DAY = timedelta(weeks=1), timedelta(days=1)
END = START + WEEK
MOMENT = pl.Datetime("us", "UTC")
EXCESS = 1_000


def levels(
    *, gone: float = 0.0, after: int = 14, seed: int = 1, until: int = 90, since: int = 400, step: int = 1,
    a_day: float = 20.0, cleaned: float = 0.0, length: int = 7,
) -> pl.DataFrame:  # fmt: skip
    """Return a channel's followers by day: 1,000 came in the window, and a share of them was gone so many days after.

    cleaned: the share of all followers that a platform takes away on the 20th day after.
    """
    random = np.random.default_rng(seed)
    days = np.arange(-since, length + until + 1)
    chance = random.normal(0, 0.3, len(days))
    for day in range(1, len(days)):
        chance[day] = 0.6 * chance[day - 1] + chance[day] * 0.8
    net = random.poisson(a_day * np.exp(chance)) - random.poisson(a_day / 3, len(days))
    level = 20_000.0 + net.cumsum()
    level += np.clip(days / length, 0, 1) * EXCESS - gone * EXCESS * (days >= length + after)
    level *= np.where(days >= length + 20, 1 - cleaned, 1)
    at = [START + int(day) * DAY for day in days]
    nothing = pl.lit(float("nan"))
    of_days = pl.DataFrame({"at": at, "followers": level}, schema_overrides={"at": MOMENT})
    return of_days.gather_every(step).with_columns(known_at="at", gained=nothing, lost=nothing, window=pl.lit(0))


def windows(of: pl.DataFrame, window: int) -> pl.DataFrame:
    """Return the same as gained and lost of the windows between two counts."""
    net = pl.col("followers").diff()
    lost = pl.lit(5.0)
    return of.with_columns(
        gained=net + lost,
        lost=pl.when(net.is_not_null()).then(lost),
        window=pl.lit(window),
        followers=pl.lit(float("nan")),
    ).drop_nulls()


def asked(counts: pl.DataFrame, **more: Any) -> Result:
    arguments: dict[str, Any] = {"start": START, "end": END, "excess": EXCESS, "apart": []}
    return retention.lost(counts, **arguments | more)


def test_a_burst_that_is_gone_is_found() -> None:
    result = asked(levels(gone=0.8))
    assert (result.answer, result.n, result.seen["days"]) == ("found", 1_000, 30)
    assert result.effect == pytest.approx(0.8, abs=0.1)
    assert result.p == pytest.approx(3 / 10_000)
    assert result.low < result.effect < result.high  # type: ignore[operator]
    assert asked(levels(gone=0.8, until=30)).seen["lost"].keys() == {"30"}


@pytest.mark.parametrize("until", [30, 90])
@pytest.mark.parametrize(("gone", "most"), [(0.0, 0.0), (0.3, 0.02), (0.5, 0.1)])
def test_of_bursts_that_nobody_bought_less_is_gone(gone: float, most: float, until: int) -> None:
    """One half is the minimum: as large a loss is found in one case of ten at most, however often it is asked."""
    results = [asked(levels(gone=gone, until=until, seed=seed)) for seed in range(60)]
    assert np.mean([it.answer == "found" for it in results]) <= most
    assert np.mean([it.seen["lost"]["30"] for it in results]) == pytest.approx(gone, abs=0.06)


def test_most_of_what_was_bought_and_is_gone_is_found() -> None:
    assert np.mean([asked(levels(gone=0.8, seed=seed)).answer == "found" for seed in range(40)]) >= 0.95


def test_who_goes_later_is_seen_later() -> None:
    assert asked(levels(gone=0.9, after=45, until=40)).why == "not_over", "they may go yet"
    assert asked(levels(until=90)).answer == "not_found"
    result = asked(levels(gone=0.9, after=45))
    assert (result.answer, result.seen["days"]) == ("found", 60)
    assert result.seen["lost"]["30"] < 0.2


def test_what_goes_beside_the_burst_is_no_loss_of_it() -> None:
    """A platform that cleans up takes more than had come; it says nothing of those who came."""
    result = asked(levels(cleaned=0.1))
    assert (result.answer, result.why) == ("not_applicable", "more_went_than_came")


def test_a_channel_that_always_loses_so_much_has_lost_nothing_more() -> None:
    """Every other month 700 go: what is usual is in the null."""
    counts = levels(gone=0.7, until=30)
    months = ((counts["at"] - START).dt.total_days() // 60).to_numpy()
    often = counts.with_columns(followers=pl.col("followers") - 700 * np.minimum(months, -1))
    assert asked(counts).answer == "found"
    assert asked(often).why == "not_over"


@pytest.mark.parametrize(("window", "step"), [(1, 1), (2, 7), (3, 30)])
def test_gained_and_lost_say_the_same_as_levels(window: int, step: int) -> None:
    length = max(7, step)
    counts = levels(gone=0.8, until=60, since=420, step=step, length=length)
    of_levels, of_windows = (asked(it, end=START + length * DAY) for it in (counts, windows(counts, window)))
    assert (of_levels.answer, of_windows.answer) == ("found", "found")
    assert of_windows.effect == pytest.approx(of_levels.effect, abs=0.03)


@pytest.mark.parametrize(
    ("counts", "more", "why"),
    [
        (levels(until=29), {}, "not_over"),
        (levels(since=170), {}, "short_counts"),
        (levels(), {"excess": 49}, "small_excess"),
        (levels().filter(~pl.col("at").is_between(END + 5 * DAY, END + 40 * DAY)), {}, "gap_after"),
        (levels().filter(~pl.col("at").is_between(START - 90 * DAY, START - 40 * DAY)), {}, "short_counts"),
        (levels().clear(), {}, "not_over"),
        (levels(), {"apart": [(START - 300 * DAY, START)]}, "short_counts"),
    ],
)
def test_too_little_is_said(counts: pl.DataFrame, more: dict[str, Any], why: str) -> None:
    result = asked(counts, **more)
    assert (result.answer, result.why, result.p) == ("not_applicable", why, None)


def test_a_day_that_was_not_counted_is_no_day_without_change() -> None:
    counts = windows(levels(gone=0.8), 1)
    assert asked(counts.filter(pl.col("at") != END + 3 * DAY)).why == "gap_after"


def test_an_explained_burst_raises_the_bar() -> None:
    assert asked(levels(gone=0.6), least_lost=0.8).answer == "not_found"


def test_the_curve_falls_when_they_go_and_says_what_is_usual() -> None:
    result = asked(levels(gone=0.8, until=60))
    kept = {day: (share, low, high) for day, share, low, high in result.seen["curve"]}
    assert list(kept) == list(range(0, 61, 3))
    assert kept[0] == (1, 1, 1)
    assert kept[12][0] > kept[15][0] + 0.7
    assert all(low <= 1 <= high for _, low, high in kept.values())
    assert kept[60][0] < kept[60][1]
    assert kept[30][0] == pytest.approx(1 - result.seen["lost"]["30"])
    assert "curve" not in asked(levels(until=20)).seen


def test_it_is_drawn_on_while_nothing_can_be_said_yet() -> None:
    result = asked(levels(gone=0.9, after=45, until=50))
    assert (result.why, result.seen["curve"][-1][0]) == ("not_over", 48)


def test_what_was_said_of_the_first_days_stays_when_more_is_known() -> None:
    counts = levels(gone=0.8)
    early, late = (asked(counts.filter(pl.col("at") <= END + days * DAY)).seen for days in (31, 90))
    assert late["lost"]["30"] == early["lost"]["30"]
    assert late["curve"][:11] == early["curve"]


def test_the_order_of_counts_says_nothing_and_the_last_known_holds() -> None:
    counts = levels(gone=0.8)
    assert asked(counts) == asked(counts.sample(fraction=1, shuffle=True, seed=1))
    wrong = counts.with_columns(known_at=pl.col("at") - DAY, followers=pl.lit(0.0))
    assert asked(counts) == asked(pl.concat([counts, wrong]))
