"""A creator's channel before they are hired: what can be known of it from outside, and what to ask.

Nothing here accuses anybody. What is found is a reason to ask; what could not be looked at is said, and is no sign of
anything.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import polars as pl
from scipy.stats import theilslopes

from scoring.integrity import phrases
from scoring.integrity.check import Answer, Result
from scoring.integrity.conduct import generous
from scoring.integrity.figures import Figure, median, share

# A post is looked at as it stood when it was counted last, from so long after it was published on: most of what comes,
# comes by then. Ours.
GROWN = timedelta(days=3)
# How far the count of followers may be from when a post was published.
NEAR = timedelta(days=45)
FEWEST_POSTS = 10
MONTH, WEEK = timedelta(days=30), timedelta(days=7)
# The course is that of the newest so many posts: all pairs of them are looked at.
NEWEST = 500
INTERVAL = 0.9
TENTH = 0.1


@dataclass(frozen=True)
class Outside:
    """What a check looks at, which facts it needs of a channel (none: it cannot be made from outside), and what to ask
    the creator where it was not made.
    """

    looks_at: str
    needs: str
    ask: str


# By the code of the check.
CHECKS: Mapping[str, Outside] = {
    "growth": Outside(
        "whether followers came in bursts",
        "gains",
        "Ask for the followers gained by week over the last year, from the platform's own statistics.",
    ),
    "profile_mixture": Outside(
        "what new followers look like beside earlier ones",
        "profiles",
        "Ask for leave to look at a sample of the newest followers and one of earlier ones.",
    ),
    "creation_dates": Outside(
        "when the accounts of new followers were made",
        "creation",
        "Ask for leave to note, of that sample, when the accounts were made.",
    ),
    "retention": Outside(
        "how many new followers stayed",
        "followers",
        "Ask for the number of followers at the end of each month of the last year.",
    ),
    "engagement_deficit": Outside(
        "whether the channel is acted on less than before",
        "counts",
        "Ask for likes and comments of the last thirty posts, with their dates.",
    ),
    "cohort_engagement": Outside(
        "what new followers do besides following", "", "Ask who of the new followers the creator knows, and from where."
    ),
    "pods": Outside(
        "whether a group acts on each other's posts",
        "",
        "Ask whether the creator takes part in a group that likes or comments by arrangement.",
    ),
    "automated_engagement": Outside(
        "whether software acts on the posts", "", "Ask which tools and services work on the channel, and since when."
    ),
}


@dataclass(frozen=True)
class Looked:
    """One check of one channel. can_be_made: whether the facts that it needs are there. result: what it said; None: it
    was not made.
    """

    code: str
    looks_at: str
    can_be_made: bool
    result: Result | None


@dataclass(frozen=True)
class Vetted:
    """checks: in the order of `CHECKS`. engagement: likes and comments of a post over followers, the median of posts;
    course: its change in 30 days, as a share of that median. comments_to_likes: the median of posts. promotional: the
    share of posts that sell. What is not known is None. asks: what to ask the creator. summary: all of it in sentences.
    """

    checks: Sequence[Looked]
    engagement: Figure | None
    course: Figure | None
    comments_to_likes: Figure | None
    posts_a_week: float | None
    weeks_active: Figure | None
    promotional: Figure | None
    asks: Sequence[str]
    summary: str


def vet(
    *,
    gains: pl.DataFrame,
    followers: pl.DataFrame,
    profiles: pl.DataFrame,
    posts: pl.DataFrame,
    counts: pl.DataFrame,
    results: Mapping[str, Result],
    start: datetime,
    end: datetime,
) -> Vetted:
    """Return what is known of one prospect's channel in [start, end), and what is not.

    gains: as `selectors.frames.gains` has them. followers: at, followers. profiles: as `selectors.frames.profiles` has
    them, with created_on (null: not known) where it comes. posts: post, published_at, promotion, price, link, question
    (NaN not known). counts: post, at, likes, comments (NaN not known). All are of this channel alone. results: what
    checks said of it, by their codes in `CHECKS`; one that was made stands above what the facts look like.
    """
    posts = posts.filter(pl.col("published_at") >= start, pl.col("published_at") < end)
    there = _facts(gains, followers, profiles, counts)
    checks = [Looked(code, it.looks_at, it.needs in there, _made(results.get(code))) for code, it in CHECKS.items()]
    rates = _rates(posts, counts, followers)
    weeks = (end - start) // WEEK
    known = Vetted(
        checks=[Looked(it.code, it.looks_at, it.can_be_made or it.result is not None, it.result) for it in checks],
        engagement=_median(rates["engagement"]),
        course=_course(rates),
        comments_to_likes=_median(
            rates.filter(pl.col("likes") > 0).select(pl.col("comments") / pl.col("likes"))["comments"]
        ),
        posts_a_week=posts.height / weeks if weeks and posts.height else None,
        weeks_active=_weeks_active(posts, start=start, weeks=weeks),
        promotional=generous(posts).seen.get("promotional"),
        asks=[CHECKS[it.code].ask for it in checks if it.result is None],
        summary="",
    )
    return replace(known, summary=" ".join(_summary(known)))


def _facts(
    gains: pl.DataFrame, followers: pl.DataFrame, profiles: pl.DataFrame, counts: pl.DataFrame
) -> frozenset[str]:
    """Return which facts there are at all; whether they are enough is the check's to say."""
    cohorts = profiles.select("cohort_from", "cohort_to").unique().height
    dated = profiles["created_on"].count() if "created_on" in profiles.columns else 0
    acted_on = counts.filter(pl.col("likes").is_not_nan() | pl.col("comments").is_not_nan())
    are_there = {
        "gains": not gains.is_empty(),
        "profiles": cohorts > 1,
        "creation": cohorts > 1 and dated > 0,
        "followers": followers.height > 1,
        "counts": not acted_on.is_empty(),
    }
    return frozenset(name for name, is_there in are_there.items() if is_there)


def _made(result: Result | None) -> Result | None:
    return None if result is None or result.answer == Answer.NOT_APPLICABLE else result


def _rates(posts: pl.DataFrame, counts: pl.DataFrame, followers: pl.DataFrame) -> pl.DataFrame:
    """Return published_at, likes, comments and engagement of each post that has grown, beside the count of followers
    that is nearest to when it was published; by time.
    """
    published = posts.select("post", "published_at").unique("post", keep="any")
    grown = counts.join(published, on="post").filter(pl.col("at") >= pl.col("published_at") + GROWN)
    grown = grown.filter(pl.col("likes").is_not_nan() & pl.col("comments").is_not_nan())
    last = grown.sort("at", "likes", "comments").group_by("post").last().sort("published_at", "post")
    known = followers.filter(pl.col("followers") > 0).select(counted_at="at", followers="followers")
    known = known.sort("counted_at", "followers").unique("counted_at", keep="last", maintain_order=True)
    last = last.join_asof(
        known, left_on="published_at", right_on="counted_at", strategy="nearest", tolerance=NEAR, check_sortedness=False
    )
    rate = (pl.col("likes") + pl.col("comments")) / pl.col("followers")
    return last.select("published_at", "likes", "comments", engagement=rate).drop_nulls("engagement")


def _median(values: pl.Series) -> Figure | None:
    return median(values.to_list()) if len(values) >= FEWEST_POSTS else None


def _course(rates: pl.DataFrame) -> Figure | None:
    """Return the change in 30 days as a share of the median (Theil 1950, Sen 1968), which no single post decides."""
    newest = rates.tail(NEWEST)
    usual = newest["engagement"].median()
    if newest.height < FEWEST_POSTS or not usual or newest["published_at"].n_unique() == 1:
        return None
    months = (newest["published_at"] - newest["published_at"][0]).dt.total_seconds() / MONTH.total_seconds()
    slope, _, low, high = theilslopes(newest["engagement"].to_numpy(), months.to_numpy(), alpha=INTERVAL)
    return {"value": slope / usual, "low": low / usual, "high": high / usual, "n": newest.height}


def _weeks_active(posts: pl.DataFrame, *, start: datetime, weeks: int) -> Figure | None:
    if not weeks or posts.is_empty():
        return None
    week = (posts["published_at"] - start).dt.total_days() // WEEK.days
    return share(week.filter(week < weeks).n_unique(), weeks)


def _summary(known: Vetted) -> Iterator[str]:
    made = [it for it in known.checks if it.result]
    found = [it.looks_at for it in made if it.result and it.result.answer == Answer.FOUND]
    yield f"{len(made)} of {len(known.checks)} checks were made with what is known of the channel."
    if found:
        yield f"Worth a question is {_listed(found)}: see what each check saw. It says nothing of who caused it."
    elif made:
        yield "Nothing stood out in them, which is no proof of anything."
    if known.engagement:
        yield f"Likes and comments of a post come to {_told(known.engagement)} of the followers."
    if known.course and known.course["low"] > 0:
        yield f"That rises, by {_told(known.course)} a month."
    if known.course and known.course["high"] < 0:
        yield f"That falls, by {_told({name: -known.course[way] for name, way in FALLING.items()})} a month."
    if known.comments_to_likes:
        yield f"For a hundred likes there are {_of_a_hundred(known.comments_to_likes)} comments."
    if known.posts_a_week and known.weeks_active:
        weeks = known.weeks_active
        yield f"{known.posts_a_week:.1f} posts a week, in {weeks['value'] * weeks['n']:.0f} of {weeks['n']} weeks."
    if known.promotional:
        yield f"{_told(known.promotional)} of the posts sell something."
    if untested := [it.looks_at for it in known.checks if not it.result]:
        yield f"Not tested: {_listed(untested)}."
    if known.asks:
        yield f"Before you hire: {' '.join(known.asks)}"


FALLING = {"value": "value", "low": "high", "high": "low"}


def _told(figure: Figure) -> str:
    return f"{_percent(figure['value'])} ({_percent(figure['low'])} to {_percent(figure['high'])})"


def _percent(value: float) -> str:
    return f"{100 * value:.1f} %" if abs(value) < TENTH else phrases.share(value)


def _of_a_hundred(figure: Figure) -> str:
    return f"{100 * figure['value']:.1f} ({100 * figure['low']:.1f} to {100 * figure['high']:.1f})"


def _listed(words: Sequence[str]) -> str:
    return "; ".join(words)
