"""What Instagram sends of comments, mentions and stories."""

from ingestion.formats.webhooks import meta
from tests.ingestion.hooks import body, fact, verdict, verdicts
from tests.ingestion.of_meta import (
    ADA,
    AT,
    BRAND,
    COMMENT,
    LANDS,
    MESSAGE,
    REACTION,
    comment,
    feed,
    instagram,
    messages,
    row,
)


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
