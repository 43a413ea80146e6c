"""Do numbers come from giveaways, and do the people who come with them stay?

A giveaway is a post with a prize that is to be won by liking, sharing, tagging, following and the like. It is fair to
hold one; what it brings is no sign of what people think of the brand.
"""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from scoring.integrity.check import LEVEL, Answer, Result, lacking
from scoring.integrity.draws import DRAWS, SEED, Counts, Flags, difference, share, sums
from scoring.integrity.timing import INBOUND, PEER

LEAST_POSTS, LEAST_GIVEAWAYS = 20, 3
DAY = timedelta(days=1)
# What of all that is done with posts is worth a look, if it is more than as many other posts would have brought. Ours.
LEAST_SHARE = 1 / 3
# A day in which to take part, and four weeks to come back: brands post every week. Ours, as is what follows.
WITHIN, BACK = DAY, timedelta(days=28)
LEAST_PEOPLE = 30
# Other posts that many see bring passers-by, too; by how many more nobody has measured.
LEAST_MORE_GONE = 0.1
# Who follows for a giveaway does so on its day or the two after.
DAYS, LEAST_FOLLOWERS = 3, 50
LEAST_TIMES = 1.5
# With more than half of the days in some giveaway nothing is left to compare them with.
MOST_OF_TIME = 0.5


def bait_share(posts: pl.DataFrame, acts: pl.DataFrame, *, start: datetime, end: datetime) -> Result:
    """Return which share of the engagement with posts of [start, end) is with those that beg for it.

    posts: of the client's channels: post (as acts name it), published_at, bait (asks to vote, react, share, tag,
    comment, follow or save), giveaway (a prize with such an entry condition), engaged (likes, comments, shares and
    saves as last counted; NaN unknown). acts: as `selectors.frames.acts` has them, with the flag `follows`. Counts are
    used where they are known of every post, else acts. effect: from 0 to 1, more is worse; its interval by resampling
    posts. n: posts. Found from a third on, if it is more than their share of the posts. seen: of those who followed
    within the window, how many acted on such a post within a day of it.
    """
    of_window, seen = _published(posts, start, end)
    if why := _few(seen):
        return lacking(why, n=of_window.height, **seen)
    own = _own(acts)
    by_post = own.filter(pl.col("post") != 0).group_by("post").agg(done=pl.len())
    known = of_window.join(by_post, on="post", how="left").with_columns(pl.col("done").fill_null(0))
    is_counted = bool(known["engaged"].is_not_nan().all())
    engaged = pl.col("engaged").clip(0).round() if is_counted else pl.col("done")
    units = known.select(of=engaged.cast(pl.Int64), begs=pl.col("bait") | pl.col("giveaway")).filter(pl.col("of") > 0)
    of = units["of"].to_numpy()
    seen |= {"counted": is_counted, "engaged": int(of.sum()), **_followed(own, known, start, end)}
    if seen["engaged"] < LEAST_PEOPLE:
        return lacking("few_engaged", n=known.height, needed=LEAST_PEOPLE, **seen)
    drawn = share(of * units["begs"].to_numpy(), of, least=LEAST_SHARE)
    is_found = drawn.effect >= LEAST_SHARE and drawn.effect > seen["begging"] / seen["posts"]
    return Result(
        Answer.FOUND if is_found else Answer.NOT_FOUND,
        n=known.height,
        effect=drawn.effect,
        low=drawn.low,
        high=drawn.high,
        seen=seen,
    )


def one_and_gone(
    posts: pl.DataFrame,
    acts: pl.DataFrame,
    *,
    start: datetime,
    end: datetime,
    acts_until: datetime | None,
    least: float = LEAST_MORE_GONE,
) -> Result:
    """Return whether those who first appear on a giveaway come back less than those who first appear on other posts.

    posts, acts: as for `bait_share`, acts of the client's whole past and of 28 days after the window. acts_until: the
    last moment of which acts are known. Gone is who does nothing from a day after the first act on, for 28 days from
    it, but on other giveaways. Whoever touches a giveaway within the first day appeared on it. effect: the share who
    are gone, less that among the others; from -1 to 1, more is worse. p: by exchanging posts, of `least` or more.
    n: people.
    """
    if acts_until is None or acts_until < end + BACK:
        known = acts_until and acts_until.isoformat()
        return lacking("acts_not_known", needed_until=(end + BACK).isoformat(), known_until=known)
    of_window, seen = _published(posts, start, end)
    if why := _few(seen):
        return lacking(why, n=of_window.height, **seen)
    units = _appeared(posts, of_window, _own(acts), start, end)
    hits, of = (units[name].cast(pl.Int64).to_numpy() for name in ("gone", "came"))
    chosen = units["giveaway"].to_numpy()
    counted = sums(hits, of, chosen)
    if min(counted["of"], counted["others_of"]) < LEAST_PEOPLE or chosen.sum() < LEAST_GIVEAWAYS:
        return lacking("few_newcomers", n=int(of.sum()), needed=LEAST_PEOPLE, **seen, **counted)
    drawn = difference(hits, of, chosen, least=least)
    return Result(
        Answer.FOUND if drawn.effect > least and drawn.p <= LEVEL else Answer.NOT_FOUND,
        n=int(of.sum()),
        effect=drawn.effect,
        low=drawn.low,
        high=drawn.high,
        p=drawn.p,
        seen=seen | counted | {"least": least},
    )


def giveaway_followers(
    posts: pl.DataFrame, arrivals: pl.DataFrame, *, start: datetime, end: datetime, least: float = LEAST_TIMES
) -> Result:
    """Return how many more followers come in the days of giveaways than in as many other days.

    posts: as for `bait_share`. arrivals: at (when they followed; of a day's gain its beginning), gained (how many, not
    below 0). The days of a giveaway are that on which it is published and the two after, counted from `start`. effect:
    the share of new followers who come in them over the share of time that they are; 1 is as usual, more is worse; its
    interval by resampling days. p: by putting each giveaway on another day, of `least` times as many or less. n:
    followers.
    """
    of_window, seen = _published(posts, start, end)
    if why := _few(seen):
        return lacking(why, n=of_window.height, **seen)
    days = (end - start) // DAY
    place = (pl.col("at") - start).dt.total_days().cast(pl.Int64)
    inside = arrivals.filter((pl.col("at") >= start) & (pl.col("at") < start + days * DAY))
    by_day = inside.group_by(place=place).agg(pl.col("gained").sum())
    gained = np.zeros(days, dtype=np.int64)
    gained[by_day["place"].to_numpy()] = by_day["gained"].to_numpy()
    return _of_days(gained, of_window, seen, start, least=least)


def _of_days(gained: Counts, of_window: pl.DataFrame, seen: dict[str, Any], start: datetime, *, least: float) -> Result:
    """gained: followers of each day: (days,)."""
    days, total = len(gained), int(gained.sum())
    begun = of_window.filter("giveaway").select((pl.col("published_at") - start).dt.total_days())
    first = np.minimum(begun.to_series().to_numpy(), days - DAYS)
    are_in = _within(first[None, :], days)[0]
    seen |= {
        "days": days,
        "giveaway_days": int(are_in.sum()),
        "gained": total,
        "gained_then": int(gained[are_in].sum()),
    }
    if total < LEAST_FOLLOWERS:
        return lacking("few_followers", n=total, needed=LEAST_FOLLOWERS, **seen)
    time = float(are_in.mean())
    if time > MOST_OF_TIME:
        return lacking("giveaways_all_the_time", n=total, **seen)
    some = gained > 0
    drawn = share(np.where(are_in, gained, 0)[some], gained[some], least=time)
    random = np.random.default_rng(SEED)
    elsewhere = _within(random.integers(0, days - DAYS + 1, (DRAWS, len(first))), days)
    by_chance = (elsewhere.astype(np.float64) @ gained / total) / elsewhere.mean(axis=1)
    times = drawn.effect / time
    p = (1 + int((by_chance * least >= times).sum())) / (1 + DRAWS)
    return Result(
        Answer.FOUND if times > least and p <= LEVEL else Answer.NOT_FOUND,
        n=total,
        effect=times,
        low=drawn.low / time,
        high=drawn.high / time,
        p=p,
        seen=seen | {"least": least},
    )


def _within(first: Counts, days: int) -> Flags:
    """Return which days lie within three from these first ones on. first: (n, giveaways); result: (n, days)."""
    are_in = np.zeros((len(first), days), dtype=bool)
    for ahead in range(DAYS):
        np.put_along_axis(are_in, first + ahead, values=True, axis=1)
    return are_in


def _published(posts: pl.DataFrame, start: datetime, end: datetime) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Return the posts of a window, and how many beg and are giveaways."""
    of_window = posts.filter((pl.col("published_at") >= start) & (pl.col("published_at") < end)).unique("post")
    begging = (of_window["bait"] | of_window["giveaway"]).sum()
    seen = {"posts": of_window.height, "begging": int(begging), "giveaways": int(of_window["giveaway"].sum())}
    return of_window, seen


def _few(seen: dict[str, Any]) -> str:
    """Return the code of what is lacking to look at giveaways at all."""
    if seen["posts"] < LEAST_POSTS:
        return "few_posts"
    return "few_giveaways" if seen["giveaways"] < LEAST_GIVEAWAYS else ""


def _own(acts: pl.DataFrame) -> pl.DataFrame:
    """Return what people did, as far as nobody declared it software."""
    return acts.filter(pl.col("direction").is_in([INBOUND, PEER]) & (pl.col("nature") == 1) & ~pl.col("automated"))


def _followed(own: pl.DataFrame, known: pl.DataFrame, start: datetime, end: datetime) -> dict[str, int]:
    """Return how many followed in the window, and how many of them acted on a post that begs within a day of it."""
    follows = own.filter("follows").group_by("contact").agg(followed_at=pl.col("occurred_at").min())
    new = follows.filter((pl.col("followed_at") >= start) & (pl.col("followed_at") < end))
    begging = known.filter(pl.col("bait") | pl.col("giveaway")).select("post")
    entered = own.join(begging, on="post", how="semi").join(new, on="contact")
    is_near = (pl.col("occurred_at") - pl.col("followed_at")).abs() <= WITHIN
    return {"followed": new.height, "followed_begged": entered.filter(is_near)["contact"].n_unique()}


def _appeared(
    posts: pl.DataFrame, of_window: pl.DataFrame, own: pl.DataFrame, start: datetime, end: datetime
) -> pl.DataFrame:
    """Return one row a post of the window on which somebody first appeared: giveaway, came (people), gone."""
    first = own.with_columns(first=pl.col("occurred_at").min().over("contact"))
    new = first.filter((pl.col("first") >= start) & (pl.col("first") < end))
    since = pl.col("occurred_at") - pl.col("first")
    where = (
        new.filter(since < WITHIN)
        .join(of_window.select("post", "giveaway"), on="post")
        .sort("contact", "giveaway", "occurred_at", "post", descending=[False, True, False, False])
        .unique("contact", keep="first", maintain_order=True)
        .select("contact", "post", "giveaway")
    )
    giveaways = posts.filter("giveaway").select("post").unique()
    back = new.filter((since >= WITHIN) & (since < BACK)).join(giveaways, on="post", how="anti").select("contact")
    stayed = back.unique().with_columns(stayed=pl.lit(value=True))
    return (
        where.join(stayed, on="contact", how="left")
        .group_by("post", "giveaway")
        .agg(came=pl.len(), gone=pl.col("stayed").is_null().sum())
    )
