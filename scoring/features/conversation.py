"""Conversation: you are engaged with somebody after three conversations longer than a one-word sound bite."""

import polars as pl

from scoring.features.clock import ACT, OUTBOUND, TWO_SIDED
from scoring.features.ladder import halved
from scoring.features.rungs import MEETING, WORD

LOOK_BACK = 365  # days
HALF_LIFE = 60
TURNS = (5, 15, 40)  # words
# What a turn asks for, as frames have it: any of these bits.
INTENTS = {"asks_price": 1, "asks_availability": 2, "asks_how_to_buy": 4}

# More than one word; or a meeting, a call or a letter, which say more than any number of words.
IS_QUALIFIED = (pl.col("rung") >= MEETING) | ((pl.col("rung") >= WORD) & (pl.col("words") > 1))


def conversation(acts: pl.DataFrame, own: pl.DataFrame) -> pl.DataFrame:
    """Return person and the counts of this family, over 365 days; persons without any are absent.

    A *qualified interaction* is an act of the person that says something. A *conversation* is a thread in which both
    sides said something. What the brand sends never counts by itself, and what software sends answers nobody.
    """
    recent = own.filter((pl.col("day") < LOOK_BACK) & (pl.col("rung") >= WORD))
    said = recent.filter(IS_QUALIFIED)
    ours = acts.filter((pl.col("direction") == OUTBOUND) & (pl.col("nature") == ACT) & (pl.col("day") < LOOK_BACK))
    ours = ours.filter(~pl.col("automated"))
    talked = said.group_by("person").agg(
        (pl.len()).alias("qualified"),
        pl.col("day").n_unique().alias("qualified_days"),
        pl.col("thread").filter(pl.col("thread") != 0).n_unique().alias("qualified_threads"),
        pl.col("words").max().clip(0).alias("longest_turn"),
        *(((pl.col("words") >= words) | (pl.col("rung") >= MEETING)).sum().alias(f"turns_{words}") for words in TURNS),
    )
    answers = ours.filter(pl.col("reply") != 0).select("person", act="reply").unique()
    heard = recent.group_by("person").agg(
        pl.col("asks").sum().alias("questions"),
        *((pl.col("intent") & bit != 0).sum().alias(name) for name, bit in INTENTS.items()),
    )
    answered = recent.join(answers, on=["person", "act"], how="semi").group_by("person").agg(answered=pl.len())
    people = recent.select("person").unique()
    for part in (talked, heard, answered, _threads(said, ours)):
        people = people.join(part, on="person", how="left")
    return people


def _threads(said: pl.DataFrame, ours: pl.DataFrame) -> pl.DataFrame:
    """Return person, conversations, conversations_fresh: threads with qualified turns of both sides.

    As fresh as the person's own last turn: writing to somebody makes no conversation younger.
    """
    of_both = ["person", "thread"]
    theirs = said.filter(pl.col("thread") != 0)
    answers = ours.filter((pl.col("thread") != 0) & IS_QUALIFIED)
    together = theirs.filter(pl.col("direction") == TWO_SIDED)
    answered = pl.concat([answers.select(of_both), together.select(of_both)]).unique()
    both = theirs.join(answered, on=of_both, how="semi").group_by(of_both).agg(last=pl.col("day").min())
    return (
        both.sort("person", "last")
        .group_by("person", maintain_order=True)
        .agg(conversations=pl.len(), conversations_fresh=halved(pl.col("last"), HALF_LIFE).sum())
    )
