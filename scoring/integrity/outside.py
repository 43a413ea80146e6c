"""A creator's channel before they are hired: what its posts and counts tell to whoever looks from outside.

Nothing here accuses anybody: what is found is a reason to ask.
"""

from datetime import datetime, timedelta

import polars as pl
from scipy.stats import theilslopes

from scoring.integrity.catalog.vetting import LOOKED_BACK
from scoring.integrity.check import Answer, Result, lacking
from scoring.integrity.conduct import LEAST_WEEKS, generous
from scoring.integrity.figures import Figure, median, share

# Ours, as all that follows.
# A post is looked at as it stood when it was counted last, from so long after it was published on: most of what comes,
# comes by then.
GROWN = timedelta(days=3)
# How far the count of followers may be from when a post was published.
NEAR = timedelta(days=45)
FEWEST_POSTS, FEWEST_WEEKS = 10, 8
MONTH, WEEK = timedelta(days=30), timedelta(weeks=1)
# The course is that of the newest so many posts: all pairs of them are looked at.
NEWEST = 500
INTERVAL = 0.9


def from_outside(posts: pl.DataFrame, levels: pl.DataFrame, *, end: datetime) -> dict[str, Result]:
    """Return what can be known of one channel in the 13 weeks before `end`, by check.

    posts: post, published_at, counted_at (where it was not: published_at); likes, comments, promotion, price, link and
    question (NaN not known). levels: at, followers (NaN not known).
    """
    start = end - LOOKED_BACK
    lately = posts.filter(pl.col("published_at") >= start, pl.col("published_at") < end)
    return {
        "post_engagement": engagement(lately, levels),
        "rhythm": rhythm(posts.filter(pl.col("published_at") < end)["published_at"], start=start, end=end),
        "selling": generous(lately),
    }


def engagement(posts: pl.DataFrame, levels: pl.DataFrame) -> Result:
    """Return what posts get. effect: likes and comments of a post over followers, the median of posts.

    Found where that falls for sure. seen: `course`, its change in 30 days as a share of that median, and
    `comments_to_likes`, the median of posts (figures, None where they are not known); `advise`.
    """
    rates = _rates(posts, levels)
    usual = median(rates["engagement"].to_list())
    if usual is None or rates.height < FEWEST_POSTS:
        return lacking("few_counted", n=rates.height, needed=FEWEST_POSTS)
    course = _course(rates)
    liked = rates.filter(pl.col("likes") > 0).select(pl.col("comments") / pl.col("likes"))["comments"].to_list()
    falls = course is not None and course["high"] < 0
    return Result(
        Answer.FOUND if falls else Answer.NOT_FOUND,
        n=rates.height,
        effect=usual["value"],
        low=usual["low"],
        high=usual["high"],
        seen={
            "course": course,
            "comments_to_likes": median(liked) if len(liked) >= FEWEST_POSTS else None,
            "advise": ["falls"] if falls else [],
        },
    )


def rhythm(published_at: pl.Series, *, start: datetime, end: datetime) -> Result:
    """Return how steadily posts come. effect: the share of weeks in [start, end) with a post, from the first that is
    known on. n: weeks. seen: `posts_a_week`; `advise`.
    """
    first: datetime | None = published_at.min()  # type: ignore[assignment]
    weeks = 0 if first is None else min((end - start) // WEEK, (end - first) // WEEK)
    if weeks < FEWEST_WEEKS:
        return lacking("few_weeks", n=weeks, needed=FEWEST_WEEKS)
    # Counted back from the end, so that the part of a week that is left over is the earliest.
    ago = (end - published_at).dt.total_microseconds() - 1
    week = ago // (WEEK // timedelta(microseconds=1))
    lately = week.filter(week < weeks)
    active = share(lately.n_unique(), weeks)
    advise = ["weeks_without"] if active["high"] < LEAST_WEEKS else []
    return Result(
        Answer.FOUND if advise else Answer.NOT_FOUND,
        n=weeks,
        effect=active["value"],
        low=active["low"],
        high=active["high"],
        seen={"posts_a_week": len(lately) / weeks, "advise": advise},
    )


def _rates(posts: pl.DataFrame, levels: pl.DataFrame) -> pl.DataFrame:
    """Return published_at, likes, comments and engagement of each post that has grown, beside the count of followers
    that is nearest to when it was published; by time.
    """
    grown = posts.filter(pl.col("counted_at") >= pl.col("published_at") + GROWN)
    grown = grown.filter(pl.col("likes").is_not_nan() & pl.col("comments").is_not_nan())
    grown = grown.sort("published_at", "post")
    known = levels.filter(pl.col("followers").is_not_nan() & (pl.col("followers") > 0))
    known = known.select(leveled_at="at", followers="followers").sort("leveled_at", "followers")
    last = grown.join_asof(
        known.unique("leveled_at", keep="last", maintain_order=True),
        left_on="published_at",
        right_on="leveled_at",
        strategy="nearest",
        tolerance=NEAR,
        check_sortedness=False,
    )
    rate = (pl.col("likes") + pl.col("comments")) / pl.col("followers")
    return last.select("published_at", "likes", "comments", engagement=rate).drop_nulls("engagement")


def _course(rates: pl.DataFrame) -> Figure | None:
    """Return the change in 30 days as a share of the median (Theil 1950, Sen 1968), which no single post decides."""
    newest = rates.tail(NEWEST)
    usual = newest["engagement"].median()
    if not usual or newest["published_at"].n_unique() == 1:
        return None
    months = (newest["published_at"] - newest["published_at"][0]).dt.total_seconds() / MONTH.total_seconds()
    slope, _, low, high = theilslopes(newest["engagement"].to_numpy(), months.to_numpy(), alpha=INTERVAL)
    return {"value": slope / usual, "low": low / usual, "high": high / usual, "n": newest.height}
