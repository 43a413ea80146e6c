"""How soon something was answered."""

import polars as pl

SECONDS = (pl.col("occurred_at") - pl.col("asked_at")).dt.total_seconds()


def asked_of(acts: pl.DataFrame) -> pl.DataFrame:
    """Return what can be replied to, one row an act: reply (its number), asked_at, by (its contact), way (direction).

    acts: columns act (0: it has no name), occurred_at, contact, direction. Of acts with one number the first counts.
    """
    return (
        acts.filter(pl.col("act") != 0)
        .select(reply="act", asked_at="occurred_at", by="contact", way="direction")
        .sort("reply", "asked_at", "by", "way")
        .unique("reply", keep="first", maintain_order=True)
    )
