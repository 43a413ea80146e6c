"""Engagements as they are sent: one act of one person at one moment."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from ingestion.formats.fact import Fact, Id, Moment, Reference, Terms, digest, own_id
from ingestion.formats.hearing import Heard, heard
from ingestion.formats.ladder import KINDS, Kind, placed
from ingestion.formats.person import Known, Person
from ingestion.formats.refusal import RowRefused

MOST_WORDS = 32_767
UNHEARD = (None, None, None, None, "", None)
Direction = Literal["inbound", "outbound", "two-sided", "peer"]


class Engagement(Struct, forbid_unknown_fields=True, kw_only=True):
    """One act. A row names who acted (`actor`); one of the brand's own names whom it was for (`target`)."""

    id: Id
    kind: Annotated[str, Meta(max_length=40, description="An act of the ladder: " + ", ".join(KINDS))]
    occurred_at: Moment
    known_at: Annotated[Moment, Meta(description="Only for sources that state it.")] | None = None
    actor: Person | None = None
    direction: Direction = "inbound"
    target: Annotated[Person, Meta(description="Whom an outbound or peer act was for.")] | None = None
    post: Annotated[Reference, Meta(description="The source's id of the post; says on whose channel.")] | None = None
    channel: Annotated[str, Meta(max_length=230, description="Where no post says on whose: `cha_…`, or platform/handle.")] | None = None  # fmt: skip  # noqa: E501
    in_reply_to: Annotated[Reference, Meta(description="The id of the act it answers or takes back.")] | None = None
    thread: Annotated[Reference, Meta(description="The source's id of the conversation.")] | None = None
    text: (
        Annotated[
            str, Meta(description="Read once for what it asks and how long it is; not kept, unless its source says so.")
        ]
        | None
    ) = None
    words: Annotated[int, Meta(ge=0, le=MOST_WORDS, description="Where the text is not sent: its words.")] | None = None
    automated: Annotated[bool, Meta(description="Declared to be done by software.")] = False
    provenance: Annotated[Reference, Meta(description="How it is known: guest list, call log, …")] | None = None


# Column → its type in PostgreSQL, in the order of Fact.values.
COLUMNS = {
    "channel_id": "bigint",
    "kind": "text",
    "rung": "smallint",
    "nature": "smallint",
    "direction": "text",
    "occurred_at": "timestamptz",
    "known_at": "timestamptz",
    "words": "smallint",
    "asks": "boolean",
    "asks_price": "boolean",
    "asks_availability": "boolean",
    "asks_how_to_buy": "boolean",
    "language": "text",
    "likeness": "bytea",
    "text": "text",
    "automated": "boolean",
    "post": "text",
    "thread": "text",
    "in_reply_to": "text",
    "provenance": "text",
}


def read(row: Engagement, index: int, terms: Terms) -> Fact:
    """Return the act as it is landed. Raises RowRefused."""
    own = row.kind.casefold()
    word = own.replace(" ", "_")  # as people write it: “Direct message”
    meaning = word if word in KINDS else terms.kinds.get(own, row.kind)
    if meaning == "delete" and not row.in_reply_to:
        raise RowRefused("missing", "/in_reply_to", "Name the act that was deleted.")
    if row.text is not None and row.words is not None:
        raise RowRefused("invalid", "/words", "Send the text or its words, not both: they might disagree.")
    it = None if row.text is None else heard(row.text)
    words = row.words if it is None else min(it.words, MOST_WORDS)
    name, kind = _kind(row.kind, meaning, words)
    occurred_at = terms.moment(row.occurred_at, "/occurred_at")
    known_at = terms.known(occurred_at, row.known_at)
    people = _people(row, terms)
    channel_id = terms.channel(row.channel) if row.channel else None
    row.channel = None if channel_id is None else str(channel_id)  # by whichever name it was sent
    return Fact(
        index,
        own_id(row.id),
        digest(row, people, terms.register.secret),
        people,
        (
            channel_id,
            name,
            kind.rung,
            int(kind.nature),
            row.direction,
            occurred_at,
            known_at,
            words,
            *_of_text(it),
            row.text if row.text is not None and terms.keeps_texts else "",
            row.automated,
            row.post or "",
            row.thread or "",
            row.in_reply_to or "",
            row.provenance or "",
        ),
    )


def _of_text(it: Heard | None) -> tuple[Any, ...]:
    if it is None:
        return UNHEARD
    return it.asks, it.asks_price, it.asks_availability, it.asks_how_to_buy, it.language, it.likeness


def _kind(word: str, meaning: str | int, words: int | None) -> tuple[str, Kind]:
    """Return what an act is called here, and its place. meaning: a kind, or the rung of what keeps its own name."""
    if isinstance(meaning, int):
        return word, Kind(meaning)
    if meaning not in KINDS:
        raise RowRefused(
            "unknown_kind",
            "/kind",
            f"“{meaning[:40]}” is no kind we know. Use one of {', '.join(KINDS)}, or say in the admin what this source "
            "means by it (Sources).",
        )
    return meaning, placed(meaning, words)


def _people(row: Engagement, terms: Terms) -> tuple[Known, Known | None]:
    """Return whose act it is, and in a peer act for whom. What the brand does belongs to the person it was for."""
    if row.direction == "outbound":
        if row.target is None:
            raise RowRefused("missing", "/target", "An outbound act is the brand's own: name whom it was for.")
        return terms.register.known(row.target, "/target"), None
    if row.actor is None:
        raise RowRefused("missing", "/actor", "Name who acted.")
    actor = terms.register.known(row.actor, "/actor")
    if row.direction != "peer":
        return actor, None
    if row.target is None:
        raise RowRefused("missing", "/target", "An act between two people names the other one.")
    return actor, terms.register.known(row.target, "/target")
