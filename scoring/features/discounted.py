"""Facts discount by themselves: acts that are counted apart, and are no sign of anything good."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from scoring.features.clock import ACT, OUTBOUND, Facts
from scoring.features.ladder import IS_OWN

# Why an act is set aside; 0: it counts. Of several reasons it has the last.
COPIED, CONFIRMED, CONDITIONED, AUTOMATED = 1, 2, 3, 4
NAMES = {
    COPIED: "copied_acts", CONFIRMED: "confirmed_acts", CONDITIONED: "conditioned_acts", AUTOMATED: "automated_acts"
}  # fmt: skip
# What the person does, whoever it is for.
IS_THEIRS = (pl.col("nature") == ACT) & (pl.col("direction") != OUTBOUND)
YEAR = 365
READ_HERE = ("channel", "post", "kind", "likeness", "mark", "known_at")

Rows = NDArray[np.int64]
NOTHING: Rows = np.empty(0, dtype=np.int64)


def with_aside(acts: pl.DataFrame, known: Facts, *, gated: bool) -> pl.DataFrame:
    """Return the acts with `aside`: why each is set aside, or 0. known: as `as_known` returns it.

    Without the gate nothing is `automated`. The columns that only this looks at are gone: to carry them on is half of
    what the rest takes.

    What decides is never the rung: an act that is swapped for a higher one of the same text is set aside or not as
    before. Without the gate only copies are: a text that somebody pastes again says nothing new, whoever means it.
    """
    aside = np.zeros(acts.height, dtype=np.int8)
    aside[_copied(acts)] = COPIED
    if gated:
        aside[_confirmed(acts, known)] = CONFIRMED
        aside[_conditioned(acts, known)] = CONDITIONED
    is_software = pl.col("automated") & gated
    why = pl.when(IS_THEIRS & is_software).then(pl.lit(AUTOMATED, pl.Int8)).otherwise(pl.Series(aside))
    return acts.with_columns(aside=why, automated=is_software).drop(READ_HERE)


def discounted(acts: pl.DataFrame) -> pl.DataFrame:
    """Return person and how many of their acts are set aside, by reason and as `set_aside` in all; persons of whom none
    is are absent.
    """
    aside = acts.filter(pl.col("aside") != 0).group_by("person")
    return aside.agg(
        pl.len().alias("set_aside"), *((pl.col("aside") == why).sum().alias(name) for why, name in NAMES.items())
    )


def likes(acts: pl.DataFrame) -> pl.DataFrame:
    """Return person, likes: acts on the lowest rung in a year as a platform counts them, those set aside too."""
    raw = acts.filter((pl.col("rung") == 1) & (pl.col("nature") == ACT) & IS_OWN & (pl.col("day") < YEAR))
    return raw.group_by("person").agg(likes=pl.len())


def _rows(acts: pl.DataFrame, *columns: str, where: pl.Expr | bool = True) -> pl.DataFrame:
    """Return some columns of what people did, each with its place among the acts: `row`."""
    every = acts.lazy().select(*columns, "nature", "direction", row=pl.int_range(pl.len(), dtype=pl.Int64))
    return every.filter(IS_THEIRS & where).drop("nature", "direction").collect()


def _copied(acts: pl.DataFrame) -> Rows:
    """Return the rows with the text of an earlier act of the same person. The first counts; at equal moments, the one
    with the lowest id.
    """
    texts = _rows(acts, "person", "likeness", "occurred_at", "act", where=pl.col("likeness") != 0)
    of_text = ["person", "likeness"]
    first = texts.group_by(of_text).agg(first=pl.col("occurred_at").min(), times=pl.len()).filter(pl.col("times") > 1)
    if first.is_empty():
        return NOTHING
    repeated = texts.join(first, on=of_text)
    is_first = pl.col("occurred_at") == pl.col("first")
    lowest = repeated.filter(is_first).group_by(of_text).agg(lowest=pl.col("act").min())
    copies = repeated.join(lowest, on=of_text).filter(~is_first | (pl.col("act") != pl.col("lowest")))
    return copies["row"].to_numpy()


def _conditioned(acts: pl.DataFrame, known: Facts) -> Rows:
    """Return the rows of acts by which people took part in a campaign: of its kinds, in its window, on its posts where
    it names any.
    """
    campaigns = known.campaigns
    if campaigns.is_empty():
        return NOTHING
    in_time = _hull(campaigns) & pl.col("kind").is_in(campaigns["kind"].unique().implode())
    near = _rows(acts, "contact", "kind", "post", "occurred_at", where=in_time)
    near = near.join(known.contacts.select("contact", "client"), on="contact")
    anywhere, on_posts = (campaigns.filter(it) for it in (pl.col("post") == 0, pl.col("post") != 0))
    found = [_within(near, anywhere, ["client", "kind"]), _within(near, on_posts, ["client", "kind", "post"])]
    return np.concatenate(found)


def _confirmed(acts: pl.DataFrame, known: Facts) -> Rows:
    """Return the rows of acts in a span of their channel, client or post that a person took for inauthentic."""
    if known.confirmed.is_empty():
        return NOTHING
    near = _rows(acts, "contact", "channel", "post", "occurred_at", where=_hull(known.confirmed))
    near = near.join(known.contacts.select("contact", "client"), on="contact")
    of_posts = known.posts.group_by("post").agg(of_post=pl.col("channel").min())
    near = near.join(of_posts, on="post", how="left")
    # On whose account an act was done it says itself; else its post may.
    named = pl.when(pl.col("channel") != 0).then("channel").otherwise("of_post")
    of_posts, of_all = (known.confirmed.filter(it) for it in (pl.col("post") != 0, pl.col("post") == 0))
    of_channels, of_clients = (of_all.filter(pl.col(it) != 0) for it in ("channel", "client"))
    return np.concatenate(
        [
            _within(near.with_columns(channel=named), of_channels, ["channel"]),
            _within(near, of_clients, ["client"]),
            _within(near, of_posts, ["client", "post"]),
        ]
    )


def _hull(windows: pl.DataFrame) -> pl.Expr:
    """Return whether an act lies between the first start and the last end."""
    return (pl.col("occurred_at") >= windows["start"].min()) & (pl.col("occurred_at") < windows["end"].max())


def _within(rows: pl.DataFrame, windows: pl.DataFrame, by: Sequence[str]) -> Rows:
    """Return which rows lie in one of the windows [start, end) that have the same `by`.

    Of those that began before, it is enough to know the last start, with the last end of any of them: whoever is before
    that end is in one.
    """
    windows = windows.group_by(*by, "start").agg(pl.col("end").max()).sort(*by, "start")
    until = windows.with_columns(pl.col("end").cum_max().over(by)).sort("start")
    began = rows.sort("occurred_at").join_asof(
        until, left_on="occurred_at", right_on="start", by=by, strategy="backward", check_sortedness=False
    )
    return began.filter(pl.col("occurred_at") < pl.col("end"))["row"].to_numpy()
