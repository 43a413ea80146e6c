"""What all checks of a client's practice say of one window: the screen and, where it found something, the others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any

import polars as pl

from scoring.features.clock import Facts
from scoring.integrity import automated, bait, community, conduct, outbound, pods, synchrony
from scoring.integrity.check import Answer, Result
from scoring.integrity.timing import INBOUND, PEER, TWO_SIDED

DAY = timedelta(days=1)
Looks = Mapping[str, Callable[[], Result]]
"""Check → what makes it, the screen first."""
Least = Mapping[str, float]
"""Confirming check → the least effect that counts."""
LEAST: Least = {
    **pods.LEAST,
    "sleepless": automated.LEAST_MORE_AT_REST,
    "latency": automated.LEAST_MORE_AT_ONCE,
    "duplicates": automated.LEAST_MORE_COPIES,
    "identical": outbound.LEAST_IDENTICAL,
    "auto_replies": outbound.LEAST_AT_ONCE,
    "churn": outbound.LEAST_TAKEN_BACK,
    "one_and_gone": bait.LEAST_MORE_GONE,
    "giveaway_followers": bait.LEAST_TIMES,
}
# Explanations raise it four fifths of the way to all that can be at the most, so that nobody's sentence switches a
# check off. Without rest five hours have 5/24 of the acts; ten times as many followers in the days of giveaways are as
# many as there are days for. Ours.
ALL = {"sleepless": automated.REST / 24, "giveaway_followers": 10.0}
MOST: Least = {check: it + 0.8 * (ALL.get(check, 1.0) - it) for check, it in LEAST.items()}


@dataclass(frozen=True)
class Known:
    """What is known of a client, as `ingestion.selectors.watched` has it. acts: of the year before the window and of
    all time after it. facts: what features are made of, of all time.
    """

    acts: pl.DataFrame
    posts: pl.DataFrame
    arrivals: pl.DataFrame
    automations: pl.DataFrame
    causes: pl.DataFrame
    facts: Facts

    @property
    def acts_until(self) -> datetime | None:
        """Return the last moment of which an act is known that people did."""
        theirs = self.acts.filter(pl.col("direction").is_in([INBOUND, TWO_SIDED, PEER]) & (pl.col("nature") == 1))
        until: datetime | None = theirs["occurred_at"].max()  # type: ignore[assignment]
        return until


def practice(
    code: str, known: Known, *, start: datetime, end: datetime, explained: Mapping[str, float]
) -> dict[str, Result]:
    """Return what the checks of a practice say of [start, end), by their codes: the screen first, the others only where
    it found something. explained: by confirming check, the largest effect of this client that was taken for organic:
    what comes later has to stand out from it as well.
    """
    least = {check: min(MOST[check], max(it, explained.get(check, it))) for check, it in LEAST.items()}
    results: dict[str, Result] = {}
    for check, make in LOOKS[code](known, start, end, least).items():
        results[check] = make()
        if len(results) == 1 and results[check].answer != Answer.FOUND:
            break
    return results


def advice(code: str, known: Known, *, start: datetime, end: datetime, as_of: datetime) -> dict[str, Result]:
    """Return what there is to advise of [start, end), by check, as known before a moment."""
    if code == "conduct":
        return conduct.scorecard(known.facts, known.posts, known.causes, start=start, end=end, as_of=as_of)
    return {code: community.community(known.facts, start=start, end=end, as_of=as_of)}


def _pods(known: Known, start: datetime, end: datetime, least: Least) -> Looks:
    acts = synchrony.on_members_posts(known.acts, known.posts)
    # What confirms speaks of the groups that the screen found, so all are made at once.
    judged = cache(lambda: pods.checks(acts, start=start, end=end, least=least))
    return {code: partial(lambda code: judged()[code], code) for code in pods.CODES}


def _automated(known: Known, start: datetime, end: datetime, least: Least) -> Looks:
    of: dict[str, Any] = {"start": start, "end": end}
    confirming = (automated.sleepless, automated.latency, automated.duplicates)
    return {
        "clockwork": partial(automated.clockwork, known.acts, **of),
        **{it.__name__: partial(it, known.acts, **of, least=least[it.__name__]) for it in confirming},
    }


def _outbound(known: Known, start: datetime, end: datetime, least: Least) -> Looks:
    acts = known.acts.filter(~pl.col("to_many"))
    of: dict[str, Any] = {"start": start, "end": end}
    confirming = (outbound.identical, outbound.auto_replies, outbound.churn)
    return {
        "periodic": partial(outbound.periodic, acts, known.automations, **of),
        **{it.__name__: partial(it, acts, known.automations, **of, least=least[it.__name__]) for it in confirming},
    }


def _bait(known: Known, start: datetime, end: datetime, least: Least) -> Looks:
    came = pl.col("follows") & (pl.col("direction") == INBOUND)
    by_acts = known.acts.filter(came).select(at="occurred_at", gained=pl.lit(1, pl.Int64))
    # Counts know of everybody; where a day lacks one, the follows that came in are taken, from the first one on.
    counted = _by_day(known.arrivals, start, end)
    arrivals = by_acts if counted.is_empty() else counted
    first: datetime | None = arrivals["at"].min()  # type: ignore[assignment]
    since = start if first is None or not counted.is_empty() else max(start, first)
    if end - since < (end - start) / 2:  # of too few days is known who followed
        arrivals, since = arrivals.clear(), start
    of: dict[str, Any] = {"start": start, "end": end}
    gone = partial(bait.one_and_gone, known.posts, known.acts, acts_until=known.acts_until)
    followers = partial(bait.giveaway_followers, known.posts, arrivals, start=since, end=end)
    return {
        "bait_share": partial(bait.bait_share, known.posts, known.acts, **of),
        "one_and_gone": partial(gone, **of, least=least["one_and_gone"]),
        "giveaway_followers": partial(followers, least=least["giveaway_followers"]),
    }


def _by_day(arrivals: pl.DataFrame, start: datetime, end: datetime) -> pl.DataFrame:
    """Return what channels gained by the day, of two counts of one day the later known; nothing unless every day of
    each is known, for one without a count is none without followers.
    """
    days = (end - start) // DAY
    inside = arrivals.filter((pl.col("at") >= start) & (pl.col("at") < start + days * DAY))
    once = (
        inside.with_columns(day=(pl.col("at") - start).dt.total_days())
        .sort("known_at", "at", "gained")
        .unique(["channel", "day"], keep="last", maintain_order=True)
    )
    is_whole = once.height == once["channel"].n_unique() * days
    return once.select("at", "gained") if is_whole else once.select("at", "gained").clear()


LOOKS: dict[str, Callable[[Known, datetime, datetime, Least], Looks]] = {
    "engagement_pods": _pods,
    "automated_engagement": _automated,
    "own_automation": _outbound,
    "giveaway_bait": _bait,
}
