"""What X sends. (Ids and names are made up; the forms are those of the documentation.)"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import NotJson, TooDeep
from ingestion.formats.webhooks import x
from ingestion.formats.webhooks.row import THEMSELVES, Row
from tests.ingestion.hooks import NOT_JSON, body, fact, mutated, survives, verdict, verdicts

OURS, ADA, BEN = "2244994900", "3001969300", "3001969301"
AT, WRITTEN = "2026-05-01T10:00:00+00:00", "Fri May 01 10:00:00 +0000 2026"
MILLISECONDS = "1777629600000"
LANDS, LEFT_OUT = ("lands", ""), ("left out", "")
ACTOR = {"platform": "x", "external_id": ADA, "handle": "ada_makes", "name": "Ada"}


def user(number: str = ADA) -> dict[str, Any]:
    handle, name = {ADA: ("ada_makes", "Ada"), BEN: ("ben", "Ben"), OURS: ("fernleaf", "Fernleaf Pottery")}[number]
    return {"id": int(number), "id_str": number, "screen_name": handle, "name": name}


def post(number: str, author: str, text: str = "Love the blue one", **more: Any) -> dict[str, Any]:
    about = {"id": int(number), "id_str": number, "user": user(author), "text": text}
    return about | {"created_at": WRITTEN, "timestamp_ms": MILLISECONDS, "entities": {"user_mentions": []}, **more}


def answer(number: str, author: str, to: str, whom: str, **more: Any) -> dict[str, Any]:
    about: dict[str, Any] = {
        "in_reply_to_status_id": int(to),
        "in_reply_to_status_id_str": to,
        "in_reply_to_user_id": int(whom),
    }
    return post(number, author, **about, in_reply_to_screen_name=user(whom)["screen_name"], **more)


def mention(*people: str) -> dict[str, Any]:
    return {"user_mentions": [user(it) for it in people]}


def sent(**events: Any) -> Any:
    return {"for_user_id": OURS, **events}


def posted(event: Any) -> Row:
    (found,) = x.rows(body(sent(tweet_create_events=[event])))
    return found


OUR_POST = post("100", OURS)
LIKE = {
    "id": "a7ba59eab0bfcba386f7acedac279500",
    "created_at": "Mon Mar 26 16:33:26 +0000 2018",
    "timestamp_ms": int(MILLISECONDS),
    "favorited_status": OUR_POST,
    "user": user(),
}
FOLLOW = {"type": "follow", "created_timestamp": MILLISECONDS, "source": user(), "target": user(OURS)}
MESSAGE = {
    "type": "message_create",
    "id": "954491830116155300",
    "created_timestamp": MILLISECONDS,
    "message_create": {
        "target": {"recipient_id": OURS},
        "sender_id": ADA,
        "message_data": {"text": "Do you ship to Bath?", "entities": {}},
    },
}
USERS = {ADA: {"id": ADA, "screen_name": "ada_makes", "name": "Ada"}}
REPLY = answer("101", ADA, "100", OURS, entities=mention(OURS))


def test_a_like_lands_at_its_own_moment_and_not_the_posts() -> None:
    (found,) = x.rows(body(sent(favorite_events=[LIKE])))
    assert found.row == {
        "id": f"like:{LIKE['id']}",
        "kind": "like",
        "occurred_at": AT,
        "actor": ACTOR,
        "post": "100",
    }
    assert (found.shape, found.account, verdict(found)) == ("engagements", OURS, LANDS)


def test_the_brands_like_is_its_own_act() -> None:
    (found,) = x.rows(body(sent(favorite_events=[LIKE | {"user": user(OURS), "favorited_status": post("55", ADA)}])))
    assert (found.row["direction"], found.row["target"], verdict(found)) == ("outbound", ACTOR, LANDS)


def test_a_like_of_the_brand_for_itself_is_left_out() -> None:
    (found,) = x.rows(body(sent(favorite_events=[LIKE | {"user": user(OURS)}])))
    assert found.left_out == THEMSELVES


@pytest.mark.parametrize("kind", ["follow", "unfollow"])
def test_following_and_its_end_land(kind: str) -> None:
    (found,) = x.rows(body(sent(follow_events=[FOLLOW | {"type": kind}])))
    assert found.row == {
        "id": f"{kind}:{ADA}:{OURS}:{MILLISECONDS}",
        "kind": kind,
        "occurred_at": AT,
        "actor": ACTOR,
    }
    assert verdict(found) == LANDS


def test_whom_the_brand_follows_or_blocks_is_the_target() -> None:
    between = {"source": user(OURS), "target": user(), "created_timestamp": MILLISECONDS}
    found = x.rows(body(sent(follow_events=[between | {"type": "follow"}], block_events=[between | {"type": "block"}])))
    assert [(it.row["kind"], it.row["direction"], it.row["target"]) for it in found] == [
        ("follow", "outbound", ACTOR),
        ("block", "outbound", ACTOR),
    ]
    assert verdicts(found) == [LANDS, LANDS]


def test_a_reply_and_the_brands_answer_are_one_thread() -> None:
    theirs, ours = posted(REPLY), posted(answer("102", OURS, "101", ADA))
    assert theirs.row == {
        "id": "post:101",
        "kind": "reply",
        "occurred_at": AT,
        "actor": ACTOR,
        "post": "100",
        "thread": "101",
        "in_reply_to": "post:100",
        "text": "Love the blue one",
    }
    assert (ours.row["direction"], ours.row["thread"], ours.row["in_reply_to"]) == ("outbound", "101", "post:101")
    assert ours.row["target"] == {"platform": "x", "external_id": ADA, "handle": "ada_makes"}
    assert verdicts([theirs, ours]) == [LANDS, LANDS]


@pytest.mark.parametrize(
    ("event", "kind", "about"),
    [
        (post("103", ADA, retweeted_status=OUR_POST, entities=mention(OURS)), "repost", "100"),
        (post("104", ADA, quoted_status=OUR_POST, is_quote_status=True), "quote", "100"),
        (post("105", ADA, entities=mention(BEN, OURS)), "mention", None),
        (answer("106", ADA, "90", BEN, entities=mention(BEN, OURS)), "mention", None),
        (answer("107", ADA, "100", OURS, quoted_status=post("55", BEN)), "reply", "100"),
        (post("108", ADA, retweeted_status=post("91", BEN, quoted_status=OUR_POST)), "repost", "91"),
        (post("109", ADA), "mention", None),
    ],
)
def test_a_persons_post_is_what_it_is_towards_the_brand(event: Any, kind: str, about: str | None) -> None:
    found = posted(event)
    assert (found.row["kind"], found.row.get("post"), found.row["actor"], verdict(found)) == (kind, about, ACTOR, LANDS)


def test_what_a_repost_says_is_not_the_persons() -> None:
    assert "text" not in posted(post("103", ADA, "RT @fernleaf: Love our blue one", retweeted_status=OUR_POST)).row


def test_a_long_post_is_read_to_its_end() -> None:
    long = {"full_text": "Love the blue one, and the green", "entities": mention(OURS)}
    found = posted(post("110", ADA, "Love the blue…", truncated=True, extended_tweet=long))
    assert (found.row["kind"], found.row["text"]) == ("mention", "Love the blue one, and the green")


def test_a_post_without_milliseconds_is_dated_by_what_is_written() -> None:
    assert posted(REPLY | {"timestamp_ms": None}).row["occurred_at"] == AT


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        (post("111", OURS, retweeted_status=post("55", ADA)), "repost"),
        (post("112", OURS, quoted_status=post("55", ADA)), "quote"),
        (post("113", OURS, entities=mention(OURS, ADA)), "mention"),
        (answer("114", OURS, "100", OURS, entities=mention(ADA)), "mention"),
    ],
)
def test_the_brands_post_is_for_whom_it_answers_shares_or_names(event: Any, kind: str) -> None:
    found = posted(event)
    assert (found.row["kind"], found.row["direction"], found.row["target"]) == (kind, "outbound", ACTOR)
    assert verdict(found) == LANDS


@pytest.mark.parametrize(
    "event", [OUR_POST, answer("115", OURS, "100", OURS), post("116", OURS, retweeted_status=OUR_POST)]
)
def test_the_brands_post_for_nobody_is_left_out(event: Any) -> None:
    assert posted(event).left_out == x.ALOUD


def test_a_message_and_the_brands_answer_are_one_conversation() -> None:
    ours = {"target": {"recipient_id": ADA}, "sender_id": OURS, "message_data": {"text": "We do"}}
    events = [MESSAGE, MESSAGE | {"id": "954491830116155301", "message_create": ours}]
    found = x.rows(body(sent(direct_message_events=events, users=USERS, apps={"1": {"id": "1"}})))
    assert [it.row for it in found] == [
        {
            "id": "message:954491830116155300",
            "kind": "direct_message",
            "occurred_at": AT,
            "actor": ACTOR,
            "thread": ADA,
            "text": "Do you ship to Bath?",
        },
        {
            "id": "message:954491830116155301",
            "kind": "direct_message",
            "occurred_at": AT,
            "direction": "outbound",
            "target": ACTOR,
            "thread": ADA,
            "text": "We do",
        },
    ]
    assert verdicts(found) == [LANDS, LANDS]


def test_a_post_that_is_deleted_takes_back_what_was_said() -> None:
    gone = {"status": {"id": "101", "user_id": ADA}, "timestamp_ms": MILLISECONDS}
    (found,) = x.rows(body(sent(tweet_delete_events=[gone])))
    assert found.row == {
        "id": "delete:101",
        "kind": "delete",
        "occurred_at": AT,
        "actor": {"platform": "x", "external_id": ADA},
        "in_reply_to": "post:101",
    }
    assert verdict(found) == LANDS


def test_of_the_brands_deleted_post_it_is_not_said_whom_it_was_for() -> None:
    gone = {"status": {"id": "102", "user_id": OURS}, "timestamp_ms": MILLISECONDS}
    assert verdicts(x.rows(body(sent(tweet_delete_events=[gone])))) == [("missing", "/target")]


@pytest.mark.parametrize("name", x.NO_ACTS)
def test_typing_and_reading_are_left_out(name: str) -> None:
    seen = {"created_timestamp": MILLISECONDS, "sender_id": ADA, "target": {"recipient_id": OURS}}
    (found,) = x.rows(body(sent(**{name: [seen]}, users=USERS)))
    assert found.left_out == x.NO_ACTS[name]


def test_that_access_is_withdrawn_is_left_out_and_said() -> None:
    revoked = {"date_time": "2026-05-01T10:00:00+00:00", "target": {"app_id": "1"}, "source": {"user_id": OURS}}
    (found,) = x.rows(body({"user_event": {"revoke": revoked}}))
    assert (found.left_out, found.account) == (x.REVOKED, OURS)


@pytest.mark.parametrize(
    ("events", "kind"),
    [
        ({"block_events": [FOLLOW | {"type": "unblock"}]}, "unblock"),
        ({"mute_events": [FOLLOW | {"type": "mute"}]}, "mute"),
        ({"follow_events": [FOLLOW | {"type": "like"}]}, "like event"),
        ({"direct_message_events": [MESSAGE | {"type": "reaction_create"}]}, "reaction_create"),
        ({"space_events": [{"timestamp_ms": MILLISECONDS}]}, "space_events"),
    ],
)
def test_an_unknown_kind_is_set_aside_under_its_name(events: Any, kind: str) -> None:
    found = x.rows(body(sent(**events)))
    assert [it.row["kind"] for it in found] == [kind]
    assert verdicts(found) == [("unknown_kind", "/kind")]
    assert found == x.rows(body(sent(**events)))


def test_an_event_that_cannot_be_read_costs_no_other() -> None:
    found = x.rows(body(sent(favorite_events=[7, {}, LIKE])))
    assert verdicts(found) == [("unknown_field", "/event"), ("missing", "/id"), LANDS]


@pytest.mark.parametrize(
    "payload",
    [7, [], {}, {"for_user_id": OURS}, {"favorite_events": [LIKE]}, sent(users=USERS), sent(follow_events=[])],
)
def test_a_payload_of_another_form_is_set_aside_as_it_is(payload: Any) -> None:
    (found,) = x.rows(body(payload))
    assert (found.row, verdict(found)) == ({"event": payload}, ("unknown_field", "/event"))


PAYLOADS = [
    sent(favorite_events=[LIKE], follow_events=[FOLLOW]),
    sent(tweet_create_events=[REPLY, post("103", ADA, retweeted_status=OUR_POST)]),
    sent(direct_message_events=[MESSAGE], users=USERS),
]


def test_what_is_sent_again_has_the_same_ids_and_content() -> None:
    for payload in PAYLOADS:
        first, again = (x.rows(body(payload)) for _ in range(2))
        assert [(fact(it).id, fact(it).digest) for it in first] == [(fact(it).id, fact(it).digest) for it in again]


@pytest.mark.parametrize("content", NOT_JSON)
def test_what_is_no_json_is_refused_whole(content: bytes) -> None:
    with pytest.raises(NotJson):
        x.rows(content)


def test_what_nests_too_deep_is_refused_whole() -> None:
    with pytest.raises(TooDeep):
        x.rows(body(sent(favorite_events=[])).replace(b"[]", b"[" * 70 + b"]" * 70))


@given(content=mutated(PAYLOADS))
def test_a_payload_with_anything_in_it_gets_verdicts(content: bytes) -> None:
    survives(x.rows, content)


@given(content=st.binary(max_size=60) | st.text(alphabet='[]{}":,\\u0d8e1.-+ \n', max_size=60).map(str.encode))
def test_no_bytes_at_all_make_it_fail(content: bytes) -> None:
    survives(x.rows, content)
