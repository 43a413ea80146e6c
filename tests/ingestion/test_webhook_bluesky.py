"""What Bluesky says happened. (Ids and names are made up; the forms are those of the lexicon.)"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import NotJson, TooManyRows
from ingestion.formats.webhooks import bluesky
from ingestion.formats.webhooks.row import Row
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


def read(content: bytes) -> list[Row]:
    return list(bluesky.page(content, {}).rows)


def page(*events: Any) -> Any:
    return {"notifications": list(events), "cursor": "1777629602064::bafy1"}


def row(event: dict[str, Any]) -> dict[str, Any]:
    (found,) = read(body(page(event)))
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
    (found,) = read(body(page(notice(reason))))
    assert found.left_out == bluesky.NO_ACTS[reason]


@pytest.mark.parametrize("reason", ["starterpack-joined", "like-via-repost", "repost-via-repost", "contact-match"])
def test_an_unknown_kind_is_set_aside_under_its_name(reason: str) -> None:
    found = read(body(page(notice(reason))))
    assert ([it.row["kind"] for it in found], verdicts(found)) == ([reason], [("unknown_kind", "/kind")])


def test_an_event_that_cannot_be_read_costs_no_other() -> None:
    found = read(body(page(7, {"reason": "like"}, notice("like"))))
    assert verdicts(found) == [("unknown_field", "/event"), ("missing", "/id"), LANDS]


@pytest.mark.parametrize("payload", [7, [], {}, {"notifications": 7}])
def test_what_is_no_page_is_refused(payload: Any) -> None:
    with pytest.raises(NotJson):
        read(body(payload))


def at(moment: str, number: int, **more: Any) -> dict[str, Any]:
    return notice("follow", uri=f"at://did:plc:ada/app.bsky.graph.follow/{number}", indexedAt=moment, **more)


def test_what_comes_in_late_is_read_within_a_day_and_nothing_is_read_twice() -> None:
    newest, late, too_late = "2026-05-03T12:00:00.000Z", "2026-05-02T12:00:00.000Z", "2026-05-02T11:59:59.999Z"
    first = bluesky.page(body({"notifications": [at(newest, 1)]}), {})
    content = body(page(at(newest, 1), at(late, 2), at(too_late, 3)))
    then = bluesky.page(content, first.place)
    assert ([it.row["id"][-2:] for it in then.rows], then.is_last) == (["/2"], True)
    assert bluesky.page(content, then.place).rows == []


def test_only_what_may_yet_be_read_again_is_remembered() -> None:
    first = bluesky.page(body({"notifications": [at("2026-05-01T12:00:00Z", 1)]}), {})
    then = bluesky.page(body({"notifications": [at("2026-05-03T12:00:00Z", 2)]}), first.place)
    assert (len(first.place["seen"]), len(then.place["seen"])) == (1, 1)
    assert first.place["seen"] != then.place["seen"]


def test_a_page_without_events_that_is_not_the_last_loses_nothing() -> None:
    begun = bluesky.page(body(page()), {})
    assert (begun.rows, begun.is_last, begun.place["cursor"]) == ([], False, "1777629602064::bafy1")
    done = bluesky.page(body({"notifications": [at(AT, 1)]}), begun.place)
    assert (len(done.rows), done.is_last, done.place["since"]) == (1, True, "2026-05-01T10:00:02.064+00:00")


def test_a_page_of_more_events_than_any_is_refused_whole() -> None:
    with pytest.raises(TooManyRows):
        read(b'{"notifications": [' + b"1," * 2_000_000 + b"1]}")


def test_a_strange_event_is_left_out_once() -> None:
    deep: Any = []
    for _ in range(64):
        deep = [deep]
    content = body({"notifications": [at(AT, 1), at(AT, 2, x=deep), at(AT, 3)]})
    found = bluesky.page(content, {})
    assert verdicts(list(found.rows)) == [LANDS, ("left out", ""), LANDS]
    assert bluesky.page(content, found.place).rows == []


PAGE = page(
    notice("like", reasonSubject=OURS), notice("reply", **post("Is the blue one left?", OURS)), notice("follow")
)


def test_what_is_asked_for_again_has_the_same_ids_and_content() -> None:
    first, again = (read(body(PAGE)) for _ in range(2))
    assert [(fact(it).id, fact(it).digest) for it in first] == [(fact(it).id, fact(it).digest) for it in again]


@pytest.mark.parametrize("content", NOT_JSON)
def test_what_is_no_json_is_refused_whole(content: bytes) -> None:
    with pytest.raises(NotJson):
        read(content)


@given(content=mutated([PAGE]))
def test_a_page_with_anything_in_it_gets_verdicts(content: bytes) -> None:
    survives(read, content)


@given(content=st.binary(max_size=60) | st.text(alphabet='[]{}":,\\u0d8e1.-+ \n', max_size=60).map(str.encode))
def test_no_bytes_at_all_make_it_fail(content: bytes) -> None:
    survives(read, content)
