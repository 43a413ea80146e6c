"""How a brand treats people, of one client and a quarter: be generous, be reliable, be aware. Advice, no accusation.

A heading is found where there is something to advise: where a whole 90 % interval lies beyond a line. The two of hours
are the design's (people expect an answer within 4, 10 are typical); the other lines are ours.
"""

from datetime import datetime, timedelta
from typing import Any

import polars as pl

from scoring.features.answers import IS_OURS, IS_TURN, with_answers
from scoring.features.clock import ACT, Facts
from scoring.features.matrix import seen
from scoring.features.rungs import WORD
from scoring.integrity.check import Answer, Result, lacking
from scoring.integrity.figures import Figure, median, share

LEAST_POSTS, LEAST_COMMENTS, LEAST_QUESTIONS = 20, 30, 10
# What is answered later is taken for not answered: by then whoever asked has gone elsewhere. Ours.
WITHIN = timedelta(days=7)
WEEK = timedelta(days=7)
EXPECTED, TYPICAL = 4.0, 10.0  # hours
# Ours: more than half of all posts promote; fewer than one in ten asks anything; fewer than half of all comments and
# three quarters of all questions are answered; nothing is said in more than a quarter of the weeks.
MOST_PROMOTIONAL, LEAST_ASKING = 0.5, 0.1
LEAST_ANSWERED, LEAST_QUESTIONS_ANSWERED, LEAST_WEEKS = 0.5, 0.75, 0.75
# Of what is spent on a good cause, promotion; above it more is spent on telling of the gift than on the gift (essay E).
MOST_TELLING = 0.5


def scorecard(
    facts: Facts, posts: pl.DataFrame, causes: pl.DataFrame, *, start: datetime, end: datetime, as_of: datetime
) -> dict[str, Result]:
    """Return the headings of one client's conduct in [start, end), as known before `as_of`: generous, reliable, aware,
    and causes.

    facts: the client's. posts: published_at (UTC), promotion, price, link, question (1 yes, 0 no, NaN not known), one
    row a post of an owned channel. causes: good causes, with donation and promotion (NaN not known), currency, start,
    end. Comments and messages of the last seven days before `as_of` are left out: they may yet be answered.
    """
    published = posts.filter(pl.col("published_at") >= start, pl.col("published_at") < end)
    acts = seen(facts, as_of).acts.filter(pl.col("nature") == ACT)
    ours = acts.filter(IS_OURS & (pl.col("rung") >= WORD))
    until = min(end, as_of - WITHIN)
    at = pl.col("occurred_at")
    turns = with_answers(acts.filter(IS_TURN & (pl.col("aside") == 0) & (at >= start) & (at < until)), ours)
    moments = pl.concat([published.select(at="published_at"), ours.select(at="occurred_at")])["at"]
    weeks = _weeks(moments, start=start, end=min(end, as_of))
    return {
        "generous": generous(published),
        "reliable": reliable(turns, weeks=weeks),
        "aware": aware(turns),
        "causes": giving(causes, start=start, end=end),
    }


def generous(posts: pl.DataFrame) -> Result:
    """Return how much of what is posted promotes, and how much asks. effect: the share of posts that offer something
    for sale or name a price, of those of which it is known.

    seen: `promotional`, `asking`, `linked` (figures, None below 20 posts of which it is known), `advise`.
    """
    known = posts.filter(pl.col("promotion").is_not_nan())
    if known.height < LEAST_POSTS:
        return lacking("few_posts", n=known.height, posts=posts.height, needed=LEAST_POSTS)
    promotional = share(known.filter((pl.col("promotion") == 1) | (pl.col("price") == 1)).height, known.height)
    asking, linked = _flagged(posts, "question"), _flagged(posts, "link")
    advise = [
        *(["promotional"] if promotional["low"] > MOST_PROMOTIONAL else []),
        *(["few_questions"] if asking and asking["high"] < LEAST_ASKING else []),
    ]
    return _heading(promotional, advise, promotional=promotional, asking=asking, linked=linked)


def reliable(turns: pl.DataFrame, *, weeks: Figure | None) -> Result:
    """Return how much of what people say is answered, how soon, and whether the brand is there. effect: the share of
    comments and messages answered within seven days.

    turns: as `with_answers` gives them. weeks: the share of weeks in which the brand posted or said something. seen:
    `answered`, `weeks`, `hours` (figures; hours: the median of those answered, nights and weekends too, None below ten
    of them), `advise`.
    """
    if turns.height < LEAST_COMMENTS:
        return lacking("few_comments", n=turns.height, needed=LEAST_COMMENTS)
    answered, hours = _answers(turns)
    advise = [
        *(["unanswered"] if answered["high"] < LEAST_ANSWERED else []),
        *_slow(hours),
        *(["weeks_without"] if weeks and weeks["high"] < LEAST_WEEKS else []),
    ]
    return _heading(answered, advise, answered=answered, hours=hours, weeks=weeks)


def aware(turns: pl.DataFrame) -> Result:
    """Return whether questions are heard. effect: the share of comments and messages that ask something that are
    answered within seven days. seen: `answered`, `hours`, `advise`, as of `reliable`.
    """
    if turns.height < LEAST_COMMENTS:
        return lacking("few_comments", n=turns.height, needed=LEAST_COMMENTS)
    questions = turns.filter("asks")
    if questions.height < LEAST_QUESTIONS:
        return lacking("few_questions", n=questions.height, needed=LEAST_QUESTIONS)
    answered, hours = _answers(questions)
    advise = [*(["questions_unanswered"] if answered["high"] < LEAST_QUESTIONS_ANSWERED else []), *_slow(hours)]
    return _heading(answered, advise, answered=answered, hours=hours)


def giving(causes: pl.DataFrame, *, start: datetime, end: datetime) -> Result:
    """Return whether more was spent on telling of gifts than on the gifts, in good causes that ran within [start, end).

    effect: of one, the largest share that promotion is of all that was spent; amounts are stated, so its
    interval is itself. n: causes of which both amounts are known. seen: `causes`, `above` (how many), `most`
    (donation, promotion, currency of the largest), `advise`.
    """
    ran = causes.filter(pl.col("start") < end, pl.col("end") > start)
    if ran.is_empty():
        return lacking("no_causes")
    spent = pl.col("donation") + pl.col("promotion")
    known = ran.filter(spent.is_not_nan() & (spent > 0)).with_columns(telling=pl.col("promotion") / spent)
    if known.is_empty():
        return lacking("amounts_not_known", n=0, causes=ran.height)
    above = known.filter(pl.col("telling") > MOST_TELLING).height
    most = known.sort("telling", "promotion", "currency", descending=True).row(0, named=True)
    return Result(
        Answer.FOUND if above else Answer.NOT_FOUND,
        n=known.height,
        effect=most["telling"],
        low=most["telling"],
        high=most["telling"],
        seen={
            "causes": ran.height,
            "above": above,
            "most": {name: most[name] for name in ("donation", "promotion", "currency")},
            "advise": ["telling_above_gift"] if above else [],
        },
    )


def _heading(figure: Figure, advise: list[str], **seen: Any) -> Result:
    return Result(
        Answer.FOUND if advise else Answer.NOT_FOUND,
        n=int(figure["n"]),
        effect=figure["value"],
        low=figure["low"],
        high=figure["high"],
        seen={**seen, "advise": advise},
    )


def _flagged(posts: pl.DataFrame, flag: str) -> Figure | None:
    known = posts[flag].drop_nans()
    return share(int(known.sum()), len(known)) if len(known) >= LEAST_POSTS else None


def _answers(turns: pl.DataFrame) -> tuple[Figure, Figure | None]:
    waited = turns.select((pl.col("answered_at") - pl.col("occurred_at")).alias("waited"))["waited"]
    waited = waited.filter(waited <= WITHIN)
    hours = (waited.dt.total_seconds() / 3600).clip(0)
    return share(len(hours), turns.height), median(hours.to_list()) if len(hours) >= LEAST_QUESTIONS else None


def _slow(hours: Figure | None) -> list[str]:
    """Slower than is typical, or than people expect."""
    if hours and hours["low"] > TYPICAL:
        return ["slower_than_typical"]
    return ["slower_than_expected"] if hours and hours["low"] > EXPECTED else []


def _weeks(moments: pl.Series, *, start: datetime, end: datetime) -> Figure | None:
    """Return the share of whole weeks from `start` on with any of these moments."""
    weeks = (end - start) // WEEK
    if weeks < 1:
        return None
    inside = moments.filter((moments >= start) & (moments < start + weeks * WEEK))
    days = (inside - start).dt.total_days()
    return share((days // WEEK.days).n_unique(), weeks)
