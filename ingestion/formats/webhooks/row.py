"""What becomes of one event that somebody sent."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from typing import Any, TypeVar

from ingestion.errors import TooManyRows
from ingestion.formats.json_batch import MOST_ROWS
from ingestion.formats.ladder import KINDS

T = TypeVar("T")
MOST_LETTERS_OF_A_KIND = 40
UNREAD = "It nests deeper or has more parts than anything we know."
THEMSELVES = "The brand did it to itself."


@dataclass(frozen=True)
class Row:
    """One event as a row of a shape.

    row: as the shape's JSON has it. Where a brand's act does not say whom it was for, `in_reply_to` is the id of the
    act whose author that is. account: the brand's own id at the sender, for those who send several brands' events to
    one address. left_out: why the event is no row at all, in a sentence; such ones are counted and not landed. aside:
    why it waits for somebody, in a sentence. email: an address of the person, who is linked by it; another one later
    makes no other row.
    """

    shape: str
    row: dict[str, Any]
    account: str = ""
    left_out: str = ""
    aside: str = ""
    email: str = ""

    @property
    def written(self) -> bytes:
        """The row as JSON, to be read as one of a batch is."""
        return json.dumps(self.row).encode()


def taken(rows: Iterable[T]) -> list[T]:
    """Return the rows, or the events that become some. Raises TooManyRows."""
    found = list(islice(rows, MOST_ROWS + 1))
    if len(found) > MOST_ROWS:
        raise TooManyRows(MOST_ROWS)
    return found


def act(account: str, whom: dict[str, str], *, ours: bool = False, **fields: Any) -> Row:
    """Return an act of a person, or (ours) one of the brand's towards that person."""
    people = {"direction": "outbound", "target": whom} if ours else {"actor": whom}
    itself = ours and account and whom.get("external_id") == account
    return Row("engagements", said(fields | people), account, THEMSELVES if itself else "")


def unknown(account: str, kind: str, event: Any, **fields: Any) -> Row:
    """Return an event of a kind that we do not know: it is set aside under the sender's name for it."""
    # A name that means something here too would be a guess.
    name = (f"{kind} event" if kind in KINDS else kind or "event")[:MOST_LETTERS_OF_A_KIND]
    own = fields.get("id") or named(name, fingerprint(event))
    return Row("engagements", said(fields | {"id": own, "kind": name}), account)


def unreadable(event: Any, *, account: str = "", shape: str = "engagements") -> Row:
    """Return an event without what every event of the sender has: it is set aside as it is."""
    return Row(shape, {"event": event}, account)


def left_out(account: str, why: str, **fields: Any) -> Row:
    """Return an event that is no person's act."""
    return Row("engagements", said(fields), account, why)


def person(platform: str, **names: str) -> dict[str, str]:
    """Return somebody as a row names them; nobody, where the event has no name for them."""
    found = said(names)
    return {"platform": platform, **found} if found.keys() - {"name"} else {}


def said(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields that say something."""
    return {name: value for name, value in fields.items() if value not in (None, "", {})}


def named(kind: str, *parts: str) -> str:
    """Return an id of our making, none where a part is not known.

    >>> named("like", "p-1", "7"), named("like", "", "7")
    ('like:p-1:7', '')
    """
    return ":".join((kind, *parts)) if all(parts) else ""


def fingerprint(event: Any) -> str:
    """Return what tells an event without an id from others, the same whenever it comes."""
    return blake2b(json.dumps(event, sort_keys=True).encode(), digest_size=16).hexdigest()
