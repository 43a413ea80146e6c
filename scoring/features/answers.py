"""When what somebody said to the brand was answered."""

import polars as pl

from scoring.features.clock import INBOUND, OUTBOUND, TWO_SIDED
from scoring.features.ladder import SOUND_BITE
from scoring.features.rungs import MESSAGE, WORD

AT = "occurred_at"
# A comment or message; a bare "lovely" that asks nothing is none.
IS_TURN = (pl.col("direction") == INBOUND) & pl.col("rung").is_between(WORD, MESSAGE) & (pl.col("asks") | ~SOUND_BITE)
# What the brand does of its own accord, or together with somebody. Declared software answers nobody.
IS_OURS = (pl.col("direction") == TWO_SIDED) | ((pl.col("direction") == OUTBOUND) & ~pl.col("automated"))


def with_answers(turns: pl.DataFrame, ours: pl.DataFrame) -> pl.DataFrame:
    """Return the turns of people, by time, with `answered_at`: when the brand first answered each; null: it has not.

    An answer names what it answers, or comes later in its thread; where either side names no thread, anything said to
    them later is one. So is a meeting or a call. turns, ours: acts with their persons and threads, in any order; ours:
    what the brand said (`IS_OURS`, from a word upwards).
    """
    turns = turns.sort(AT)
    named = ours.filter(pl.col("reply") != 0).group_by("person", act="reply").agg(named=pl.col(AT).min())
    loose = ours.filter((pl.col("thread") == 0) | (pl.col("direction") == TWO_SIDED))
    in_thread = ours.filter(pl.col("thread") != 0)
    found = turns.select("person", "act", "thread", AT)
    found = found.join(named, on=["person", "act"], how="left", maintain_order="left")
    for name, those, by in (
        ("anywhere", ours, ["person"]),
        ("loose", loose, ["person"]),
        ("in_thread", in_thread, ["person", "thread"]),
    ):
        later = those.select(*by, pl.col(AT).alias(name)).sort(name)
        found = found.join_asof(
            later, left_on=AT, right_on=name, by=by, strategy="forward", allow_exact_matches=False,
            check_sortedness=False,
        )  # fmt: skip
    next_one = pl.when(pl.col("thread") == 0).then("anywhere").otherwise(pl.min_horizontal("in_thread", "loose"))
    return turns.with_columns(found.select(answered_at=pl.min_horizontal("named", next_one)).to_series())
