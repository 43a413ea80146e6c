"""What an answer of a platform means: a body, a refusal, or that it is asked again, and when."""

import pytest

from ingestion.errors import TokenRefused, Unanswered, Unusable
from ingestion.outbound.web import LONGEST_WAIT, Answer, answered, sound

HOST = "pots.example"


def said(status: int, **headers: str) -> Answer:
    return Answer(HOST, status, {name.replace("_", "-"): value for name, value in headers.items()}, b"{}")


@pytest.mark.parametrize("status", [200, 207])
def test_an_answer_that_is_one_has_a_body(status: int) -> None:
    assert answered(said(status)) == b"{}"


@pytest.mark.parametrize(("status", "why"), [(401, "revoked"), (403, "lacks a right")])
def test_a_token_that_is_not_taken_is_said_to_be(status: int, why: str) -> None:
    with pytest.raises(TokenRefused, match=why) as refused:
        answered(said(status))
    assert refused.value.status < 500  # a job that meets it stops


@pytest.mark.parametrize(
    "answer",
    [Answer(HOST, 403, {"retry-after": "60"}, b"{}"), Answer(HOST, 403, {}, b"<html>"), Answer(HOST, 423, {}, b"{}")],
    ids=["come back later", "a page for people", "locked"],
)
def test_whoever_keeps_robots_away_refuses_no_token(answer: Answer) -> None:
    with pytest.raises(Unanswered):
        answered(answer)


@pytest.mark.parametrize("text", ["", "a\0", "a\ud800", "a\u200b", "a" * 201])
def test_a_name_that_cannot_be_kept_is_none(text: str) -> None:
    assert sound("a" * 200, HOST, "name") == "a" * 200
    with pytest.raises(Unusable, match="no name that can be kept"):
        sound(text, HOST, "name")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_server_that_is_busy_or_broken_is_asked_again(status: int) -> None:
    with pytest.raises(Unanswered) as away:
        answered(said(status))
    assert (away.value.retry_after, away.value.status) == (None, 503)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120),
        ("0", 0),
        ("99999999999", LONGEST_WAIT),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_WAIT),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_how_long_to_wait_is_what_the_server_says(text: str, seconds: int | None) -> None:
    with pytest.raises(Unanswered) as away:
        answered(said(429, retry_after=text))
    assert away.value.retry_after == seconds


def test_a_wait_is_obeyed_whatever_its_status() -> None:
    """HubSpot answers 477 with Retry-After while an account moves between its data centres."""
    with pytest.raises(Unanswered) as away:
        answered(said(477, retry_after="3600"))
    assert away.value.retry_after == 3600


@pytest.mark.parametrize("status", [400, 404, 410, 422])
def test_a_server_that_does_not_know_the_question_may_be_the_wrong_one(status: int) -> None:
    with pytest.raises(Unusable, match="right server"):
        answered(said(status))
