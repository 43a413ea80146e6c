"""A creator's channel seen from outside, before they are hired: reasons to ask, and no accusation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from scoring.integrity import phrases
from scoring.integrity.catalog.bought_followers import CREATION, DEFICIT, ENGAGEMENT, GROWTH, PROFILES, RETENTION
from scoring.integrity.catalog.practice import Advice, Check
from scoring.integrity.check import Result
from scoring.integrity.counsel import LACKS

# A quarter of a year, in whole weeks. Ours.
LOOKED_BACK = timedelta(weeks=13)
TO_ASK = {
    "falls": "It falls, by {falls} a month: ask what changed.",
    "weeks_without": "In more than a quarter of the weeks nothing was posted: agree on how often posts come.",
    "promotional": "More than half of the posts sell: ask for whom, and how it is told that a post is paid for.",
    "few_questions": "Hardly any post asks anything: look whether people talk there.",
}


def _engagement(result: Result) -> str:
    of_likes, course = result.seen["comments_to_likes"], result.seen["course"]
    likes = f" For a hundred likes there are {_of_a_hundred(of_likes)} comments." if of_likes else ""
    falls = phrases.interval({name: -course[way] for name, way in FALLING.items()}) if course else ""
    return (
        f"likes and comments of a post come to {phrases.interval(_figure(result))} of the followers, the middle one of "
        f"{result.n} posts of 13 weeks.{likes}{_to_ask(result, falls=falls)}"
    )


def _rhythm(result: Result) -> str:
    return (
        f"{result.seen['posts_a_week']:.1f} posts a week; there was one in {float(result.effect or 0) * result.n:.0f} "
        f"of {result.n} weeks.{_to_ask(result)}"
    )


def _selling(result: Result) -> str:
    asking = result.seen["asking"]
    asks = f"; {phrases.interval(asking)} ask something" if asking else ""
    return (
        f"of {result.n:,} posts of 13 weeks {phrases.interval(_figure(result))} offer something for sale or name a "
        f"price{asks}.{_to_ask(result)}"
    )


def _to_ask(result: Result, **values: str) -> str:
    return "".join(f" {TO_ASK[code].format(**values)}" for code in result.seen["advise"])


def _figure(result: Result) -> Mapping[str, float]:
    return {"value": result.effect or 0.0, "low": result.low or 0.0, "high": result.high or 0.0}


def _of_a_hundred(figure: Mapping[str, float]) -> str:
    return f"{100 * figure['value']:.1f} ({100 * figure['low']:.1f} to {100 * figure['high']:.1f})"


FALLING = {"value": "value", "low": "high", "high": "low"}

POST_ENGAGEMENT = Check(
    code="post_engagement",
    family="outside",
    name="What posts get",
    unit="likes and comments of a post over followers",
    needs="10 posts of 13 weeks whose likes and comments were counted three days after or later, and followers counted "
    "within 45 days of each",
    said=_engagement,
    lacks={
        "few_counted": lambda it, _: (
            f"likes and comments of {it.seen['needed']} posts of the last 13 weeks are needed, counted three days "
            f"after or later, and counts of followers; there are {phrases.told(it.n)}."
        )
    },
)
RHYTHM = Check(
    code="rhythm",
    family="outside",
    name="How steadily posts come",
    unit="share of weeks with a post",
    needs="posts of 8 weeks",
    said=_rhythm,
    lacks={"few_weeks": lambda it, _: f"posts of {it.seen['needed']} weeks are needed; there are those of {it.n}."},
)
SELLING = Check(
    code="selling",
    family="outside",
    name="How much of it sells",
    unit="share of posts that sell",
    needs="20 posts of 13 weeks of which it is known whether they sell",
    said=_selling,
    lacks={"few_posts": lambda it, _: LACKS["few_posts"](it)},
)
VETTING = Advice(
    code="vetting", name="Seen from outside", version=1, window="month", checks=(POST_ENGAGEMENT, RHYTHM, SELLING)
)

# What to ask the creator where a check was not made.
ASKS: Mapping[Check, str] = {
    GROWTH: "Ask for the followers gained by week over the last year, from the platform's own statistics.",
    PROFILES: "Ask for leave to look at a sample of the newest followers and one of earlier ones.",
    CREATION: "Ask for leave to note, of such samples, when the accounts were made.",
    RETENTION: "Ask for the number of followers at the end of each month of the last year.",
    DEFICIT: "Ask for likes and comments of the last thirty posts, with their dates.",
    ENGAGEMENT: "Ask who of the new followers the creator knows, and from where.",
    POST_ENGAGEMENT: "Ask for the reach, likes and comments of the last thirty posts.",
    RHYTHM: "Ask how often posts come.",
    SELLING: "Ask for whom the creator has posted for pay in the last year.",
}


@dataclass(frozen=True)
class Unseen:
    """What nobody sees from outside. code: of its practice."""

    code: str
    name: str
    ask: str


UNSEEN = (
    Unseen(
        "engagement_pods",
        "Whether a group acts on each other's posts",
        "Ask whether the creator takes part in a group that likes or comments by arrangement.",
    ),
    Unseen(
        "automated_engagement",
        "Whether software acts on the posts",
        "Ask which tools and services work on the channel, and since when.",
    ),
)
