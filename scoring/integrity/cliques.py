"""Groups in which nearly everybody is linked with everybody, however they hang together with others."""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import eigsh

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]

LEAST_SIZE, LEAST_DENSITY = 4, 0.5
# Where so small a share of a side's links lead to the other, these are two groups that know each other. Ours.
MOST_ACROSS = 0.25
# Of fewer people all eigenvectors are had sooner than two.
FEW = 200


def groups_of(one: Numbers, other: Numbers, people: int) -> Numbers:
    """Return the number of each person's group, from 0 on, or -1. one, other: each link once, by persons' numbers.

    A group has four members or more, of whom half of all pairs or more are linked. Links that are sides of fewer than
    two triangles are bridges, and fall away, again and again (the truss of Cohen 2008). What then hangs together is
    parted where few links cross, by a sweep over the second eigenvector (Spielman & Teng 1996): a pod from the fans of
    whom one is its member. What cannot be parted and is too loose loses the links of fewer than three triangles, and so
    on.

    >>> four = np.array([0, 0, 0, 1, 1, 2]), np.array([1, 2, 3, 2, 3, 3])
    >>> groups_of(*four, 6).tolist()
    [0, 0, 0, 0, -1, -1]
    """
    ends = np.append(one, other), np.append(other, one)
    links = sparse.csr_array((np.ones(2 * len(one), np.int64), ends), shape=(people, people))
    found, waiting = [], [(np.unique(ends[0]), LEAST_SIZE - 2)]
    while waiting:
        some, triangles = waiting.pop()
        left = _truss(_within(links, some), triangles)
        for part in _parts(left):
            members = some[part]
            side = _side(_within(left, part))
            if side is not None:
                waiting += [(members[side], LEAST_SIZE - 2), (members[~side], LEAST_SIZE - 2)]
            elif _within(links, members).nnz >= LEAST_DENSITY * len(members) * (len(members) - 1):
                found.append(members)
            else:
                waiting.append((members, triangles + 1))
    group = np.full(people, -1)
    for number, members in enumerate(sorted(found, key=min)):
        group[members] = number
    return group


def _within(links: sparse.csr_array, some: Numbers) -> sparse.csr_array:
    return links[some][:, some]


def _truss(links: sparse.csr_array, triangles: int) -> sparse.csr_array:
    """Take away links that are sides of fewer triangles, until none is."""
    while links.nnz:
        sides = ((links @ links) * links).tocsr()
        sides.data = (sides.data >= triangles).astype(np.int64)
        sides.eliminate_zeros()
        if sides.nnz == links.nnz:
            break
        links = sides
    return links


def _parts(links: sparse.csr_array) -> list[Numbers]:
    """Return the people of each part that hangs together, without those who have no link."""
    if not links.nnz:
        return []
    _, of = connected_components(links, directed=False)
    order = np.argsort(of, kind="stable")
    parts = np.split(order, np.flatnonzero(np.diff(of[order])) + 1)
    return [part for part in parts if len(part) > 1]


def _side(links: sparse.csr_array) -> Flags | None:
    """Return one of the two sides between which the fewest links cross, for how many they have; None where they are too
    many for two groups.
    """
    degree = links.sum(axis=1).astype(np.float64)
    scaled = sparse.diags_array(degree**-0.5) @ links @ sparse.diags_array(degree**-0.5)
    if len(degree) <= FEW:
        second = np.linalg.eigh(scaled.toarray())[1][:, -2]
    else:
        values, vectors = eigsh(scaled, k=2, which="LA", v0=np.ones(len(degree)))
        second = vectors[:, np.argmin(values)]
    order = np.argsort(second * degree**-0.5, kind="stable")
    swept = links[order][:, order].tocoo()
    # After how many each link begins and ends to cross.
    steps = np.bincount(np.minimum(swept.row, swept.col), minlength=len(order)).astype(np.float64)
    steps -= np.bincount(np.maximum(swept.row, swept.col), minlength=len(order))
    across = np.cumsum(steps)[:-1] / 2  # each link is there from both ends
    volume = np.cumsum(degree[order])
    share = across / np.minimum(volume, volume[-1] - volume)[:-1]
    best = int(np.argmin(share))
    if share[best] > MOST_ACROSS:
        return None
    side = np.zeros(len(order), dtype=bool)
    side[order[: best + 1]] = True
    return side
