"""Who acts at the same time as whom, and how often by chance: counted without looking at each two of all people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

MINUTE, DAY = 60, 86_400
WITHIN = 10 * MINUTE
LEAST_TARGETS = 3
# One evening together is an event. Ours.
LEAST_DAYS = 3
# A crowd is no pod: where more acts than these fall into ten minutes of one post, they are left out. Who is in it
# with whom says nothing, and pairs would grow with its square. Ours.
CROWD = 50
MOST_FALSE = 0.05
# How much more often two must meet than they themselves by chance. Ours.
LEAST_RATIO = 2
AT_ONCE = 4_000_000  # pairs held in memory at a time


@dataclass(frozen=True)
class Timed:
    """Acts, sorted by place and second. who: actors, from 0 on; place: posts, from 0 on; owner: whose post it is, a
    number; second: since the window's start, below `days` whole days; recurs: whether the place is a person of whom no
    post is named, so that each day of it is an occasion of its own.
    """

    who: Numbers
    place: Numbers
    owner: Numbers
    second: Numbers
    recurs: Flags
    days: int

    def keys(self) -> Numbers:
        """Return numbers that rise with the rows, in which places are further apart than any two moments of one."""
        return self.place * (self.days + 1) * DAY + self.second

    def only(self, at: Flags | Numbers) -> "Timed":
        return Timed(self.who[at], self.place[at], self.owner[at], self.second[at], self.recurs[at], self.days)

    def sorted(self) -> "Timed":
        return self.only(np.argsort(self.keys()))  # the order of rows of one moment makes no difference

    def turned(self, shifts: Numbers) -> "Timed":
        """Turn each actor's timeline by so many whole days; what falls out at the end comes in at the start."""
        second = (self.second + shifts[self.who] * DAY) % (self.days * DAY)
        return Timed(self.who, self.place, self.owner, second, self.recurs, self.days).sorted()


def calm(timed: Timed) -> Timed:
    """Leave out acts of which more than `CROWD` fall into the same ten minutes of one post."""
    keys = timed.keys()
    after = np.searchsorted(keys, keys + WITHIN, "right")
    first = np.flatnonzero(after - np.arange(len(keys)) > CROWD)
    steps = np.bincount(first, minlength=len(keys) + 1) - np.bincount(after[first], minlength=len(keys) + 1)
    return timed.only(np.cumsum(steps)[:-1] == 0)


def gaps(timed: Timed, *, within: int = WITHIN) -> Iterator[tuple[Numbers, Numbers]]:
    """Yield, in parts, the rows of every two acts of two people on one place within so many seconds, the earlier first.

    The acts on one place are all in one part.
    """
    keys = timed.keys()
    following = np.searchsorted(keys, keys + within, "right") - np.arange(len(keys)) - 1
    before = np.cumsum(following) - following
    begins = np.flatnonzero(np.diff(timed.place, prepend=-1))
    if not len(keys):
        return
    cuts = begins[np.flatnonzero(np.diff(before[begins] // AT_ONCE, prepend=-1))].tolist()
    for begin, end in zip(cuts, [*cuts[1:], len(keys)], strict=True):
        count = following[begin:end]
        one = np.repeat(np.arange(begin, end), count)
        other = one + 1 + np.arange(len(one)) - np.repeat(np.cumsum(count) - count, count)
        differ = timed.who[one] != timed.who[other]
        yield one[differ], other[differ]


def meetings(timed: Timed, shifts: Numbers | None = None) -> pl.DataFrame:
    """Return the occasions on which two people acted together: one, other (the lower number first), place, occasion
    (the day where places recur, else -1), owner, day; each once.

    Left out is who was near somebody on posts of fewer than three others, and so can be linked to nobody. shifts: by
    which timelines were turned; two that were turned alike are left out, for they are no decoys.
    """
    timed = timed.only(_often_near(timed))
    parts = []
    for first, second in gaps(timed):
        a, b = timed.who[first], timed.who[second]
        decoys = np.ones(len(a), bool) if shifts is None else shifts[a] != shifts[b]
        day = timed.second[first] // DAY
        met = {
            "one": np.minimum(a, b), "other": np.maximum(a, b), "place": timed.place[first],
            "occasion": np.where(timed.recurs[first], day, -1), "owner": timed.owner[first], "day": day,
        }  # fmt: skip
        rows = pl.DataFrame({name: values[decoys] for name, values in met.items()})
        # The earliest day, whatever the order of rows.
        parts.append(rows.group_by("one", "other", "place", "occasion").agg(pl.col("owner", "day").min()))
    schema = dict.fromkeys(("one", "other", "place", "occasion", "owner", "day"), pl.Int64)
    return pl.concat([pl.DataFrame(schema=schema), *parts])


def _often_near(timed: Timed) -> Flags:
    """Return which rows are of people who were near others on posts of three people or more."""
    keys = timed.keys()
    steps = np.diff(keys) <= WITHIN
    near = np.zeros(len(keys), bool)
    near[1:] |= steps
    near[:-1] |= steps
    acts = pl.DataFrame({"who": timed.who[near], "owner": timed.owner[near]})
    often = acts.group_by("who").agg(n=pl.col("owner").n_unique()).filter(pl.col("n") >= LEAST_TARGETS)
    return np.isin(timed.who, often["who"].to_numpy())


def often(met: pl.DataFrame) -> pl.DataFrame:
    """Return the pairs that met on posts of three others or more and on three days or more: one, other, times."""
    pair = ["one", "other"]
    thrice = met.group_by(pair).len().filter(pl.col("len") >= LEAST_TARGETS).select(pair)
    counted = (
        met.join(thrice, on=pair, how="semi")
        .group_by(pair)
        .agg(times=pl.len(), owners=pl.col("owner").n_unique(), days=pl.col("day").n_unique())
    )
    enough = (pl.col("owners") >= LEAST_TARGETS) & (pl.col("days") >= LEAST_DAYS)
    return counted.filter(enough).select(*pair, "times").sort(pair)


def beyond_chance(timed: Timed, pairs: pl.DataFrame, turns: Sequence[Numbers]) -> tuple[pl.DataFrame, float]:
    """Return the pairs that met more often than chance has it, and the share of them that decoys have, too.

    Each decoy turns every actor's timeline by whole days: by `turns`, one number an actor and draw. Pairs count from so
    many meetings on that there are at most one in twenty as many among decoys; and if they met twice as often as they
    did themselves, on average, as decoys. Two who act by the clock every day meet as often when their days are turned.
    """
    decoys = [meetings(timed.turned(shifts), shifts) for shifts in turns]
    alike = timed.days / (timed.days - 1)  # makes up for the pairs that were turned alike
    by_chance = np.bincount(np.concatenate([often(met)["times"].to_numpy() for met in decoys])) * alike / len(turns)
    met = np.bincount(pairs["times"].to_numpy(), minlength=len(by_chance)).astype(np.float64)
    by_chance = np.append(by_chance, np.zeros(len(met) - len(by_chance)))
    there, false = (it[::-1].cumsum()[::-1] for it in (met, by_chance))
    share = np.divide(false, there, out=np.zeros(len(there)), where=there > 0)
    kept = np.flatnonzero((share <= MOST_FALSE) & (there > 0))
    if not len(kept):
        return pairs.clear(), 0.0
    pair = ["one", "other"]
    themselves = pl.concat([it.select(pair).join(pairs, on=pair, how="semi") for it in decoys])
    themselves = themselves.group_by(pair).agg(usual=pl.len() * alike / len(turns))
    enough = pl.max_horizontal(pl.lit(kept[0]), LEAST_RATIO * pl.col("usual").fill_null(0))
    linked = pairs.join(themselves, on=pair, how="left").filter(pl.col("times") >= enough)
    return linked.select(pairs.columns).sort(pair), float(share[kept[0]])


def mostly_together(timed: Timed, pairs: pl.DataFrame, *, least_share: float) -> pl.DataFrame:
    """Keep the pairs that met on such a share of the occasions on which both acted at any time."""
    some = timed.only(np.isin(timed.who, pairs.select("one", "other").to_numpy()))
    occasion = np.where(some.recurs, some.second // DAY, -1)
    acts = pl.DataFrame({"who": some.who, "place": some.place, "occasion": occasion}).unique()
    both = (
        pairs.join(acts.rename({"who": "one"}), on="one")
        .join(acts.rename({"who": "other"}), on=["other", "place", "occasion"], how="semi")
        .group_by("one", "other", "times")
        .agg(both=pl.len())
    )
    # Two who meet about midnight have met on a day that only one of them has.
    return both.filter(pl.col("times") >= least_share * pl.col("both")).sort("one", "other")
