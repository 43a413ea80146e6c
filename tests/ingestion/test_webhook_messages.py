"""What Instagram and Facebook send of messages."""

from typing import Any

import pytest

from ingestion.formats.webhooks import meta
from ingestion.formats.webhooks.row import THEMSELVES
from tests.ingestion.hooks import body, verdict, verdicts
from tests.ingestion.of_meta import (
    ADA,
    AT,
    BRAND,
    ECHO,
    LANDS,
    LEFT_OUT,
    MESSAGE,
    MILLISECONDS,
    SECONDS,
    instagram,
    messages,
    row,
)


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
