"""What happens on a Facebook page: posts, comments, reactions, shares, reviews.

Specified at developers.facebook.com/docs/graph-api/webhooks/reference/page. Meta publishes the fields and no examples
any more; how they come was seen in what others recorded. Some versions name people by `sender_id`, not by `from`.
"""

from typing import Any

from ingestion.formats.webhooks.meta_entry import Entry
from ingestion.formats.webhooks.payload import at, moment, text_at
from ingestion.formats.webhooks.row import Row, act, left_out, named, unknown

FIELDS = ("feed", "mention", "ratings")
NAMED_BY = (("from", "id"), ("sender_id",), ("reviewer_id",), ("user_id",))
CALLED = (("from", "name"), ("sender_name",), ("reviewer_name",))
# item → the act it is, and where its id stands. What a visitor posts on the page is said to the brand: a mention.
ITEMS = {
    "comment": ("comment", ("comment_id",)),
    "share": ("share", ("share_id", "post_id")),
    "rating": ("review", ("open_graph_story_id", "post_id")),
    **dict.fromkeys(("post", "status", "photo", "video", "link"), ("mention", ("post_id",))),
}
CHANGES_NOTHING = {
    "edit": "An act counts as it was first said.",
    "edited": "An act counts as it was first said.",
    "hide": "That the page hides something is no person's act.",
    "unhide": "That the page hides something no longer is no person's act.",
}
ALOUD = "What the brand says on its own page is for nobody in particular."


def row(entry: Entry, field: str, value: dict[str, Any]) -> Row:
    """Return one change of a page."""
    item, verb = text_at(value, "item"), text_at(value, "verb")
    happened = moment(text_at(value, "created_time")) or entry.sent
    if verb in CHANGES_NOTHING:
        return left_out(entry.account, CHANGES_NOTHING[verb], occurred_at=happened)
    if verb in ("add", "remove", "delete") and item in ("like", "reaction"):
        return _reaction(entry, value, happened, taken_back=verb != "add")
    if verb in ("add", "remove", "delete") and item in ITEMS:
        return _said(entry, value, happened, taken_back=verb != "add", mentions=field == "mention")
    kind = "_".join(filter(None, (item, verb))) or field
    return unknown(entry.account, kind, value, occurred_at=happened, actor=_who(entry, value))


def _said(entry: Entry, value: dict[str, Any], happened: str, *, taken_back: bool, mentions: bool) -> Row:
    kind, places = ITEMS[text_at(value, "item")]
    number = _first(value, *((place,) for place in places))
    own_id = named("mention" if mentions else kind, number)
    post, parent = text_at(value, "post_id"), text_at(value, "parent_id")
    answers = parent if kind == "comment" and parent != post else ""
    ours = _is_ours(entry, value)
    if ours and not answers:
        return left_out(entry.account, ALOUD, id=own_id)
    if taken_back:
        gone = {"id": own_id and f"delete:{own_id}", "kind": "delete", "in_reply_to": own_id, "post": post}
        return act(entry.account, _who(entry, value), ours=ours, occurred_at=happened, **gone)
    if mentions:
        kind = "mention"
    elif answers:
        kind = "reply"
    return act(
        entry.account,
        _who(entry, value),
        ours=ours,
        id=own_id,
        kind=kind,
        occurred_at=happened,
        post=post,
        thread=answers or number,
        in_reply_to=named("comment", answers),
        text=at(value, "message") or at(value, "review_text"),
    )


def _reaction(entry: Entry, value: dict[str, Any], happened: str, *, taken_back: bool) -> Row:
    """Return a like or another reaction. Neither has an id; one that comes both as a like and as a reaction is one.

    post: what it is about, be it a comment, for this is how an unlike finds what it takes back.
    """
    comment = text_at(value, "comment_id")
    about = comment or text_at(value, "post_id") or entry.account
    who, ours = _first(value, *NAMED_BY), _is_ours(entry, value)
    if ours and not comment:
        return left_out(entry.account, ALOUD, post=about)
    kind = "reaction" if text_at(value, "reaction_type") not in ("", "like") else "like"
    return act(
        entry.account,
        _who(entry, value),
        ours=ours,
        id=named("unlike" if taken_back else "like", about, who, happened),
        kind="unlike" if taken_back else kind,
        occurred_at=happened,
        post=about,
        in_reply_to=named("comment", comment) if ours and not taken_back else "",
    )


def _who(entry: Entry, value: dict[str, Any]) -> dict[str, str]:
    """Return the person; nobody where the page acts, for whom it is for is not in it."""
    if _is_ours(entry, value):
        return {}
    return entry.person(external_id=_first(value, *NAMED_BY), name=_first(value, *CALLED))


def _is_ours(entry: Entry, value: dict[str, Any]) -> bool:
    return _first(value, *NAMED_BY) == entry.account


def _first(value: Any, *paths: tuple[str, ...]) -> str:
    """Return the first text that is there."""
    return next(filter(None, (text_at(value, *path) for path in paths)), "")
