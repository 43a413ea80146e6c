"""What could be known at a moment, and of whom it is: where every feature begins."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial

import polars as pl

# The numbers that frames have for words (ingestion.selectors.frames).
INBOUND, OUTBOUND, TWO_SIDED, PEER = 1, 2, 3, 4
ACT, UNDO, NEGATIVE = 1, -1, 0
LEAD, MEETING, PURCHASE, REFUND, CUSTOM = 1, 2, 3, 4, 5
DAY = timedelta(days=1)


_MOMENT = pl.Datetime("us", "UTC")
Schema = dict[str, type[pl.DataType] | pl.DataType]
POSTS: Schema = {"post": pl.Int64, "channel": pl.Int64, "known_at": _MOMENT}
CAMPAIGNS: Schema = {
    "client": pl.Int64, "kind": pl.Int64, "post": pl.Int64, "start": _MOMENT, "end": _MOMENT, "known_at": _MOMENT,
}  # fmt: skip
CONFIRMED: Schema = {
    "channel": pl.Int64, "client": pl.Int64, "post": pl.Int64, "start": _MOMENT, "end": _MOMENT, "known_at": _MOMENT,
    "until": _MOMENT,
}  # fmt: skip
Span = tuple[int, int, int, datetime, datetime, datetime, datetime | None]
"""Channel, client (one of them is 0), post (0: all), start, end, known_at, until."""
AUDIENCE: Schema = {"client": pl.Int64, "what": pl.String, "value": pl.String}
CURRENCIES: Schema = {"client": pl.Int64, "main": pl.Int64}
FEEDBACK: Schema = {"contact": pl.Int64, "not_a_lead": pl.Boolean, "known_at": _MOMENT}
SAID: Schema = {"contact": pl.Int64, "name": pl.String, "value": pl.String, "at": _MOMENT, "known_at": _MOMENT}


@dataclass(frozen=True)
class Facts:
    """Everything there is, as frames in any order; the columns are those of ingestion.selectors.frames and .said.

    links: contact, person, known_at: who is somebody else too. contacts: contact, client, withheld: they objected to
    profiling, are being erased, or belong to the brand. posts: on which channel a post is, of channels in `confirmed`
    at least. campaigns: kinds of acts by which people took part, and when; post 0: wherever. confirmed: spans of a
    channel, of a client, or of one post of a client, that a person took for inauthentic at `known_at`, and did not any
    more at `until` (null: still does).
    audience: what a client says of the people it is for, as it says now. said: attributes and interests of contacts.
    feedback: when the agency said of a contact that it is not a lead, and when it took that back.
    currencies: of which money of a client is added up (client, main), where the facts are of a few contacts only; of
    none: as they tell.
    """

    acts: pl.DataFrame
    outcomes: pl.DataFrame
    links: pl.DataFrame
    contacts: pl.DataFrame
    posts: pl.DataFrame = field(default_factory=partial(pl.DataFrame, schema=POSTS))
    campaigns: pl.DataFrame = field(default_factory=partial(pl.DataFrame, schema=CAMPAIGNS))
    confirmed: pl.DataFrame = field(default_factory=partial(pl.DataFrame, schema=CONFIRMED))
    audience: pl.DataFrame = field(default_factory=partial(pl.DataFrame, schema=AUDIENCE))
    said: pl.DataFrame = field(default_factory=partial(pl.DataFrame, schema=SAID))
    feedback: pl.DataFrame = field(default_factory=partial(pl.DataFrame, schema=FEEDBACK))
    currencies: pl.DataFrame = field(default_factory=partial(pl.DataFrame, schema=CURRENCIES))


def confirmations(spans: Iterable[Span]) -> pl.DataFrame:
    """Return spans as the frame `confirmed`."""
    return pl.DataFrame(list(spans), schema=CONFIRMED, orient="row")


def words_on_leads(given: Iterable[tuple[int, bool, datetime]]) -> pl.DataFrame:
    """Return what the agency said as the frame `feedback`: contact, not_a_lead, known_at."""
    return pl.DataFrame(list(given), schema=FEEDBACK, orient="row")


def main_currency(client_id: int, currency: int | None) -> pl.DataFrame:
    """Return the frame `currencies` of one client; None: there is none."""
    main = [] if currency is None else [(client_id, currency)]
    return pl.DataFrame(main, schema=CURRENCIES, orient="row")


def as_known(facts: Facts, as_of: datetime) -> Facts:
    """Return what was known before `as_of`: a row that came later changes nothing.

    Acts, outcomes, feedback and what was said get `person` (the contact whose they are, by the links known then), the
    first two `day`: how many whole days before `as_of`, from 0. Acts that were taken back are gone, and so is all that
    is known of people who are withheld. links: the ways to their ends, as `persons` has them. Of what was said, the
    latest of each name is left.
    """
    facts = _without_withheld(facts)
    people = persons(facts, as_of)
    early = pl.col("known_at") < as_of
    return replace(
        facts,
        acts=_without_what_was_taken_back(_of_persons(facts.acts.filter(early), people, as_of)),
        outcomes=_of_persons(facts.outcomes.filter(early), people, as_of),
        links=people,
        posts=facts.posts.filter(early),
        campaigns=facts.campaigns.filter(early),
        confirmed=facts.confirmed.filter(early, pl.col("until").is_null() | (pl.col("until") >= as_of)),
        said=_latest(with_person(facts.said.filter(early), people)),
        feedback=with_person(facts.feedback.filter(early), people),
    )


def said_before(facts: Facts, moment: datetime) -> pl.DataFrame:
    """Return what was said of each person before a moment, the latest of each name: columns person, name, value."""
    return as_known(replace(facts, acts=facts.acts.clear(), outcomes=facts.outcomes.clear()), moment).said


def _latest(said: pl.DataFrame) -> pl.DataFrame:
    """Of what holds since the same moment, what was known later; of that, what comes last by the alphabet."""
    said = said.sort("at", "known_at", "value")
    return said.group_by("person", "name").agg(pl.col("value").last().str.strip_chars())


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
    acts, outcomes, contacts, said = (
        it.join(out, on="contact", how="anti") for it in (facts.acts, facts.outcomes, facts.contacts, facts.said)
    )
    # Nor are they known as those to whom somebody else spoke.
    to_them = pl.col("target").is_in(out["contact"].implode())
    acts = acts.with_columns(target=pl.when(to_them).then(0).otherwise("target"))
    return replace(facts, acts=acts, outcomes=outcomes, contacts=contacts, said=said)


def _end_of_the_way(contact: int, leads_to: dict[int, int]) -> int:
    way = [contact]
    while (following := leads_to.get(way[-1])) is not None:
        if following in way:
            return min(way[way.index(following) :])
        way.append(following)
    return way[-1]


def with_person(frame: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with the person whose they are."""
    # Narrow: what is joined is copied whole.
    found = frame.select("contact").join(people, on="contact", how="left", maintain_order="left")
    return frame.with_columns(found.select(person=pl.coalesce("person", "contact")))


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
    # Narrow, and filtered once: what is joined is copied whole.
    found = acts.select("person", "direction", "act", "mark", "occurred_at", "nature")
    found = found.join(named, on=["person", "direction", "act"], how="left", maintain_order="left")
    found = found.join(until, on=["person", "direction", "mark"], how="left", maintain_order="left")
    stands = pl.col("back").is_null() & (pl.col("until").is_null() | (pl.col("occurred_at") > pl.col("until")))
    return acts.filter(found.select(is_undo | stands).to_series())
