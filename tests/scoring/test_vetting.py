"""A creator's channel before they are hired: what is known, what is not, and what to ask."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from scoring.integrity import vetting
from scoring.integrity.check import Answer, Result, lacking
from scoring.integrity.vetting import CHECKS, Vetted, vet
from tests.scoring.frames import MOMENT

START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 2, tzinfo=UTC)
DAY = timedelta(days=1)
ACCUSES = re.compile(r"fake|fraud|bought|cheat|guilty|suspici|dishonest|bot\b", re.IGNORECASE)


def frame(rows: list[dict[str, Any]], **columns: Any) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=columns)


def channel(
    *, posts: int = 60, fall: float = 0.0, followers: float = 10_000, dates: bool = True, seed: int = 1, sells: int = 0
) -> dict[str, pl.DataFrame]:
    """A post every third day with likes of some 3 % of the followers, a fifth as many comments; falling each month."""
    random = np.random.default_rng(seed)
    published = [START + 3 * DAY * n for n in range(posts)]
    usual = [followers * 0.03 * (1 - fall) ** (3 * n / 30) * random.lognormal(0, 0.2) for n in range(posts)]
    likes = [float(round(it)) for it in usual]
    flags = ("promotion", "price", "link", "question")
    cohort = {"sampled_at": END, "created_on": START if dates else None}
    amounts = dict.fromkeys(flags, pl.Float64)
    return {
        "gains": frame([{"channel": 1, "at": START, "gained": 5}], channel=pl.Int64, at=MOMENT, gained=pl.Int64),
        "followers": frame(
            [{"at": START + 30 * DAY * n, "followers": followers} for n in range(7)], at=MOMENT, followers=pl.Float64
        ),
        "profiles": frame(
            [{"cohort_from": START + n * DAY, "cohort_to": START + (n + 9) * DAY, **cohort} for n in range(2)],
            cohort_from=MOMENT, cohort_to=MOMENT, sampled_at=MOMENT, created_on=MOMENT,
        ),
        "posts": frame(
            [{"post": n, "published_at": at, **dict.fromkeys(flags, 0.0), "promotion": float(n < sells)}
             for n, at in enumerate(published)],
            post=pl.Int64, published_at=MOMENT, **amounts,
        ),
        "counts": frame(
            [{"post": n, "at": at + age * DAY, "likes": likes[n] * share, "comments": likes[n] * share / 5}
             for n, at in enumerate(published) for age, share in ((1, 0.5), (7, 1.0))],
            post=pl.Int64, at=MOMENT, likes=pl.Float64, comments=pl.Float64,
        ),
    }  # fmt: skip


def vetted(results: dict[str, Result] | None = None, *, without: tuple[str, ...] = (), **more: Any) -> Vetted:
    there = channel(**more)
    there |= {name: there[name].clear() for name in without}
    return vet(**there, results=results or {}, start=START, end=END)


def possible(known: Vetted) -> set[str]:
    return {it.code for it in known.checks if it.can_be_made}


FOUND = Result(Answer.FOUND, n=12, effect=900.0)
ALL = {"growth", "profile_mixture", "creation_dates", "retention", "engagement_deficit"}


@pytest.mark.parametrize(
    ("without", "lost"),
    [
        ((), set()),
        (("gains",), {"growth"}),
        (("profiles",), {"profile_mixture", "creation_dates"}),
        (("followers",), {"retention"}),
        (("counts",), {"engagement_deficit"}),
        (("gains", "profiles", "followers", "counts", "posts"), ALL),
    ],
)
def test_which_checks_can_be_made_hangs_on_the_facts(without: tuple[str, ...], lost: set[str]) -> None:
    known = vetted(without=without)
    assert possible(known) == ALL - lost
    assert {it.code for it in known.checks} == set(CHECKS)


def test_accounts_without_a_date_tell_nothing_of_when_they_were_made() -> None:
    assert possible(vetted(dates=False)) == ALL - {"creation_dates"}
    there = channel()
    there["profiles"] = there["profiles"].drop("created_on")
    assert possible(vet(**there, results={}, start=START, end=END)) == ALL - {"creation_dates"}


def test_what_was_not_made_is_said_and_asked_for() -> None:
    known = vetted({"growth": FOUND, "profile_mixture": lacking("few_profiles", n=3)})
    assert [it.code for it in known.checks if it.result] == ["growth"]
    assert CHECKS["growth"].ask not in known.asks
    assert CHECKS["profile_mixture"].ask in known.asks
    assert "Not tested: what new followers look like beside earlier ones; " in known.summary
    assert all(it in known.summary for it in known.asks)


def test_what_stands_out_is_a_question_and_no_accusation() -> None:
    known = vetted({"growth": FOUND, "retention": Result(Answer.FOUND, n=300)})
    assert known.summary.startswith("2 of 8 checks were made with what is known of the channel. Worth a question is ")
    assert "whether followers came in bursts; how many new followers stayed" in known.summary
    assert "It says nothing of who caused it." in known.summary


def test_nothing_found_is_no_proof() -> None:
    assert "no proof of anything" in vetted({"growth": Result(Answer.NOT_FOUND, n=12)}).summary
    assert "no proof" not in vetted().summary
    assert "0 of 8 checks were made" in vetted().summary


@pytest.mark.parametrize("results", [{}, {"growth": FOUND}, {"growth": FOUND, "engagement_deficit": FOUND}])
@pytest.mark.parametrize("without", [(), ("counts",), ("posts", "gains", "profiles", "followers")])
def test_no_summary_accuses(results: dict[str, Result], without: tuple[str, ...]) -> None:
    assert not ACCUSES.search(vetted(results, without=without, sells=40).summary)


def test_engagement_is_likes_and_comments_of_grown_posts_over_followers() -> None:
    known = vetted()
    assert known.engagement is not None
    assert known.engagement["n"] == 60
    assert known.engagement["low"] < 0.036 < known.engagement["high"]
    assert known.comments_to_likes is not None
    assert known.comments_to_likes["value"] == pytest.approx(0.2)
    assert "For a hundred likes there are 20.0 (20.0 to 20.0) comments." in known.summary
    of_the_first_day = channel()
    young = of_the_first_day["counts"].filter(pl.int_range(pl.len()) % 2 == 0)
    assert vet(**{**of_the_first_day, "counts": young}, results={}, start=START, end=END).engagement is None


def test_a_course_that_falls_is_told_and_a_steady_one_is_not() -> None:
    falling, steady = vetted(fall=0.15), vetted()
    assert falling.course is not None
    assert steady.course is not None
    assert falling.course["high"] < -0.08
    assert "That falls, by " in falling.summary
    assert steady.course["low"] < 0 < steady.course["high"]
    assert "That falls" not in steady.summary
    assert "That rises" not in steady.summary
    assert "That rises, by " in vetted(fall=-0.15).summary


def test_the_interval_of_a_steady_course_holds_nothing_as_often_as_it_says() -> None:
    courses = [vetted(seed=seed).course for seed in range(60)]
    held = np.mean([it["low"] <= 0 <= it["high"] for it in courses if it])
    assert 0.8 <= held <= 1


def test_rhythm_and_selling_are_told() -> None:
    known = vetted(sells=45)
    assert known.posts_a_week == pytest.approx(60 / 26)
    assert known.weeks_active is not None
    assert known.weeks_active["n"] == 26
    assert known.promotional is not None
    assert known.promotional["value"] == 0.75
    assert "75 % (" in known.summary


def test_few_posts_have_no_figures() -> None:
    known = vetted(posts=vetting.FEWEST_POSTS - 1)
    assert (known.engagement, known.course, known.comments_to_likes, known.promotional) == (None,) * 4
    assert vetted(posts=vetting.FEWEST_POSTS).engagement is not None


def test_followers_that_were_not_counted_near_a_post_are_not_known() -> None:
    there = channel()
    there["followers"] = there["followers"].with_columns(pl.col("at") - timedelta(days=400))
    assert vet(**there, results={}, start=START, end=END).engagement is None


def test_no_order_of_rows_changes_anything() -> None:
    there = channel(fall=0.1)
    turned = {name: it.reverse() for name, it in there.items()}
    assert vet(**there, results={}, start=START, end=END) == vet(**turned, results={}, start=START, end=END)
