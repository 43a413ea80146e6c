"""Facts and a moment in, one row a person out. Training and serving take this same way."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import polars as pl

from scoring.features.attributes import Attribute, with_attributes
from scoring.features.catalog import BY_NAME, CATALOGUE, NAMES_IN_ORDER
from scoring.features.clock import Facts, as_known
from scoring.features.constancy import constancy
from scoring.features.conversation import conversation
from scoring.features.discounted import discounted, likes, with_aside
from scoring.features.history import feedback, history, main_currencies
from scoring.features.ladder import ladder, own_acts, refusals, shown
from scoring.features.presence import presence
from scoring.features.reciprocity import community
from scoring.features.relevance import relevance
from scoring.features.stage import stage, trends
from scoring.features.threads import with_threads

# Beside the features: what stages, reasons and discounts tell of. Never learnt from.
SHOWN = (
    "acts_90", "acts_365", "highest_rung", "own_acts", "sound_bites", "conversations", "qualified_threads",
    "longest_turn", "last_purchase", "acts_recent", "acts_before", "others_count", "likes", "set_aside",
)  # fmt: skip
# What stands where nothing is known; of those of SHOWN 0 unless named here.
MISSING = {feature.name: float(feature.missing) for feature in CATALOGUE} | {"last_purchase": -1.0}
# The facts that are somebody's own; and of so many acts at a time the rows are made.
OF_PERSONS = ("outcomes", "said", "feedback")
AT_ONCE = 500_000
# A column of acts for those who tell of moments; the matrix has no need of it, and to carry it on takes long.
OF_MOMENTS = "occurred_at"


@dataclass(frozen=True)
class Seen:
    """Facts as they were known at a moment, and their acts with threads and why they are set aside."""

    facts: Facts
    acts: pl.DataFrame


def seen(facts: Facts, as_of: datetime, *, gated: bool = True) -> Seen:
    """Return what was known before `as_of`, ready for the matrix and for whatever else is told of people."""
    known = as_known(facts, as_of)
    return Seen(known, with_aside(with_threads(known.acts), known, gated=gated))


def matrix(facts: Facts, as_of: datetime, attributes: Sequence[Attribute] = (), *, gated: bool = True) -> pl.DataFrame:
    """Return the matrix of what was known before `as_of` (see `rows_of`).

    gated: what was the price of a campaign, declared software or in a span that a person took for inauthentic is set
    aside; without, it counts as any act, so that the difference can be told.
    """
    return rows_of(seen(facts, as_of, gated=gated), attributes)


def rows_of(there: Seen, attributes: Sequence[Attribute] = ()) -> pl.DataFrame:
    """Return one row for each person who was seen, ordered by person: of whom there is an act or an
    outcome or, where attributes are asked for, anything said under their names. (A lead may have nothing else.)

    Columns: person and client (row numbers), every feature of the catalogue as float64 (nothing is missing: what is not
    known has the value that the catalogue says), those of SHOWN, stage, trend_word, and one for each of `attributes`.
    """
    known, acts = there.facts, there.acts.drop(OF_MOMENTS)
    main = known.currencies
    main = main_currencies(known.outcomes, known.contacts) if main.is_empty() else main
    # What people are to one another needs all of them; everything else is each one's own.
    known, between = replace(known, currencies=main), community(acts, known.links)
    return pl.concat(_rows_of(it, between, attributes) for it in _parts(Seen(known, acts))).sort("person")


def _parts(there: Seen) -> Iterator[Seen]:
    """Yield the persons some at a time, with their own acts, outcomes and the like: together they would take many times
    the room of what is known of them, and longer.
    """
    number = max(1, round(there.acts.height / AT_ONCE))
    for part in range(number):
        theirs = pl.col("person") % number == part
        known = {name: getattr(there.facts, name).filter(theirs) for name in OF_PERSONS}
        yield Seen(replace(there.facts, **known), there.acts.filter(theirs))


def _rows_of(there: Seen, between: pl.DataFrame, attributes: Sequence[Attribute]) -> pl.DataFrame:
    known, acts, own = there.facts, there.acts, own_acts(there.acts)
    of_whom = known.said.filter(pl.col("name").is_in([it.name for it in attributes]))
    people = pl.concat([it.select("person") for it in (acts, known.outcomes, of_whom)]).unique()
    people = people.join(known.contacts.rename({"contact": "person"}), on="person")
    for part in (
        ladder(own),
        refusals(acts),
        shown(own),
        conversation(acts, own),
        constancy(own, known.outcomes),
        between,
        relevance(own, known),
        presence(own),
        history(known.outcomes, known.contacts, known.currencies),
        feedback(known.feedback),
        discounted(acts),
        likes(acts),
    ):
        people = people.join(part, on="person", how="left", maintain_order="left")
    numbers = [pl.col(name).cast(pl.Float64).fill_null(MISSING.get(name, 0.0)) for name in (*NAMES_IN_ORDER, *SHOWN)]
    people = people.select("person", "client", *numbers)
    people = people.with_columns(
        *(pl.col(name).clip(BY_NAME[name].low, BY_NAME[name].high) for name in NAMES_IN_ORDER), stage()
    )
    people = people.with_columns(trends(people["acts_recent"], people["acts_before"], people["tenure"]))
    return with_attributes(people, known.said, attributes)
