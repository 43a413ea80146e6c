"""Were accounts of those who came in a burst made within days of each other? Accounts for sale are made in batches."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from scoring.integrity.check import LEVEL, Answer, Result, Window, lacking
from scoring.integrity.cohorts import LEAST_KNOWN, new_and_earlier, rate
from scoring.integrity.draws import DRAWS, SEED

Days = NDArray[np.int64]

LEAST_SAMPLE = 100
# Within how many days accounts of one batch are made.
SPAN = 7
# Whoever has just joined a platform follows what is talked about: in a wave of new members every burst is full of young
# accounts, and earlier followers cannot have any. So days from so long before the burst on are not looked at.
YOUNG = timedelta(days=30)
# Of how many real people at most which share has joined in the same seven days, in 99 of 100 samples (design 5).
# Between these sizes it is interpolated, and above the largest it stays: it does not fall much any more.
PEOPLE = (100, 200, 500)
MOST_SHARE = (0.06, 0.05, 0.032)
# However strong an explained burst was: from here on it is to be told apart all the same.
MOST_LEAST_SHARE = 0.5
# Of two shares that are equal one may be larger by so much.
ROUNDING = 1e-12


def scan(
    profiles: pl.DataFrame,
    *,
    start: datetime,
    end: datetime,
    apart: Iterable[Window],
    least_share: float = 0.0,
) -> Result:
    """Compare when the accounts of who followed within [start, end) were made with when those of earlier followers
    were, but for cohorts that lie in windows set apart.

    profiles: as `selectors.frames.profiles` has them, with created_on (days since 1970, NaN where it is not known).
    effect: the largest share of the new ones whose accounts were made within seven days, beyond the share of the
    earlier ones in the same days; 0 to 1, more is worse. Its interval is of these seven days, as if nobody had looked
    for them. p: the share of 9,999 permutations of who is new in which the effect, over all seven days there are, goes
    as far beyond its minimum (a scan statistic; Kulldorff 1997). The minimum is what real people show (`MOST_SHARE`),
    or `least_share` where that is more.
    """
    new, earlier = new_and_earlier(profiles, start=start, end=end, apart=apart)
    of_new, of_earlier = (int(of["created_on"].is_not_nan().sum()) for of in (new, earlier))
    seen: dict[str, Any] = {"new": of_new, "earlier": of_earlier}
    if min(of_new, of_earlier) < LEAST_SAMPLE:
        return lacking("few_dates", n=of_new, needed=LEAST_SAMPLE, **seen)
    if of_new < LEAST_KNOWN * new.height or of_earlier < LEAST_KNOWN * earlier.height:
        return lacking("dates_of_some", n=of_new, **seen)
    days, counts = _by_day(new, earlier)
    too_young = (start - YOUNG).timestamp() // timedelta(days=1).total_seconds()
    first = np.flatnonzero(days + SPAN <= too_young)
    if not len(first):
        return lacking("all_young", n=of_new, **seen)
    last = np.searchsorted(days, days[first] + SPAN)
    up_to = np.concatenate([[[0], [0]], counts.cumsum(axis=1)], axis=1)
    made_new, made_earlier = up_to[:, last] - up_to[:, first]
    excess = made_new / of_new - made_earlier / of_earlier
    at = int(np.argmax(excess))
    largest = float(excess[at])
    least = max(least_share, float(np.interp(of_new, PEOPLE, MOST_SHARE)))
    p = _p(counts, first, last, largest) if largest > least else 1.0
    low, high = _interval((int(made_new[at]), of_new), (int(made_earlier[at]), of_earlier))
    begun = np.datetime64(int(days[first[at]]), "D")
    seen |= {
        "share_new": float(made_new[at] / of_new),
        "share_earlier": float(made_earlier[at] / of_earlier),
        "from": str(begun),
        "to": str(begun + SPAN - 1),
        "least_share": least,
    }
    is_found = largest > least and p <= LEVEL
    return Result(
        Answer.FOUND if is_found else Answer.NOT_FOUND, n=of_new, effect=largest, low=low, high=high, p=p, seen=seen
    )


def _by_day(new: pl.DataFrame, earlier: pl.DataFrame) -> tuple[Days, Days]:
    """Return the days since 1970 on which any account was made, rising, and how many: (new and earlier, days)."""
    made = [of["created_on"].drop_nans().floor().cast(pl.Int64).to_numpy() for of in (new, earlier)]
    days = np.unique(np.concatenate(made))
    return days, np.stack([np.bincount(np.searchsorted(days, of), minlength=len(days)) for of in made])


def _interval(new: tuple[int, int], earlier: tuple[int, int]) -> tuple[float, float]:
    """Return between what the difference of two shares lies, of so many each, in nine of ten resamples."""
    random = np.random.default_rng(SEED)
    of_new, of_earlier = (random.binomial(of, rate(made, of), DRAWS) / of for made, of in (new, earlier))
    low, high = np.quantile(of_new - of_earlier, (0.05, 0.95))
    return float(low), float(high)


def _p(counts: Days, first: Days, last: Days, largest: float) -> float:
    """Return in which share of permutations some span has as large an excess.

    counts: (new and earlier, days). first, last: the places of each span's days, the last not included. Only spans
    that hold enough accounts, were all of them new, can reach it. So only their days are drawn, and all other accounts
    together: the same permutations, in a fraction of the time.
    """
    new, earlier = counts.sum(axis=1)
    together = counts.sum(axis=0)
    up_to = np.concatenate([[0], together.cumsum()])
    can_reach = up_to[last] - up_to[first] >= (largest - ROUNDING) * new
    place = np.arange(len(together))
    inside = (place >= first[can_reach, None]) & (place < last[can_reach, None])
    is_drawn = inside.any(axis=0)
    inside, together = inside[:, is_drawn].astype(np.int64), together[is_drawn]
    random = np.random.default_rng(SEED)
    of_all = [*together, new + earlier - together.sum()]
    of_new = random.multivariate_hypergeometric(of_all, new, DRAWS, method="marginals")[:, :-1]
    excess = of_new @ inside.T / new - (together - of_new) @ inside.T / earlier
    reached = int((excess.max(axis=1) >= largest - ROUNDING).sum())
    return (1 + reached) / (1 + DRAWS)
