"""Messages on Instagram and in Messenger: what is said, reactions to it, and what is no act.

Specified at developers.facebook.com/docs/messenger-platform/reference/webhook-events and
developers.facebook.com/docs/instagram-platform/webhooks/examples. The thread of a message is the other person.
"""

from typing import Any

from ingestion.formats.webhooks.meta_entry import Entry
from ingestion.formats.webhooks.payload import at, list_at, moment, text_at
from ingestion.formats.webhooks.row import Row, act, left_out, named, unknown, unreadable

NO_ACTS = {
    "read": "That a message was seen is no act.",
    "delivery": "That a message was delivered is no act.",
    "message_edit": "A message counts as it was first said.",
}
AROUND = ("sender", "recipient", "timestamp")


def row(entry: Entry, event: Any) -> Row:
    """Return one event between a person and the brand."""
    if not isinstance(event, dict):
        return unreadable(event, account=entry.account)
    happened = moment(text_at(event, "timestamp")) or entry.sent
    for kind, reason in NO_ACTS.items():
        if kind in event:
            return left_out(entry.account, reason, occurred_at=happened)
    fields = _said(event) or _reaction(event, happened) or _postback(event, happened)
    ours = text_at(event, "sender", "id") == entry.account or at(event, "message", "is_echo") is True
    other = text_at(event, "recipient" if ours else "sender", "id")
    if not fields:
        kind = next((name for name in event if name not in AROUND), "")
        return unknown(entry.account, kind, event, occurred_at=happened)
    who = entry.person(external_id=other)
    return act(entry.account, who, ours=ours, occurred_at=happened, thread=other, **fields)


def _said(event: dict[str, Any]) -> dict[str, Any]:
    message = at(event, "message")
    if not isinstance(message, dict):
        return {}
    own_id = named("message", text_at(message, "mid"))
    if at(message, "is_deleted") is True:
        return {"id": own_id and f"delete:{own_id}", "kind": "delete", "in_reply_to": own_id}
    return {
        "id": own_id,
        "kind": "direct_message",
        "text": at(message, "text"),
        "words": _words(message),
        "in_reply_to": named("message", text_at(message, "reply_to", "mid")),
        "post": text_at(message, "reply_to", "story", "id"),
    }


def _words(message: dict[str, Any]) -> int | None:
    """Return 0 for pictures alone; how many words are in a recording is not known."""
    attachments = list_at(message, "attachments")
    wordless = attachments and not any(text_at(it, "type") in ("audio", "video") for it in attachments)
    return 0 if wordless and not at(message, "text") else None


def _reaction(event: dict[str, Any], happened: str) -> dict[str, Any]:
    """Return a reaction to a message. It has no id; `post` is the message, by which an unlike finds it."""
    about, sender = text_at(event, "reaction", "mid"), text_at(event, "sender", "id")
    action = text_at(event, "reaction", "action")
    kind = {"react": "reaction", "unreact": "unlike"}.get(action)
    return {"id": named(kind, about, sender, happened), "kind": kind, "post": about} if kind else {}


def _postback(event: dict[str, Any], happened: str) -> dict[str, Any]:
    """Return a button that was pressed: a click, for its words are the brand's."""
    if "postback" not in event:
        return {}
    sender = text_at(event, "sender", "id")
    own_id = text_at(event, "postback", "mid") or named(sender, happened)
    return {"id": named("postback", own_id), "kind": "click"}
