"""What Bluesky says happened. (Ids and names are made up; the forms are those of the lexicon.)"""

import contextlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import NotJson, TooDeep
from ingestion.formats.webhooks import bluesky
from tests.ingestion.hooks import NOT_JSON, body, fact, mutated, survives, verdict, verdicts

OURS, THEIRS = "at://did:plc:fernleaf/app.bsky.feed.post/3k1", "at://did:plc:ada/app.bsky.feed.post/3k2"
AT = "2026-05-01T10:00:02.064Z"
ACTOR = {"platform": "bluesky", "external_id": "did:plc:ada", "handle": "ada.example", "name": "Ada"}
AUTHOR = {"did": "did:plc:ada", "handle": "ada.example", "displayName": "Ada"}
LANDS = ("lands", "")


def notice(reason: str, **more: Any) -> dict[str, Any]:
    kind = "post" if reason in ("mention", "reply", "quote") else reason
    about = {"uri": THEIRS.replace("post", kind), "cid": "bafy1", "author": AUTHOR, "reason": reason}
    record = {"$type": f"app.bsky.feed.{kind}", "createdAt": "1971-01-01T00:00:00Z"}
    return about | {"record": record, "isRead": False, "indexedAt": AT} | more


def post(text: str, parent: str | None = None) -> dict[str, Any]:
    reply = {"reply": {"root": {"uri": OURS, "cid": "b"}, "parent": {"uri": parent, "cid": "b"}}} if parent else {}
    return {"record": {"$type": "app.bsky.feed.post", "text": text, "createdAt": AT, **reply}}


def page(*events: Any) -> Any:
    return {"notifications": list(events), "cursor": "1777629602064::bafy1"}


def row(event: dict[str, Any]) -> dict[str, Any]:
    (found,) = bluesky.rows(body(page(event)))
    assert verdict(found) == LANDS
    return found.row


@pytest.mark.parametrize("reason", ["like", "repost"])
def test_what_is_done_with_the_brands_post_lands(reason: str) -> None:
    assert row(notice(reason, reasonSubject=OURS)) == {
        "id": THEIRS.replace("post", reason),
        "kind": reason,
        "occurred_at": AT,
        "actor": ACTOR,
        "post": OURS,
    }


def test_following_lands() -> None:
    found = row(notice("follow"))
    assert (found["kind"], "post" in found, "text" in found) == ("follow", False, False)


def test_a_reply_is_in_the_thread_of_its_root() -> None:
    parent = "at://did:plc:ben/app.bsky.feed.post/3k0"
    assert row(notice("reply", reasonSubject=OURS, **post("Is the blue one left?", parent))) == {
        "id": THEIRS,
        "kind": "reply",
        "occurred_at": AT,
        "actor": ACTOR,
        "post": OURS,
        "thread": OURS,
        "in_reply_to": parent,
        "text": "Is the blue one left?",
    }


@pytest.mark.parametrize("reason", ["mention", "quote"])
def test_a_post_that_answers_nothing_begins_a_thread(reason: str) -> None:
    found = row(notice(reason, **post("Look at this mug")))
    assert (found["kind"], found["thread"], found["text"]) == (reason, THEIRS, "Look at this mug")


@pytest.mark.parametrize("reason", bluesky.NO_ACTS)
def test_what_is_no_act_towards_the_brand_is_left_out(reason: str) -> None:
    (found,) = bluesky.rows(body(page(notice(reason))))
    assert found.left_out == bluesky.NO_ACTS[reason]


@pytest.mark.parametrize("reason", ["starterpack-joined", "like-via-repost", "repost-via-repost", "contact-match"])
def test_an_unknown_kind_is_set_aside_under_its_name(reason: str) -> None:
    found = bluesky.rows(body(page(notice(reason))))
    assert ([it.row["kind"] for it in found], verdicts(found)) == ([reason], [("unknown_kind", "/kind")])


def test_an_event_that_cannot_be_read_costs_no_other() -> None:
    found = bluesky.rows(body(page(7, {"reason": "like"}, notice("like"))))
    assert verdicts(found) == [("unknown_field", "/event"), ("missing", "/id"), LANDS]


@pytest.mark.parametrize("payload", [7, [], {}, {"notifications": 7}])
def test_a_payload_of_another_form_is_set_aside_as_it_is(payload: Any) -> None:
    (found,) = bluesky.rows(body(payload))
    assert (found.row, verdict(found)) == ({"event": payload}, ("unknown_field", "/event"))


def test_the_cursor_leads_to_the_page_before() -> None:
    assert bluesky.cursor(body(page())) == "1777629602064::bafy1"
    assert bluesky.cursor(b'{"notifications":[]}') == ""


PAGE = page(
    notice("like", reasonSubject=OURS), notice("reply", **post("Is the blue one left?", OURS)), notice("follow")
)


def test_what_is_asked_for_again_has_the_same_ids_and_content() -> None:
    first, again = (bluesky.rows(body(PAGE)) for _ in range(2))
    assert [(fact(it).id, fact(it).digest) for it in first] == [(fact(it).id, fact(it).digest) for it in again]


@pytest.mark.parametrize("content", NOT_JSON)
def test_what_is_no_json_is_refused_whole(content: bytes) -> None:
    for ask in (bluesky.rows, bluesky.cursor):
        with pytest.raises(NotJson):
            ask(content)


@given(content=mutated([PAGE]))
def test_a_page_with_anything_in_it_gets_verdicts(content: bytes) -> None:
    survives(bluesky.rows, content)
    with contextlib.suppress(NotJson, TooDeep):
        assert isinstance(bluesky.cursor(content), str)


@given(content=st.binary(max_size=60) | st.text(alphabet='[]{}":,\\u0d8e1.-+ \n', max_size=60).map(str.encode))
def test_no_bytes_at_all_make_it_fail(content: bytes) -> None:
    survives(bluesky.rows, content)
