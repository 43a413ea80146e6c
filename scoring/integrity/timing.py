"""Is what one account did timed as people time what they do? Bounds that 99 of 100 people stay within.

Of single accounts nothing is concluded, nor told: what counts is the share of all acts that such accounts have.
"""

import polars as pl

INBOUND, OUTBOUND, TWO_SIDED, PEER = 1, 2, 3, 4
LEAST_ACTS = 30
# The bounds are those that 99 % of people kept (docs/integrity.md), each by itself: a person is beyond one of the four
# in four cases of a hundred at most.
LEAST_GAP_ENTROPY = 1.84  # bits, of the whole part of log2 of the seconds between acts
MOST_IN_A_SECOND = 0.222  # share of acts in one of the 60 seconds of a minute
MOST_IN_A_MINUTE = 0.2  # share of acts in one of the 60 minutes of an hour
MOST_OF_A_GAP = 0.188  # share of gaps that have the same seconds
PEOPLE_BEYOND = 0.04
# Seconds are those of the act if no residue of them by five has more than half: of times that were rounded to a
# minute, a day or five seconds one has all, of true ones a fifth. Ours.
ROUNDED = 0.5


def exact(acts: pl.DataFrame) -> pl.DataFrame:
    """Return the acts of sources that know the second of an act.

    acts: columns source, contact, direction, occurred_at. Every account of a source counts the same, and the brand as
    one, so that a few that are busy at full minutes do not make its times look rounded.
    """
    residue = pl.col("occurred_at").dt.epoch("s") % 5
    account = pl.when(pl.col("direction") == OUTBOUND).then(0).otherwise("contact").alias("account")
    by_account = acts.group_by("source", account).agg((residue == place).mean().alias(str(place)) for place in range(5))
    shares = by_account.group_by("source").agg(pl.col(str(place)).mean() for place in range(5))
    are_exact = shares.filter(pl.max_horizontal(str(place) for place in range(5)) <= ROUNDED)
    return acts.join(are_exact, on="source", how="semi")


def timed(acts: pl.DataFrame, *by: str) -> pl.DataFrame:
    """Return for everybody with 30 acts or more how they are timed, in no order.

    acts: column occurred_at, of exact times; by: the columns that say whose they are. Result: these, acts (how many),
    gap_entropy (bits), in_a_second, in_a_minute, of_a_gap (shares, 0 to 1), and beyond: whether one of them lies
    beyond what 99 of 100 people keep.
    """
    second = pl.col("occurred_at").dt.epoch("s")
    many = acts.select(*by, second=second).filter(pl.len().over(by) >= LEAST_ACTS).sort(*by, "second")
    gaps = many.select(*by, gap=pl.col("second").diff().over(by)).drop_nulls("gap")
    # Less than a second is a size of its own.
    size = pl.when(pl.col("gap") > 0).then(pl.col("gap").log(2).floor()).otherwise(-1.0).alias("size")
    parts = [
        _shares(gaps, by, size).agg(gap_entropy=-(pl.col("share") * pl.col("share").log(2)).sum()),
        _shares(many, by, (pl.col("second") % 60).alias("at")).agg(in_a_second=pl.col("share").max()),
        _shares(many, by, (pl.col("second") // 60 % 60).alias("at")).agg(in_a_minute=pl.col("share").max()),
        _shares(gaps, by, pl.col("gap")).agg(of_a_gap=pl.col("share").max()),
    ]
    measured = many.group_by(by).agg(acts=pl.len())
    for part in parts:
        measured = measured.join(part, on=by)
    beyond = (
        (pl.col("gap_entropy") < LEAST_GAP_ENTROPY)
        | (pl.col("in_a_second") > MOST_IN_A_SECOND)
        | (pl.col("in_a_minute") > MOST_IN_A_MINUTE)
        | (pl.col("of_a_gap") > MOST_OF_A_GAP)
    )
    return measured.with_columns(beyond=beyond)


def _shares(rows: pl.DataFrame, by: tuple[str, ...], what: pl.Expr) -> "pl.dataframe.group_by.GroupBy":
    """Return, grouped by whose they are, which share of their rows each value has."""
    return (
        rows.with_columns(what.alias("what"))
        .group_by(*by, "what")
        .len()
        .sort(*by, "what")
        .with_columns(share=pl.col("len") / pl.col("len").sum().over(by))
        .group_by(by)
    )
