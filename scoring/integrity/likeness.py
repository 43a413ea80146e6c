"""Which texts are nearly the same, told by their signatures: the texts themselves are long gone.

A signature is 64 bytes; two texts share as many of them as they share of their runs of letters (decision 0002).
"""

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from scoring.integrity.draws import Counts, Flags

Signatures = NDArray[np.uint8]

SIZE = 64
ALIKE = 0.6  # as the signatures were made for: unrelated texts stay below .4
BY_CHANCE = 1 / 256
# A short text is said by many, and by one person often: from so many words on it is one text wherever it is met.
LONG, SEVERAL = 20, 3
STEP, NEAREST = 3, 3
HAS_TEXT = pl.col("signature") != pl.lit([0] * SIZE, pl.Array(pl.UInt8, SIZE))


def signatures(texts: pl.DataFrame) -> Signatures:
    """Return the column `signature`, pl.Array(pl.UInt8, 64), as a matrix of bytes: (n, 64)."""
    return np.ascontiguousarray(texts["signature"].to_numpy(), dtype=np.uint8).reshape(-1, SIZE)


def near_duplicates(signatures: Signatures, authors: Counts, words: Counts) -> Flags:
    """Return which texts are nearly the same as another: of 20 words or more, or written by three authors or more.

    signatures: (n, 64); authors, words: (n,). An author's own copies count as well.
    """
    copies = copies_of(signatures)
    written, by_each = np.unique(copies, return_counts=True)
    pairs = np.unique(np.column_stack([copies, authors]), axis=0)
    writers = np.bincount(pairs[:, 0], minlength=len(written))
    found: Flags = (by_each[copies] > 1) & ((words >= LONG) | (writers[copies] >= SEVERAL))
    return found


def copies_of(signatures: Signatures) -> Counts:
    """Return for each text the number of the text that it is a copy of, from 0 on: (n,). What is alike to one of
    several that are alike is one of them.

    Texts are looked at in 21 orders, each sorted from another byte on, and held against the next three: who is alike
    shares bytes in a row, and comes to stand close. So not all pairs are looked at, which are too many; of those that
    are alike few are missed (Charikar 2002).
    """
    once, which = np.unique(signatures, axis=0, return_inverse=True)
    which = which.reshape(-1)  # of the shape (n, 1) in some versions
    pairs = [edges for order in _orders(once) for edges in _alike(once, order)]
    one, other = (np.concatenate([edges[side] for edges in pairs] or [np.empty(0, np.int64)]) for side in (0, 1))
    links = coo_array((np.ones(len(one), np.int8), (one, other)), shape=(len(once), len(once)))
    labels: Counts = connected_components(links, directed=False)[1].astype(np.int64)
    return labels[which]


def _orders(signatures: Signatures) -> Iterator[Counts]:
    for first in range(0, SIZE - STEP + 1, STEP):
        rolled = np.ascontiguousarray(np.roll(signatures, -first, axis=1)[:, :16]).view(">u8")
        yield np.lexsort((rolled[:, 1], rolled[:, 0]))


def _alike(signatures: Signatures, order: Counts) -> Iterator[tuple[Counts, Counts]]:
    for ahead in range(1, min(NEAREST, len(order) - 1) + 1):
        one, other = order[:-ahead], order[ahead:]
        are = similarity(signatures[one], signatures[other]) >= ALIKE
        yield one[are], other[are]


def similarity(one: Signatures, other: Signatures) -> NDArray[np.float64]:
    """Return which share of their runs texts have in common, pair by pair, from 0 to 1, give or take .05: (n,)."""
    equal = (one == other).mean(axis=1)
    shared: NDArray[np.float64] = np.maximum(0.0, (equal - BY_CHANCE) / (1 - BY_CHANCE))
    return shared
