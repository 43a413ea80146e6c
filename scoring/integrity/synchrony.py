"""Do some people act on the same members' posts at the same time, again and again? A screen: it never warns by itself.

Fans who are told of a post, colleagues of one office and guests of one evening act together, too; what makes a pod is
confirmed by others (`scoring.integrity.pods`). On the brand's own posts it says nothing: fans have notifications.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from scoring.integrity import draws
from scoring.integrity.check import Answer, Result, lacking
from scoring.integrity.cliques import LEAST_SIZE, groups_of
from scoring.integrity.pairs import (
    MINUTE,
    WITHIN,
    Numbers,
    Timed,
    beyond_chance,
    calm,
    gaps,
    meetings,
    mostly_together,
    often,
)
from scoring.integrity.timing import PEER
from scoring.learning.rates import wilson

LEAST_POSTS = 10
# Two of one office, or two friends, act within ten minutes of each other now and then. Ours.
LEAST_SHARE = 0.5
# Who meets online every week does so on five days of a month at the most, and is together by chance on others. Ours.
EVENINGS, MOST_ON_EVENINGS = 5, 0.9
# Fewer days leave decoys hardly anywhere to go. Ours.
SHORTEST = timedelta(days=7)
# With so many acts at one minute of the hour, times are days or hours, and all are at the same time. Ours.
MOST_AT_ONE_MINUTE = 0.5
DECOYS = 5
SEED = 0
TIMELINE = 60  # minutes


@dataclass(frozen=True)
class Screened:
    """What the screen says; and who is in which group, for those who confirm it, and to be stored nowhere.

    acts: those on members' posts in the window: contact, target, place (post), occasion (day where no post is named,
    else -1), occurred_at, words, signature. members: contact, group. joint: what two of a group or more did together
    (group, contact, place, occasion, target), once each.
    """

    result: Result
    acts: pl.DataFrame
    members: pl.DataFrame
    joint: pl.DataFrame

    def only(self, groups: Sequence[int]) -> "Screened":
        """Return it as if there were only these groups."""
        of = pl.col("group").is_in(groups)
        return replace(self, members=self.members.filter(of), joint=self.joint.filter(of))


def on_members_posts(acts: pl.DataFrame, posts: pl.DataFrame) -> pl.DataFrame:
    """Return what people did of their own accord on posts of each other: acts between two people that name a post, none
    of the brand's. What they write to each other, and visits, have no post, and are no attention to one.

    acts, posts: as `ingestion.selectors.watched` has them.
    """
    is_on_a_post = (pl.col("direction") == PEER) & (pl.col("post") != 0)
    is_own = is_on_a_post & (pl.col("nature") == 1) & ~pl.col("automated")
    return acts.filter(is_own).join(posts, on="post", how="anti")


def screen(acts: pl.DataFrame, *, start: datetime, end: datetime) -> Screened:
    """Look for groups of four or more in which half of all pairs act together again and again, in [start, end).

    acts: of one client, in any order: contact (who acted), target (whose post it is; 0: nobody's who is known), post (a
    number), occurred_at (UTC), words (-1 unknown), and perhaps signature, as `on_members_posts` returns them. Who is to
    be left out is left out by the caller. Where the post is 0 all of one target on one day counts as one: so it is
    measured on people who only write to each other (`pod_trials`), and by nobody else.

    Two are linked if they acted within ten minutes of each other on posts of three others or more, on three days or
    more, on half or more of what both acted on, and more often than chance: so often that there are at most one in
    twenty as many pairs among decoys, for which each actor's timeline is turned by an own number of whole days.

    effect: the share of acts on members' posts that were done together within such groups; its interval is a bootstrap
    over people. n: all these acts.
    """
    known = _on_members_posts(acts, start, end)
    people = known["contact"].unique().sort().to_numpy()
    seen: dict[str, Any] = {
        "acts": known.height,
        "people": len(people),
        "posts": known.select("place", "occasion").unique().height,
    }
    nothing = known.select(pl.lit(0, pl.Int64).alias("group"), "contact", "place", "occasion", "target").clear()
    none = Screened(Result(Answer.NOT_FOUND), known, nothing.select("contact", "group"), nothing)
    if why := _lacks(known, seen, end - start):
        return replace(none, result=lacking(why, n=known.height, **seen))
    timed = _timed(known, people, start, end)
    quiet = calm(timed)
    random = np.random.default_rng(SEED)
    turns = [random.integers(0, quiet.days, len(people)) for _ in range(DECOYS)]
    met = meetings(quiet)
    linked, false = beyond_chance(quiet, often(met), turns)
    linked = mostly_together(quiet, linked, least_share=LEAST_SHARE)
    group = groups_of(linked["one"].to_numpy(), linked["other"].to_numpy(), len(people))
    group = _on_enough_days(met, group)
    members = pl.DataFrame({"contact": people, "group": group}).filter(pl.col("group") >= 0)
    joint = _joint(met, group, people)
    seen |= {
        "crowded": len(timed.who) - len(quiet.who),
        "pairs": linked.height,
        "false": false,
        "groups": members["group"].n_unique(),
        "members": members.height,
    }
    return Screened(_told(known, members, joint, seen, _timeline(quiet, group, turns)), known, members, joint)


def _on_members_posts(acts: pl.DataFrame, start: datetime, end: datetime) -> pl.DataFrame:
    """Return the acts of people on posts of others in the window, with their place numbered from 0 on."""
    inside = (pl.col("occurred_at") >= start) & (pl.col("occurred_at") < end)
    of_another = (pl.col("target") != 0) & (pl.col("target") != pl.col("contact"))
    recurs = pl.col("post") == 0
    # A post and a contact may have the same number, so the ones are counted after the others.
    post, person = (pl.col(name).rank("dense").cast(pl.Int64) for name in ("post", "target"))
    day = (pl.col("occurred_at") - start).dt.total_days()
    return acts.filter(inside & of_another).with_columns(
        place=pl.when(recurs).then(post.max() + person - 1).otherwise(post - 1),
        occasion=pl.when(recurs).then(day).otherwise(-1),
    )


def _lacks(known: pl.DataFrame, seen: dict[str, Any], length: timedelta) -> str:
    """Return the code of what is lacking, or nothing."""
    if length < SHORTEST:
        return "short_window"
    if seen["posts"] < LEAST_POSTS:
        return "few_posts"
    if seen["people"] < LEAST_SIZE:
        return "few_members"
    at_minute = known["occurred_at"].dt.minute().value_counts()["count"].max()
    return "coarse_times" if at_minute > MOST_AT_ONE_MINUTE * known.height else ""  # type: ignore[operator]


def _timed(known: pl.DataFrame, people: Numbers, start: datetime, end: datetime) -> Timed:
    return Timed(
        np.searchsorted(people, known["contact"].to_numpy()),
        known["place"].to_numpy(),
        known["target"].to_numpy(),
        (known["occurred_at"] - start).dt.total_seconds().to_numpy(),
        known["occasion"].to_numpy() >= 0,
        -((start - end) // timedelta(days=1)),
    ).sorted()


def _on_enough_days(met: pl.DataFrame, group: Numbers) -> Numbers:
    """Take apart the groups that did nine tenths of what they did together, or more, on five days."""
    of_days = _inside(met, group).group_by("group", "day").len()
    busiest = pl.col("len").sort(descending=True).head(EVENINGS).sum()
    on_evenings = of_days.group_by("group").agg(share=busiest / pl.col("len").sum())
    kept = on_evenings.filter(pl.col("share") < MOST_ON_EVENINGS)["group"].to_numpy()
    return np.where(np.isin(group, kept), group, -1)


def _inside(met: pl.DataFrame, group: Numbers) -> pl.DataFrame:
    """Return the meetings of two of one group, with it."""
    one, other = (group[met[name].to_numpy()] for name in ("one", "other"))
    return met.with_columns(group=pl.Series(one)).filter(pl.Series((one >= 0) & (one == other)))


def _joint(met: pl.DataFrame, group: Numbers, people: Numbers) -> pl.DataFrame:
    """Return what two of one group did together, a row for each of them and once each."""
    inside = _inside(met, group)
    both = [
        inside.select("group", "place", "occasion", contact=pl.Series(people[inside[name].to_numpy()]), target="owner")
        for name in ("one", "other")
    ]
    columns = ["group", "contact", "place", "occasion", "target"]
    return pl.concat(both).select(columns).unique().sort(columns)


def _told(
    known: pl.DataFrame, members: pl.DataFrame, joint: pl.DataFrame, seen: dict[str, Any], timeline: dict[str, Any]
) -> Result:
    """Return which share of what everybody did was done together in groups."""
    together = joint.select("contact", "place", "occasion", together=pl.lit(value=True)).unique()
    of_people = (
        known.join(together, on=["contact", "place", "occasion"], how="left")
        .group_by("contact")
        .agg(part=pl.col("together").fill_null(value=False).sum().cast(pl.Int64), of=pl.len().cast(pl.Int64))
    )
    part, of = of_people["part"].to_numpy(), of_people["of"].to_numpy()
    found = Result(Answer.NOT_FOUND, n=known.height, effect=0.0, low=0.0, high=wilson(0, len(of))[1], seen=seen)
    if members.is_empty():
        return found
    drawn = draws.share(part, of, least=0)
    return replace(
        found,
        answer=Answer.FOUND,
        effect=drawn.effect,
        low=drawn.low,
        high=drawn.high,
        seen=seen | {"timeline": timeline},
    )


def _timeline(timed: Timed, group: Numbers, turns: Sequence[Numbers]) -> dict[str, Any]:
    """Return, for each minute up to an hour, how many acts of two of one group on one post were so far apart; and among
    decoys, on average. Nobody is named.
    """
    inside = timed.only(group[timed.who] >= 0)
    alike = timed.days / (timed.days - 1)
    of_decoys = [_minutes(inside.turned(shifts), group, shifts) for shifts in turns]
    return {
        "minutes": TIMELINE,
        "within": WITHIN // MINUTE,
        "acts": _minutes(inside, group).tolist(),
        "decoys": (np.mean(of_decoys, axis=0) * alike).round(2).tolist(),
    }


def _minutes(timed: Timed, group: Numbers, shifts: Numbers | None = None) -> Numbers:
    counted = np.zeros(TIMELINE, np.int64)
    for first, second in gaps(timed, within=TIMELINE * MINUTE - 1):
        one, other = timed.who[first], timed.who[second]
        same = group[one] == group[other]
        if shifts is not None:
            same &= shifts[one] != shifts[other]
        apart = (timed.second[second] - timed.second[first])[same] // MINUTE
        counted += np.bincount(apart, minlength=TIMELINE)
    return counted
