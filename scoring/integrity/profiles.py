"""Do those who came in a burst look like those who came before?

Two samples of one channel are compared. No model of what a false profile looks like is shipped: such models accuse
every third real follower elsewhere (docs/integrity.md).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from scoring.integrity.check import LEVEL, Answer, Result, Window, lacking

Numbers = NDArray[np.float64]

LEAST_SAMPLE = 170
LEAST_FACTS = 2
# A fact counts if it is known of so many in both samples.
LEAST_KNOWN = 0.9
TYPICAL = 0.9
# A cohort's days may be those of another zone than the window's.
OTHER_ZONE = timedelta(days=1)
# Organic bursts bring other people, too. Ten points are three standard deviations of the estimate at 170 profiles.
LEAST_SHARE = 0.1
# However strong an explained burst was: from here on it is to be told apart all the same.
MOST_LEAST_SHARE = 0.5
DRAWS = 9_999
SEED = 0
# Each such that more is more like a profile without anybody behind it.
FACTS = {
    "few followers": -pl.col("followers"),
    "few posts": -pl.col("posts"),
    "a short description": -pl.col("bio_length"),
    "no picture": -pl.col("has_avatar"),
    "digits in the handle": pl.col("digit_share"),
    "following many for each follower": pl.col("following") / (pl.col("followers") + 1),
}


def mixture(
    profiles: pl.DataFrame,
    *,
    start: datetime,
    end: datetime,
    apart: Iterable[Window],
    least_share: float = LEAST_SHARE,
) -> Result:
    """Compare sampled profiles of who followed within [start, end) with those of who followed before, but for cohorts
    that lie in windows set apart.

    profiles: as `selectors.frames.profiles` has them. effect: the share of the new ones of another kind, 1 - F_new(t) /
    F_earlier(t), where t is the 90 % quantile of the index among the earlier ones; signed, and not clipped at 0. The
    index of a profile is the sum, over the facts, of -log of the share of earlier profiles that are as unlikely or
    more. p: the share of 9,999 two-sample bootstrap draws in which the effect is `least_share` or less.
    """
    length = pl.col("cohort_to") - pl.col("cohort_from")
    middle = pl.col("cohort_from") + length / 2
    is_new = (middle >= start) & (middle < end) & (length <= end - start + 2 * OTHER_ZONE)
    is_earlier = (middle < start) & (pl.col("cohort_to") <= start + OTHER_ZONE)
    is_usual = _overlap(apart) <= length / 2
    new = _once(profiles.filter(is_new))
    earlier = _once(profiles.filter(is_earlier & is_usual))
    seen = {"new": new.height, "earlier": earlier.height}
    if min(new.height, earlier.height) < LEAST_SAMPLE:
        return lacking("few_profiles", n=new.height, needed=LEAST_SAMPLE, **seen)
    facts = [name for name, value in FACTS.items() if all(_known(of, value) >= LEAST_KNOWN for of in (new, earlier))]
    if len(facts) < LEAST_FACTS:
        return lacking("few_facts", n=new.height, **seen)
    of_new, of_earlier = (sum(_index(FACTS[fact], of, earlier) for fact in facts) for of in (new, earlier))
    typical = np.quantile(of_earlier, TYPICAL)
    inside_new, inside_earlier = int((of_new <= typical).sum()), int((of_earlier <= typical).sum())
    # Of a resample only how many lie inside counts, and that is binomial.
    random = np.random.default_rng(SEED)
    drawn_new = random.binomial(new.height, _rate(inside_new, new.height), DRAWS)
    drawn_earlier = random.binomial(earlier.height, _rate(inside_earlier, earlier.height), DRAWS)
    drawn = 1 - (drawn_new / new.height) / (drawn_earlier / earlier.height)
    share = 1 - (inside_new / new.height) / (inside_earlier / earlier.height)
    low, high = np.quantile(drawn, (0.05, 0.95))
    p = (1 + int((drawn <= least_share).sum())) / (1 + DRAWS)
    return Result(
        Answer.FOUND if share > least_share and p <= LEVEL else Answer.NOT_FOUND,
        n=new.height,
        effect=share,
        low=float(low),
        high=float(high),
        p=p,
        seen=seen | {"facts": facts, "least_share": least_share},
    )


def _once(profiles: pl.DataFrame) -> pl.DataFrame:
    """Return the profiles of cohorts that do not overlap, the largest first; of one that was sampled again the last
    sample. Otherwise the same people could be in it twice.
    """
    last = pl.col("sampled_at").max().over("cohort_from", "cohort_to")
    profiles = profiles.filter(pl.col("sampled_at") == last)
    cohorts = profiles.group_by("cohort_from", "cohort_to").len().sort("len", "cohort_from", descending=[True, False])
    kept: list[Window] = []
    for begun, ended, _ in cohorts.iter_rows():
        if all(ended <= other_begun or begun >= other_ended for other_begun, other_ended in kept):
            kept.append((begun, ended))
    return profiles.filter(pl.any_horizontal(pl.lit(value=False), *(_is_cohort(it) for it in kept)))


def _is_cohort(window: Window) -> pl.Expr:
    return (pl.col("cohort_from") == window[0]) & (pl.col("cohort_to") == window[1])


def _overlap(windows: Iterable[Window]) -> pl.Expr:
    """Return how much of a cohort's time lies within these windows."""
    inside = [
        pl.min_horizontal(pl.col("cohort_to"), pl.lit(end)) - pl.max_horizontal(pl.col("cohort_from"), pl.lit(start))
        for start, end in windows
    ]
    nothing = pl.lit(timedelta(0))
    return pl.sum_horizontal(nothing, *(pl.max_horizontal(it, nothing) for it in inside))


def _rate(inside: int, of: int) -> float:
    """Return a share that is never quite none or all, so that draws of it vary (Jeffreys)."""
    return (inside + 0.5) / (of + 1)


def _known(profiles: pl.DataFrame, value: pl.Expr) -> float:
    return float(profiles.select(value.is_not_nan().mean()).item())


def _index(value: pl.Expr, profiles: pl.DataFrame, earlier: pl.DataFrame) -> Numbers:
    """Return -log of the share of earlier profiles whose value is as large or larger, with half of the equals.

    Where it is not known: 1, which is the mean of all others among the earlier ones.
    """
    values = profiles.select(value.alias("value"))["value"].to_numpy()
    known = np.sort(earlier.select(value.alias("value"))["value"].drop_nans().to_numpy())
    below, up_to = (np.searchsorted(known, values, side) for side in ("left", "right"))
    above = len(known) - up_to + 0.5 * (up_to - below)
    index: Numbers = -np.log((above + 0.5) / (len(known) + 1))
    return np.where(np.isnan(values), 1.0, index)
