"""Are the comments of people who act together of one mould: short, or nearly what somebody else wrote?"""

import numpy as np
import polars as pl

from scoring.integrity import draws
from scoring.integrity.check import LEVEL, Answer, Result, lacking
from scoring.integrity.draws import SEED, Counts, Flags
from scoring.integrity.likeness import ALIKE, BY_CHANCE, HAS_TEXT, Signatures, signatures

# "Love this one": a sound bite. Ours.
SHORT = 3
LEAST_MEMBERS, LEAST_OTHERS = 4, 20
# Some audiences are briefer than others: of three music videos, that of one by .32 than those of the two others
# (tests/real). Ours.
LEAST_MORE = 0.35
# Of each person, and of people in groups and in none: as many as can be held against each other at once.
PER_PERSON, PEOPLE = 10, 300
ROWS = 128


def commenters(acts: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """Return who wrote comments: contact, is_member (of any group), of (how many), and how many of these are alike
    (nearly what another person wrote), short (of three words or fewer), stock (either).

    acts: contact, occurred_at, words (-1 unknown; without words it is no comment) and perhaps signature, as
    `selectors.watched.acts` has it. Of 300 people in groups and in none, and ten comments of each, at the most, drawn
    with a fixed seed.
    """
    said = acts.filter(pl.col("words") > 0)
    has_signatures = "signature" in said.columns
    said = said.select("contact", "occurred_at", "words", *(["signature"] if has_signatures else [])).sort(pl.all())
    random = np.random.default_rng(SEED)
    drawn = said.with_columns(
        at=pl.Series(random.permutation(said.height), dtype=pl.Int64),
        is_member=pl.col("contact").is_in(members["contact"].to_list()),
    ).sort("at")
    drawn = drawn.filter(pl.int_range(pl.len()).over("contact") < PER_PERSON)
    once = drawn.unique("contact", keep="first", maintain_order=True)
    kept = once.filter(pl.int_range(pl.len()).over("is_member") < PEOPLE)
    drawn = drawn.join(kept, on="contact", how="semi", maintain_order="left")
    alike = np.zeros(drawn.height, dtype=bool)
    if has_signatures:
        has_text = drawn.select(HAS_TEXT).to_series().to_numpy()
        alike[has_text] = alike_to_others(signatures(drawn)[has_text], drawn["contact"].to_numpy()[has_text])
    short = drawn["words"].to_numpy() <= SHORT
    return (
        drawn.with_columns(alike=pl.Series(alike), short=pl.Series(short), stock=pl.Series(alike | short))
        .group_by("contact", "is_member")
        .agg(pl.len().cast(pl.Int64).alias("of"), pl.col("alike", "short", "stock").sum().cast(pl.Int64))
        .sort("contact")
    )


def alike_to_others(signatures: Signatures, who: Counts) -> Flags:
    """Return whether each text is nearly what another person wrote. signatures: (n, 64); who: (n,)."""
    nearest = np.zeros(len(signatures))
    for begin in range(0, len(signatures), ROWS):
        some = slice(begin, begin + ROWS)
        equal = (signatures[some, None, :] == signatures[None, :, :]).mean(axis=2)
        equal[who[some, None] == who[None, :]] = 0
        nearest[some] = equal.max(axis=1)
    are: Flags = (nearest - BY_CHANCE) / (1 - BY_CHANCE) >= ALIKE
    return are


def comments(people: pl.DataFrame, members: pl.DataFrame, *, least: float = LEAST_MORE) -> Result:
    """Compare members' comments with those of people who are in no group.

    people: as `commenters` returns them. effect: the share of stock comments among members, less that among others,
    from -1 to 1; its interval by resampling people. p: by exchanging people, of `least` or more. n: members who
    commented.
    """
    some = people.join(members, on="contact", how="semi")
    others = people.filter(~pl.col("is_member"))
    seen = {"commenters": some.height, "others": others.height}
    if some.height < LEAST_MEMBERS or others.height < LEAST_OTHERS:
        return lacking("few_commenters", n=some.height, needed=LEAST_MEMBERS, needed_others=LEAST_OTHERS, **seen)
    both = pl.concat([some, others])
    chosen = np.arange(both.height) < some.height
    drawn = draws.difference(both["stock"].to_numpy(), both["of"].to_numpy(), chosen, least=least)
    shares = {
        f"{kind}_of_{name}": int(of[kind].sum()) / int(of["of"].sum())
        for name, of in (("members", some), ("others", others))
        for kind in ("stock", "alike", "short")
    }
    return Result(
        Answer.FOUND if drawn.effect > least and drawn.p <= LEVEL else Answer.NOT_FOUND,
        n=some.height,
        effect=drawn.effect,
        low=drawn.low,
        high=drawn.high,
        p=drawn.p,
        seen=seen | shares | {"least_more": least},
    )
