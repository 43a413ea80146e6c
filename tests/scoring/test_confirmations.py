"""The confirming checks: new followers against earlier ones of the same channel."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest
from scipy.stats import nchypergeom_fisher

from scoring.integrity import engagement, profiles
from scoring.integrity.check import Result

START, END = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
LATER = END + engagement.WITHIN
DAY = timedelta(days=1)


def followers(*, new: int, new_acted: int, earlier: int, earlier_acted: int) -> pl.DataFrame:
    """Return so many who followed in March, and in the year before, of whom so many did something else."""
    rows = [(START + place * (END - START) / new, place < new_acted) for place in range(new)]
    rows += [(START - (place + 1) * 364 * DAY / earlier, place < earlier_acted) for place in range(earlier)]
    return pl.DataFrame(rows, orient="row", schema={"followed_at": pl.Datetime("us", "UTC"), "acted": pl.Boolean})


def compared(gained: int | None = None, acts_until: datetime | None = LATER, **counts: Any) -> Result:
    usual = {"new": 400, "new_acted": 120, "earlier": 600, "earlier_acted": 200}
    of = followers(**usual | {name: value for name, value in counts.items() if name != "most_ratio"})
    more = {name: value for name, value in counts.items() if name == "most_ratio"}
    return engagement.cohort(
        of, start=START, end=END, gained=gained or (usual | counts)["new"], acts_until=acts_until, apart=[], **more
    )


def test_new_followers_who_do_nothing_else_are_found() -> None:
    result = compared(new_acted=4)
    assert (result.answer, result.n) == ("found", 400)
    assert result.effect == pytest.approx((4 / 400) / (200 / 600))
    assert result.p is not None
    assert result.p < 1e-9
    assert result.low < result.effect < result.high  # type: ignore[operator]


@pytest.mark.parametrize("acted", [133, 120, 100, 80])
def test_new_followers_who_take_part_somewhat_less_are_not(acted: int) -> None:
    """Organic bursts bring people who do less, too: in a real community down to .88 in an ordinary week."""
    result = compared(new_acted=acted)
    assert result.answer == "not_found"
    assert result.p is not None
    assert result.p > 0.05


def test_the_p_value_is_exact() -> None:
    """Among all who acted, the new are binomial where acts are rare; where they are not, their spread is smaller still,
    so the test errs to the side of silence.
    """
    result = compared(new=400, new_acted=50, earlier=600, earlier_acted=200)
    odds = (0.5 / 3 / (1 - 0.5 / 3)) / (1 / 3 / (2 / 3))
    of_odds = nchypergeom_fisher.cdf(50, 1000, 400, 250, odds)
    assert result.p is not None
    assert of_odds < result.p < 3 * of_odds


def test_organic_bursts_are_seldom_found() -> None:
    """At the effect minimum, the worst case that is still organic, at most one in twenty is found."""
    random = np.random.default_rng(1)
    found = 0
    for _ in range(400):
        new, earlier = 200, 400
        result = compared(
            new=new, new_acted=int(random.binomial(new, 0.5 * 0.35)), earlier=earlier,
            earlier_acted=int(random.binomial(earlier, 0.35)),
        )  # fmt: skip
        found += result.answer == "found"
    assert found <= 0.05 * 400


def test_an_explained_burst_raises_the_bar() -> None:
    assert compared(new_acted=30).answer == "found"
    assert compared(new_acted=30, most_ratio=0.2).answer == "not_found"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"acts_until": LATER - timedelta(seconds=1)}, "acts_not_known"),
        ({"acts_until": None}, "acts_not_known"),
        ({"gained": 801}, "few_known"),
        ({"new": 29, "new_acted": 0}, "few_known"),
        ({"earlier": 99, "earlier_acted": 50}, "few_earlier"),
        ({"earlier_acted": 9}, "few_earlier"),
    ],
)
def test_too_little_is_said(more: dict[str, Any], why: str) -> None:
    result = compared(**more)
    assert (result.answer, result.why, result.p, result.effect) == ("not_applicable", why, None, None)


def test_only_the_year_before_is_compared_with_and_nothing_after() -> None:
    of = followers(new=100, new_acted=1, earlier=200, earlier_acted=100)
    outside = pl.DataFrame(
        {"followed_at": [START - 366 * DAY] * 500 + [END] * 500, "acted": [False] * 500 + [True] * 500},
        schema=of.schema,
    )
    arguments: dict[str, Any] = {"start": START, "end": END, "gained": 100, "acts_until": LATER, "apart": []}
    assert engagement.cohort(pl.concat([of, outside]), **arguments) == engagement.cohort(of, **arguments)


def test_earlier_bursts_are_no_usual_followers() -> None:
    """Neither bought ones, who would make the new ones look like everybody, nor others."""
    before = (START - 100 * DAY, START - 90 * DAY)
    of = followers(new=400, new_acted=60, earlier=600, earlier_acted=200)
    idle = pl.DataFrame({"followed_at": [before[0]] * 800, "acted": [False] * 800}, schema=of.schema)
    arguments: dict[str, Any] = {"start": START, "end": END, "gained": 400, "acts_until": LATER}
    is_before = pl.col("followed_at").is_between(*before, closed="left")
    usual = engagement.cohort(of.filter(~is_before), apart=[], **arguments)
    assert engagement.cohort(pl.concat([of, idle]), apart=[before], **arguments) == usual
    assert engagement.cohort(pl.concat([of, idle]), apart=[], **arguments).answer == "not_found"
    assert engagement.cohort(of, apart=[(START, END)], **arguments) == engagement.cohort(of, apart=[], **arguments)


# --- Profiles


def people(count: int, random: np.random.Generator, *, false: float = 0.0) -> dict[str, Any]:
    """Return profiles as people have them, a share of them of the kind that is sold."""
    is_false = random.random(count) < false
    return {
        "followers": np.where(is_false, random.integers(0, 30, count), random.lognormal(5, 1, count)),
        "following": np.where(is_false, random.integers(1000, 7000, count), random.lognormal(5.5, 0.8, count)),
        "posts": np.where(is_false, random.integers(0, 3, count), random.lognormal(3.5, 1.2, count)),
        "bio_length": np.where(is_false, 0, random.integers(0, 150, count)),
        "digit_share": np.where(is_false, random.uniform(0.2, 0.6, count), random.choice([0.0, 0.1, 0.3], count)),
        "has_avatar": np.where(is_false, random.random(count) < 0.3, random.random(count) < 0.95) * 1.0,
    }


def sample(facts: dict[str, Any], begun: datetime = START, ended: datetime = END) -> pl.DataFrame:
    moment = pl.Datetime("us", "UTC")
    return pl.DataFrame({name: np.asarray(values, dtype=np.float64) for name, values in facts.items()}).with_columns(
        cohort_from=pl.lit(begun).cast(moment),
        cohort_to=pl.lit(ended).cast(moment),
        sampled_at=pl.lit(ended).cast(moment),
    )


def samples(new: int = 300, earlier: int = 400, *, false: float = 0.0, seed: int = 1) -> pl.DataFrame:
    random = np.random.default_rng(seed)
    before = sample(people(earlier, random), START - 300 * DAY, START)
    return pl.concat([sample(people(new, random, false=false)), before])


def mixed(of: pl.DataFrame, **more: Any) -> Result:
    return profiles.mixture(of, start=START, end=END, **{"apart": []} | more)


@pytest.mark.parametrize("false", [0.0, 0.05, 0.3, 0.6])
def test_the_share_of_another_kind_is_estimated(false: float) -> None:
    effects = [float(mixed(samples(false=false, seed=seed)).effect or 0) for seed in range(20)]
    assert abs(np.mean(effects) - false) < 0.03


def test_a_large_share_is_found_and_none_is_not() -> None:
    result = mixed(samples(false=0.4))
    assert result.answer == "found"
    assert result.p == 1 / 10_000
    assert result.low < result.effect < result.high  # type: ignore[operator]
    assert mixed(samples()).answer == "not_found"
    assert mixed(samples(), least_share=-1).answer == "found"


def test_ten_points_are_seldom_found() -> None:
    """The effect minimum: what is just as large is found in one case of fourteen; what is smaller hardly ever."""
    for false, most in ((0.1, 0.1), (0.05, 0.02)):
        found = [mixed(samples(170, 170, false=false, seed=seed)).answer == "found" for seed in range(200)]
        assert np.mean(found) <= most


def test_the_interval_holds_the_share_nine_times_in_ten() -> None:
    found = [mixed(samples(200, 400, false=0.3, seed=seed)) for seed in range(100)]
    assert 0.8 <= np.mean([(it.low or 0) < 0.3 < (it.high or 0) for it in found]) <= 0.97


def test_where_no_new_profile_is_as_usual_the_interval_still_has_a_width() -> None:
    result = mixed(samples(false=1.0))
    assert result.effect is not None
    assert result.low < result.effect - 0.001  # type: ignore[operator]


def test_the_same_samples_give_the_same_answer_in_any_order() -> None:
    of = samples(false=0.2)
    assert mixed(of) == mixed(of.sample(fraction=1, shuffle=True, seed=1))


@pytest.mark.parametrize(("new", "earlier"), [(169, 400), (400, 169), (0, 0)])
def test_small_samples_are_not_judged(new: int, earlier: int) -> None:
    result = mixed(samples(new, earlier))
    assert (result.answer, result.why, result.seen["needed"]) == ("not_applicable", "few_profiles", 170)


def test_facts_that_few_profiles_have_are_not_compared() -> None:
    of = samples(false=0.4).with_columns(posts=pl.lit(float("nan")), digit_share=pl.lit(float("nan")))
    assert "few posts" not in mixed(of).seen["facts"]
    facts = ["followers", "following", "bio_length"]
    assert mixed(of.with_columns(pl.lit(float("nan")).alias(it) for it in facts)).why == "few_facts"


def test_single_gaps_say_nothing_either_way() -> None:
    random = np.random.default_rng(2)
    of = samples(false=0.0)
    is_hole = pl.Series(random.random(of.height) < 0.09) & (of["cohort_from"] == START)
    holes = of.with_columns(posts=pl.when(is_hole).then(float("nan")).otherwise("posts"))
    assert abs(float(mixed(holes).effect or 0) - float(mixed(of).effect or 0)) < 0.03


def test_samples_of_earlier_bursts_are_not_compared_with() -> None:
    random = np.random.default_rng(4)
    of = samples(false=0.4)
    bought = sample(people(400, random, false=1.0), START - 400 * DAY, START - 370 * DAY)
    apart = [(START - 400 * DAY, START - 370 * DAY), (START, END)]
    assert mixed(pl.concat([of, bought]), apart=apart) == mixed(of)
    assert mixed(pl.concat([of, bought])).answer == "not_found"


def test_a_long_sample_with_a_short_burst_in_it_is_compared_with() -> None:
    middle = START - 150 * DAY
    assert mixed(samples(false=0.4), apart=[(middle, middle + 7 * DAY)]) == mixed(samples(false=0.4))


def test_nobody_is_counted_twice() -> None:
    """Neither where a cohort was sampled again, nor where cohorts overlap."""
    of = samples(false=0.4)
    again = of.with_columns(sampled_at=pl.col("sampled_at") + DAY)
    assert mixed(pl.concat([of, again])) == mixed(of)
    assert mixed(pl.concat([of, again.head(100)])).why == "few_profiles"
    is_new = pl.col("cohort_from") == START
    weeks = of.filter(is_new).head(100).with_columns(cohort_to=pl.lit(START + 7 * DAY).cast(pl.Datetime("us", "UTC")))
    assert mixed(pl.concat([of, weeks])) == mixed(of)


def test_cohorts_belong_to_the_window_whose_days_they_have() -> None:
    random = np.random.default_rng(3)
    before = sample(people(200, random), START - 60 * DAY, START - 30 * DAY)
    other_zone = sample(people(200, random), START - timedelta(hours=5), END - timedelta(hours=5))
    assert (
        mixed(pl.concat([before, other_zone])).seen
        == mixed(pl.concat([before, other_zone.with_columns(cohort_from=pl.lit(START), cohort_to=pl.lit(END))])).seen
    )
    assert mixed(pl.concat([before, sample(people(200, random), START - 3 * DAY, END)])).why == "few_profiles"
    reaching_over = sample(people(200, random), START - 100 * DAY, END)
    after = sample(people(200, random), END, END + 30 * DAY)
    for foreign in (reaching_over, after):
        assert mixed(pl.concat([before, foreign])).why == "few_profiles"
