"""What Instagram and Facebook send. (Ids and names are made up; the forms are those of the documentation.)"""

import contextlib
import tracemalloc
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import NotJson, TooDeep, TooManyRows
from ingestion.formats.webhooks import meta, meta_feed
from ingestion.formats.webhooks.row import THEMSELVES
from tests.ingestion.hooks import NOT_JSON, body, fact, mutated, survives, verdict, verdicts

BRAND, ADA, PAGE = "17841400000000001", "6811000000000007", "103000000000001"
AT = "2026-05-01T10:00:00+00:00"
SECONDS, MILLISECONDS = 1777629600, 1777629600000
LANDS, LEFT_OUT = ("lands", ""), ("left out", "")


def instagram(*changes: Any, **other: Any) -> Any:
    entry = {"id": BRAND, "time": SECONDS, **({"changes": list(changes)} if changes else {}), **other}
    return {"object": "instagram", "entry": [entry]}


def comment(number: str = "c-1", author: str = ADA, **other: Any) -> dict[str, Any]:
    value = {
        "from": {"id": author, "username": "ada"},
        "media": {"id": "m-9", "media_product_type": "FEED"},
        "id": number,
        "text": "How much is the blue one?",
        **other,
    }
    return {"field": "comments", "value": value}


def feed(**value: Any) -> Any:
    about = {"from": {"id": ADA, "name": "Ada"}, "post_id": f"{PAGE}_9", "created_time": SECONDS}
    change = {"field": "feed", "value": {name: it for name, it in (about | value).items() if it is not None}}
    return {"object": "page", "entry": [{"id": PAGE, "time": SECONDS + 2, "changes": [change]}]}


def messages(*events: Any, standing: str = "messaging") -> Any:
    people = {"sender": {"id": ADA}, "recipient": {"id": BRAND}, "timestamp": MILLISECONDS}
    return instagram(**{standing: [people | event for event in events], "time": MILLISECONDS + 5})


def row(payload: Any) -> dict[str, Any]:
    (found,) = meta.rows(body(payload))
    return found.row


COMMENT = instagram(comment())
REACTION = {"item": "reaction", "verb": "add", "reaction_type": "love", "parent_id": f"{PAGE}_9"}
MESSAGE = {"message": {"mid": "mid-1", "text": "Do you ship to Bath?"}}
ECHO = {
    "sender": {"id": BRAND},
    "recipient": {"id": ADA},
    "message": {"mid": "mid-2", "text": "We do", "is_echo": True},
}


# --- Instagram


def test_a_comment_on_instagram_lands() -> None:
    (found,) = meta.rows(body(COMMENT))
    assert found.row == {
        "id": "comment:c-1",
        "kind": "comment",
        "occurred_at": AT,
        "actor": {"platform": "instagram", "external_id": ADA, "handle": "ada"},
        "post": "m-9",
        "thread": "c-1",
        "text": "How much is the blue one?",
    }
    assert (found.shape, found.account, verdict(found)) == ("engagements", BRAND, LANDS)


def test_an_event_that_stands_in_the_entry_itself_is_the_same() -> None:
    flat = instagram(**comment())
    assert row([flat]) == row(COMMENT)


def test_what_is_sent_again_has_the_same_ids_and_content() -> None:
    payloads = [COMMENT, feed(**REACTION), messages(MESSAGE), feed(item="comment", verb="add", comment_id="9_1")]
    for payload in payloads:
        first, again = (meta.rows(body(payload)) for _ in range(2))
        assert [fact(it).id for it in first] == [fact(it).id for it in again]
        assert [fact(it).digest for it in first] == [fact(it).digest for it in again]


def test_a_reply_is_in_the_thread_of_the_comment_it_answers() -> None:
    found = row(instagram(comment("c-2", parent_id="c-1")))
    assert (found["kind"], found["thread"], found["in_reply_to"]) == ("reply", "c-1", "comment:c-1")


def test_the_brands_reply_says_what_it_answers_but_not_whom() -> None:
    (found,) = meta.rows(body(instagram(comment("c-3", BRAND, parent_id="c-1"))))
    assert (found.row["direction"], found.row["in_reply_to"]) == ("outbound", "comment:c-1")
    assert "actor" not in found.row
    assert verdict(found) == ("missing", "/target")


def test_the_brands_own_comment_under_its_post_is_left_out() -> None:
    (found,) = meta.rows(body(instagram(comment("c-4", BRAND))))
    assert found.left_out == meta.ALOUD


def test_a_comment_during_a_broadcast_is_a_comment() -> None:
    assert row(instagram(comment() | {"field": "live_comments"})) == row(COMMENT)


def test_a_mention_has_nobody_until_it_is_fetched() -> None:
    found = meta.rows(body(instagram({"field": "mentions", "value": {"comment_id": "c-7", "media_id": "m-8"}})))
    assert (found[0].row["id"], found[0].row["kind"], found[0].row["post"]) == ("mention:c-7", "mention", "m-8")
    assert verdicts(found) == [("missing", "/actor")]


def test_counts_of_a_story_are_left_out() -> None:
    counts = {"media_id": "m-5", "impressions": 444, "reach": 396, "exits": -1}
    (found,) = meta.rows(body(instagram({"field": "story_insights", "value": counts})))
    assert found.left_out == meta.OF_A_STORY


# --- Facebook


def test_a_comment_on_facebook_lands() -> None:
    said = {"item": "comment", "verb": "add", "comment_id": "9_1", "parent_id": f"{PAGE}_9", "message": "Lovely glaze!"}
    (found,) = meta.rows(body(feed(**said)))
    assert found.row == {
        "id": "comment:9_1",
        "kind": "comment",
        "occurred_at": AT,
        "actor": {"platform": "facebook", "external_id": ADA, "name": "Ada"},
        "post": f"{PAGE}_9",
        "thread": "9_1",
        "text": "Lovely glaze!",
    }
    assert verdict(found) == LANDS


def test_the_older_names_of_people_are_understood() -> None:
    older = feed(**REACTION, **{"from": None}, sender_id=int(ADA), sender_name="Ada")
    assert row(older) == row(feed(**REACTION))


@pytest.mark.parametrize("reply", [{"parent_id": "9_1"}, {"parent_id": "9_1", "post_id": None}])
def test_a_reply_on_facebook_names_the_comment(reply: dict[str, Any]) -> None:
    found = row(feed(item="comment", verb="add", comment_id="9_2", message="Thank you", **reply))
    assert (found["kind"], found["thread"], found["in_reply_to"]) == ("reply", "9_1", "comment:9_1")


def test_what_is_removed_takes_back_what_was_said() -> None:
    (found,) = meta.rows(body(feed(item="comment", verb="remove", comment_id="9_1", parent_id=f"{PAGE}_9")))
    assert found.row["kind"] == "delete"
    assert (found.row["id"], found.row["in_reply_to"]) == ("delete:comment:9_1", "comment:9_1")
    assert verdict(found) == LANDS


def test_a_reaction_and_its_end_are_about_the_same_post() -> None:
    (given,) = meta.rows(body(feed(**REACTION)))
    (taken,) = meta.rows(body(feed(**REACTION | {"verb": "remove"}, created_time=SECONDS + 60)))
    assert [(it.row["kind"], it.row["post"], verdict(it)) for it in (given, taken)] == [
        ("reaction", f"{PAGE}_9", LANDS),
        ("unlike", f"{PAGE}_9", LANDS),
    ]
    assert given.row["id"] == f"like:{PAGE}_9:{ADA}:{AT}"


def test_a_like_that_comes_as_a_reaction_too_is_one() -> None:
    like = feed(item="like", verb="add", parent_id=f"{PAGE}_9")
    assert row(like) == row(feed(**REACTION | {"reaction_type": "like"}))


def test_a_reaction_to_a_comment_is_about_the_comment() -> None:
    assert row(feed(**REACTION, comment_id="9_1"))["post"] == "9_1"


@pytest.mark.parametrize(
    ("value", "kind", "number"),
    [
        ({"item": "share", "share_id": "s-1"}, "share", "share:s-1"),
        ({"item": "status", "message": "Look at my new mug"}, "mention", f"mention:{PAGE}_9"),
        ({"item": "photo", "photo_id": "f-1"}, "mention", f"mention:{PAGE}_9"),
    ],
)
def test_what_a_visitor_does_on_the_page_lands(value: dict[str, Any], kind: str, number: str) -> None:
    (found,) = meta.rows(body(feed(verb="add", **value)))
    assert (found.row["kind"], found.row["id"], verdict(found)) == (kind, number, LANDS)


def test_a_review_lands_with_its_words() -> None:
    said = {"item": "rating", "verb": "add", "recommendation_type": "positive", "review_text": "Great service and mugs"}
    who = {"reviewer_id": ADA, "reviewer_name": "Ada", "open_graph_story_id": "o-1", "created_time": SECONDS}
    change = {"field": "ratings", "value": said | who}
    (found,) = meta.rows(body({"object": "page", "entry": [{"id": PAGE, "time": SECONDS, "changes": [change]}]}))
    assert (found.row["kind"], found.row["id"], found.row["text"]) == ("review", "review:o-1", "Great service and mugs")
    assert verdict(found) == LANDS


def test_a_mention_of_the_page_elsewhere_is_a_mention() -> None:
    said = {"item": "comment", "verb": "add", "comment_id": "8_1", "post_id": "8", "parent_id": "8", "sender_id": ADA}
    change = {"field": "mention", "value": said | {"created_time": SECONDS, "message": "Ask Fernleaf Pottery"}}
    (found,) = meta.rows(body({"object": "page", "entry": [{"id": PAGE, "time": SECONDS, "changes": [change]}]}))
    assert (found.row["kind"], found.row["id"], verdict(found)) == ("mention", "mention:8_1", LANDS)


@pytest.mark.parametrize("verb", meta_feed.CHANGES_NOTHING)
def test_what_changes_no_act_is_left_out(verb: str) -> None:
    (found,) = meta.rows(body(feed(item="comment", verb=verb, comment_id="9_1", message="Lovely glaze, really")))
    assert found.left_out == meta_feed.CHANGES_NOTHING[verb]


@pytest.mark.parametrize("value", [{"item": "status"}, {"item": "comment", "comment_id": "9_3"}, REACTION])
def test_what_the_page_says_to_nobody_is_left_out(value: dict[str, Any]) -> None:
    (found,) = meta.rows(body(feed(**{"verb": "add"} | value, **{"from": {"id": PAGE}})))
    assert found.left_out == meta_feed.ALOUD


def test_the_pages_answer_is_its_own_act() -> None:
    said = {"item": "comment", "verb": "add", "comment_id": "9_4", "parent_id": "9_1", "from": {"id": PAGE}}
    found = row(feed(**said))
    assert (found["direction"], found["thread"], found["in_reply_to"]) == ("outbound", "9_1", "comment:9_1")


# --- Messages


def test_a_message_and_the_brands_answer_are_one_conversation() -> None:
    found = meta.rows(body(messages(MESSAGE, ECHO)))
    assert [it.row for it in found] == [
        {
            "id": "message:mid-1",
            "kind": "direct_message",
            "occurred_at": AT,
            "actor": {"platform": "instagram", "external_id": ADA},
            "thread": ADA,
            "text": "Do you ship to Bath?",
        },
        {
            "id": "message:mid-2",
            "kind": "direct_message",
            "occurred_at": AT,
            "direction": "outbound",
            "target": {"platform": "instagram", "external_id": ADA},
            "thread": ADA,
            "text": "We do",
        },
    ]
    assert verdicts(found) == [LANDS, LANDS]


def test_on_standby_a_message_is_the_same() -> None:
    assert row(messages(MESSAGE, standing="standby")) == row(messages(MESSAGE))


def test_a_message_that_comes_as_a_change_is_the_same() -> None:
    people = {"sender": {"id": ADA}, "recipient": {"id": BRAND}, "timestamp": str(SECONDS)}
    assert row(instagram({"field": "messages", "value": people | MESSAGE})) == row(messages(MESSAGE))


@pytest.mark.parametrize(("kind", "words"), [("image", 0), ("audio", None)])
def test_a_picture_alone_has_no_words_and_a_recording_an_unknown_number(kind: str, words: int | None) -> None:
    sent = {"message": {"mid": "mid-3", "attachments": [{"type": kind, "payload": {"url": "https://cdn.example/1"}}]}}
    (found,) = meta.rows(body(messages(sent)))
    assert (found.row.get("words"), verdict(found)) == (words, LANDS)


def test_an_answer_to_a_story_or_message_says_which() -> None:
    story = row(messages({"message": {"mid": "m", "text": "Wow", "reply_to": {"story": {"id": "st-1", "url": "u"}}}}))
    message = row(messages({"message": {"mid": "m", "text": "Yes", "reply_to": {"mid": "mid-2"}}}))
    assert (story["post"], message["in_reply_to"]) == ("st-1", "message:mid-2")


def test_a_message_that_is_unsent_is_taken_back() -> None:
    (found,) = meta.rows(body(messages({"message": {"mid": "mid-1", "is_deleted": True}})))
    assert (found.row["id"], found.row["in_reply_to"]) == ("delete:message:mid-1", "message:mid-1")
    assert (found.row["kind"], verdict(found)) == ("delete", LANDS)


def test_a_reaction_to_a_message_and_its_end_are_about_the_message() -> None:
    react = {"reaction": {"mid": "mid-2", "action": "react", "reaction": "love", "emoji": "\u2764\ufe0f"}}
    end = {"reaction": {"mid": "mid-2", "action": "unreact"}, "timestamp": MILLISECONDS + 900}
    found = meta.rows(body(messages(react, end)))
    assert [(it.row["kind"], it.row["post"]) for it in found] == [("reaction", "mid-2"), ("unlike", "mid-2")]
    assert verdicts(found) == [LANDS, LANDS]


def test_a_button_is_a_click_and_not_the_persons_words() -> None:
    (found,) = meta.rows(body(messages({"postback": {"mid": "mid-5", "title": "Where is my order?", "payload": "W"}})))
    assert (found.row["id"], found.row["kind"], verdict(found)) == ("postback:mid-5", "click", LANDS)
    assert "text" not in found.row


@pytest.mark.parametrize(
    "event",
    [
        {"read": {"mid": "mid-1"}},
        {"delivery": {"mids": ["mid-1"], "watermark": MILLISECONDS}},
        {"message_edit": {"mid": "mid-1", "text": "Do you ship to Bristol?", "num_edit": 1}},
    ],
)
def test_what_is_no_act_is_left_out(event: dict[str, Any]) -> None:
    assert verdicts(meta.rows(body(messages(event)))) == [LEFT_OUT]


def test_a_message_of_the_brand_to_itself_is_left_out() -> None:
    own = {"sender": {"id": BRAND}, "message": {"mid": "mid-6", "text": "A test", "is_self": True}}
    (found,) = meta.rows(body(messages(own)))
    assert found.left_out == THEMSELVES


# --- What we do not know


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        (instagram({"field": "broadcast_polls", "value": {"id": "7"}}), "broadcast_polls"),
        (instagram({"field": "share", "value": {"id": "7"}}), "share event"),
        (messages({"referral": {"ref": "spring", "type": "OPEN_THREAD"}}), "referral"),
        (feed(item="event", verb="add", event_id="e-1"), "event_add"),
        (feed(item="comment", verb="mute", comment_id="9_1"), "comment_mute"),
    ],
)
def test_an_unknown_kind_is_set_aside_under_its_name(payload: Any, kind: str) -> None:
    found = meta.rows(body(payload))
    assert [it.row["kind"] for it in found] == [kind]
    assert verdicts(found) == [("unknown_kind", "/kind")]
    assert found == meta.rows(body(payload))


@pytest.mark.parametrize("wrong", [7, None, "x", [], {}, {"id": BRAND}, {"id": BRAND, "changes": [7]}, {"changes": []}])
def test_an_entry_that_cannot_be_read_costs_no_other(wrong: Any) -> None:
    payload = {"object": "instagram", "entry": [wrong, *COMMENT["entry"]]}
    assert verdicts(meta.rows(body(payload))) == [("unknown_field", "/event"), LANDS]


@pytest.mark.parametrize("payload", [7, None, "x", {}, {"object": "user", "entry": [{}]}, {"object": "page"}])
def test_a_payload_of_another_form_is_set_aside_as_it_is(payload: Any) -> None:
    (found,) = meta.rows(body(payload))
    assert found.row == {"event": payload}
    assert verdict(found) == ("unknown_field", "/event")


def test_each_brands_events_say_whose_they_are() -> None:
    other = {"id": "17841400000000002", "time": SECONDS, "changes": [comment("c-9")]}
    payload = {"object": "instagram", "entry": [*COMMENT["entry"], other]}
    assert [it.account for it in meta.rows(body(payload))] == [BRAND, "17841400000000002"]


@pytest.mark.parametrize("content", NOT_JSON)
def test_what_is_no_json_is_refused_whole(content: bytes) -> None:
    with pytest.raises(NotJson):
        meta.rows(content)


@pytest.mark.parametrize("depth", [65, 2_000, 200_000])
def test_what_nests_too_deep_is_refused_whole(depth: int) -> None:
    with pytest.raises(TooDeep):
        meta.rows(b'{"a":' * depth + b"1" + b"}" * depth)


def test_more_events_than_a_batch_has_are_refused_whole() -> None:
    with pytest.raises(TooManyRows):
        meta.rows(body(instagram(*[comment()] * 5_001)))


BIG = 5 * 1024 * 1024 - 100
HEAVY = {
    "one long text": b'["' + b"x" * BIG + b'"]',
    "millions of numbers": b"[" + b"1," * (BIG // 2) + b"1]",
    "as many events as may be": b'{"object":"page","entry":[{"id":"1","changes":[' + b'{"a":1},' * 240_000 + b"1]}]}",
    "half characters": b"[" + b'"\\ud800",' * 240_000 + b"1]",
    "one long number": b"[" + b"9" * BIG + b"]",
}


@pytest.mark.parametrize("content", HEAVY.values(), ids=HEAVY)
def test_a_body_takes_little_more_memory_than_it_is_long(content: bytes) -> None:
    tracemalloc.start()
    try:
        with contextlib.suppress(TooManyRows):
            meta.rows(content)
        assert tracemalloc.get_traced_memory()[1] < 12 * BIG
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("text", "code"), [("half \ud83d", "unreadable"), ("a\x00", "control_character"), ("x" * 40_000, "row_too_large")]
)
def test_what_is_wrong_with_one_text_is_that_rows_alone(text: str, code: str) -> None:
    found = meta.rows(body(instagram(comment(text=text), comment("c-2"))))
    assert [it[0] for it in verdicts(found)] == [code, "lands"]


@pytest.mark.parametrize("time", ["9" * 5_000, "1e400", "-5", "99999999999999999", "1.5", "true", '""', "null"])
def test_an_odd_number_is_no_moment(time: str) -> None:
    content = body(COMMENT).replace(str(SECONDS).encode(), time.encode())
    (found,) = meta.rows(content)
    assert verdict(found)[1] == "/occurred_at"


PAYLOADS = [COMMENT, feed(**REACTION), feed(item="comment", verb="add", comment_id="9_1"), messages(MESSAGE, ECHO)]


@given(content=mutated(PAYLOADS))
def test_a_payload_with_anything_in_it_gets_verdicts(content: bytes) -> None:
    survives(meta.rows, content)


@given(content=st.binary(max_size=60) | st.text(alphabet='[]{}":,\\u0d8e1.-+ \n', max_size=60).map(str.encode))
def test_no_bytes_at_all_make_it_fail(content: bytes) -> None:
    survives(meta.rows, content)
