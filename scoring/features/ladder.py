"""The ladder: what the person did, from nods upwards. Like < retweet < text < call < handwritten letter."""

import polars as pl

from scoring.features.clock import ACT, INBOUND, NEGATIVE, TWO_SIDED
from scoring.features.rungs import HALF_LIVES, MESSAGE, RUNGS, WORD

MOST_A_DAY = 3
# What the person does, or does together with the brand.
IS_OWN = pl.col("direction").is_in([INBOUND, TWO_SIDED])
# Of one word, or of emoji alone.
SOUND_BITE = pl.col("rung").is_between(WORD, MESSAGE) & pl.col("words").is_between(0, 1)


def halved(day: pl.Expr, half_life: float) -> pl.Expr:
    """Return what is left of 1 after so many days."""
    return pl.lit(0.5).pow(day / half_life)


def own_acts(acts: pl.DataFrame) -> pl.DataFrame:
    """Return what the person did, or did together with the brand, with `step`: the rung at which it counts.

    What is set aside (scoring.features.discounted) is none of it. A one-word reply counts as a nod.
    """
    own = acts.filter((pl.col("nature") == ACT) & IS_OWN & (pl.col("aside") == 0))
    return own.with_columns(step=pl.when(SOUND_BITE).then(1).otherwise(pl.col("rung")).cast(pl.Int8))


def ladder(own: pl.DataFrame) -> pl.DataFrame:
    """Return person, ladder_1 … ladder_7: acts that stand on a rung *or above it*, at most three a day, decayed.

    Because they are cumulative, an act swapped for one on a higher rung adds to some columns and takes from none, as
    long as it is not a sound bite there. Days are spans of 24 hours back from the moment, so what happened in the last
    of them counts whole.
    """
    of_a_day = own.group_by("person", "day").agg((pl.col("step") >= k).sum().alias(f"n{k}") for k in RUNGS)
    counted = (
        (pl.min_horizontal(f"n{k}", MOST_A_DAY) * halved(pl.col("day"), HALF_LIVES[k])).sum().alias(f"ladder_{k}")
        for k in RUNGS
    )
    return of_a_day.sort("person", "day").group_by("person", maintain_order=True).agg(counted)


def refusals(acts: pl.DataFrame) -> pl.DataFrame:
    """Return person, refused: how often they blocked, reported or complained of the brand."""
    negative = acts.filter((pl.col("nature") == NEGATIVE) & IS_OWN)
    return negative.group_by("person").agg(refused=pl.len())


def shown(own: pl.DataFrame) -> pl.DataFrame:
    """Return what is told of acts beside the features: person, own_acts (in a year, glances too), acts_365 and acts_90
    (without them), highest_rung (of a year), sound_bites.
    """
    of_a_year, counts = pl.col("day") < 365, pl.col("step") > 0
    return own.group_by("person").agg(
        own_acts=of_a_year.sum(),
        acts_365=(of_a_year & counts).sum(),
        acts_90=((pl.col("day") < 90) & counts).sum(),
        highest_rung=pl.col("step").filter(of_a_year).max().fill_null(0),
        sound_bites=SOUND_BITE.sum(),
    )
