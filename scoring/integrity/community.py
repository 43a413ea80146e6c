"""Audience or community: do members get value from each other, or from the brand alone?

An index from 0 to 1, of four parts: how much of what is said goes to other members; how much more often than by chance
it is returned, and how much more often than by chance those who know the same person know each other, both times the
share of people who are linked at all; and how many still hang together once the brand is gone. Nothing is held against
an audience: most brands have one.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.stats import t as student

from scoring.features.clock import ACT, OUTBOUND, PEER, Facts
from scoring.features.matrix import seen
from scoring.features.reciprocity import community as between
from scoring.features.reciprocity import towards
from scoring.features.rungs import WORD
from scoring.integrity import links
from scoring.integrity.check import Answer, Result, lacking
from scoring.integrity.figures import share

LEAST_PEOPLE, LEAST_WEEKS = 200, 8
# Closure is seldom far above chance, so an index is seldom above .8: from half of that on it is a community, up to a
# quarter an audience. Ours.
COMMUNITY, AUDIENCE = 0.4, 0.2
PARTS = ("peer_share", "reciprocity", "closure", "remains")
DRAWS, SEED = 99, 0
# The interval comes of leaving out one part of the weeks at a time, of so many.
GROUPS = 10
FIFTH = 0.2
WEEK = pl.col("day") // 7  # before the moment that is asked for

Chance = tuple[float, float]
"""Reciprocity and transitivity of random networks, on average."""


def community(facts: Facts, *, start: datetime, end: datetime, as_of: datetime) -> Result:
    """Return whether the people around one client, in [start, end) as known before `as_of`, are a community.

    facts: the client's. Found: a community. effect: the index, 0 to 1, with a 90 % interval (jackknife over ten parts
    of the weeks). n: people who acted, or to whom a member spoke.

    seen: `label` (community, mixed, audience); figures (value, low, high): `peer_share`; `reciprocity`, `closure` (how
    far above chance, 1 being as far as can be, below 0 less than by chance) and `remains`; `linked` (share of people
    with any link to another); `gini` and `top_fifth` of what those who speak said, `lurkers` (share of people who said
    nothing); `chance` (reciprocity and closure of random networks with the same degrees) with `p` of each (99 draws);
    `members` who acted, the shares of them who were spoken to by another (`received`) and were `answered` by one, and
    with how many others the middle one, the middle one of those with any, and the most connected one were in touch
    (`peers`).
    """
    there = seen(facts, as_of)
    acts = there.acts.filter(
        pl.col("nature") == ACT, pl.col("aside") == 0, pl.col("occurred_at") >= start, pl.col("occurred_at") < end
    )
    acts = acts.with_columns(week=WEEK)
    theirs = acts.filter(pl.col("direction") != OUTBOUND)
    to_peers = theirs.filter((pl.col("direction") == PEER) & (pl.col("rung") >= WORD))
    pairs = towards(to_peers, acts, there.facts.links).with_columns(week=WEEK)
    said = theirs.filter(pl.col("rung") >= WORD)
    heard = _heard(theirs, between(acts, there.facts.links))
    people, weeks = _people(theirs, pairs).len(), theirs["week"].n_unique()
    if people < LEAST_PEOPLE or weeks < LEAST_WEEKS:
        why = "few_people" if people < LEAST_PEOPLE else "few_weeks"
        return lacking(why, n=people, weeks=weeks, needed_people=LEAST_PEOPLE, needed_weeks=LEAST_WEEKS, **heard)
    chance, told = _by_chance(pairs)
    whole = _figures(theirs, said, pairs, chance)
    group = (pl.col("week").rank("dense").cast(pl.Int64) - 1) % GROUPS
    by_group = theirs.select("week").unique().with_columns(group=group)
    without = []
    for one in range(min(GROUPS, weeks)):
        left_out = by_group.filter(pl.col("group") == one)
        rest = [it.join(left_out, on="week", how="anti") for it in (theirs, said, pairs)]
        without.append(_figures(rest[0], rest[1], rest[2], chance))
    figures = {name: _interval(name, whole, without) for name in whole}
    index = figures.pop("index")
    label = "community" if index["value"] >= COMMUNITY else "audience" if index["value"] <= AUDIENCE else "mixed"
    return Result(
        Answer.FOUND if label == "community" else Answer.NOT_FOUND,
        n=people,
        effect=index["value"],
        low=index["low"],
        high=index["high"],
        seen={"label": label, "weeks": weeks, **figures, **told, **heard},
    )


def _people(theirs: pl.DataFrame, pairs: pl.DataFrame) -> pl.Series:
    return pl.concat([theirs["person"], pairs["to"]]).unique().sort()


def _heard(theirs: pl.DataFrame, between_them: pl.DataFrame) -> dict[str, Any]:
    members = theirs.select("person").unique().join(between_them, on="person", how="left").fill_null(0)
    found: dict[str, Any] = {"members": members.height}
    for name, column in {"received": "received_from_peers", "answered": "answered_by_peers"}.items():
        found[name] = share(int((members[column] > 0).sum()), members.height) if members.height else None
    peers = members["peers"]
    any_ = peers.filter(peers > 0)
    return {**found, "peers": {"median": peers.median(), "median_of_any": any_.median(), "most": peers.max()}}


def _network(people: pl.Series, pairs: pl.DataFrame) -> tuple[links.Places, links.Places, int]:
    """Return the links between people as places among them, each once, in an order that no order of rows changes."""
    once = pairs.select("person", "to").unique().sort("person", "to")
    of = people.to_numpy()
    return np.searchsorted(of, once["person"].to_numpy()), np.searchsorted(of, once["to"].to_numpy()), len(of)


def _by_chance(pairs: pl.DataFrame) -> tuple[Chance, dict[str, Any]]:
    source, target, n = _network(_people(pairs, pairs), pairs)
    if not n:
        return (0.0, 0.0), {"chance": None, "p": None}
    one, other = links.undirected(source, target, n)
    back = links.reciprocity_by_chance(source, target, n, draws=DRAWS, seed=SEED)
    closed = links.transitivity_by_chance(one, other, n, draws=DRAWS, seed=SEED)
    seen_ = (links.reciprocity(source, target, n), links.transitivity(one, other, n))
    chance = (float(back.mean()), float(closed.mean()))
    p = [(1 + int((drawn >= it).sum())) / (1 + DRAWS) for drawn, it in zip((back, closed), seen_, strict=True)]
    names = ("reciprocity", "closure")
    return chance, {"chance": dict(zip(names, chance, strict=True)), "p": dict(zip(names, p, strict=True))}


def _figures(theirs: pl.DataFrame, said: pl.DataFrame, pairs: pl.DataFrame, chance: Chance) -> dict[str, float]:
    people = _people(theirs, pairs)
    source, target, n = _network(people, pairs)
    one, other = links.undirected(source, target, n)
    of_each = np.sort(said.group_by("person").len()["len"].to_numpy()).astype(np.float64)
    found = {
        "peer_share": said.filter(pl.col("direction") == PEER).height / said.height if said.height else 0.0,
        "reciprocity": _above(links.reciprocity(source, target, n), chance[0]) if len(source) else 0.0,
        "closure": _above(links.transitivity(one, other, n), chance[1]),
        "remains": links.largest_part(one, other, n),
        "linked": len(np.unique(np.concatenate([one, other]))) / n if n else 0.0,
        "gini": _gini(of_each),
        "top_fifth": _top_fifth(of_each),
        "lurkers": 1 - len(of_each) / n if n else 0.0,
    }
    # What holds among those who speak to each other says as much of all people as they are.
    weight = {"reciprocity": found["linked"], "closure": found["linked"]}
    return {"index": float(np.mean([max(0.0, found[part]) * weight.get(part, 1.0) for part in PARTS])), **found}


def _above(value: float, by_chance: float) -> float:
    """Return how far a share is above what chance has, as a share of how far it could be."""
    return (value - by_chance) / (1 - by_chance) if by_chance < 1 else 0.0


def _gini(ordered: NDArray[np.float64]) -> float:
    n = len(ordered)
    if not n:
        return 0.0
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * ordered.sum()))


def _top_fifth(ordered: NDArray[np.float64]) -> float:
    first = int(np.ceil(FIFTH * len(ordered)))
    return float(ordered[len(ordered) - first :].sum() / ordered.sum()) if first else 0.0


def _interval(name: str, whole: Mapping[str, float], without: list[dict[str, float]]) -> dict[str, float]:
    """Return a figure with its 90 % interval, by the jackknife; what chance has is held. None is below 0 or above 1 but
    what may be less than by chance.
    """
    others = np.array([it[name] for it in without])
    groups = len(others)
    spread = np.sqrt((groups - 1) / groups * ((others - others.mean()) ** 2).sum())
    half = float(student.ppf(0.95, groups - 1) * spread)
    least = -1.0 if name in ("reciprocity", "closure") else 0.0
    value = whole[name]
    return {"value": value, "low": max(least, value - half), "high": min(1.0, value + half)}
