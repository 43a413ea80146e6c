"""Notifications of a Bluesky account, as one asks for them (app.bsky.notification.listNotifications).

Specified by the lexicon of that name at github.com/bluesky-social/atproto. A record's address (at://…) is its id.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from ingestion.errors import NotJson
from ingestion.formats.webhooks.page import Page, Place
from ingestion.formats.webhooks.payload import at, paged, text_at
from ingestion.formats.webhooks.row import (
    UNREAD,
    Row,
    act,
    fingerprint,
    left_out,
    named,
    person,
    taken,
    unknown,
    unreadable,
)

ACTS = ("like", "repost", "follow", "mention", "reply", "quote")
# Somebody's clock may be slow by as much, or their server's road to this one as long.
LATE = timedelta(days=1)
NO_ACTS = {
    "subscribed-post": "A post of somebody whom the brand watches is no act towards it.",
    "verified": "That an account is verified is no act towards the brand.",
    "unverified": "That an account is no longer verified is no act towards the brand.",
}


def page(body: bytes, place: Place) -> Page:
    """Return what a page has that was not read before, the newest pages first. Raises NotJson or TooManyRows.

    place: `since`, the newest moment that was read, with `seen`, what was read of the time before it in which somebody
    may yet come in late, each with its moment; and while older pages are still to come `cursor`, with `newest`, what
    `since` is then.
    """
    found = paged(body, level=2)
    if not isinstance(at(found, "notifications"), list):
        raise NotJson("These are no notifications.")
    events = [(_mark(it), _moment(it), it) for it in taken(found["notifications"])]
    older = text_at(found, "cursor")
    since: str = place.get("since", "")
    seen: dict[str, str] = place.get("seen", {})
    begins = _late(since)
    fresh = [it for mark, moment, it in events if mark not in seen and (not moment or moment >= begins)]
    newest = max([place.get("newest", since), *(moment for _, moment, _ in events)])
    seen = seen | {mark: moment or newest for mark, moment, _ in events}
    ends = _late(newest)
    kept = {mark: moment for mark, moment in seen.items() if moment >= ends}
    is_last = not older or older == place.get("cursor") or any("" < moment < begins for _, moment, _ in events)
    on = {"since": newest} if is_last else {"since": since, "newest": newest, "cursor": older}
    return Page([_row(it) for it in fresh], {**on, "seen": kept}, is_last)


def _mark(event: Any) -> str:
    """Return what tells an event from others."""
    return fingerprint(text_at(event, "uri") or event)


def _moment(event: Any) -> str:
    """Return when an event happened, so that moments are in order as texts are; an empty one where it says none."""
    try:
        return _written(datetime.fromisoformat(text_at(event, "indexedAt")).astimezone(UTC))
    except (ValueError, OverflowError):
        return ""


def _late(moment: str) -> str:
    """Return from when on something may yet come in once that moment was read."""
    try:
        return _written(datetime.fromisoformat(moment) - LATE)
    except (ValueError, OverflowError):
        return ""


def _written(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")


def _row(event: Any) -> Row:
    if isinstance(event, str):
        return left_out("", UNREAD)
    reason = text_at(event, "reason")
    own_id = text_at(event, "uri")
    if not reason:
        return unreadable(event)
    if reason in NO_ACTS:
        return left_out("", NO_ACTS[reason], id=own_id)
    who = _person(at(event, "author"))
    # By this the list is in order: the person's own clock (`createdAt`), or when it was indexed, whichever is earlier.
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
