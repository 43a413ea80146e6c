"""Segment's calls, in its batch envelope: `track`, `page` and `screen` are acts or outcomes, `identify` says facts.

A call has many properties that are nobody's business here; those that a row has a field for are taken, the others are
not read. Source: Segment's specification (common fields, track, identify, and the events of its e-commerce
specification).
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Raw, Struct, field

from ingestion.formats import wrapped
from ingestion.formats.reading import Format
from ingestion.formats.refusal import RowRefused

NO_TIME = timedelta(0)
Moment = Annotated[datetime, Meta(tz=True)]
KINDS_OF_CALLS = {
    "engagements": ("track", "page", "screen"),
    "outcomes": ("track",),
    "contact-facts": ("identify",),
}
# What Segment's e-commerce events are called here. Other events keep their name: “Direct Message” is a direct_message.
ORDERED = "order_completed"
EVENTS = {ORDERED: "purchase", "order_refunded": "refund"}
AMOUNTS = ("value", "total", "revenue")


class Context(Struct):
    traits: dict[str, Raw] = {}


class Call(Struct, rename="camel"):
    """One call. timestamp: when it happened, by the clock of whoever sent it, until Segment has received it."""

    message_id: str
    type: str
    timestamp: Moment | None = None
    original_timestamp: Moment | None = None
    received_at: Moment | None = None
    user_id: str | int | None = None
    anonymous_id: str | None = None
    event: str | None = None
    properties: dict[str, Raw] | None = None
    traits: dict[str, Raw] | None = None
    context: Context = field(default_factory=Context)


def is_call(row: bytes) -> bool:
    """Whether a row of a batch is one of Segment's calls."""
    return b'"messageId"' in row and b'"type"' in row


def late(sent_at: datetime | None, rows: Sequence[bytes], now: datetime) -> timedelta:
    """Return by how much the sender's clock is late: `receivedAt - sentAt`, as Segment has it.

    0 where Segment has received the calls itself and passed them on: then it has moved their moments; and where other
    rows are among them.
    """
    if sent_at is None or any(b'"receivedAt"' in row or not is_call(row) for row in rows):
        return NO_TIME
    return now - sent_at


def row(call: bytes, format_: Format) -> bytes:
    """Return the row that a call brings; one that is none is a row already. Raises RowRefused."""
    if not is_call(call):
        return call
    it = wrapped.opened(call, Call, "call of Segment")
    if it.type not in KINDS_OF_CALLS.get(format_.name, ()):
        raise RowRefused("invalid", "/type", f"A call of the type “{it.type[:40]}” says nothing of {format_.name}.")
    happened = it.timestamp or it.original_timestamp
    said = {"id": it.message_id, format_.person: _who(it), format_.moment: happened}
    if format_.name == "contact-facts":
        facts = {name: value for name, value in (it.traits or {}).items() if name not in ("email", "name")}
        return wrapped.row({}, **said, facts=facts)
    properties = it.properties or {}
    taken = {name: value for name, value in properties.items() if name in format_.row.__struct_fields__}
    return wrapped.row(_without(taken, said), **said | _what(it, format_, properties))


def _without(taken: wrapped.Fields, said: dict[str, Any]) -> wrapped.Fields:
    """Return what can be taken as it is. A `channel` here is a means, such as “email”, and no account of ours."""
    return {name: value for name, value in taken.items() if name not in said and name not in ("kind", "channel")}


def _who(call: Call) -> dict[str, Any]:
    traits = call.context.traits | (call.traits or {})
    # A browser's cookie says less than a customer number, and would be taken for the steadier of the two.
    cookie = call.anonymous_id if call.user_id in (None, "") else None
    known = {"email": traits.get("email"), "name": traits.get("name"), "external_id": cookie,
             "customer": None if call.user_id is None else str(call.user_id)}  # fmt: skip
    return {name: value for name, value in known.items() if value not in (None, "")}


def _what(call: Call, format_: Format, properties: wrapped.Fields) -> dict[str, Any]:
    """Return what happened, in our words."""
    if call.type != "track":
        return {"kind": "view"}
    name = "_".join((call.event or "").lower().split())
    if format_.name != "outcomes":
        return {"kind": name}
    order = _text(properties.get("order_id"))
    return {
        "kind": EVENTS.get(name, name),
        "value": next((properties[it] for it in AMOUNTS if it in properties), None),
        "refund_of": order if EVENTS.get(name) == "refund" else None,
        # The order's own number counts once, however often it is told of; a refund names it.
        **({"id": order} if name == ORDERED and order else {}),
    }


def _text(value: Raw | None) -> str:
    with suppress(msgspec.MsgspecError, ValueError):  # a number that is none
        found = None if value is None else msgspec.json.decode(value)
        return str(found) if isinstance(found, str | int) else ""
    return ""
