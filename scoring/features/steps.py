"""Next steps: what is worth a human act now, for each person at most one, and why.

    1 a question without an answer ─► 2 a reply that is owed ─► 3 a regular gone quiet ─► 4 thanks ─► 5 one rung up

The first that holds is the person's. Whoever waits comes before whoever might: be generous, be reliable, be aware
(essay E). Nobody who blocked, reported or complained has one, nor whom the agency said not to be a lead; and what is
set aside is no ground for any.
"""

from datetime import datetime, timedelta

import polars as pl

from scoring.features.answers import IS_OURS, IS_TURN, with_answers
from scoring.features.clock import ACT, INBOUND, PEER, REFUND
from scoring.features.conversation import IS_QUALIFIED
from scoring.features.ladder import IS_OWN
from scoring.features.matrix import Seen
from scoring.features.rungs import LETTER, MESSAGE, PASS_ON, WORD

QUESTION, REPLY, QUIET, THANK, RISE = 1, 2, 3, 4, 5
# From then on a reply is owed (design 4).
OWED_AFTER = timedelta(hours=4)
# Days. What is older than the first two is let go: to come back to it now would be no kindness. The others are ours.
WAITS, THANKED_WITHIN, FRESH = 30, 14, 14
# Quiet is a regular (seen in so many of the last 26 weeks) after so many days, if it is their longest silence in a year
# and nobody has said anything to them in these days.
QUIET_AFTER, REGULAR = 28, 4
ENGAGED = pl.col("stage").is_in(["engaged", "advocate"])
AT = pl.col("occurred_at")
COLUMNS = ("person", "step", "since", "due_at", "values")


def next_steps(there: Seen, rows: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """Return the next step of whoever has one. rows: the matrix of `there`, at `as_of`.

    Columns: person; step (1 to 5, see above); since (UTC); due_at: before it, the step is not to be shown; values: the
    numbers that its words are made of, the rung that the person stands on last. Between two runs nothing needs to be
    made anew because time passes, but by `due_at`.
    """
    welcome = rows.filter((pl.col("refused") == 0) & (pl.col("not_a_lead") == 0))
    acts = there.acts.filter((pl.col("nature") == ACT) & (pl.col("day") < WAITS) & (pl.col("aside") == 0))
    ours = acts.filter(IS_OURS)
    waiting = _waiting(acts, ours.filter(pl.col("rung") >= WORD))
    found = [
        _step(QUESTION, waiting.filter("asks"), [pl.len()]),
        _step(REPLY, waiting.filter("owed"), [pl.len()], due_after=OWED_AFTER),
        _quiet(there, welcome, ours),
        _thanks(acts, ours),
        _one_up(acts, ours, welcome),
    ]
    first = pl.concat(found).sort("person", "step").group_by("person", maintain_order=True).first()
    standing = welcome.select("person", rung=pl.concat_list("highest_rung"))
    first = first.join(standing, on="person", maintain_order="left")
    return first.with_columns(values=pl.col("values").list.concat("rung")).select(COLUMNS)


def _step(
    kind: int, acts: pl.DataFrame, values: list[pl.Expr], *, due_after: timedelta = timedelta(), last: bool = False
) -> pl.DataFrame:
    """Return a step for each person of some acts, since the first of them, or the last."""
    told = [value.cast(pl.Float64).alias(f"v{place}") for place, value in enumerate(values)]
    found = acts.group_by("person").agg(AT.max().alias("since") if last else AT.min().alias("since"), *told)
    return found.select(
        "person",
        pl.lit(kind, pl.Int16).alias("step"),
        "since",
        (pl.col("since") + due_after).alias("due_at"),
        pl.concat_list([f"v{place}" for place in range(len(values))]).alias("values"),
    )


def _waiting(acts: pl.DataFrame, ours: pl.DataFrame) -> pl.DataFrame:
    """Return what people said to the brand that nobody has answered, with `owed`: whether that begs a reply.

    A message does, and what answers the brand; a comment that asks nothing stands for itself. What is declared to be
    done by software answers nobody.
    """
    turns = with_answers(acts.filter(IS_TURN), ours)
    spoken = ours.filter(pl.col("thread") != 0).select("person", "thread").unique().with_columns(spoken=True)
    turns = turns.filter(pl.col("answered_at").is_null()).join(spoken, on=["person", "thread"], how="left")
    return turns.with_columns(owed=(pl.col("rung") == MESSAGE) | pl.col("spoken").is_not_null())


def _quiet(there: Seen, rows: pl.DataFrame, ours: pl.DataFrame) -> pl.DataFrame:
    is_quiet = (pl.col("recency") >= QUIET_AFTER) & (pl.col("longest_silence") <= pl.col("recency"))
    quiet = rows.filter(ENGAGED & is_quiet & (pl.col("active_weeks") >= REGULAR))
    written = ours.filter((pl.col("day") < QUIET_AFTER) & (pl.col("rung") >= WORD))
    quiet = quiet.join(written, on="person", how="anti")
    own = there.acts.filter((pl.col("nature") == ACT) & IS_OWN & (pl.col("aside") == 0))
    bought = there.facts.outcomes.filter(pl.col("kind") != REFUND)
    last = pl.concat([it.select("person", "occurred_at") for it in (own, bought)])
    last = last.join(quiet.select("person", "recency", "active_weeks"), on="person")
    return _step(QUIET, last, [pl.col("recency").first(), pl.col("active_weeks").first()], last=True)


def _thanks(acts: pl.DataFrame, ours: pl.DataFrame) -> pl.DataFrame:
    """Whoever wrote a letter, helped somebody or passed something on, and has had nothing back, not even a nod."""
    letter = (pl.col("direction") == INBOUND) & (pl.col("rung") == LETTER)
    helped = (pl.col("direction") == PEER) & IS_QUALIFIED
    passed_on = (pl.col("direction") == INBOUND) & (pl.col("rung") == PASS_ON)
    given = acts.filter((pl.col("day") < THANKED_WITHIN) & (letter | helped | passed_on))
    back = ours.filter(pl.col("rung") >= 1).group_by("person").agg(back=AT.max())
    given = given.join(back, on="person", how="left").filter((pl.col("back") <= AT).fill_null(value=True))
    return _step(THANK, given, [letter.sum(), helped.sum(), passed_on.sum()])


def _one_up(acts: pl.DataFrame, ours: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Whoever is engaged, said something lately and can be met one rung higher, where nobody has tried yet."""
    engaged = rows.filter(ENGAGED & (pl.col("highest_rung") < LETTER))
    tried = ours.group_by("person").agg(tried=pl.col("rung").max())
    engaged = engaged.join(tried, on="person", how="left")
    engaged = engaged.filter(pl.col("tried").fill_null(0) <= pl.col("highest_rung"))
    said = acts.filter(IS_OWN & IS_QUALIFIED & (pl.col("day") < FRESH))
    said = said.join(engaged.select("person", "qualified", "qualified_days"), on="person")
    return _step(RISE, said, [pl.col("qualified").first(), pl.col("qualified_days").first()], last=True)
