"""Threads of those who name none: many platforms say only which act another one answers."""

import polars as pl

from scoring.features.clock import ACT
from scoring.features.rungs import WORD

# Each jump doubles how far one sees back: enough for 256 turns, each an answer to the one before.
JUMPS = 8
IS_TURN = (pl.col("rung") >= WORD) & (pl.col("nature") == ACT)


def with_threads(acts: pl.DataFrame) -> pl.DataFrame:
    """Return the acts, with the thread of their first turn for those that answer one another without naming one.

    A first turn without a thread of its own lends its id. What stands alone has none, as before. A thread is between
    the brand and one person: what others answered under the same post is theirs, and makes nobody else's comment a
    conversation. acts: columns person, act, reply, thread, rung, nature; in any order, which changes nothing.

    Any act leads on from what answers it to what it answers, or one on a higher rung would join what was apart.
    """
    done = acts.filter(pl.col("nature") == ACT).select("person", "act", "reply", "thread")
    answers = done.filter((pl.col("thread") == 0) & (pl.col("reply") != 0))
    known = answers.join(done.select(whose="person", reply="act"), on="reply")
    known = known.filter(pl.col("person") == pl.col("whose"))
    # Ids of two sources may be equal: one way on from each, or the ways would multiply with every jump.
    towards = known.group_by("act").agg(first=pl.col("reply").min())
    if towards.is_empty():
        return acts
    for _ in range(JUMPS):
        further = towards.join(towards.select(first="act", further="first"), on="first", how="left")
        towards = further.select("act", first=pl.coalesce("further", "first"))
    itself = towards.select(act="first").unique().with_columns(first="act")
    lent = done.select(first="act", lent=pl.when(pl.col("thread") != 0).then("thread").otherwise("act"))
    found = pl.concat([towards, itself]).join(lent, on="first").group_by("act").agg(pl.col("lent").min())
    named = acts.select("act").join(found, on="act", how="left", maintain_order="left")
    thread = pl.when(IS_TURN & (pl.col("thread") == 0)).then(named["lent"].fill_null(0)).otherwise("thread")
    return acts.with_columns(thread=thread)
