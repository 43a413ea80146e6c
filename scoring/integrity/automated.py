"""Was part of the engagement of a window made by software? Told of shares of it, never of accounts.

The screen finds accounts that are timed as people hardly are. What they did is then held against what the others did:
whether they rest, how soon they answer, and whether they write what was written before. People who are busy in one go
may look like clockwork; they sleep, and write their own words.
"""

from datetime import datetime
from typing import Any

import numpy as np
import polars as pl

from scoring.integrity.check import LEVEL, Answer, Result, lacking
from scoring.integrity.draws import DRAWS, SEED, Counts, difference, share, sums
from scoring.integrity.likeness import HAS_TEXT, near_duplicates, signatures
from scoring.integrity.replies import SECONDS, asked_of
from scoring.integrity.timing import INBOUND, LEAST_ACTS, OUTBOUND, PEER, PEOPLE_BEYOND, exact, timed

# A share of engagement that is worth a look, and by so many accounts that it is a pattern and nobody's portrait. Ours.
LEAST_SHARE, LEAST_ACTORS = 0.05, 4
# With fewer others nothing can be said of how people here are. Ours.
LEAST_OTHERS = 10
# Who rests leaves five hours of the day nearly empty, over a week of days or more; evenly spread they have 21 %.
REST, LEAST_DAYS = 5, 7
# Ten of a genuine community, drawn at random, differ from the others by 3 points at most (tests/real). Ours.
LEAST_MORE_AT_REST = 0.05
AT_ONCE = 10  # seconds
LEAST_REPLIES = 30
# In the same community one reply in 300 is that quick, and one person's in ten at most. Ours.
LEAST_MORE_AT_ONCE = 0.1
LEAST_TEXTS = 30
# Six in a hundred honest comments under music videos are copies of others (docs/evaluation.md). Ours.
LEAST_MORE_COPIES = 0.1


def clockwork(acts: pl.DataFrame, *, start: datetime, end: datetime) -> Result:
    """Return which share of the engagement in [start, end) is by accounts that are timed as people hardly are.

    acts: as `selectors.frames.acts` has them, with `source` (its row number), of everybody but declared staff, partners
    and family. What is declared software does not count, nor does what the brand did or noted down. effect: the share
    of all acts, from 0 to 1, more is worse; its interval by resampling accounts. Acts whose second is not known are in
    nobody's part, and in the whole. n: accounts with 30 acts or more whose second is known, of which alone timing can
    be told. Found where it is 5 % or more, of four accounts or more, and more than people would have, were four in a
    hundred of them beyond a bound.
    """
    own = _own(acts, start, end)
    known = exact(own)
    # Of the others nothing can be told, so with fewer than these nothing could be found.
    if known.height < max(1, LEAST_SHARE * own.height):
        return lacking("coarse_times" if own.height else "no_acts", n=own.height)
    busy = timed(known, "contact")
    seen: dict[str, Any] = {"acts": own.height, "coarse": own.height - known.height, "busy": busy.height}
    if busy.height == 0:
        return lacking("few_busy", needed=LEAST_ACTS, **seen)
    by_contact = own.group_by("contact").agg(of=pl.len()).join(busy, on="contact", how="left")
    part = pl.when("beyond").then("acts").otherwise(0)
    hits, of = by_contact.select(part.cast(pl.Int64), pl.col("of").cast(pl.Int64)).to_numpy().T
    drawn = share(hits, of, least=LEAST_SHARE)
    beyond = int(busy["beyond"].sum())
    by_people = _share_by_people(busy["acts"].to_numpy(), own.height)
    is_found = beyond >= LEAST_ACTORS and drawn.effect >= LEAST_SHARE and drawn.effect > by_people
    return Result(
        Answer.FOUND if is_found else Answer.NOT_FOUND,
        n=busy.height,
        effect=drawn.effect,
        low=drawn.low,
        high=drawn.high,
        seen=seen | {"beyond": beyond, "by_people": by_people},
    )


def _share_by_people(counts: Counts, of: int) -> float:
    """Return which share of all acts is by people who are beyond a bound, at most in 95 cases of 100: four in a hundred
    of those who are busy, whoever they are. counts: acts of each busy account.
    """
    kinds, times = np.unique(counts, return_counts=True)
    drawn = np.random.default_rng(SEED).binomial(times, PEOPLE_BEYOND, (DRAWS, len(kinds))) @ kinds
    return float(np.quantile(drawn / of, 1 - LEVEL))


def sleepless(acts: pl.DataFrame, *, start: datetime, end: datetime, least: float = LEAST_MORE_AT_REST) -> Result:
    """Return whether those who are timed like clockwork do without the rest that the others take.

    acts: as for `clockwork`. effect: the share of their acts in the five hours of the day in which each did least, less
    that of others who were as busy; from -1 to 1, more is worse; .21 is no rest at all. Asked of accounts with 30 acts
    on seven days or more. p: by exchanging accounts, of `least` or more.
    """
    return _compared(at_rest(*timed_acts(acts, start, end)), least=least, fewest=LEAST_ACTS)


def latency(acts: pl.DataFrame, *, start: datetime, end: datetime, least: float = LEAST_MORE_AT_ONCE) -> Result:
    """Return whether those who are timed like clockwork answer within ten seconds, as the others do not.

    acts: as for `clockwork`, with what was answered: acts of any time and direction. effect: the share of their replies
    to others that came within ten seconds, less that of everybody else; from -1 to 1, more is worse. p: by exchanging
    accounts, of `least` or more.
    """
    known, busy = timed_acts(acts, start, end)
    asked = asked_of(acts)
    is_others = (pl.col("by") != pl.col("contact")) | (pl.col("way") == OUTBOUND)
    replies = known.join(asked, on="reply").with_columns(seconds=SECONDS).filter(is_others & (pl.col("seconds") >= 0))
    units = replies.group_by("contact").agg(hits=(pl.col("seconds") < AT_ONCE).sum(), of=pl.len())
    return _compared(_labelled(units, busy), least=least, fewest=LEAST_REPLIES)


def duplicates(acts: pl.DataFrame, *, start: datetime, end: datetime, least: float = LEAST_MORE_COPIES) -> Result:
    """Return whether those who are timed like clockwork write what they or others wrote before.

    acts: as for `clockwork`, with `signature`: the 64 bytes of a text as pl.Array(pl.UInt8, 64), all 0 for none; words:
    -1 unknown counts as few. effect: the share of their texts that are nearly the same as another of the window (20
    words or more, or of three authors), less that of everybody else's; from -1 to 1, more is worse. p: by exchanging
    accounts, of `least` or more.
    """
    _, busy = timed_acts(acts, start, end)
    written = _own(acts, start, end).filter(HAS_TEXT)
    copied = near_duplicates(signatures(written), written["contact"].to_numpy(), written["words"].to_numpy())
    texts = written.select("contact", copied=pl.Series(copied, dtype=pl.Boolean))
    units = texts.group_by("contact").agg(hits=pl.col("copied").sum(), of=pl.len())
    return _compared(_labelled(units, busy), least=least, fewest=LEAST_TEXTS)


def at_rest(known: pl.DataFrame, busy: pl.DataFrame) -> pl.DataFrame:
    """Return how many of their acts (of) busy accounts did in their five quietest hours (hits), and beyond.

    known, busy: as `timed_acts` returns them. Left out is who acted on fewer than seven days.
    """
    day, hour = pl.col("occurred_at").dt.truncate("1d"), pl.col("occurred_at").dt.hour()
    of_busy = known.join(busy, on="contact").filter(day.n_unique().over("contact") >= LEAST_DAYS)
    hours = [str(it) for it in range(24)]
    by_hour = of_busy.group_by("contact", "beyond").agg((hour == it).sum().alias(str(it)) for it in range(24))
    done = by_hour.select(pl.col(hours).cast(pl.Int64)).to_numpy()
    quietest = np.min(
        [np.sum([done[:, (first + it) % 24] for it in range(REST)], axis=0) for first in range(24)], axis=0
    )
    return by_hour.select("beyond", of=pl.sum_horizontal(hours), hits=pl.Series(quietest, dtype=pl.Int64))


def _own(acts: pl.DataFrame, start: datetime, end: datetime) -> pl.DataFrame:
    """Return what people did of their own accord in a window, as far as nobody declared it software."""
    is_inside = (pl.col("occurred_at") >= start) & (pl.col("occurred_at") < end)
    is_own = pl.col("direction").is_in([INBOUND, PEER]) & (pl.col("nature") == 1) & ~pl.col("automated")
    return acts.filter(is_inside & is_own)


def timed_acts(acts: pl.DataFrame, start: datetime, end: datetime) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the acts whose second is known, and of who did 30 of them or more (contact) whether they are beyond."""
    known = exact(_own(acts, start, end))
    return known, timed(known, "contact").select("contact", "beyond")


def _labelled(units: pl.DataFrame, busy: pl.DataFrame) -> pl.DataFrame:
    """Say of everybody whether they are timed like clockwork; of those who did little nobody can tell."""
    return units.join(busy, on="contact", how="left").with_columns(pl.col("beyond").fill_null(value=False))


def _compared(units: pl.DataFrame, *, least: float, fewest: int) -> Result:
    """Hold the accounts that are timed like clockwork against the others.

    units: one row an account: hits of what it did (of), beyond. fewest: how much the former have to have done.
    """
    hits, of = (units[name].cast(pl.Int64).to_numpy() for name in ("hits", "of"))
    chosen = units["beyond"].to_numpy()
    seen = sums(hits, of, chosen)
    if seen["of"] < fewest:
        return lacking("few_of_clockwork", n=len(units), needed=fewest, **seen)
    if (~chosen).sum() < LEAST_OTHERS:
        return lacking("few_others", n=len(units), needed=LEAST_OTHERS, **seen)
    drawn = difference(hits, of, chosen, least=least)
    return Result(
        Answer.FOUND if drawn.effect > least and drawn.p <= LEVEL else Answer.NOT_FOUND,
        n=len(units),
        effect=drawn.effect,
        low=drawn.low,
        high=drawn.high,
        p=drawn.p,
        seen=seen | {"least": least},
    )
