"""What is learnt: who had an outcome within the horizon."""

from datetime import datetime, timedelta

import polars as pl

from scoring.features.clock import PURCHASE, REFUND, Facts, persons, with_person

HORIZON = timedelta(days=60)
# The kinds of outcome that are told beforehand, in words and as frames have them.
TARGET = {"purchase": PURCHASE}


def positives(facts: Facts, as_of: datetime) -> pl.DataFrame:
    """Return the persons (one column, person, each once) with an outcome of the target in [as_of, as_of + horizon).

    By what is known now, for a label may be known late: who somebody is, too. A purchase that was refunded within the
    same span is none.
    """
    there = facts.outcomes.filter(pl.col("occurred_at").is_between(as_of, as_of + HORIZON, closed="left"))
    back = there.filter((pl.col("kind") == REFUND) & (pl.col("refund_of") != 0)).select(outcome="refund_of").unique()
    kept = there.filter(pl.col("kind").is_in(list(TARGET.values()))).join(back, on="outcome", how="anti")
    return with_person(kept, persons(facts)).select("person").unique().sort("person")


def labelled(rows: pl.DataFrame, facts: Facts, as_of: datetime) -> pl.DataFrame:
    """Return a matrix made at `as_of` with two columns more: `whose`, the person as is known now, and `label`: 1 where
    that person had an outcome within the horizon, else 0.

    So a contact that only later turned out to be somebody else's has that person's label, as it would have had if one
    had known.
    """
    are = persons(facts).rename({"contact": "person", "person": "whose"})
    bought = positives(facts, as_of).select(whose="person", label=pl.lit(1, pl.Int8))
    rows = rows.join(are, on="person", how="left", maintain_order="left")
    rows = rows.with_columns(pl.coalesce("whose", "person").alias("whose"))
    rows = rows.join(bought, on="whose", how="left", maintain_order="left")
    return rows.with_columns(pl.col("label").fill_null(0))
