"""Segment's calls land as rows, with the moment they had by the clock of whoever received them."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from ingestion.models import ContactFact, Engagement, KindMapping, Outcome, Rejection
from ingestion.services import quarantine
from tests.conftest import Agency, within
from tests.ingestion.doors import act, all_of
from tests.ingestion.envelopes import HAPPENED, call, counts, post


def test_a_call_of_segment_lands_as_an_act(agency: Agency) -> None:
    answer = post(agency, {"batch": [call(), call(2, type="page", event=None)], "writeKey": "w", "context": {}})
    assert counts(answer) == (2, 0, 0), answer.json()
    fields = ("ext_id", "kind", "words", "occurred_at", "contact__kind", "contact__handle")
    assert all_of(agency, Engagement, *fields, ext_id__startswith="m-") == [
        ("m-1", "comment", 4, HAPPENED, "customer", "17"),
        ("m-2", "view", 4, HAPPENED, "customer", "17"),
    ]


def test_a_channel_of_segments_is_a_means_and_no_account_of_ours(agency: Agency) -> None:
    mine = f"{agency.channel.platform}/{agency.channel.handle}"
    rows = [call(properties={"channel": "email"}), call(2, properties={"channel": mine})]
    assert counts(post(agency, {"batch": rows})) == (2, 0, 0)
    assert counts(post(agency, {"batch": [call(properties={}), call(2, properties={})]})) == (0, 2, 0)
    assert all_of(agency, Engagement, "channel", ext_id__startswith="m-") == [None, None]


def test_a_call_has_its_moment_by_the_clock_of_the_receiver(agency: Agency) -> None:
    """`receivedAt - (sentAt - originalTimestamp)`: a telephone whose clock is a year slow."""
    now = timezone.now()
    sent = now - timedelta(days=365)
    row = call(timestamp=(sent - timedelta(hours=2)).isoformat())
    answer = post(agency, {"batch": [row], "sentAt": sent.isoformat()})
    assert counts(answer) == (1, 0, 0), answer.json()
    (happened,) = all_of(agency, Engagement, "occurred_at", ext_id="m-1")
    assert abs(happened - (now - timedelta(hours=2))) < timedelta(minutes=1)


def test_a_call_that_is_sent_again_later_is_the_same(agency: Agency) -> None:
    rows = [call()]
    assert counts(post(agency, {"batch": rows, "sentAt": "2026-05-01T10:00:05Z"})) == (1, 0, 0)
    assert counts(post(agency, {"batch": rows, "sentAt": "2026-05-01T10:09:00Z"})) == (0, 1, 0)


def test_rows_of_our_own_among_calls_keep_their_moments(agency: Agency) -> None:
    answer = post(agency, {"batch": [call(), act(1)], "sentAt": "2026-04-01T10:00:00Z"})
    assert counts(answer) == (2, 0, 0)
    assert set(all_of(agency, Engagement, "occurred_at", kind="comment", ext_id__in=["m-1", "act-1"])) == {HAPPENED}


def test_a_call_that_segment_passes_on_has_its_moment_already(agency: Agency) -> None:
    row = call(receivedAt="2026-05-01T10:00:09Z", originalTimestamp="2026-04-01T10:00:00Z")
    post(agency, {"batch": [row], "sentAt": "2026-04-01T10:00:09Z"})
    assert all_of(agency, Engagement, "occurred_at", ext_id="m-1") == [HAPPENED]


def test_a_call_that_is_set_aside_is_kept_as_the_row_it_brings(agency: Agency) -> None:
    answer = post(agency, {"batch": [call(event="Product Added")], "sentAt": timezone.now().isoformat()})
    assert [(it["code"], it["pointer"]) for it in answer.json()["quarantine"]] == [("unknown_kind", "/kind")]
    (kept,) = all_of(agency, Rejection, "row", code="unknown_kind", delivery__public_id=answer.json()["batch"])
    row = json.loads(kept)
    assert (row["id"], row["kind"], row["actor"]) == ("m-1", "product_added", {"customer": "17"})
    assert row["text"] == "How much is it?"
    assert "browser" not in row


def test_an_order_and_its_refund_land_as_outcomes(agency: Agency) -> None:
    who = {"userId": None, "anonymousId": "a-1", "context": {"traits": {"email": "ada@person.example"}}}
    bought = call(event="Order Completed", properties={"order_id": "881", "total": 48.5, "currency": "GBP"}, **who)
    back = call(2, event="Order Refunded", properties={"order_id": "881", "total": "48.50", "currency": "GBP"}, **who)
    answer = post(agency, {"batch": [bought, back]}, shape="outcomes")
    assert counts(answer) == (2, 0, 0), answer.json()
    fields = ("ext_id", "kind", "value", "currency", "refund_of", "contact__kind")
    assert all_of(agency, Outcome, *fields, currency="GBP") == [
        ("881", "purchase", Decimal("48.5"), "GBP", "", "external_id"),
        ("m-2", "refund", Decimal("48.5"), "GBP", "881", "external_id"),
    ]


def test_traits_land_as_facts(agency: Agency) -> None:
    row = call(type="identify", event=None, traits={"email": "ada@person.example", "industry": "retail", "seats": 3})
    assert counts(post(agency, {"batch": [row]}, shape="contact-facts")) == (1, 0, 0)
    assert sorted(all_of(agency, ContactFact, "name", "value", contact__kind="customer")) == [
        ("industry", "retail"),
        ("seats", "3"),
    ]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (call(type="group"), ("invalid", "/type")),
        (call(messageId=7), ("invalid", "")),
        (call(timestamp=None), ("missing", "/occurred_at")),
        (call(timestamp="9999-12-31T23:59:59-14:00"), ("invalid", "/occurred_at")),
        (call(timestamp="noon"), ("invalid", "")),
        (call(userId=None), ("missing", "/actor")),
        (call(properties=[1]), ("invalid", "")),
        (call(event="Comment", properties={"words": "many"}), ("invalid", "/words")),
    ],
)
def test_a_call_that_cannot_be_used_says_why(agency: Agency, row: dict[str, Any], expected: tuple[str, str]) -> None:
    answer = post(agency, {"batch": [row, call("good")], "sentAt": "2026-05-01T10:00:05Z"})
    assert answer.json()["accepted"] == 1
    assert [(it["code"], it["pointer"]) for it in answer.json()["quarantine"]] == [expected]


def test_a_field_that_a_call_has_twice_is_not_guessed(agency: Agency) -> None:
    twice = json.dumps(call()).replace('"userId": "17"', '"userId": "17", "userId": "18"')
    answer = post(agency, f'{{"batch": [{twice}]}}'.encode())
    assert [it["code"] for it in answer.json()["quarantine"]] == ["duplicate_key"]


def test_a_call_that_is_used_in_the_end_is_still_the_same_call(agency: Agency) -> None:
    """Set aside for its kind, replayed, and sent again by a sender who never heard of that."""
    sent = timezone.now() - timedelta(days=365)
    rows = [call(event="Product Added", timestamp=(sent - timedelta(hours=2)).isoformat())]
    post(agency, {"batch": rows, "sentAt": sent.isoformat()})
    with within(agency):
        KindMapping.objects.create(source=agency.source, word="product_added", rung=2)
        (rejection,) = Rejection.objects.filter(row__contains="m-1")
        assert quarantine.mend(rejection, rejection.row) is None
    (happened,) = all_of(agency, Engagement, "occurred_at", ext_id="m-1")
    assert abs(happened - (timezone.now() - timedelta(hours=2))) < timedelta(minutes=1)
    assert counts(post(agency, {"batch": rows, "sentAt": sent.isoformat()})) == (0, 1, 0)
