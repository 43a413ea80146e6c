"""Simulated agencies: whoever buys nothing is not warned of it, and what is bought at once is found."""

from datetime import timedelta

import numpy as np
import pytest

from scoring.integrity import agencies
from scoring.integrity.agencies import Said
from scoring.integrity.check import Answer, Result
from scoring.simulation import years


def test_agencies_that_buy_nothing_see_no_warning() -> None:
    of_honest = [agencies.agency(seed=seed) for seed in range(4)]
    assert sum(len(it.tested) for it in of_honest) > 50  # or “no warning” would mean that nobody looked
    assert [list(it.warnings) for it in of_honest] == [[]] * 4


def test_checks_are_asked_as_often_as_the_product_asks_them() -> None:
    tested = [it for seed in range(4) for it in agencies.agency(seed=seed, sold="burst").tested]
    after = {code: {(it.result.answer.value, (it.at - it.end).days) for it in tested if it.check == code}
             for code in ("retention", "engagement_deficit", "cohort_engagement")}  # fmt: skip
    assert ("not_found", 90) in after["retention"]
    assert {days for answer, days in after["retention"] if answer == "not_found"} == {90}
    assert {days for answer, days in after["retention"] if answer == "found"} <= {30, 60, 90}
    assert {days for _, days in after["engagement_deficit"]} <= {70, 77, 84, 91}
    assert {days for _, days in after["cohort_engagement"]} == {14}


@pytest.mark.parametrize("sold", ["burst", "aged"])
def test_what_is_bought_at_once_is_found_and_nothing_else(sold: str) -> None:
    of_buyers = [agencies.agency(seed=100 + seed, sold=sold) for seed in range(2)]
    for it in of_buyers:
        assert it.is_screened
        assert it.of_purchase
        assert it.warnings == it.of_purchase


def test_what_is_sold_by_and_by_is_drawn_over_weeks() -> None:
    came = years.came(np.random.default_rng(1), "drip", 20.0)
    assert 42 <= came.end - came.first <= 70
    assert came.by_day.max() < came.by_day.sum() / 20


def test_the_same_seed_gives_the_same_agency() -> None:
    first, second = (agencies.agency(seed=7, sold="burst") for _ in range(2))
    assert first == second


def test_a_channel_adds_up() -> None:
    random = np.random.default_rng(1)
    came = years.came(random, "giveaway", 20.0)
    year = years.channel(random, a_day=20.0, happened=[came], cleaned=[(400, 0.05)])
    assert year.gains["gained"].sum() == year.usual.sum() + came.by_day.sum() == year.followers.height
    level = year.levels["followers"]
    assert level[400] < 0.97 * level[399]
    net = level.diff().drop_nulls().sum()
    assert net < year.gains["gained"].sum()
    days = (year.followers["followed_at"] - years.FIRST).dt.total_days()
    of_burst = ((days >= came.first) & (days < came.end)).sum()
    assert of_burst == year.gains["gained"][came.first : came.end].sum()


def said(check: str, p: float, *, week: int = 40, at: int = 3, found: bool = True, channel: int = 0) -> Said:
    start = years.FIRST + week * agencies.WEEK
    result = Result(Answer.FOUND if found else Answer.NOT_FOUND, n=100, effect=0.5, p=p)
    end = start + agencies.WEEK
    return Said(channel, start, end, check, end + at * agencies.WEEK, result)


def test_a_warning_opens_with_the_second_family_and_only_once() -> None:
    (opened,) = agencies.warned(
        [said("profile_mixture", 0.001, at=1), said("retention", 0.001, at=5), said("creation_dates", 0.001, at=9)]
    )
    assert opened.families == ["profiles", "retention"]
    assert opened.at - opened.end == timedelta(weeks=5)


def test_two_checks_of_one_family_warn_of_nothing() -> None:
    assert list(agencies.warned([said("cohort_engagement", 0.001), said("engagement_deficit", 0.001)])) == []


def test_families_of_other_weeks_and_channels_do_not_add_up() -> None:
    others = [
        said("profile_mixture", 0.001),
        said("creation_dates", 0.001, week=41),
        said("retention", 0.001, channel=1),
    ]
    assert list(agencies.warned(others)) == []


def test_what_is_found_among_many_tests_is_worth_less() -> None:
    pair = [said("profile_mixture", 0.03), said("creation_dates", 0.03)]
    assert len(list(agencies.warned(pair))) == 1
    quiet = [said("cohort_engagement", 0.9, found=False, channel=channel) for channel in (1, 2)]
    assert list(agencies.warned(pair + quiet)) == []
