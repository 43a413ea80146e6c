"""The scan of creation dates: accounts that were made together, and people who were not."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
import pytest

from scoring.integrity import creation
from scoring.integrity.check import Result

START, END = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
DAY = timedelta(days=1)
LAST = (START - creation.YOUNG - datetime(1970, 1, 1, tzinfo=UTC)).days
FIRST = LAST - 3_000


def people(count: int, random: np.random.Generator) -> list[float]:
    """Return days on which people made their accounts, over eight years."""
    return [float(day) for day in random.integers(FIRST, LAST, count)]


def batch(count: int, *, day: int = LAST - 400) -> list[float]:
    """Return days of accounts that were made within a week, and with times of the day."""
    return [day + place % 7 + 0.4 for place in range(count)]


def sample(days: list[float], begun: datetime, ended: datetime) -> pl.DataFrame:
    moment = pl.Datetime("us", "UTC")
    return pl.DataFrame({"created_on": days}, schema={"created_on": pl.Float64}).with_columns(
        cohort_from=pl.lit(begun).cast(moment),
        cohort_to=pl.lit(ended).cast(moment),
        sampled_at=pl.lit(ended).cast(moment),
    )


def both(new: list[float], earlier: list[float]) -> pl.DataFrame:
    return pl.concat([sample(new, START, END), sample(earlier, START - 900 * DAY, START)])


def cohorts(new: int, earlier: int, *, bought: int = 0, seed: int = 1) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    return both(people(new - bought, random) + batch(bought), people(earlier, random))


def scanned(of: pl.DataFrame, **more: Any) -> Result:
    return creation.scan(of, start=START, end=END, **{"apart": []} | more)


def test_accounts_that_were_made_in_one_week_are_found() -> None:
    result = scanned(cohorts(300, 400, bought=60))
    assert (result.answer, result.n) == ("found", 300)
    assert result.effect == pytest.approx(0.2, abs=0.02)
    assert result.p == 1 / 10_000
    assert result.low < result.effect < result.high  # type: ignore[operator]
    begun = datetime(1970, 1, 1, tzinfo=UTC) + (LAST - 400) * DAY
    assert (result.seen["from"], result.seen["to"]) == (f"{begun:%Y-%m-%d}", f"{begun + 6 * DAY:%Y-%m-%d}")
    assert result.effect == result.seen["share_new"] - result.seen["share_earlier"]


def test_people_are_hardly_ever_found() -> None:
    found = [scanned(cohorts(100, 200, seed=seed)).answer == "found" for seed in range(200)]
    assert np.mean(found) <= 0.02


def test_five_in_a_hundred_of_five_hundred_are_found() -> None:
    found = [scanned(cohorts(500, 500, bought=25, seed=seed)).answer == "found" for seed in range(40)]
    assert np.mean(found) >= 0.92


def test_a_week_in_which_earlier_followers_joined_too_says_nothing() -> None:
    random = np.random.default_rng(1)
    of = both(people(300, random) + batch(60), people(300, random) + batch(60))
    assert scanned(of).answer == "not_found"


@pytest.mark.parametrize(("size", "least"), [(100, 0.06), (150, 0.055), (200, 0.05), (500, 0.032), (2_000, 0.032)])
def test_the_minimum_is_what_people_show_in_so_many(size: int, least: float) -> None:
    assert scanned(cohorts(size, 200)).seen["least_share"] == pytest.approx(least)


def test_below_the_minimum_nothing_is_found_and_p_says_so() -> None:
    random = np.random.default_rng(1)
    of = both(people(1_900, random) + batch(50), people(4_000, random))
    result = scanned(of)
    assert (result.answer, result.p) == ("not_found", 1.0)
    assert result.effect == pytest.approx(50 / 1_950, abs=0.003)


def test_an_explained_burst_raises_the_bar_and_never_lowers_it() -> None:
    of = cohorts(300, 400, bought=60)
    assert scanned(of, least_share=0.3).answer == "not_found"
    assert scanned(of, least_share=0.001) == scanned(of)


def test_p_is_the_share_of_all_permutations() -> None:
    """Against shuffles of the plain list of accounts, over every week there is."""
    random = np.random.default_rng(3)
    new, earlier = people(100, random), people(300, random)
    days, counts = creation._by_day(sample(new, START, END), sample(earlier, START, END))
    within = (days >= days[:, None]) & (days < days[:, None] + 7)
    effects = []
    for _ in range(2_000):
        is_new = random.multivariate_hypergeometric(counts.sum(axis=0), 100)
        effects.append((within @ is_new / 100 - within @ (counts.sum(axis=0) - is_new) / 300).max())
    for largest in (0.03, 0.04):
        p = creation._p(counts, np.arange(len(days)), np.searchsorted(days, days + 7), largest)
        expected = np.mean(np.array(effects) >= largest - 1e-12)
        assert 0.01 < expected < 0.99
        assert p == pytest.approx(expected, abs=0.04)


def test_young_accounts_are_not_looked_at() -> None:
    """Whoever joins in a wave follows what is talked about; no earlier follower can have joined in it."""
    random = np.random.default_rng(1)
    wave = batch(150, day=LAST + 1)
    result = scanned(both(people(150, random) + wave, people(300, random)))
    assert result.answer == "not_found"
    assert scanned(both(wave, batch(120, day=LAST))).why == "all_young"


@pytest.mark.parametrize(("new", "earlier"), [(99, 400), (400, 99), (0, 400), (400, 0)])
def test_few_dates_are_not_judged(new: int, earlier: int) -> None:
    result = scanned(cohorts(new, earlier))
    assert (result.answer, result.why, result.seen["needed"]) == ("not_applicable", "few_dates", 100)


def test_dates_of_some_only_are_not_judged() -> None:
    """Those whose dates a source knows may be others than those whose dates it does not."""
    random = np.random.default_rng(1)
    unknown = [float("nan")] * 30
    of = both(people(200, random) + unknown, people(400, random))
    assert scanned(of).why == "dates_of_some"
    assert scanned(both(people(200, random) + unknown[:20], people(400, random))).answer == "not_found"


def test_cohorts_of_bursts_are_no_earlier_followers() -> None:
    before = (START - 200 * DAY, START - 170 * DAY)
    of = pl.concat([cohorts(300, 400, bought=60), sample(batch(200), *before)])
    usual = of.filter(pl.col("cohort_from") != START - 900 * DAY)
    earlier = sample(people(400, np.random.default_rng(2)), START - 900 * DAY, before[0])
    of = pl.concat([usual, earlier])
    assert scanned(of, apart=[before]).answer == "found"
    assert scanned(of, apart=[]).seen["earlier"] == 600
    assert scanned(of, apart=[before]).seen["earlier"] == 400


def test_the_order_of_profiles_says_nothing() -> None:
    of = cohorts(300, 400, bought=20)
    assert scanned(of) == scanned(of.sample(fraction=1, shuffle=True, seed=2))


def test_more_bought_is_more_effect() -> None:
    effects = [scanned(cohorts(300, 400, bought=bought)).effect or 0 for bought in (0, 15, 30, 60, 120)]
    assert all(less < more for less, more in pairwise(effects))
