"""Facts and a moment in, one row a person out. Training and serving take this same way."""

from datetime import datetime

import polars as pl

from scoring.features.catalog import BY_NAME, NAMES_IN_ORDER
from scoring.features.clock import ACT, Facts, as_known
from scoring.features.constancy import constancy
from scoring.features.conversation import conversation, helped
from scoring.features.history import history
from scoring.features.ladder import ladder, own_acts, refusals, shown
from scoring.features.stage import stage, trends
from scoring.features.threads import with_threads

# What stands where nothing is known; 0 unless named here.
MISSING = {"recency": 365.0, "longest_silence": 365.0, "last_purchase": -1.0}
# Beside the features: what stages, reasons and discounts tell of. Never learnt from.
SHOWN = (
    "acts_90", "acts_365", "highest_rung", "own_acts", "sound_bites", "automated_acts", "conversations",
    "qualified_threads", "longest_turn", "helped", "last_purchase", "acts_recent", "acts_before", "others_count",
)  # fmt: skip


def matrix(facts: Facts, as_of: datetime) -> pl.DataFrame:
    """Return one row for each person who was known before `as_of`, ordered by person.

    Columns: person and client (row numbers), every feature of the catalogue as float64 (nothing is missing: what is not
    known has the value that the catalogue says), those of SHOWN, stage, trend_word.
    """
    known = as_known(facts, as_of)
    acts = with_threads(known.acts)
    own = own_acts(acts)
    people = pl.concat([acts.select("person"), known.outcomes.select("person")]).unique()
    people = people.join(known.contacts.rename({"contact": "person"}), on="person").sort("person")
    for part in (
        ladder(own),
        refusals(acts),
        shown(own),
        acts.group_by("person").agg(automated_acts=(pl.col("automated") & (pl.col("nature") == ACT)).sum()),
        conversation(acts, own),
        helped(acts),
        constancy(own, known.outcomes),
        history(known.outcomes, known.contacts),
    ):
        people = people.join(part, on="person", how="left", maintain_order="left")
    numbers = [pl.col(name).cast(pl.Float64).fill_null(MISSING.get(name, 0.0)) for name in (*NAMES_IN_ORDER, *SHOWN)]
    people = people.select("person", "client", *numbers)
    people = people.with_columns(
        *(pl.col(name).clip(BY_NAME[name].low, BY_NAME[name].high) for name in NAMES_IN_ORDER), stage()
    )
    return people.with_columns(trends(people["acts_recent"], people["acts_before"], people["tenure"]))
