"""Who is linked with whom: how often both ways, how often in threes, how many hang together; and the same by chance.

A link is two numbers from 0 to n - 1; arrays have one entry a link, each once and none from somebody to themselves.
Undirected links may be written either way.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

Places = NDArray[np.int64]
# Drawings before the first that counts, and rounds of swaps for each: in each a fifth or more of all links change.
BEFORE, BETWEEN = 10, 2


def reciprocity(source: Places, target: Places, n: int) -> float:
    """Return the share of directed links that are answered by one the other way.

    >>> reciprocity(np.array([0, 1, 1]), np.array([1, 0, 2]), 3)
    0.6666666666666666
    """
    return float(_are_among(target * n + source, np.sort(source * n + target)).mean())


def transitivity(one: Places, other: Places, n: int) -> float:
    """Return in which share of cases two who are linked with the same third are linked, too; links are undirected.

    >>> transitivity(np.array([0, 1, 0, 2]), np.array([1, 2, 2, 3]), 4)
    0.6
    """
    degree = np.bincount(np.concatenate([one, other]), minlength=n)
    pairs = float((degree * (degree - 1) // 2).sum())
    if not pairs:
        return 0.0
    # From the less linked to the more linked: each triangle is found once, and nobody has many links to go on from.
    place = np.empty(n, dtype=np.int64)
    place[np.argsort(degree, kind="stable")] = np.arange(n)
    low, high = np.minimum(place[one], place[other]), np.maximum(place[one], place[other])
    upwards = csr_array((np.ones(len(one)), (low, high)), shape=(n, n))
    return float(3 * (upwards @ upwards).multiply(upwards).sum() / pairs)


def undirected(source: Places, target: Places, n: int) -> tuple[Places, Places]:
    """Return each pair that is linked in whatever direction, once."""
    pairs = np.unique(np.minimum(source, target) * n + np.maximum(source, target))
    return pairs // n, pairs % n


def largest_part(one: Places, other: Places, n: int) -> float:
    """Return the share of all n who hang together in the largest group; who has no link hangs with nobody.

    >>> largest_part(np.array([0, 1]), np.array([1, 2]), 6)
    0.5
    """
    if not len(one):
        return 0.0
    linked = csr_array((np.ones(len(one)), (one, other)), shape=(n, n))
    return float(np.bincount(connected_components(linked, directed=False)[1]).max() / n)


def reciprocity_by_chance(source: Places, target: Places, n: int, *, draws: int, seed: int) -> NDArray[np.float64]:
    """Return the reciprocity of so many random networks in which everybody has as many links from and to them as here
    (links that swap their ends at random: Maslov & Sneppen 2002).
    """
    random = np.random.default_rng(seed)
    found = np.empty(draws)
    for draw in range(-BEFORE, draws):
        for _ in range(BETWEEN):
            target = _swapped(random, source, target, source * n + target, n)
        if draw >= 0:
            found[draw] = reciprocity(source, target, n)
    return found


def transitivity_by_chance(one: Places, other: Places, n: int, *, draws: int, seed: int) -> NDArray[np.float64]:
    """Return the transitivity of so many random networks in which everybody has as many links as here."""
    random = np.random.default_rng(seed)
    found = np.empty(draws)
    for draw in range(-BEFORE, draws):
        for _ in range(BETWEEN):
            turn = random.random(len(one)) < 0.5
            one, other = np.where(turn, other, one), np.where(turn, one, other)
            other = _swapped(random, one, other, np.minimum(one, other) * n + np.maximum(one, other), n, both_ways=True)
        if draw >= 0:
            found[draw] = transitivity(one, other, n)
    return found


def _swapped(
    random: np.random.Generator, source: Places, target: Places, links: Places, n: int, *, both_ways: bool = False
) -> Places:
    """Return new targets: links are paired at random, and half of the pairs swap theirs, unless that made a link twice
    or one from somebody to themselves. links: a number for each that there is.
    """
    half = len(source) // 2
    order = random.permutation(len(source))
    first, second = order[:half], order[half : 2 * half]
    willing = random.random(half) < 0.5
    first, second = first[willing], second[willing]
    made = np.concatenate([_numbers(source[first], target[second], n, both_ways=both_ways),
                           _numbers(source[second], target[first], n, both_ways=both_ways)])  # fmt: skip
    of_whom = np.concatenate([source[first] == target[second], source[second] == target[first]])
    is_there = _are_among(made, np.sort(links))
    in_order = np.sort(made)
    is_twice = np.searchsorted(in_order, made, "right") - np.searchsorted(in_order, made, "left") > 1
    good = ~(of_whom | is_there | is_twice)
    kept = good[: len(first)] & good[len(first) :]
    first, second = first[kept], second[kept]
    after = target.copy()
    after[first], after[second] = target[second], target[first]
    return after


def _are_among(numbers: Places, in_order: Places) -> NDArray[np.bool_]:
    place = np.minimum(np.searchsorted(in_order, numbers), len(in_order) - 1)
    among: NDArray[np.bool_] = in_order[place] == numbers
    return among


def _numbers(source: Places, target: Places, n: int, *, both_ways: bool) -> Places:
    if both_ways:
        source, target = np.minimum(source, target), np.maximum(source, target)
    return source * n + target
