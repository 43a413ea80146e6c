"""Acts between the members of a genuine community, as frames have them."""

import polars as pl

from tests.real.conftest import real


def members() -> pl.DataFrame:
    """Return the messages of 1,899 students. One to somebody who wrote before, and has no answer yet, is an answer."""
    file = real("events/student_messages.txt")
    sent = (
        pl.read_csv(file, separator=" ", has_header=False, new_columns=["contact", "target", "at"])
        .with_row_index("act", offset=1)
        .with_columns(occurred_at=pl.from_epoch("at").cast(pl.Datetime("us", "UTC")), act=pl.col("act").cast(pl.Int64))
    )
    pair = (pl.min_horizontal("contact", "target"), pl.max_horizontal("contact", "target"))
    before = sent.sort("at", "act").with_columns(
        last=pl.col("act").shift().over(pair), by=pl.col("contact").shift().over(pair)
    )
    reply = pl.when(pl.col("by") == pl.col("target")).then("last").otherwise(0)
    return before.select(
        "contact", "target", "occurred_at", "act", reply=reply,
        direction=pl.lit(4, pl.Int64), nature=pl.lit(1, pl.Int64),
        words=pl.lit(-1, pl.Int64), automated=pl.lit(value=False), source=pl.lit(1, pl.Int64),
        signature=pl.lit([0] * 64, pl.Array(pl.UInt8, 64)),
    )  # fmt: skip
