"""Shares of what units (people, posts, days) did, and what chance makes of them: whole units are drawn, never acts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]

DRAWS = 9_999
SEED = 0


@dataclass(frozen=True)
class Drawn:
    """An effect, its 90 % interval by resampling units, and p: of one as large, were the least that counts true."""

    effect: float
    low: float
    high: float
    p: float


def share(hits: Counts, of: Counts, *, least: float) -> Drawn:
    """Return the share of hits among all that units did. p: the share of 9,999 bootstrap draws at `least` or below.

    hits, of: (n units,), at least 1 of each unit.
    """
    drawn = _resampled(hits, of, np.random.default_rng(SEED))
    return _drawn(float(hits.sum() / of.sum()), drawn, int((drawn <= least).sum()))


def difference(hits: Counts, of: Counts, chosen: Flags, *, least: float) -> Drawn:
    """Return the share of hits among what the chosen units did, less that of the others.

    p: the share of 9,999 draws in which as many units, chosen at random, differ from the others by as much, were
    `least` added to what chance brings. hits, of: (n units,), at least 1 of each; chosen: some, and not all.

    >>> hits, of = np.array([9, 8, 9, 0, 1, 0, 1, 0]), np.full(8, 10)
    >>> found = difference(hits, of, np.arange(8) < 3, least=0.1)
    >>> round(found.effect, 2), found.p < 0.05
    (0.83, True)
    """
    random = np.random.default_rng(SEED)
    effect = float(hits[chosen].sum() / of[chosen].sum() - hits[~chosen].sum() / of[~chosen].sum())
    drawn = _resampled(hits[chosen], of[chosen], random) - _resampled(hits[~chosen], of[~chosen], random)
    kinds, counts = _kinds(hits, of)
    # Units that did the same are one kind, so of a choice only how many of each kind it has is drawn.
    picked = random.multivariate_hypergeometric(counts, int(chosen.sum()), DRAWS, method="marginals")
    picked_hits, picked_of = (picked @ kinds).T
    by_chance = picked_hits / picked_of - (hits.sum() - picked_hits) / (of.sum() - picked_of)
    return _drawn(effect, drawn, int((by_chance + least >= effect).sum()))


def sums(hits: Counts, of: Counts, chosen: Flags) -> dict[str, int]:
    """Return what a difference is made of: hits and of, of the chosen units, and others_hits and others_of."""
    return {
        "hits": int(hits[chosen].sum()),
        "of": int(of[chosen].sum()),
        "others_hits": int(hits[~chosen].sum()),
        "others_of": int(of[~chosen].sum()),
    }


def _drawn(effect: float, drawn: Numbers, as_far: int) -> Drawn:
    low, high = np.quantile(drawn, (0.05, 0.95))
    return Drawn(effect, float(low), float(high), (1 + as_far) / (1 + DRAWS))


def _resampled(hits: Counts, of: Counts, random: np.random.Generator) -> Numbers:
    """Return the share of hits in each of 9,999 resamples of the units."""
    kinds, counts = _kinds(hits, of)
    times = random.multinomial(len(hits), counts / len(hits), DRAWS)
    drawn_hits, drawn_of = (times @ kinds).T
    resampled: Numbers = drawn_hits / drawn_of
    return resampled


def _kinds(hits: Counts, of: Counts) -> tuple[Counts, Counts]:
    """Return what units did, each pair once: (m, 2), and how many units did it: (m,). In an order of its own."""
    kinds, counts = np.unique(np.column_stack([hits, of]).astype(np.int64), axis=0, return_counts=True)
    return kinds, counts
