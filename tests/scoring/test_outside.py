"""A creator's channel seen from outside: what posts get, how steadily they come, and how much of it sells."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
import pytest

from scoring.integrity import outside
from scoring.integrity.catalog.vetting import LOOKED_BACK
from scoring.integrity.check import Answer, Result
from scoring.integrity.outside import FEWEST_POSTS, from_outside
from tests.scoring.frames import MOMENT

END = datetime(2026, 7, 1, tzinfo=UTC)
DAY = timedelta(days=1)
NOTHING = float("nan")


def posts(
    *, count: int = 45, every: int = 2, fall: float = 0.0, age: int = 7, sells: int = 0, seed: int = 1
) -> pl.DataFrame:
    """Return posts of every so many days up to the end, with likes of some 3 % of 10,000 followers and a fifth as many
    comments; of `fall` less each month.
    """
    random = np.random.default_rng(seed)
    published = [END - DAY - every * DAY * n for n in reversed(range(count))]
    likes = [round(300 * (1 - fall) ** (every * n / 30) * float(random.lognormal(0, 0.2))) for n in range(count)]
    return pl.DataFrame(
        {
            "post": range(count),
            "published_at": published,
            "counted_at": [it + age * DAY for it in published],
            "likes": [float(it) for it in likes],
            "comments": [it / 5 for it in likes],
            "promotion": [float(n < sells) for n in range(count)],
            **dict.fromkeys(("price", "link", "question"), [0.0] * count),
        },
        schema_overrides={"published_at": MOMENT, "counted_at": MOMENT, "post": pl.Int64},
    )


def levels(*, at: datetime = END - LOOKED_BACK, followers: float = 10_000.0) -> pl.DataFrame:
    """Return a count of followers each month, and one row between that knows no more than who came."""
    moments = [at + 30 * DAY * n for n in range(4)]
    rows = [(it, followers) for it in moments] + [(it + DAY, NOTHING) for it in moments]
    return pl.DataFrame(rows, schema={"at": MOMENT, "followers": pl.Float64}, orient="row")


def engagement(**more: Any) -> Result:
    return from_outside(posts(**more), levels(), end=END)["post_engagement"]


def test_engagement_is_likes_and_comments_over_followers_the_middle_post_s() -> None:
    told = engagement()
    assert told.n == 45
    assert told.low is not None
    assert told.high is not None
    assert told.low < 0.036 < told.high
    assert told.seen["comments_to_likes"]["value"] == pytest.approx(0.2)


def test_posts_that_were_counted_at_once_or_not_at_all_do_not_count() -> None:
    for told in (
        engagement(age=1),
        from_outside(posts().with_columns(likes=NOTHING), levels(), end=END)["post_engagement"],
    ):
        assert (told.answer, told.why, told.n) == (Answer.NOT_APPLICABLE, "few_counted", 0)


def test_followers_that_were_counted_long_before_do_not_count() -> None:
    told = from_outside(posts(), levels(at=END - 400 * DAY), end=END)["post_engagement"]
    assert told.why == "few_counted"


def test_few_posts_have_no_figure() -> None:
    assert engagement(count=FEWEST_POSTS).answer == Answer.NOT_FOUND
    assert engagement(count=FEWEST_POSTS - 1).why == "few_counted"


def test_what_posts_get_is_found_where_it_falls() -> None:
    falling, steady, rising = engagement(fall=0.2), engagement(), engagement(fall=-0.2)
    assert (falling.answer, falling.seen["advise"]) == (Answer.FOUND, ["falls"])
    assert falling.seen["course"]["high"] < -0.08
    assert steady.answer == rising.answer == Answer.NOT_FOUND
    assert rising.seen["course"]["low"] > 0


def test_a_steady_course_is_taken_for_falling_no_more_often_than_is_said() -> None:
    """Of a 90 % interval, one in twenty lies below."""
    found = [engagement(seed=seed).answer == Answer.FOUND for seed in range(100)]
    assert np.mean(found) <= 0.12


@pytest.mark.parametrize(
    ("every", "count", "answer", "active"),
    [(2, 45, "not_found", 1.0), (7, 13, "not_found", 1.0), (21, 5, "found", 4 / 12), (1, 60, "not_found", 1.0)],
)
def test_rhythm_is_weeks_with_a_post(every: int, count: int, answer: str, active: float) -> None:
    """Those before the first post that is known are not held against anybody."""
    told = from_outside(posts(every=every, count=count), levels(), end=END)["rhythm"]
    assert told.answer == answer
    assert told.effect == pytest.approx(active, abs=0.05)
    assert told.n == min(13, (every * (count - 1) + 1) // 7)


def test_who_posts_no_more_has_a_rhythm_and_who_never_did_has_none() -> None:
    silent = posts().with_columns(pl.col("published_at") - 60 * DAY)
    told = from_outside(silent, levels(), end=END)["rhythm"]
    assert told.answer == Answer.FOUND
    assert told.seen["posts_a_week"] == pytest.approx(16 / 13, abs=0.2)
    assert from_outside(posts(count=0), levels(), end=END)["rhythm"].why == "few_weeks"


def test_what_sells_is_told_of_posts_of_which_it_is_known() -> None:
    told = from_outside(posts(sells=40), levels(), end=END)["selling"]
    assert told.answer == Answer.FOUND
    assert told.effect == pytest.approx(40 / 45)
    assert from_outside(posts(count=19), levels(), end=END)["selling"].why == "few_posts"


def test_what_is_later_or_long_before_is_not_looked_at() -> None:
    later = posts().with_columns(pl.col("published_at", "counted_at") + 100 * DAY)
    assert outside.from_outside(later, levels(), end=END)["rhythm"].why == "few_weeks"
    told = outside.from_outside(later, levels(), end=END + 300 * DAY)
    assert (told["post_engagement"].why, told["selling"].why) == ("few_counted", "few_posts")


def test_no_order_of_rows_changes_anything() -> None:
    there, known = posts(fall=0.1), levels()
    assert from_outside(there, known, end=END) == from_outside(there.reverse(), known.reverse(), end=END)
