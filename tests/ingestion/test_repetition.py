"""What comes twice: a repetition is a duplicate, a contradiction is seen, and an id counts once."""

import hashlib
from typing import Any

import pytest
from django.db import transaction

from ingestion.models import Contact, Receipt, Source
from tenants import scope
from tests.conftest import Agency
from tests.ingestion.doors import ROWS, WITH_ID, act, all_of, change, count, outcome, profile, send, verdict
from tests.ingestion.test_retention import age


@pytest.mark.parametrize("shape", ROWS)
def test_the_same_row_again_is_a_duplicate(agency: Agency, shape: str) -> None:
    row = ROWS[shape]()
    if shape == "audience-counts":
        row["at"] = "2026-07-01T00:00:00Z"
    first, again = (send(agency, [row], shape).json() for _ in range(2))
    assert (first["accepted"], first["duplicate"]) == (1, 0)
    assert (again["accepted"], again["duplicate"]) == (0, 1)
    assert again["duplicates"][0]["code"] == "duplicate"
    assert first["batch"] in again["duplicates"][0]["detail"]


@pytest.mark.parametrize(
    ("shape", "other"),
    [
        ("engagements", {"text": "changed"}),
        ("outcomes", {"kind": "lead"}),
        ("audience-counts", {"followers": 11}),
        ("profile-samples", {"followers": 11}),
    ],
)
def test_the_same_id_with_other_content_is_a_visible_conflict(agency: Agency, shape: str, other: Any) -> None:
    row = ROWS[shape](**{"id": "same"} if shape in WITH_ID else {})
    send(agency, [row], shape)
    shown = send(agency, [row | other], shape).json()
    assert (shown["accepted"], shown["duplicate"], shown["quarantined"]) == (0, 0, 1)
    assert shown["quarantine"][0]["code"] == "id_conflict"
    kept = agency.program().get(shown["quarantine_url"]).json()["results"][0]["row"]
    assert str(next(iter(other.values()))) in kept


def test_a_no_is_something_else_than_nothing(agency: Agency) -> None:
    assert verdict(agency, profile(has_avatar=False), "profile-samples") == ("accepted", "")
    assert verdict(agency, profile(has_avatar=False), "profile-samples") == ("duplicate", "/number")
    assert verdict(agency, profile(), "profile-samples") == ("id_conflict", "/number")


def test_order_blanks_and_explicit_nulls_make_no_other_row(agency: Agency) -> None:
    send(agency, [act()])
    same = b'[ {"actor" :{"name":null,"handle":"ada"}, "occurred_at":"2026-05-01T10:00:00Z", "kind":"comment",'
    assert send(agency, same + b'"id":"act-1"} ]').json()["duplicate"] == 1
    send(agency, [outcome(value=10.5, currency="EUR")], "outcomes")
    assert verdict(agency, outcome(value="10.500", currency="EUR"), "outcomes") == ("duplicate", "/id")


def test_within_a_batch_the_first_of_an_id_counts(agency: Agency) -> None:
    shown = send(agency, [act(), act(), act(text="other"), act(2)]).json()
    assert (shown["accepted"], shown["duplicate"], shown["quarantined"]) == (2, 1, 1)
    assert [it["index"] for it in shown["duplicates"]] == [1]
    assert [(it["index"], it["code"]) for it in shown["quarantine"]] == [(2, "id_conflict")]


def test_what_was_here_before_decides_and_not_what_stands_before_it_in_the_batch(agency: Agency) -> None:
    stored, other = act(text="a"), act(text="b")
    send(agency, [stored])
    shown = send(agency, [other, stored, other]).json()
    assert [it["index"] for it in shown["duplicates"]] == [1]
    assert [(it["index"], it["code"]) for it in shown["quarantine"]] == [(0, "id_conflict"), (2, "id_conflict")]


@pytest.mark.parametrize(
    "same",
    [
        {"occurred_at": "2026-05-01T12:00:00+02:00"},
        {"occurred_at": "2026-05-01T10:00:00.000Z"},
        {"actor": {"handle": "@Ada", "email_sha256": hashlib.sha256(b"ada@person.example").hexdigest()}},
        {"actor": {"handle": "ada", "email": " ADA@person.example", "name": "Ada Lovelace", "platform": "instagram"}},
        {"direction": "inbound", "automated": False, "post": None},
    ],
)
def test_the_same_said_in_another_way_is_no_conflict(agency: Agency, same: dict[str, Any]) -> None:
    row = act(actor={"handle": "ada", "email": "ada@person.example", "name": "Ada"})
    send(agency, [row])
    assert verdict(agency, row | same) == ("duplicate", "/id")


def test_a_count_is_known_by_channel_window_and_moment(agency: Agency) -> None:
    send(agency, [count(at="2026-07-01T00:00:00Z")], "audience-counts")
    for channel in (agency.channel.public_id, "Instagram/@ours.HANDLE"):
        row = count(at="2026-07-01T02:00:00+02:00", channel=channel)
        assert verdict(agency, row, "audience-counts") == ("duplicate", "/id")


def test_an_id_counts_once_for_each_source_and_shape(agency: Agency) -> None:
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        second = Source.objects.create(client=agency.client, name="crm", kind="own_system", platform="x")
    assert send(agency, [act(id="1")]).json()["accepted"] == 1
    assert send(agency, [act(id="1")], source=second).json()["accepted"] == 1
    assert send(agency, [outcome(id="1")], "outcomes").json()["accepted"] == 1


def test_another_agency_may_use_the_same_ids(agency: Agency, other: Agency) -> None:
    """T24."""
    send(other, [act()])
    assert send(agency, [act()]).json()["accepted"] == 1
    ours, theirs = (all_of(it, Receipt, "digest", ext_id="act-1") for it in (agency, other))
    assert ours != theirs  # nobody learns from a digest that two agencies heard the same
    ours, theirs = (all_of(it, Contact, "key", handle="ada") for it in (agency, other))
    assert ours != theirs  # the same handle, hashed with another key


@pytest.mark.parametrize("days", [7, 30, 89, 400])
def test_an_id_counts_once_however_long_ago_it_came(agency: Agency, other: Agency, days: int) -> None:
    """T24: and another agency's id is another one."""
    assert send(agency, [act(1)]).json()["accepted"] == 1
    age(agency, days)
    assert send(agency, [act(1)]).json()["duplicate"] == 1
    assert send(agency, [act(1, text="other")]).json()["quarantined"] == 1
    assert send(other, [act(1)]).json()["accepted"] == 1


def test_a_policy_that_changed_makes_no_conflict_of_a_repetition(agency: Agency) -> None:
    row = outcome(who={"customer": "17", "email": "ada@person.example"})
    for may_match in (True, False, True):
        change(agency, may_match=may_match)
        send(agency, [row], "outcomes")
        assert verdict(agency, row, "outcomes") == ("duplicate", "/id")
    change(agency, known_at_basis="lagged", known_after_days=3)
    assert verdict(agency, row, "outcomes") == ("duplicate", "/id")
