"""What outcomes may not look like: nothing is learnt from those that a mistake or somebody's intent has turned
round.
"""

from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import polars as pl

from scoring.learning.parts import Part
from scoring.learning.rates import wilson

# Of those who have been there the share that was not seen for longest: a few wrong outcomes show in a small one only.
STALEST = (0.2, 0.1, 0.05, 0.02)
# 99.9 %: it is asked of three parts, four shares, all clients together and each.
SURE = NormalDist().inv_cdf(0.9995)


@dataclass(frozen=True)
class Odd:
    """What is odd, in a sentence; source: who said most of it, by row number, if it is one."""

    sentence: str
    source: int | None


def odd(*parts: Part) -> Odd | None:
    """Return what is odd about who had an outcome; None where nothing is.

    Whoever was seen lately buys sooner than who has not been seen for long, in every market that was measured. Where
    those who were not seen for longest have outcomes more often than all others, for sure (their 99.9 % intervals lie
    apart), the outcomes are the likelier to be wrong, and the baseline, learnt from the same, would not notice.
    """
    for part in parts:
        people = part.rows.unique("whose", keep="last", maintain_order=True)
        for rows in (people, *people.partition_by("client", maintain_order=True)):
            for share in STALEST:
                if found := _odd(rows, share):
                    return found
    return None


def _odd(rows: pl.DataFrame, share: float) -> Odd | None:
    """rows: one a person."""
    ago, had = rows["recency"].to_numpy(), rows["label"].to_numpy() == 1
    stale = ago >= np.quantile(ago, 1 - share, method="higher")
    if stale.mean() > 2 * max(STALEST):
        return None  # nearly everybody was seen equally long ago
    (of_stale, hits), (of_fresh, others) = ((int(it.sum()), int((had & it).sum())) for it in (stale, ~stale))
    if not of_fresh or wilson(hits, of_stale, SURE)[0] <= wilson(others, of_fresh, SURE)[1]:
        return None
    sentence = (
        f"Of the {of_stale:,} who had not been seen for longest {hits / of_stale:.0%} had an outcome, of all others "
        f"{others / of_fresh:.0%}. No market looks like that: look at where the outcomes came from, and retrain; "
        "whatever scored before goes on."
    )
    return Odd(sentence, _source(rows.filter(had & stale)))


def _source(rows: pl.DataFrame) -> int | None:
    """Return the source that said more than half of these outcomes."""
    said = rows["source"].value_counts().filter(2 * pl.col("count") > rows.height)
    return said["source"].first()  # type: ignore[return-value]
