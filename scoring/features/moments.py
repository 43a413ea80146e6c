"""Moments: what of this week was genuine, however small; of each person the one that means most.

    1 a letter ─► 2 a call ─► 3 a meeting ─► 4 engaged now ─► 5 back after a long time ─► 6 helped somebody ─►
    7 a conversation ─► 8 the first words

The order is the ladder's, and after it how far a relationship has come. What is set aside is none: a moment that was
bought, begged for or automated is not to be celebrated (essays A and E).
"""

import polars as pl

from scoring.features.clock import ACT, OUTBOUND, PEER, REFUND, TWO_SIDED
from scoring.features.conversation import IS_QUALIFIED, LOOK_BACK
from scoring.features.ladder import IS_OWN
from scoring.features.matrix import Seen
from scoring.features.rungs import CALL, LETTER, MEETING
from scoring.features.stage import ENGAGED_AFTER
from scoring.features.steps import AT, ENGAGED

WROTE, SPOKE, MET, BECAME_ENGAGED, CAME_BACK, HELPED, TALKED, FIRST_WORDS = range(1, 9)
WEEK = 7  # days
# After so many days without anything, whoever says something is back.
LONG = 90
ON_RUNGS = {WROTE: LETTER, SPOKE: CALL, MET: MEETING}


def moments(there: Seen, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the moment of whoever had one in the last seven days. rows: the matrix of `there`.

    Columns: person; moment (1 to 8, see above); at (UTC): of the last act that makes it; values: the numbers that its
    words are made of. Nobody has one who blocked, reported or complained.
    """
    acts = there.acts.filter((pl.col("nature") == ACT) & (pl.col("aside") == 0))
    this_week = pl.col("day") < WEEK
    said = acts.filter(this_week & IS_OWN & IS_QUALIFIED)
    helped = acts.filter(this_week & (pl.col("direction") == PEER) & IS_QUALIFIED)
    bought = there.facts.outcomes.filter((pl.col("kind") != REFUND) & ~this_week)
    found = [
        *(_moment(kind, said.filter(pl.col("rung") == rung), pl.len()) for kind, rung in ON_RUNGS.items()),
        *_of_growth(said, acts.join(said, on="person", how="semi").filter(~this_week), bought, rows),
        _moment(HELPED, helped, pl.len()),
        _moment(TALKED, _in_conversation(said, acts), pl.len(), pl.col("words").max().clip(0)),
    ]
    first = pl.concat(found).sort("person", "moment").group_by("person", maintain_order=True).first()
    return first.join(rows.filter(pl.col("refused") == 0), on="person", how="semi", maintain_order="left")


def _moment(kind: int, acts: pl.DataFrame, *values: pl.Expr) -> pl.DataFrame:
    told = [value.cast(pl.Float64).alias(f"v{place}") for place, value in enumerate(values)]
    found = acts.group_by("person").agg(AT.max().alias("at"), *told)
    listed = pl.concat_list([f"v{place}" for place in range(len(values))])
    return found.select("person", pl.lit(kind, pl.Int16).alias("moment"), "at", listed.alias("values"))


def _of_growth(
    said: pl.DataFrame, before: pl.DataFrame, bought: pl.DataFrame, rows: pl.DataFrame
) -> list[pl.DataFrame]:
    """Return who became engaged, came back or said their first words. before, bought: what they had done until this
    week, and their outcomes.
    """
    own = before.filter(IS_OWN)
    of_a_year = pl.col("day") < LOOK_BACK
    until = own.filter(IS_QUALIFIED).group_by("person").agg(
        had=of_a_year.sum(),
        days=pl.col("day").filter(of_a_year).n_unique(),
        threads=pl.col("thread").filter(of_a_year & (pl.col("thread") != 0)).n_unique(),
    )  # fmt: skip
    known = said.join(until, on="person", how="left")
    apart = pl.min_horizontal("had", pl.max_horizontal("days", "threads"))
    engaged = rows.filter(ENGAGED).select("person", "qualified", "qualified_days")
    new = known.filter(apart.fill_null(0) < ENGAGED_AFTER).join(engaged, on="person")
    seen = pl.concat([own.filter(pl.col("rung") >= 1).select("person", "day"), bought.select("person", "day")])
    seen = seen.group_by("person").agg(last_seen=pl.col("day").min())
    back = said.join(seen, on="person").with_columns(away=pl.col("last_seen") - pl.col("day").max().over("person"))
    return [
        _moment(BECAME_ENGAGED, new, pl.col("qualified").first(), pl.col("qualified_days").first()),
        _moment(CAME_BACK, back.filter(pl.col("away") >= LONG), pl.col("away").first()),
        _moment(FIRST_WORDS, known.filter(pl.col("had").is_null()), pl.len(), pl.col("asks").any()),
    ]


def _in_conversation(said: pl.DataFrame, acts: pl.DataFrame) -> pl.DataFrame:
    """Return what people said in threads in which the brand said something, too."""
    ours = (pl.col("direction") == OUTBOUND) & ~pl.col("automated")
    both = acts.filter((ours | (pl.col("direction") == TWO_SIDED)) & IS_QUALIFIED & (pl.col("thread") != 0))
    return said.join(both, on=["person", "thread"], how="semi")
