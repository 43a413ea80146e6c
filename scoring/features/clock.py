"""What could be known at a moment, and of whom it is: where every feature begins."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import polars as pl

# The numbers that frames have for words (ingestion.selectors.frames).
INBOUND, OUTBOUND, TWO_SIDED, PEER = 1, 2, 3, 4
ACT, UNDO, NEGATIVE = 1, -1, 0
LEAD, MEETING, PURCHASE, REFUND, CUSTOM = 1, 2, 3, 4, 5
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Facts:
    """Everything there is, as frames in any order; the columns are those of ingestion.selectors.frames.

    links: contact, person, known_at: who is somebody else too. contacts: contact, client, withheld: they objected to
    profiling, are being erased, or belong to the brand.
    """

    acts: pl.DataFrame
    outcomes: pl.DataFrame
    links: pl.DataFrame
    contacts: pl.DataFrame


def as_known(facts: Facts, as_of: datetime) -> Facts:
    """Return what was known before `as_of`: a row that came later changes nothing.

    Acts and outcomes get `person` (the contact whose they are, by the links known then) and `day`: how many whole days
    before `as_of`, from 0. Acts that were taken back are gone, and so is all that is known of people who are withheld.
    """
    facts = _without_withheld(facts)
    people = persons(facts, as_of)
    acts = _of_persons(facts.acts.filter(pl.col("known_at") < as_of), people, as_of)
    outcomes = _of_persons(facts.outcomes.filter(pl.col("known_at") < as_of), people, as_of)
    return replace(facts, acts=_without_what_was_taken_back(acts), outcomes=outcomes)


def persons(facts: Facts, as_of: datetime | None = None) -> pl.DataFrame:
    """Return the person of every contact that is somebody else: columns contact, person.

    By the links known before `as_of`, or by all. Links lead on (an address to a handle, the handle to an account); the
    end of the way is the person. In a circle, which only hands can make, it is the contact with the lowest number.
    """
    known = facts.links if as_of is None else facts.links.filter(pl.col("known_at") < as_of)
    known = known.sort("known_at", "contact", "person")  # of two, the later holds, whatever order they came in
    leads_to = dict(known.select("contact", "person").iter_rows())
    return pl.DataFrame(
        [(contact, _end_of_the_way(contact, leads_to)) for contact in leads_to],
        schema={"contact": pl.Int64, "person": pl.Int64},
        orient="row",
    )


def _without_withheld(facts: Facts) -> Facts:
    """Leave out everybody of whom one contact is withheld, by the links of today: nor is their past learnt from."""
    if not facts.contacts["withheld"].any():
        return facts
    everybody = with_person(facts.contacts, persons(facts))
    people = everybody.filter(pl.col("withheld")).select("person").unique()
    out = everybody.join(people, on="person", how="semi").select("contact")
    acts, outcomes, contacts = (
        it.join(out, on="contact", how="anti") for it in (facts.acts, facts.outcomes, facts.contacts)
    )
    return replace(facts, acts=acts, outcomes=outcomes, contacts=contacts)


def _end_of_the_way(contact: int, leads_to: dict[int, int]) -> int:
    way = [contact]
    while (following := leads_to.get(way[-1])) is not None:
        if following in way:
            return min(way[way.index(following) :])
        way.append(following)
    return way[-1]


def with_person(frame: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with the person whose they are."""
    found = frame.join(people, on="contact", how="left")
    return found.with_columns(person=pl.coalesce("person", "contact"))


def _of_persons(frame: pl.DataFrame, people: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    age = (pl.lit(as_of) - pl.col("occurred_at")).dt.total_seconds() // int(DAY.total_seconds())
    return with_person(frame, people).with_columns(day=age.cast(pl.Int32))


def _without_what_was_taken_back(acts: pl.DataFrame) -> pl.DataFrame:
    """An undo takes back the act that it names; one that names none, the acts of its mark before it. Nobody takes back
    what somebody else did.

    The undo itself stays, so that nobody is forgotten who took back all that they did.
    """
    is_undo = pl.col("nature") == UNDO
    undo = acts.filter(is_undo)
    if undo.is_empty():
        return acts
    named = undo.filter(pl.col("reply") != 0).select("person", "direction", act="reply").unique().with_columns(back=1)
    marked = undo.filter((pl.col("reply") == 0) & (pl.col("mark") != 0))
    until = marked.group_by("person", "direction", "mark").agg(until=pl.col("occurred_at").max())
    found = acts.join(named, on=["person", "direction", "act"], how="left").join(
        until, on=["person", "direction", "mark"], how="left"
    )
    stands = pl.col("back").is_null() & (pl.col("until").is_null() | (pl.col("occurred_at") > pl.col("until")))
    return found.filter(is_undo | stands).drop("back", "until")
