"""Do those who came in a burst take part less than those who came before? Bought followers do nothing else."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import polars as pl
from scipy.stats import binomtest

from scoring.integrity.check import LEVEL, Answer, Result, Window, lacking

# How long after following somebody has to do something else: brands post every week, so two occasions at least.
WITHIN = timedelta(days=14)
# With whom the new followers are compared: those of the year before.
EARLIER = timedelta(days=365)
LEAST_NEW, LEAST_EARLIER, LEAST_ACTED = 30, 100, 10
# Below this share of the counted gain, those known by their acts may be a choice of the most active, or the least.
LEAST_COVERAGE = 0.5
# Organic bursts bring people who take part less, too: by how much nobody has measured, so half is our assumption. In a
# real community (tests/real) ordinary weekly cohorts stood at 0.88 of those before them or above.
MOST_RATIO = 0.5
# However strong an explained burst was: from here on it is to be told apart all the same.
LEAST_MOST_RATIO = 0.25
INTERVAL = 0.9


def cohort(
    followers: pl.DataFrame,
    *,
    start: datetime,
    end: datetime,
    apart: Iterable[Window],
    gained: int,
    acts_until: datetime | None,
    most_ratio: float = MOST_RATIO,
) -> Result:
    """Compare who followed in [start, end) with those of the year before, but for those of windows set apart.

    followers: as `selectors.frames.followers` has them (followed_at, acted within 14 days). acts_until: the last moment
    of which other acts are known; what did not come in yet is not to be taken for idleness. effect: the share of the
    new ones who did something else, over that of the earlier ones; below 1 is worse. p: of a ratio this low or lower,
    were it `most_ratio`; exact, from the binomial distribution of the new among all who acted (Przyborowski & Wilenski
    1940).
    """
    if acts_until is None or acts_until < end + WITHIN:
        known = acts_until and acts_until.isoformat()
        return lacking("acts_not_known", needed_until=(end + WITHIN).isoformat(), known_until=known)
    at = pl.col("followed_at")
    is_new = (at >= start) & (at < end)
    is_earlier = (at >= start - EARLIER) & (at < start) & outside(apart, at, at + timedelta.resolution)
    (new, new_acted, earlier, earlier_acted) = followers.select(
        is_new.sum().alias("new"),
        (is_new & pl.col("acted")).sum().alias("new_acted"),
        is_earlier.sum().alias("earlier"),
        (is_earlier & pl.col("acted")).sum().alias("earlier_acted"),
    ).row(0)
    seen = {"new": new, "new_acted": new_acted, "earlier": earlier, "earlier_acted": earlier_acted}
    if new < LEAST_NEW or new < LEAST_COVERAGE * gained:
        return lacking("few_known", n=new, gained=gained, **seen)
    if earlier < LEAST_EARLIER or earlier_acted < LEAST_ACTED:
        return lacking("few_earlier", n=new, **seen)
    acted = new_acted + earlier_acted
    share_if = new * most_ratio / (new * most_ratio + earlier)
    tested = binomtest(new_acted, acted, share_if, alternative="less")
    both_ways = binomtest(new_acted, acted).proportion_ci(INTERVAL)
    ratio, low, high = (_ratio(share, new, earlier) for share in (new_acted / acted, both_ways.low, both_ways.high))
    is_found = ratio < most_ratio and tested.pvalue <= LEVEL
    return Result(
        Answer.FOUND if is_found else Answer.NOT_FOUND,
        n=new,
        effect=ratio,
        low=low,
        high=high,
        p=float(tested.pvalue),
        seen=seen | {"most_ratio": most_ratio},
    )


def _ratio(share: float, new: int, earlier: int) -> float:
    """Return the ratio of two rates at which the new ones are this share of all who acted."""
    return float(share / (1 - share) * earlier / new)


def outside(windows: Iterable[Window], begun: pl.Expr, ended: pl.Expr) -> pl.Expr:
    """Return whether [begun, ended) touches none of these windows."""
    touching = ((ended > start) & (begun < end) for start, end in windows)
    return ~pl.any_horizontal(pl.lit(value=False), *touching)
