"""Webhooks of X: the Account Activity API.

Specified at docs.x.com/x-api/account-activity and in “Account Activity data objects” of its enterprise guide. Posts
are those of API 1.1. They name no conversation, so what a person says and the brand's answers to it are one thread.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ingestion.formats.webhooks.payload import at, list_at, moment, parsed, text_at
from ingestion.formats.webhooks.row import Row, act, left_out, named, person, taken, unknown, unreadable

NO_ACTS = {
    "direct_message_indicate_typing_events": "That somebody is typing is no act.",
    "direct_message_mark_read_events": "That a message was seen is no act.",
}
BETWEEN_ACCOUNTS = (("follow_events", "follow"), ("follow_events", "unfollow"), ("block_events", "block"))
REVOKED = "Access to the account was withdrawn: nothing will come any more until it is granted again."
ALOUD = "The brand's own post is for nobody in particular."


def rows(body: bytes) -> list[Row]:
    """Return the events. Raises NotJson, TooDeep or TooManyRows."""
    return taken(_of_payload(parsed(body)))


def _of_payload(payload: Any) -> Iterator[Row]:
    account = text_at(payload, "for_user_id")
    if at(payload, "user_event", "revoke") is not None:
        yield left_out(text_at(payload, "user_event", "revoke", "source", "user_id"), REVOKED)
        return
    lists = {name: events for name, events in payload.items() if isinstance(events, list)} if account else {}
    if not any(lists.values()):
        yield unreadable(payload, account=account)
    for name, events in lists.items():
        for event in events:
            yield _row(account, name, event, payload) if isinstance(event, dict) else unreadable(event, account=account)


def _row(account: str, name: str, event: dict[str, Any], payload: dict[str, Any]) -> Row:
    if name in NO_ACTS:
        return left_out(account, NO_ACTS[name])
    if name in READERS:
        return READERS[name](account, event)
    if name == "direct_message_events" and text_at(event, "type") == "message_create":
        return _message(account, event, payload)
    kind = text_at(event, "type") or name
    if (name, kind) in BETWEEN_ACCOUNTS:
        return _towards_account(account, kind, event)
    happened = moment(text_at(event, "created_timestamp") or text_at(event, "timestamp_ms"))
    return unknown(account, kind, event, occurred_at=happened)


def _like(account: str, event: dict[str, Any]) -> Row:
    """Return a like. Its `created_at` is the post's time, `timestamp_ms` its own."""
    liked, user = at(event, "favorited_status"), at(event, "user")
    ours = _number(user) == account
    return act(
        account,
        _person(at(liked, "user") if ours else user),
        ours=ours,
        id=named("like", text_at(event, "id")),
        kind="like",
        occurred_at=moment(text_at(event, "timestamp_ms")),
        post=_number(liked),
    )


def _towards_account(account: str, kind: str, event: dict[str, Any]) -> Row:
    source, target = at(event, "source"), at(event, "target")
    ours = _number(source) == account
    happened = text_at(event, "created_timestamp")
    return act(
        account,
        _person(target if ours else source),
        ours=ours,
        id=named(kind, _number(source), _number(target), happened),
        kind=kind,
        occurred_at=moment(happened),
    )


def _message(account: str, event: dict[str, Any], payload: dict[str, Any]) -> Row:
    message = at(event, "message_create")
    sender, recipient = text_at(message, "sender_id"), text_at(message, "target", "recipient_id")
    other = recipient if sender == account else sender
    user = at(payload, "users", other)
    return act(
        account,
        person("x", external_id=other, handle=text_at(user, "screen_name"), name=text_at(user, "name")),
        ours=sender == account,
        id=named("message", text_at(event, "id")),
        kind="direct_message",
        occurred_at=moment(text_at(event, "created_timestamp")),
        thread=other,
        text=at(message, "message_data", "text"),
    )


def _deleted(account: str, event: dict[str, Any]) -> Row:
    """Return that a post was deleted; of one of the brand's, whom it was for is not in it."""
    author, number = text_at(event, "status", "user_id"), text_at(event, "status", "id")
    ours = author == account
    return act(
        account,
        {} if ours else person("x", external_id=author),
        ours=ours,
        id=named("delete", number),
        kind="delete",
        occurred_at=moment(text_at(event, "timestamp_ms")),
        in_reply_to=named("post", number),
    )


def _post(account: str, post: dict[str, Any]) -> Row:
    author, number = at(post, "user"), _number(post)
    ours = _number(author) == account
    found = _aim(account, post, ours=ours)
    if found is None:
        return left_out(account, ALOUD, id=named("post", number))
    kind, about, whom = found
    return act(
        account,
        _person(whom if ours else author),
        ours=ours,
        id=named("post", number),
        kind=kind,
        occurred_at=moment(text_at(post, "timestamp_ms")) or _written(text_at(post, "created_at")),
        post=about,
        thread=(about if ours and kind == "reply" else number) if kind != "repost" else "",
        in_reply_to=named("post", about) if kind == "reply" else "",
        # What a repost says is not the person's.
        text=None if kind == "repost" else _text(post),
    )


def _aim(account: str, post: dict[str, Any], *, ours: bool) -> tuple[str, str, Any] | None:
    """Return what a post is (kind), about which post, and between the brand and whom; None: for nobody."""
    shared = at(post, "retweeted_status")
    if isinstance(shared, dict):
        whom = at(shared, "user")
        return None if ours and _number(whom) == account else ("repost", _number(shared), whom)
    answered = {"id": text_at(post, "in_reply_to_user_id"), "screen_name": text_at(post, "in_reply_to_screen_name")}
    quoted = at(post, "quoted_status")
    mentioned = [
        *list_at(post, "extended_tweet", "entities", "user_mentions"),
        *list_at(post, "entities", "user_mentions"),
    ]
    aims = [
        ("reply", text_at(post, "in_reply_to_status_id_str") or text_at(post, "in_reply_to_status_id"), answered),
        ("quote", _number(quoted), at(quoted, "user")),
        *(("mention", "", user) for user in mentioned),
    ]
    # A person's is towards the brand, the brand's towards somebody else.
    found = next((aim for aim in aims if _number(aim[2]) and (_number(aim[2]) == account) != ours), None)
    return found or (None if ours else ("mention", "", None))


READERS = {"tweet_create_events": _post, "tweet_delete_events": _deleted, "favorite_events": _like}


def _text(post: dict[str, Any]) -> Any:
    return at(post, "extended_tweet", "full_text") or at(post, "full_text") or at(post, "text")


def _person(user: Any) -> dict[str, str]:
    return person("x", external_id=_number(user), handle=text_at(user, "screen_name"), name=text_at(user, "name"))


def _number(thing: Any) -> str:
    """Return the id of a user or post: as text, for as a number some programs round it."""
    return text_at(thing, "id_str") or text_at(thing, "id")


def _written(text: str) -> str:
    """Return a moment as X writes it, “Mon Mar 26 16:33:26 +0000 2018”, as RFC 3339; another text as it is."""
    try:
        return datetime.strptime(text, "%a %b %d %H:%M:%S %z %Y").isoformat()
    except ValueError:
        return text
