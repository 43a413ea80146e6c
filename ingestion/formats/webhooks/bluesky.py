"""Notifications of a Bluesky account, as one asks for them (app.bsky.notification.listNotifications).

Specified by the lexicon of that name at github.com/bluesky-social/atproto. A record's address (at://…) is its id.
"""

from collections.abc import Iterator
from typing import Any

from ingestion.errors import NotJson
from ingestion.formats.webhooks.page import Page, Place
from ingestion.formats.webhooks.payload import at, list_at, parsed, text_at
from ingestion.formats.webhooks.row import Row, act, left_out, named, person, taken, unknown, unreadable

ACTS = ("like", "repost", "follow", "mention", "reply", "quote")
NO_ACTS = {
    "subscribed-post": "A post of somebody whom the brand watches is no act towards it.",
    "verified": "That an account is verified is no act towards the brand.",
    "unverified": "That an account is no longer verified is no act towards the brand.",
}


def rows(body: bytes) -> list[Row]:
    """Return a page of notifications. Raises NotJson, TooDeep or TooManyRows."""
    return taken(_rows(parsed(body)))


def cursor(body: bytes) -> str:
    """Return what to send as `cursor` for the page before this one; none after the last.

    Raises NotJson, TooDeep or TooManyRows.
    """
    return text_at(parsed(body), "cursor")


def page(body: bytes, place: Place) -> Page:
    """Return what a page has that was not read before, the newest pages first. Raises as `rows` does.

    place: `since`, the newest moment that was read to its end, with `seen`, what was read of that moment; and while
    older pages are still to come `cursor`, with `coming`, what `since` and `seen` are then. Moments are compared as
    texts: they are one server's, all written alike.
    """
    found = parsed(body)
    if not isinstance(at(found, "notifications"), list):
        raise NotJson("These are no notifications.")
    events, older = list_at(found, "notifications"), text_at(found, "cursor")
    fresh = [it for it in events if _is_new(it, place)]
    coming = place.get("coming") or _newest(events, place)
    is_last = not older or older == place.get("cursor") or len(fresh) < len(events)
    on = coming if is_last else {**place, "cursor": older, "coming": coming}
    return Page(taken(_row(it) for it in fresh), on, is_last)


def _is_new(event: Any, place: Place) -> bool:
    happened, since = text_at(event, "indexedAt"), place.get("since", "")
    return happened > since or (happened == since and text_at(event, "uri") not in place.get("seen", []))


def _newest(events: list[Any], place: Place) -> Place:
    since = max([place.get("since", ""), *(text_at(it, "indexedAt") for it in events)])
    seen = [text_at(it, "uri") for it in events if text_at(it, "indexedAt") == since]
    before = place.get("seen", []) if since == place.get("since") else []
    return {"since": since, "seen": sorted({*before, *seen})}


def _rows(page: Any) -> Iterator[Row]:
    if not isinstance(at(page, "notifications"), list):
        yield unreadable(page)
    for event in list_at(page, "notifications"):
        yield _row(event)


def _row(event: Any) -> Row:
    reason = text_at(event, "reason")
    own_id = text_at(event, "uri")
    if not reason:
        return unreadable(event)
    if reason in NO_ACTS:
        return left_out("", NO_ACTS[reason], id=own_id)
    who = _person(at(event, "author"))
    # What the person's own clock says (`createdAt`) may be any moment they like.
    happened = text_at(event, "indexedAt")
    if reason not in ACTS:
        own_id = named(reason, own_id, text_at(event, "author", "did"))
        return unknown("", reason, event, id=own_id, occurred_at=happened, actor=who)
    return act("", who, id=own_id, kind=reason, occurred_at=happened, **_said(event, reason, own_id))


def _said(event: Any, reason: str, own_id: str) -> dict[str, Any]:
    """Return what stands in a post; of a like, repost or follow, what it is about."""
    record, about = at(event, "record"), text_at(event, "reasonSubject")
    if reason in ("like", "repost", "follow"):
        return {"post": about}
    return {
        "post": about,
        "thread": text_at(record, "reply", "root", "uri") or own_id,
        "in_reply_to": text_at(record, "reply", "parent", "uri"),
        "text": at(record, "text"),
    }


def _person(who: Any) -> dict[str, str]:
    return person(
        "bluesky", external_id=text_at(who, "did"), handle=text_at(who, "handle"), name=text_at(who, "displayName")
    )
