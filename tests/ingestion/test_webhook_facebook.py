"""What Facebook sends of a page."""

from typing import Any

import pytest

from ingestion.formats.webhooks import meta, meta_feed
from tests.ingestion.hooks import body, verdict
from tests.ingestion.of_meta import ADA, AT, LANDS, PAGE, REACTION, SECONDS, feed, row


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
