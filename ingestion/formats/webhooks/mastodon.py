"""Notifications of a Mastodon account, as one asks for them (GET /api/v1/notifications).

Specified at docs.joinmastodon.org/entities/Notification. People are known by their address, user@server: it never
changes and means the same everywhere, while their id holds on one server only. Statuses name no conversation, so what
a person says and the brand's answers to it are one thread.
"""

import html
import re
from collections.abc import Iterator
from typing import Any

from ingestion.errors import NotJson
from ingestion.formats.webhooks.page import Page, Place
from ingestion.formats.webhooks.payload import at, parsed, text_at
from ingestion.formats.webhooks.row import Row, act, left_out, named, person, taken, unknown, unreadable

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


def rows(body: bytes, *, server: str, account: str) -> list[Row]:
    """Return a page of notifications. Raises NotJson, TooDeep or TooManyRows.

    server: the host of the brand's account, such as mastodon.example. account: its id there.
    """
    return taken(_row(server, account, it) for it in _page(body))


def cursor(body: bytes) -> str:
    """Return the newest id of a page, to be sent as `min_id` with the next request; none of an empty page.

    Raises NotJson, TooDeep or TooManyRows.
    """
    return max((text_at(it, "id") for it in _page(body)), key=_age, default="")


def page(body: bytes, place: Place, *, server: str, account: str) -> Page:
    """Return what a page has that is newer than its place, the oldest pages first. Raises as `rows` does.

    place: `min_id`, the newest id that was read.
    """
    found = parsed(body)
    if not isinstance(found, list):
        raise NotJson("These are no notifications.")
    newest: str = place.get("min_id", "")
    fresh = [it for it in found if _age(text_at(it, "id")) > _age(newest)]
    ids = [newest, *(text_at(it, "id") for it in fresh)]
    return Page(taken(_row(server, account, it) for it in fresh), {"min_id": max(ids, key=_age)}, is_last=not fresh)


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


def _page(body: bytes) -> Iterator[Any]:
    found = parsed(body)
    yield from found if isinstance(found, list) else [found]


def _row(server: str, account: str, event: Any) -> Row:
    kind, number = text_at(event, "type"), named("notification", text_at(event, "id"))
    if not kind:
        return unreadable(event, account=account)
    if kind in NO_ACTS:
        return left_out(account, NO_ACTS[kind], id=number)
    fields: dict[str, Any] = {"id": number, "occurred_at": text_at(event, "created_at")}
    if kind not in ACTS:
        return unknown(account, kind, event, **fields)
    who = at(event, "account")
    words = _said(event) or {"kind": ACTS[kind], "post": text_at(event, "status", "id")}
    if words["kind"] == "mention":
        words |= _how_said(at(event, "status"), account, _address(server, who))
    return act(account, _person(server, who), automated=at(who, "bot") is True or None, **fields, **words)


def _said(event: Any) -> dict[str, Any]:
    """Return what the person wrote; nothing where the status is the brand's, liked or passed on."""
    status = at(event, "status")
    if not isinstance(status, dict) or text_at(status, "account", "id") != text_at(event, "account", "id"):
        return {}
    content = at(status, "content")
    return {
        "kind": ACTS[text_at(event, "type")],
        "thread": text_at(status, "id"),
        "text": text(content) if isinstance(content, str) else None,
    }


def _how_said(status: Any, account: str, address: str) -> dict[str, str]:
    if text_at(status, "visibility") == "direct":
        return {"kind": "direct_message", "thread": address}
    if text_at(status, "in_reply_to_account_id") == account:
        return {"kind": "reply", "post": text_at(status, "in_reply_to_id")}
    return {}


def _person(server: str, who: Any) -> dict[str, str]:
    return person("mastodon", handle=_address(server, who), name=text_at(who, "display_name"))


def _address(server: str, who: Any) -> str:
    """Return user@server; the brand's own server leaves itself out."""
    name = text_at(who, "acct")
    return name if "@" in name or not name else f"{name}@{server}"
