"""Webhooks of Meta: Instagram and Facebook.

The envelope is specified at developers.facebook.com/docs/graph-api/webhooks/getting-started, what Instagram sends at
developers.facebook.com/docs/instagram-platform/webhooks/examples. There an event of an app with Instagram's own login
stands in the entry itself (`field`, `value`), and one with Facebook's in `changes`; both are read either way.
"""

from collections.abc import Iterator
from typing import Any

from ingestion.formats.webhooks import meta_feed, meta_messages
from ingestion.formats.webhooks.meta_entry import Entry
from ingestion.formats.webhooks.payload import at, list_at, moment, parsed, text_at
from ingestion.formats.webhooks.row import Row, act, left_out, named, taken, unknown, unreadable

PLATFORMS = {"instagram": "instagram", "page": "facebook"}
ALOUD = "The brand's own comment under its post is for nobody in particular."
OF_A_STORY = "Counts of a story are no person's act."


def rows(body: bytes) -> list[Row]:
    """Return the events. Raises NotJson, TooDeep or TooManyRows."""
    payload = parsed(body)
    envelopes = payload if isinstance(payload, list) else [payload]
    return taken(row for envelope in envelopes for row in _of_envelope(envelope))


def _of_envelope(envelope: Any) -> Iterator[Row]:
    platform = PLATFORMS.get(text_at(envelope, "object"))
    entries = list_at(envelope, "entry")
    if platform is None or not entries:
        yield unreadable(envelope)
        return
    for found in entries:
        entry = Entry(platform, text_at(found, "id"), moment(text_at(found, "time")))
        if entry.account:
            yield from _of_entry(entry, found)
        else:
            yield unreadable(found)


def _of_entry(entry: Entry, found: Any) -> Iterator[Row]:
    changes = [*list_at(found, "changes"), *([found] if "field" in found else [])]
    # On standby another program of the brand's is answering; what is said is the same.
    messages = [*list_at(found, "messaging"), *list_at(found, "standby")]
    if not changes and not messages:
        yield unreadable(found, account=entry.account)
    for change in changes:
        yield _of_change(entry, change)
    for message in messages:
        yield meta_messages.row(entry, message)


def _of_change(entry: Entry, change: Any) -> Row:
    field, value = text_at(change, "field"), at(change, "value")
    if not isinstance(value, dict):
        return unreadable(change, account=entry.account)
    if "sender" in value and "recipient" in value:
        return meta_messages.row(entry, value)
    if field in meta_feed.FIELDS:
        return meta_feed.row(entry, field, value)
    if field in READERS:
        return READERS[field](entry, value)
    return unknown(entry.account, field, change, occurred_at=entry.sent)


def _comment(entry: Entry, value: dict[str, Any]) -> Row:
    """Return a comment on Instagram: one thread is a comment and all replies to it.

    When it was made is not in it, only when Meta sent it. Of the brand's reply the author it answers is not.
    """
    own_id, parent = text_at(value, "id") or text_at(value, "comment_id"), text_at(value, "parent_id")
    ours = text_at(value, "from", "id") == entry.account
    if ours and not parent:
        return left_out(entry.account, ALOUD, id=named("comment", own_id))
    who = {} if ours else _author(entry, value)
    return act(
        entry.account,
        who,
        ours=ours,
        id=named("comment", own_id),
        kind="reply" if parent else "comment",
        occurred_at=entry.sent,
        post=text_at(value, "media", "id"),
        thread=parent or own_id,
        in_reply_to=named("comment", parent),
        text=at(value, "text"),
    )


def _author(entry: Entry, value: dict[str, Any]) -> dict[str, str]:
    return entry.person(external_id=text_at(value, "from", "id"), handle=text_at(value, "from", "username"))


def _mention(entry: Entry, value: dict[str, Any]) -> Row:
    """Return a mention on Instagram. Who made it and what they said is not in it, so it is set aside until fetched."""
    comment, media = text_at(value, "comment_id"), text_at(value, "media_id")
    return act(
        entry.account,
        _author(entry, value),
        id=named("mention", comment or media),
        kind="mention",
        occurred_at=entry.sent,
        post=media,
        thread=comment or media,
    )


def _story(entry: Entry, value: dict[str, Any]) -> Row:
    return left_out(entry.account, OF_A_STORY, post=text_at(value, "media_id"))


READERS = {"comments": _comment, "live_comments": _comment, "mentions": _mention, "story_insights": _story}
