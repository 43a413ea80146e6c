"""What checks say where the truth is known: cohorts made of labelled profiles, some of which were bought.

The checks are given no label. They are the ones that the product runs, on frames as it would have them.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from scoring.integrity import creation, profiles
from scoring.integrity.check import Result

Flags = NDArray[np.bool_]
# The month in which all of a trial's new ones came, and since when the earlier ones did. Late enough for days on which
# accounts were made to lie before it, whenever that was.
START, END = datetime(2100, 1, 1, tzinfo=UTC), datetime(2100, 2, 1, tzinfo=UTC)
LONG_BEFORE = timedelta(days=3 * 365)
DAY = timedelta(days=1)


def of_profiles(
    facts: Mapping[str, NDArray[np.float64]], is_fake: Flags, *, share: float, size: int, draws: int, seed: int
) -> Iterator[Result]:
    """Yield what the check of profiles says of cohorts in which a share of the new ones is false, against as many real
    ones.

    facts: each of `profiles.FACTS` needs followers, following, posts, bio_length, digit_share, has_avatar; NaN where it
    is not known. size: of either cohort, so that twice as many real profiles are needed.
    """
    return _trials(pl.DataFrame(dict(facts)), is_fake, profiles.mixture, (share, size, draws, seed))


def of_creation(
    days: NDArray[np.float64], is_fake: Flags, *, share: float, size: int, draws: int, seed: int
) -> Iterator[Result]:
    """Yield what the scan of creation dates says, likewise. days: since 1970, on which each account was made."""
    made = pl.DataFrame({"created_on": days}, schema={"created_on": pl.Float64})
    return _trials(made, is_fake, creation.scan, (share, size, draws, seed))


def _trials(
    facts: pl.DataFrame, is_fake: Flags, check: Callable[..., Result], of: tuple[float, int, int, int]
) -> Iterator[Result]:
    share, size, draws, seed = of
    random = np.random.default_rng([seed, size, round(share * 1000)])
    real, false = np.flatnonzero(~is_fake), np.flatnonzero(is_fake)
    planted = round(share * size)
    for _ in range(draws):
        drawn = random.permutation(real)[: 2 * size - planted]
        new = np.concatenate([drawn[size:], random.permutation(false)[:planted]])
        frame = pl.concat([_cohort(facts[new], START, END), _cohort(facts[drawn[:size]], START - LONG_BEFORE, START)])
        yield check(frame, start=START, end=END, apart=[])


def _cohort(facts: pl.DataFrame, begun: datetime, ended: datetime) -> pl.DataFrame:
    return facts.with_columns(cohort_from=pl.lit(begun), cohort_to=pl.lit(ended), sampled_at=pl.lit(ended + DAY))
