"""Does attention go both ways between people who act together, more than by how it is spread here?"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from scoring.integrity.check import LEVEL, Answer, Result, lacking
from scoring.integrity.draws import DRAWS, SEED, Counts, Numbers
from scoring.integrity.synchrony import Screened

# Of all pairs of a group so many act on each other's posts: as many as have to act together. Ours.
LEAST_MUTUAL = 0.5
# Acts of others on members' posts, which say what attention is like here. Ours.
LEAST_OTHERS = 100
AT_ONCE = 2_000_000  # numbers drawn at a time


@dataclass(frozen=True)
class Attention:
    """Whom people act on. own: each act of those in any group (contact, target); of_others: how many acts each target
    gets from people in none (target, len).
    """

    own: pl.DataFrame
    of_others: pl.DataFrame


def attention(screened: Screened) -> Attention:
    """Return whom people act on. Several acts on one post are one."""
    acts = screened.acts.select("contact", "target", "place", "occasion").unique()
    own = acts.join(screened.members, on="contact", how="semi")
    others = acts.join(screened.members, on="contact", how="anti")
    return Attention(own.select("contact", "target"), others.group_by("target").len())


def mutuality(attention: Attention, members: pl.DataFrame, *, least: float = LEAST_MUTUAL) -> Result:
    """Do most pairs of a group act on each other's posts, and more of them than by how attention is spread here?

    members: contact, group. effect: the share of pairs of which each acted on a post of the other's, at any time in the
    window; its interval is a bootstrap over members. p: as many or more, if everybody acted as often as they did
    (Poisson) on posts of those on whom people outside of all groups act, in proportion. n: members.
    """
    seen: dict[str, Any] = {"members": members.height}
    others = int(attention.of_others["len"].sum())
    if others < LEAST_OTHERS:
        return lacking("few_others", n=members.height, others=others, needed=LEAST_OTHERS, **seen)
    acts = attention.own.group_by("contact").agg(acts=pl.len())
    got = attention.of_others.select(contact="target", got=pl.col("len") / others)
    of_each = (
        members.join(acts, on="contact", how="left")
        .join(got, on="contact", how="left")
        .select("group", "contact", pl.col("acts", "got").fill_null(0))
        .sort("contact")
        .with_row_index("at")
    )
    pairs = of_each.join(of_each, on="group", suffix="_of_other").filter(pl.col("contact") < pl.col("contact_of_other"))
    ways = attention.own.select(contact="contact", contact_of_other="target").unique()
    back = ways.select(contact="contact_of_other", contact_of_other="contact")
    mutual_ones = ways.join(back, on=ways.columns).with_columns(mutual=1)
    pairs = pairs.join(mutual_ones, on=ways.columns, how="left").sort(ways.columns)
    mutual = pairs["mutual"].fill_null(0).to_numpy()
    chance = pairs.select(_acts_at_all("acts", "got_of_other") * _acts_at_all("acts_of_other", "got")).to_series()
    drawn = _by_chance(chance.to_numpy())
    both, of = int(mutual.sum()), len(mutual)
    one, other = (pairs[name].to_numpy().astype(np.int64) for name in ("at", "at_of_other"))
    low, high = np.quantile(_shares_of_pairs(one, other, mutual, people=members.height), (0.05, 0.95))
    p = (1 + int((drawn >= both).sum())) / (1 + DRAWS)
    # What was explained is to be exceeded: p says nothing of it.
    is_enough = both / of > least or both / of == least == LEAST_MUTUAL
    return Result(
        Answer.FOUND if is_enough and p <= LEVEL else Answer.NOT_FOUND,
        n=members.height,
        effect=both / of,
        low=float(low),
        high=float(high),
        p=p,
        seen=seen | {"mutual": both, "pairs": of, "by_chance": float(drawn.mean()) / of, "least_mutual": least},
    )


def _acts_at_all(acts: str, got: str) -> pl.Expr:
    """Return the probability of one act or more, of so many of which this share comes here."""
    return 1 - (-1.0 * pl.col(acts) * pl.col(got)).exp()


def _by_chance(probability: Numbers) -> Counts:
    """Return how many of independent events happen, of 9,999 draws. probability: of each."""
    random = np.random.default_rng(SEED)
    happened = [(random.random((some, len(probability))) < probability).sum(axis=1) for some in _some(len(probability))]
    counted: Counts = np.concatenate(happened)
    return counted


def _shares_of_pairs(one: Counts, other: Counts, holds: Counts, *, people: int) -> Numbers:
    """Return the share of pairs for which something holds, of 9,999 bootstrap draws of people.

    one, other: each pair, by its people's numbers from 0 on; holds: 1 or 0. Someone drawn twice makes no pair with
    themselves.
    """
    random = np.random.default_rng(SEED)
    shares = []
    for some in _some(max(people, len(one))):
        drawn = random.multinomial(people, np.full(people, 1 / people), some)
        there = drawn[:, one] * drawn[:, other]
        shares.append(there @ holds / np.maximum(there.sum(axis=1), 1))
    return np.concatenate(shares)


def _some(width: int) -> list[int]:
    """Return how many draws to make at a time, so that memory is bounded."""
    each = max(1, AT_ONCE // max(width, 1))
    return [min(each, DRAWS - made) for made in range(0, DRAWS, each)]
