"""Do those who came in a burst look like those who came before?

Two samples of one channel are compared. No model of what a false profile looks like is shipped: such models accuse
every third real follower elsewhere (docs/integrity.md).
"""

from collections.abc import Iterable
from datetime import datetime

import numpy as np
import polars as pl

from scoring.integrity.check import LEVEL, Answer, Result, Window, lacking
from scoring.integrity.cohorts import LEAST_KNOWN, new_and_earlier, rate
from scoring.integrity.draws import DRAWS, SEED, Numbers

LEAST_SAMPLE = 170
LEAST_FACTS = 2
TYPICAL = 0.9
# Organic bursts bring other people, too. Ten points are three standard deviations of the estimate at 170 profiles.
LEAST_SHARE = 0.1
# However strong an explained burst was: from here on it is to be told apart all the same.
MOST_LEAST_SHARE = 0.5
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
    new, earlier = new_and_earlier(profiles, start=start, end=end, apart=apart)
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
    drawn_new = random.binomial(new.height, rate(inside_new, new.height), DRAWS)
    drawn_earlier = random.binomial(earlier.height, rate(inside_earlier, earlier.height), DRAWS)
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
