"""What a Mastodon server says happened. (Ids and names are made up; the forms are those of the documentation.)"""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.errors import NotJson, TooDeep, TooManyRows
from ingestion.formats.webhooks import mastodon
from ingestion.formats.webhooks.row import Row
from tests.ingestion.hooks import NOT_JSON, body, fact, mutated, survives, verdict, verdicts

OURS = {"id": "14700", "acct": "fernleaf", "display_name": "Fernleaf Pottery", "bot": False}
ADA = {"id": "971700", "username": "ada", "acct": "ada@tea.example", "display_name": "Ada", "bot": False}
BEN = {"id": "971701", "username": "ben", "acct": "ben", "display_name": "", "bot": True}
AT, WRITTEN = "2026-05-01T10:00:02.064Z", "2026-05-01T10:00:01.940Z"
ACTOR = {"platform": "mastodon", "handle": "ada@tea.example", "name": "Ada"}
LANDS = ("lands", "")


def status(author: dict[str, Any] = ADA, **more: Any) -> dict[str, Any]:
    about = {"id": "1031", "created_at": WRITTEN, "visibility": "public", "account": author, "in_reply_to_id": None}
    return about | {"content": "<p>Is the <b>blue</b> one left?</p>", "in_reply_to_account_id": None} | more


def notice(kind: str, account: dict[str, Any] = ADA, **more: Any) -> dict[str, Any]:
    return {"id": "3497", "type": kind, "created_at": AT, "account": account, **more}


def read(content: bytes) -> list[Row]:
    return list(mastodon.page(content, {}, server="pots.example", account="14700").rows)


def row(event: dict[str, Any]) -> dict[str, Any]:
    (found,) = read(body([event]))
    assert verdict(found) == LANDS
    return found.row


def test_a_mention_lands_with_its_words() -> None:
    assert row(notice("mention", status=status())) == {
        "id": "notification:pots.example:3497",
        "kind": "mention",
        "occurred_at": AT,
        "actor": ACTOR,
        "thread": "pots.example:1031",
        "text": "Is the blue one left?",
    }


def test_a_mention_that_answers_the_brand_is_a_reply() -> None:
    found = row(notice("mention", status=status(in_reply_to_id="1030", in_reply_to_account_id="14700")))
    assert (found["kind"], found["post"]) == ("reply", "pots.example:1030")


def test_a_mention_that_answers_somebody_else_is_none() -> None:
    found = row(notice("mention", status=status(in_reply_to_id="1030", in_reply_to_account_id="9")))
    assert (found["kind"], "post" in found) == ("mention", False)


def test_what_only_the_brand_may_see_is_a_message() -> None:
    found = row(notice("mention", status=status(visibility="direct", in_reply_to_account_id="14700")))
    assert (found["kind"], found["thread"]) == ("direct_message", "ada@tea.example")


@pytest.mark.parametrize(("kind", "ours"), [("favourite", "like"), ("reblog", "repost")])
def test_what_is_done_with_the_brands_post_has_no_words(kind: str, ours: str) -> None:
    assert row(notice(kind, status=status(OURS, id="1029"))) == {
        "id": "notification:pots.example:3497",
        "kind": ours,
        "occurred_at": AT,
        "actor": ACTOR,
        "post": "pots.example:1029",
    }


def test_a_quote_has_the_words_of_whoever_quotes() -> None:
    found = row(notice("quote", status=status()))
    assert (found["kind"], found["text"]) == ("quote", "Is the blue one left?")


@pytest.mark.parametrize(("kind", "ours"), [("follow", "follow"), ("follow_request", "connection_request")])
def test_following_lands(kind: str, ours: str) -> None:
    assert row(notice(kind)) == {
        "id": "notification:pots.example:3497",
        "kind": ours,
        "occurred_at": AT,
        "actor": ACTOR,
    }


def test_a_declared_bot_is_automated_and_a_neighbour_has_a_whole_address() -> None:
    found = row(notice("follow", BEN))
    assert (found["automated"], found["actor"]) == (True, {"platform": "mastodon", "handle": "ben@pots.example"})


@pytest.mark.parametrize("kind", mastodon.NO_ACTS)
def test_what_is_no_act_towards_the_brand_is_left_out(kind: str) -> None:
    (found,) = read(body([notice(kind, status=status())]))
    assert found.left_out == mastodon.NO_ACTS[kind]


@pytest.mark.parametrize(("kind", "name"), [("annual_report", "annual_report"), ("like", "like event")])
def test_an_unknown_kind_is_set_aside_under_its_name(kind: str, name: str) -> None:
    found = read(body([notice(kind)]))
    assert ([it.row["kind"] for it in found], verdicts(found)) == ([name], [("unknown_kind", "/kind")])


def test_an_event_that_cannot_be_read_costs_no_other() -> None:
    found = read(body([7, {"type": "follow"}, notice("follow")]))
    assert verdicts(found) == [("unknown_field", "/event"), ("missing", "/id"), LANDS]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", ""),
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("One<br>two<br />three<BR/>four", "One\ntwo\nthree\nfour"),
        ('<a href="https://x.example/?a=1&amp;b=2"><span class="invisible">https://</span>x.example</a>', "https://x.example"),
        ("&lt;3 &amp; &#39;tea&#39; &hearts;", "<3 & 'tea' ♥"),
        ("2 < 3 > 1", "2  1"),
        ("<", "<"),
        ("&#xD800;&#0;", "\ufffd\ufffd"),
        ("&#" + "9" * 5_000 + ";", "&#" + "9" * 5_000 + ";"),
    ],
)  # fmt: skip
def test_html_becomes_text(content: str, expected: str) -> None:
    assert mastodon.text(content) == expected


@pytest.mark.parametrize(
    "content", ["<" * 2_000_000, "<p" * 1_000_000, "&" * 2_000_000, "<br" * 700_000, "&#" * 1_000_000]
)
def test_html_of_any_length_takes_no_time(content: str) -> None:
    began = time.perf_counter()
    mastodon.text(content)
    assert time.perf_counter() - began < 5  # a square of two millions would be hours


@pytest.mark.parametrize(
    ("found", "newest", "expected"),
    [
        (["999", "1000", "998"], "", ("1000", 3, False)),
        (["7", "8"], "", ("8", 0, True)),
        ([], "", ("8", 0, True)),
        ([], "10", ("10", 0, False)),
        (["9"], "10", ("10", 1, False)),
    ],
)
def test_the_place_is_the_newest_id(found: list[str], newest: str, expected: tuple[str, int, bool]) -> None:
    content = body([notice("follow") | {"id": it} for it in found])
    page = mastodon.page(content, {"min_id": "8"}, server="pots.example", account="14700", newest=newest)
    assert (page.place["min_id"], len(page.rows), page.is_last) == expected


@pytest.mark.parametrize(
    "strange", ["[" * 64 + "]" * 64, "[" * 30_000 + "]" * 30_000, f"[{'0,' * 3_000}0]"], ids=["deep", "deeper", "parts"]
)
def test_a_strange_event_is_left_out_and_costs_no_other(strange: str) -> None:
    event = body(notice("follow", x="!")).replace(b'"!"', strange.encode())
    found = read(b"[" + b",".join([body(notice("follow")), event, body(notice("follow"))]) + b"]")
    assert verdicts(found) == [LANDS, ("left out", ""), LANDS]
    assert read(b"[" + event + b"]") == [found[1]]


@pytest.mark.parametrize("text", ["[{,]}" * 9_000, '"[' * 9_000, "\\" * 9_000], ids=["brackets", "quotes", "slashes"])
def test_what_stands_in_a_text_makes_no_event_strange(text: str) -> None:
    (found,) = read(body([notice("mention", status=status(content=text))]))
    assert found.row["text"] == text


@pytest.mark.parametrize("content", [b'["' + b'\\"' * 2_000_000, b"[" * 2_000_000, b"]" * 2_000_000, b"," * 2_000_000])
def test_a_page_of_any_form_takes_no_time(content: bytes) -> None:
    began = time.perf_counter()
    with pytest.raises((NotJson, TooDeep)):
        read(content)
    assert time.perf_counter() - began < 20


def test_a_page_that_is_too_much_in_all_is_refused_whole() -> None:
    event = notice("follow", x=[0] * 2_000)
    with pytest.raises(TooManyRows):
        read(body([event] * 130))
    assert len(read(body([event] * 65))) == 65


def test_the_same_number_on_another_server_is_something_else() -> None:
    content = body([notice("favourite", status=status(OURS))])
    (here,), (there,) = (
        mastodon.page(content, {}, server=server, account="14700").rows for server in ("a.example", "b.example")
    )
    assert here.row["id"] != there.row["id"]
    assert here.row["post"] != there.row["post"]


PAGE = [notice("mention", status=status()), notice("favourite", BEN, status=status(OURS)), notice("poll")]


def test_what_is_asked_for_again_has_the_same_ids_and_content() -> None:
    first, again = (read(body(PAGE[:2])) for _ in range(2))
    assert [(fact(it).id, fact(it).digest) for it in first] == [(fact(it).id, fact(it).digest) for it in again]


@pytest.mark.parametrize("content", NOT_JSON)
def test_what_is_no_json_is_refused_whole(content: bytes) -> None:
    with pytest.raises(NotJson):
        read(content)


@given(content=mutated([PAGE]))
def test_a_page_with_anything_in_it_gets_verdicts(content: bytes) -> None:
    survives(read, content)


@given(content=st.text(alphabet="<>/bp&#;x19 aé\ud83d", max_size=60) | st.text(max_size=60))
def test_no_html_at_all_makes_it_fail(content: str) -> None:
    assert isinstance(mastodon.text(content), str)


@given(content=st.binary(max_size=60) | st.text(alphabet='[]{}":,\\u0d8e1.-+ \n', max_size=60).map(str.encode))
def test_no_bytes_at_all_make_it_fail(content: bytes) -> None:
    survives(read, content)
