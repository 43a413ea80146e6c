"""Reciprocity and community: in a community members get value from each other."""

import polars as pl

from scoring.features.clock import ACT, OUTBOUND, PEER
from scoring.features.conversation import IS_QUALIFIED, LOOK_BACK

NAMES = ("helped", "received_from_peers", "answered_by_peers", "peers")


def community(acts: pl.DataFrame, ways: pl.DataFrame) -> pl.DataFrame:
    """Return person and the columns of this family, over 365 days; persons without any are absent.

    ways: contact, person, for those who are somebody else. What others do to a person is no rung of theirs: it counts
    whatever they answered, so an act that is swapped for a higher one changes nothing but `helped`, which only ever
    grows.
    """
    between = (pl.col("direction") == PEER) & (pl.col("nature") == ACT)
    peer = acts.filter(between & (pl.col("aside") == 0) & (pl.col("day") < LOOK_BACK))
    if peer.is_empty():
        return pl.DataFrame(schema={"person": pl.Int64, **dict.fromkeys(NAMES, pl.UInt32)})
    given = peer.filter(IS_QUALIFIED).group_by("person").agg(helped=pl.len())
    spoken_to = towards(peer, acts, ways)
    received = spoken_to.group_by(person="to").agg(received_from_peers=pl.len())
    answered = spoken_to.filter(pl.col("of_answered") == pl.col("to")).group_by(person="to")
    both_ways = pl.concat([spoken_to.select("person", other="to"), spoken_to.select(person="to", other="person")])
    found = both_ways.group_by("person").agg(peers=pl.col("other").n_unique())
    for part in (given, received, answered.agg(answered_by_peers=pl.col("reply").n_unique())):
        found = found.join(part, on="person", how="full", coalesce=True)
    return found


def towards(peer: pl.DataFrame, acts: pl.DataFrame, ways: pl.DataFrame) -> pl.DataFrame:
    """Return person, to, day, reply and of_answered (whose act it answers) of acts towards somebody else."""
    peer = peer.select("person", "target", "day", "reply")
    done = acts.filter((pl.col("direction") != OUTBOUND) & (pl.col("nature") == ACT) & (pl.col("act") != 0))
    done = done.join(peer.select(act="reply"), on="act", how="semi")
    of_acts = done.group_by(reply="act").agg(of_answered=pl.col("person").min())
    # Who was erased or is withheld is nobody any more.
    named = peer.filter(pl.col("target") != 0).join(ways.select(target="contact", to="person"), on="target", how="left")
    named = named.with_columns(to=pl.coalesce("to", "target")).join(of_acts, on="reply", how="left")
    return named.filter(pl.col("to") != pl.col("person"))
