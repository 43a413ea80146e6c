"""A request with an Idempotency-Key is done once, however often it comes."""

import gzip
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from ingestion.models import Delivery, Engagement
from tenants import scope
from tenants.models import Answer
from tests.conftest import Agency, make_agency
from tests.ingestion.doors import act, all_of

KEY = "6f1c1c7e-0001"


def post(agency: Agency, rows: Any, key: str | None = KEY, shape: str = "engagements", **headers: str) -> Any:
    address = f"/v1/{shape}:batch?source={agency.source.public_id}"
    body = rows if isinstance(rows, bytes) else json.dumps(rows).encode()
    more = headers if key is None else headers | {"idempotency-key": key}
    return agency.program().post(address, body, content_type="application/json", headers=more)


def test_a_repeated_request_is_answered_as_before_and_done_once(agency: Agency) -> None:
    """T20."""
    rows = [act(1), act(2, kind="wink")]
    first, second, third = (post(agency, rows) for _ in range(3))
    assert (first.status_code, first.json()["accepted"], "Idempotent-Replayed" in first.headers) == (202, 1, False)
    for again in (second, third):
        assert (again.status_code, again.content) == (202, first.content)
        assert again.headers["Idempotent-Replayed"] == "true"
    assert len(all_of(agency, Delivery, "id", public_id=first.json()["batch"])) == 1
    assert len(all_of(agency, Answer, "id", key=KEY)) == 1


def test_the_same_body_compressed_anew_is_the_same(agency: Agency) -> None:
    body = json.dumps([act(1)]).encode()
    sent = [gzip.compress(body, mtime=moment) for moment in (1, 2)]
    assert sent[0] != sent[1]
    answers = [post(agency, it, **{"content-encoding": "gzip"}) for it in sent]
    assert [it.status_code for it in answers] == [202, 202]
    assert answers[1].headers["Idempotent-Replayed"] == "true"


def test_with_a_new_key_everything_is_a_duplicate(agency: Agency) -> None:
    """T20."""
    post(agency, [act(1)])
    again = post(agency, [act(1)], key="another")
    assert (again.json()["accepted"], again.json()["duplicate"]) == (0, 1)


def test_the_key_with_anything_else_is_refused_and_changes_nothing(agency: Agency) -> None:
    """T21."""
    post(agency, [act(1)])
    before = len(all_of(agency, Delivery, "id"))
    for answer in (post(agency, [act(2)]), post(agency, [act(1)], **{"ce-id": "1"})):
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert len(all_of(agency, Delivery, "id")) == before
    assert post(agency, [act(1)]).headers["Idempotent-Replayed"] == "true"


@pytest.mark.django_db
def test_one_byte_that_differs_is_another_body(agency: Agency) -> None:
    """T21: whichever byte it is."""
    body = json.dumps([act(1)]).encode()
    assert post(agency, body).status_code == 202

    @given(place=st.integers(0, len(body) - 1), byte=st.integers(0, 255))
    def differs(place: int, byte: int) -> None:
        other = body[:place] + bytes([byte]) + body[place + 1 :]
        assert post(agency, other).status_code == (202 if other == body else 422)

    differs()


def test_a_key_holds_on_its_route_and_in_its_agency(agency: Agency, other: Agency) -> None:
    """T23."""
    rows = [act(1)]
    assert post(agency, rows).json()["accepted"] == 1
    assert post(other, rows).json()["accepted"] == 1
    outcomes = [{"id": "1", "kind": "lead", "occurred_at": "2026-05-01T10:00:00Z", "who": {"handle": "ada"}}]
    assert post(agency, outcomes, shape="outcomes").json()["accepted"] == 1


def test_a_refused_request_is_not_remembered(agency: Agency) -> None:
    assert post(agency, b"[").status_code == 400
    assert post(agency, [act(1)]).status_code == 202
    assert all_of(agency, Answer, "status", key=KEY) == [202]


def test_a_key_is_forgotten_after_ninety_days(agency: Agency) -> None:
    post(agency, [act(1)])

    def grow_old(days: int) -> None:
        with scope.of_tenant(agency.tenant.id), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE tenants_answer SET created_at = now() - %s * interval '1 day'", [days])

    grow_old(89)
    assert post(agency, [act(1)]).headers["Idempotent-Replayed"] == "true"
    grow_old(90)
    again = post(agency, [act(1)])  # the row itself is remembered for good
    assert (again.json()["duplicate"], "Idempotent-Replayed" in again.headers) == (1, False)
    assert len(all_of(agency, Answer, "id", key=KEY)) == 1  # the one that was out of date made room


@pytest.mark.parametrize("key", ["", "two words", "x" * 256, "caf\u00e9", "tab\t"])
def test_a_key_that_is_none_is_refused(agency: Agency, key: str) -> None:
    answer = post(agency, [act(1)], key=key)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/Idempotency-Key")


@pytest.mark.django_db(transaction=True)
def test_many_at_once_have_one_effect() -> None:
    """T22: fifty senders at one barrier, thirty rounds: the others get the answer, or are told to come again."""
    agency = make_agency("Ours")
    senders, rounds = 50, 30
    barrier = threading.Barrier(senders, timeout=60)

    def sender(_number: int) -> list[tuple[int, str | None, bytes]]:
        found = []
        try:
            for turn in range(rounds):
                barrier.wait()
                answer = post(agency, [act(turn)], key=f"round-{turn}")
                found.append((answer.status_code, answer.headers.get("Retry-After"), answer.content))
        finally:
            connection.close()
        return found

    with ThreadPoolExecutor(senders) as pool:
        answers = list(pool.map(sender, range(senders)))
    for found in zip(*answers, strict=True):
        answered = {content for status, _, content in found if status == 202}
        running = {(retry, json.loads(content)["code"]) for status, retry, content in found if status != 202}
        assert len(answered) == 1
        assert running <= {("1", "request_running")}
    assert len(all_of(agency, Engagement, "ext_id", ext_id__startswith="act-")) == rounds
    assert len(all_of(agency, Answer, "id", key__startswith="round-")) == rounds
