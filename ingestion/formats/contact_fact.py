"""Facts about people as they are sent: lead attributes, declared interests."""

import json
from typing import Annotated

from msgspec import Meta, Struct

from ingestion.formats.fact import Fact, Id, Moment, Terms, digest, own_id
from ingestion.formats.person import Person
from ingestion.formats.refusal import RowRefused, pointer_to
from tenants.special import is_special

MOST_FACTS = 100
LONGEST_NAME = 100
LONGEST_VALUE = 300
Value = bool | int | float | str


class ContactFact(Struct, forbid_unknown_fields=True, kw_only=True):
    """What is known of one person from a moment on, by name."""

    id: Annotated[Id, Meta(description="The source's own id; by itself the person and the moment.")] | None = None
    who: Person
    at: Annotated[Moment, Meta(description="Since when it is so, or when they said it.")]
    known_at: Annotated[Moment, Meta(description="Only for sources that state it.")] | None = None
    facts: Annotated[
        dict[str, Value], Meta(min_length=1, max_length=MOST_FACTS, description="Name → value, such as industry.")
    ]


# Column → its type in PostgreSQL, in the order of Fact.values.
COLUMNS = {"at": "timestamptz", "known_at": "timestamptz", "facts": "jsonb"}


def read(row: ContactFact, index: int, terms: Terms) -> Fact:
    """Return the facts as they are landed: one row each, named by the id of this one. Raises RowRefused."""
    facts = {_name(name): _value(name, value) for name, value in row.facts.items()}
    if len(facts) < len(row.facts):
        raise RowRefused("invalid", "/facts", "Two of the names are the same but for blanks.")
    at = terms.moment(row.at, "/at")
    known_at = terms.known(at, row.known_at)
    people = (terms.register.known(row.who, "/who"),)
    written = digest(row, people, terms.register.secret)
    own = row.id or f"{people[0].said.hex()}/{at.isoformat()}"  # not by the key, which depends on the policy
    return Fact(index, own_id(own), written, people, (at, known_at, json.dumps(facts)))


def _name(name: str) -> str:
    found = own_id(name.strip(), "/facts")
    if not 0 < len(found) <= LONGEST_NAME:
        raise RowRefused("invalid", "/facts", f"A fact has a name of 1 to {LONGEST_NAME} characters.")
    if is_special(found):
        raise RowRefused(
            "special_category",
            "/facts" + pointer_to(name),
            f"“{found}” sounds like what the law sets apart (health, beliefs, origin, orientation, offences). Such "
            "things are not kept here.",
        )
    return found


def _value(name: str, value: Value) -> str:
    """Return the value as text, as JSON would write it but for the quotes."""
    text = value if isinstance(value, str) else json.dumps(value)
    if len(text) > LONGEST_VALUE:
        raise RowRefused(
            "invalid", "/facts" + pointer_to(name), f"A value has at most {LONGEST_VALUE} characters; facts are short."
        )
    return text
