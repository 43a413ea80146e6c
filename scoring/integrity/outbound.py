"""Does software act in a brand's name without people being told? What the register discloses is left out.

The screen finds kinds of acts that are timed as people hardly time them. A diligent person may be so, too: what
confirms is that texts are the same, answers come at once, or follows are taken back soon.
"""

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from scoring.integrity.check import LEVEL, Answer, Result, lacking
from scoring.integrity.draws import share
from scoring.integrity.likeness import HAS_TEXT, LONG, SEVERAL, copies_of, signatures
from scoring.integrity.replies import SECONDS, asked_of
from scoring.integrity.timing import OUTBOUND, TWO_SIDED, exact, timed

LEAST_OUTBOUND = 30
# A share of what the brand does that is worth a look. Ours, as are the least shares below: no agency's outbound acts
# are public. Each lies above what people do who mean it.
LEAST_PERIODIC = 0.2
# Who answers questions has a few texts ready, of which half may be one.
LEAST_IDENTICAL = 0.5
AT_ONCE = 10  # seconds
# Of a real community's replies one in 300 is that quick, and one person's in ten at most (tests/real).
LEAST_AT_ONCE = 0.1
SOON = timedelta(days=14)
LEAST_TAKEN_BACK = 0.3


def periodic(acts: pl.DataFrame, automations: pl.DataFrame, *, start: datetime, end: datetime) -> Result:
    """Return which share of what a brand did in [start, end) is timed as people hardly time what they do.

    acts: as `selectors.frames.acts` has them, with `source` (its row number), all of the client's on social platforms,
    people's too; but no e-mails, texts to telephones and letters, which are known to be sent to many. automations: the
    register: channel (0: all), start, end, disclosed. Acts that a disclosed one covers are left out; of acts that
    name no channel one of any channel does. effect: the share of the others that their source declares automated, or
    that are of a channel and kind with 30 of them or more beyond a bound of `timing`; from 0 to 1, more is worse; its
    interval by resampling days. n: these others, also those whose second is not known, which are not timed. Found from
    a fifth on.
    """
    own, seen = _undisclosed(acts, automations, start, end)
    if own.height < LEAST_OUTBOUND:
        return lacking("few_outbound", n=own.height, needed=LEAST_OUTBOUND, **seen)
    is_inside = (pl.col("occurred_at") >= start) & (pl.col("occurred_at") < end)
    sources = exact(acts.filter(is_inside & (pl.col("direction") != TWO_SIDED)))["source"].unique()
    own = own.with_columns(exact=pl.col("source").is_in(sources.to_list()))
    seen |= {"coarse": own.filter(~pl.col("exact")).height}
    # Of the others nothing can be told, so with fewer than these nothing could be found.
    told = own.filter(pl.col("exact") | pl.col("automated")).height
    if told < max(LEAST_OUTBOUND, LEAST_PERIODIC * own.height):
        return lacking("coarse_times", n=own.height, needed=LEAST_OUTBOUND, **seen)
    streams = timed(own.filter("exact"), "channel", "kind").select("channel", "kind", "beyond")
    is_automated = pl.col("automated") | (pl.col("exact") & pl.col("beyond").fill_null(value=False))
    judged = own.join(streams, on=["channel", "kind"], how="left").with_columns(hit=is_automated)
    return _told(judged, pl.col("occurred_at").dt.truncate("1d"), least=LEAST_PERIODIC, tested=False, seen=seen)


def identical(
    acts: pl.DataFrame, automations: pl.DataFrame, *, start: datetime, end: datetime, least: float = LEAST_IDENTICAL
) -> Result:
    """Return which share of a brand's texts were sent to three people or more, nearly the same.

    acts, automations: as for `periodic`, with `signature`, as for `automated.duplicates`, and `invites`: asks to be
    connected. Of texts those count that have 20 words or more, and invitations however short: thanks are often alike.
    effect: from 0 to 1, more is worse. p: by resampling whom it addressed, of `least` or less.
    """
    own, seen = _undisclosed(acts, automations, start, end)
    sent = own.filter(HAS_TEXT & ((pl.col("words") >= LONG) | pl.col("invites")))
    if sent.height < LEAST_OUTBOUND:
        return lacking("few_texts", n=sent.height, needed=LEAST_OUTBOUND, **seen)
    copies = sent.with_columns(copy=pl.Series(copies_of(signatures(sent)), dtype=pl.Int64))
    judged = copies.with_columns(hit=pl.col("contact").n_unique().over("copy") >= SEVERAL)
    return _told(judged, pl.col("contact"), least=least, tested=True, seen=seen)


def auto_replies(
    acts: pl.DataFrame, automations: pl.DataFrame, *, start: datetime, end: datetime, least: float = LEAST_AT_ONCE
) -> Result:
    """Return which share of a brand's answers came within ten seconds.

    acts, automations: as for `periodic`, with what was answered: acts of any time. effect: from 0 to 1, more is worse.
    p: by resampling whom it answered, of `least` or less.
    """
    own, seen = _undisclosed(acts, automations, start, end)
    sources = exact(acts.filter(pl.col("direction") != TWO_SIDED))["source"].unique()
    asked = asked_of(acts.filter(pl.col("direction") != OUTBOUND))
    answers = own.filter(pl.col("source").is_in(sources.to_list())).join(asked, on="reply").with_columns(late=SECONDS)
    judged = answers.filter(pl.col("late") >= 0).with_columns(hit=pl.col("late") < AT_ONCE)
    if judged.height < LEAST_OUTBOUND:
        return lacking("few_replies", n=judged.height, needed=LEAST_OUTBOUND, **seen)
    return _told(judged, pl.col("contact"), least=least, tested=True, seen=seen)


def churn(
    acts: pl.DataFrame, automations: pl.DataFrame, *, start: datetime, end: datetime, least: float = LEAST_TAKEN_BACK
) -> Result:
    """Return which share of a brand's follows it took back within 14 days.

    acts, automations: as for `periodic`, with the flags `follows` and `unfollows`, of all time after the window too:
    what the brand did is known up to the last act of its own that came from a source, and has to be so for 14 days
    after the window from each source that told of follows. That people's acts come in says nothing of the brand's.
    effect: from 0 to 1, more is worse. p: by resampling whom it followed, of `least` or less.
    """
    own, seen = _undisclosed(acts, automations, start, end)
    follows = own.filter("follows")
    followed = follows.group_by("channel", "contact").agg(pl.col("occurred_at").min())
    if followed.height < LEAST_OUTBOUND:
        return lacking("few_follows", n=followed.height, needed=LEAST_OUTBOUND, **seen)
    told = acts.filter(pl.col("direction") == OUTBOUND).join(follows, on="source", how="semi")
    known_until: datetime = told.group_by("source").agg(pl.col("occurred_at").max())["occurred_at"].min()  # type: ignore[assignment]
    if known_until < end + SOON:
        needed = {"needed_until": (end + SOON).isoformat(), "known_until": known_until.isoformat()}
        return lacking("acts_not_known", n=followed.height, **needed)
    is_undone = pl.col("unfollows") & (pl.col("direction") == OUTBOUND)
    undone = acts.filter(is_undone).select("channel", "contact", undone_at="occurred_at")
    is_soon = (pl.col("undone_at") > pl.col("occurred_at")) & (pl.col("undone_at") < pl.col("occurred_at") + SOON)
    judged = (
        followed.join(undone, on=["channel", "contact"], how="left")
        .group_by("channel", "contact")
        .agg(hit=is_soon.fill_null(value=False).any())
    )
    return _told(judged, pl.col("contact"), least=least, tested=True, seen=seen)


def _undisclosed(
    acts: pl.DataFrame, automations: pl.DataFrame, start: datetime, end: datetime
) -> tuple[pl.DataFrame, dict[str, Any]]:
    """Return what the brand did in a window but for what a disclosed automation covers, and how much that is."""
    is_inside = (pl.col("occurred_at") >= start) & (pl.col("occurred_at") < end)
    done = acts.filter(is_inside & (pl.col("direction") == OUTBOUND) & (pl.col("nature") == 1))
    told = automations.filter("disclosed").select("start", "end", "channel")
    is_covered = pl.any_horizontal(
        pl.lit(value=False),
        *(
            (pl.col("occurred_at") >= begun) & (pl.col("occurred_at") < over) & pl.col("channel").is_in([channel, 0])
            if channel
            else (pl.col("occurred_at") >= begun) & (pl.col("occurred_at") < over)
            for begun, over, channel in told.iter_rows()
        ),
    )
    own = done.filter(~is_covered)
    return own, {"outbound": done.height, "disclosed": done.height - own.height}


def _told(judged: pl.DataFrame, unit: pl.Expr, *, least: float, tested: bool, seen: dict[str, Any]) -> Result:
    """Return what share of rows is a hit, and by resampling units whether it is more than the least that counts."""
    units = judged.group_by(unit.alias("unit")).agg(hits=pl.col("hit").sum(), of=pl.len())
    hits, of = (units[name].to_numpy().astype(np.int64) for name in ("hits", "of"))
    drawn = share(hits, of, least=least)
    is_found = drawn.effect > least and (not tested or drawn.p <= LEVEL)
    return Result(
        Answer.FOUND if is_found else Answer.NOT_FOUND,
        n=int(of.sum()),
        effect=drawn.effect,
        low=drawn.low,
        high=drawn.high,
        p=drawn.p if tested else None,
        seen=seen | {"hits": int(hits.sum()), "of": int(of.sum()), "least": least},
    )
