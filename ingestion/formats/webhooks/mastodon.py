"""Notifications of a Mastodon account, as one asks for them (GET /api/v1/notifications).

Specified at docs.joinmastodon.org/entities/Notification. People are known by their address, user@server: it never
changes and means the same everywhere, while their id holds on one server only. Statuses name no conversation, so what
a person says and the brand's answers to it are one thread.
"""

import html
import re
from typing import Any

from ingestion.errors import NotJson
from ingestion.formats.webhooks.page import Page, Place
from ingestion.formats.webhooks.payload import at, paged, text_at
from ingestion.formats.webhooks.row import UNREAD, Row, act, left_out, named, person, taken, unknown, unreadable

# A favourite here is what a like is elsewhere: it shows the post to nobody.
ACTS = {
    "mention": "mention",
    "reblog": "repost",
    "favourite": "like",
    "follow": "follow",
    "follow_request": "connection_request",
    "quote": "quote",
}
NO_ACTS = {
    "status": "A post of somebody whom the brand watches is no act towards it.",
    "poll": "That a poll has ended is no act.",
    "update": "An act counts as it was first said.",
    "quoted_update": "An act counts as it was first said.",
    "admin.sign_up": "That somebody joins the server is no act towards the brand.",
    "admin.report": "A report to the server's moderators is about somebody else.",
    "severed_relationships": "What moderators do is no act of the people concerned.",
    "moderation_warning": "What moderators do is no act of the people concerned.",
}
# Each character is looked at once: what begins a tag ends the search for the last one's end.
LINE_END = re.compile(r"<(?:br\s?/?|/p)>", re.IGNORECASE)
TAG = re.compile(r"<[^<>]*>")


def page(body: bytes, place: Place, *, server: str, account: str, newest: str = "") -> Page:
    """Return what a page has that is newer than its place, the oldest pages first. Raises NotJson or TooManyRows.

    place: `min_id`, the newest id that was read. server: the host of the brand's account, such as mastodon.example.
    account: its id there. newest: the newest id of the page, where that is said beside it.
    """
    found = paged(body, level=1)
    if not isinstance(found, list):
        raise NotJson("These are no notifications.")
    before: str = place.get("min_id", "")
    fresh = [it for it in taken(found) if not text_at(it, "id") or _age(text_at(it, "id")) > _age(before)]
    last = max([before, newest, *(text_at(it, "id") for it in fresh)], key=_age)
    return Page([_row(server, account, it) for it in fresh], {"min_id": last}, is_last=last == before)


def _age(number: str) -> tuple[int, str]:
    """Return by what ids are in order: they are whole numbers, and grow."""
    return len(number), number


def text(content: str) -> str:
    """Return the text of a status without its HTML.

    >>> text('<p><a href="https://mastodon.example/@ada">@<span>ada</span></a> I&#39;d like one<br>or two</p>')
    "@ada I'd like one\\nor two"
    """
    bare = TAG.sub("", LINE_END.sub("\n", content))
    try:
        return html.unescape(bare).strip()
    except ValueError:  # a character's number of more digits than Python counts
        return bare.strip()


def _row(server: str, account: str, event: Any) -> Row:
    if isinstance(event, str):
        return left_out(account, UNREAD)
    kind, number = text_at(event, "type"), named("notification", server, text_at(event, "id"))
    if not kind:
        return unreadable(event, account=account)
    if kind in NO_ACTS:
        return left_out(account, NO_ACTS[kind], id=number)
    fields: dict[str, Any] = {"id": number, "occurred_at": text_at(event, "created_at")}
    if kind not in ACTS:
        return unknown(account, kind, event, **fields)
    who = at(event, "account")
    words = _said(server, event) or {"kind": ACTS[kind], "post": _there(server, event, "status", "id")}
    if words["kind"] == "mention":
        words |= _how_said(server, at(event, "status"), account, _address(server, who))
    return act(account, _person(server, who), automated=at(who, "bot") is True or None, **fields, **words)


def _there(server: str, event: Any, *path: str) -> str:
    """Return the id at the end of the path so that it means the same everywhere: each server counts for itself."""
    return named(server, text_at(event, *path))


def _said(server: str, event: Any) -> dict[str, Any]:
    """Return what the person wrote; nothing where the status is the brand's, liked or passed on."""
    status = at(event, "status")
    if not isinstance(status, dict) or text_at(status, "account", "id") != text_at(event, "account", "id"):
        return {}
    content = at(status, "content")
    return {
        "kind": ACTS[text_at(event, "type")],
        "thread": _there(server, status, "id"),
        "text": text(content) if isinstance(content, str) else None,
    }


def _how_said(server: str, status: Any, account: str, address: str) -> dict[str, str]:
    if text_at(status, "visibility") == "direct":
        return {"kind": "direct_message", "thread": address}
    if text_at(status, "in_reply_to_account_id") == account:
        return {"kind": "reply", "post": _there(server, status, "in_reply_to_id")}
    return {}


def _person(server: str, who: Any) -> dict[str, str]:
    return person("mastodon", handle=_address(server, who), name=text_at(who, "display_name"))


def _address(server: str, who: Any) -> str:
    """Return user@server; the brand's own server leaves itself out."""
    name = text_at(who, "acct")
    return name if "@" in name or not name else f"{name}@{server}"
