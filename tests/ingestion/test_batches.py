"""A batch over HTTP: every row gets exactly one verdict."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from ingestion.errors import ROW_CODES
from ingestion.models import (
    AudienceCount,
    Campaign,
    ContactFact,
    Delivery,
    Engagement,
    Outcome,
    Post,
    PostCount,
    ProfileSample,
    Receipt,
    Rejection,
    Shape,
    Vendor,
)
from tenants import scope
from tenants.models import ApiScope
from tenants.services import keys
from tests.conftest import Agency, make_agency
from tests.ingestion.doors import AT, ROWS, WITH_ID, act, all_of, change, count, outcome, profile, send, verdict

MODELS = (Engagement, Outcome, AudienceCount, ProfileSample, Post, PostCount, ContactFact, Campaign, Vendor)
HAPPENED = datetime(2026, 5, 1, 10, tzinfo=UTC)


def test_an_act_lands_with_its_place_on_the_ladder(agency: Agency) -> None:
    row = act(text="How much is the blue one?", post="p1", thread="t1", in_reply_to="a0", provenance="stall")
    answer = send(agency, [row])
    assert answer.status_code == 202
    fields = ("kind", "rung", "nature", "direction", "occurred_at", "words", "asks", "automated", "post", "thread",
              "in_reply_to", "provenance")  # fmt: skip
    landed = all_of(agency, Engagement, *fields, ext_id="act-1")
    assert landed == [("comment", 3, 1, "inbound", HAPPENED, 6, True, False, "p1", "t1", "a0", "stall")]


def test_an_outcome_and_a_count_land(agency: Agency) -> None:
    send(agency, [outcome(value="10.50", currency="EUR")], "outcomes")
    assert all_of(agency, Outcome, "kind", "value", "currency", ext_id="out-1") == [
        ("purchase", Decimal("10.5"), "EUR")
    ]
    send(agency, [count(at="2026-06-01T00:00:00Z", followers=None, gained=3, window="month")], "audience-counts")
    landed = all_of(agency, AudienceCount, "channel_id", "followers", "gained", "lost", "window", gained=3)
    assert landed == [(agency.channel.id, None, 3, None, "month")]


def test_a_text_is_read_once_and_not_kept(agency: Agency) -> None:
    send(agency, [act(text="Xylophonic greetings?")])
    with scope.of_tenant(agency.tenant.id), transaction.atomic(), connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE '%Xylophonic%'")
            assert cursor.fetchone() == (0,), table


def test_what_a_text_asks_its_language_and_its_likeness_land(agency: Agency) -> None:
    rows = [
        act(1, text="How much is the blue one?"),
        act(2, text="how much is the BLUE one"),
        act(3, text="Wow"),
        act(4),
    ]
    send(agency, [*rows, act(5, text="Wo kann ich das denn kaufen? Habt ihr noch welche da?")])
    fields = ("asks", "asks_price", "asks_availability", "asks_how_to_buy", "language")
    assert all_of(agency, Engagement, *fields, ext_id__startswith="act-") == [
        (True, True, False, False, "en"),
        (False, True, False, False, "en"),
        (False, False, False, False, ""),
        (None, None, None, None, ""),
        (True, False, True, True, "de"),
    ]
    one, two, three, four, five = all_of(agency, Engagement, "likeness", ext_id__startswith="act-")
    assert (three, four) == (None, None)
    assert (bytes(one) == bytes(two), bytes(one) == bytes(five), len(one)) == (True, False, 64)


def test_a_text_is_kept_where_its_source_says_so(agency: Agency) -> None:
    row = act(1, text="How much is it?")
    change(agency, keeps_texts=True)
    send(agency, [row, act(2)])
    assert all_of(agency, Engagement, "text", ext_id__startswith="act-") == ["How much is it?", ""]
    change(agency, keeps_texts=False)
    assert verdict(agency, row) == ("duplicate", "/id")


def test_a_profile_lands_without_a_name(agency: Agency) -> None:
    facts = {"followers": 3, "following": 400, "posts": 0, "bio_length": 0, "has_avatar": False, "is_private": True,
             "digit_share": 0.25, "cohort_size": 1240, "method": "every tenth"}  # fmt: skip
    row = profile(number=7, created_on="2019-05-04", **facts)
    assert verdict(agency, row, "profile-samples") == ("accepted", "")
    (landed,) = all_of(agency, ProfileSample, number=7)
    assert {name: getattr(landed, name) for name in facts} == facts
    assert (landed.created_on, landed.sampled_at) == (datetime(2019, 5, 4, tzinfo=UTC), HAPPENED)
    assert landed.channel_id == agency.channel.id


def test_a_thousand_rows_with_thirty_bad_ones(agency: Agency) -> None:
    """T25: they are fetched, mended, and sent again."""
    rows = [act(number) for number in range(1000)]
    bad = list(range(7, 1000, 34))[:30]
    for index in bad:
        rows[index] |= {"kind": "wink"}
    shown = send(agency, rows).json()
    assert (shown["received"], shown["accepted"], shown["quarantined"]) == (1000, 970, 30)
    assert [it["index"] for it in shown["quarantine"]] == bad
    assert {(it["code"], it["pointer"]) for it in shown["quarantine"]} == {("unknown_kind", "/kind")}

    address, kept = shown["quarantine_url"] + "?limit=20", []
    while address:
        page = agency.program().get(address).json()
        kept += page["results"]
        address = page["next"]
    assert [it["index"] for it in kept] == bad  # in the order they were sent
    mended = b"[" + b",".join(it["row"].replace("wink", "like").encode() for it in kept) + b"]"
    assert send(agency, mended).json()["accepted"] == 30


def test_every_row_is_accounted_for_in_the_tables_too(agency: Agency) -> None:
    send(agency, [act(1), act(2), act(2), act(3, kind="wink"), act(1, text="other")])
    for batch in all_of(agency, Delivery):
        assert batch.received == batch.accepted + batch.duplicate + batch.quarantined
        assert len(all_of(agency, Receipt, "ext_id", delivery=batch)) == batch.accepted
        if batch.shape != Shape.IDENTITY_LINKS:  # two rows may say the same link
            assert sum(len(all_of(agency, model, "ext_id", delivery=batch)) for model in MODELS) == batch.accepted
        assert len(all_of(agency, Rejection, "id", delivery=batch)) == batch.quarantined


@pytest.mark.parametrize(
    ("shape", "more", "expected"),
    [
        ("engagements", {"id": None}, ("missing", "/id")),
        ("engagements", {"id": ""}, ("invalid", "/id")),
        ("engagements", {"id": "a\u202eb"}, ("control_character", "/id")),
        ("engagements", {"id": 12}, ("invalid", "/id")),
        ("engagements", {"kind": "wink"}, ("unknown_kind", "/kind")),
        ("engagements", {"kind": "delete"}, ("missing", "/in_reply_to")),
        ("engagements", {"ocurred_at": AT}, ("unknown_field", "/ocurred_at")),
        ("engagements", {"tenant_id": 1}, ("unknown_field", "/tenant_id")),
        ("engagements", {"actor": None}, ("missing", "/actor")),
        ("engagements", {"actor": {}}, ("no_identifier", "/actor")),
        ("engagements", {"actor": {"handle": " @ "}}, ("no_identifier", "/actor")),
        ("engagements", {"actor": {"handle": "a\u200bda"}}, ("control_character", "/actor/handle")),
        ("engagements", {"actor": {"nmae": "x"}}, ("unknown_field", "/actor/nmae")),
        ("engagements", {"actor": {"handle": "a", "platform": "myspace"}}, ("invalid", "/actor/platform")),
        ("engagements", {"actor": {"email": "nobody"}}, ("invalid", "/actor/email")),
        ("engagements", {"actor": {"email_sha256": "00"}}, ("invalid", "/actor/email_sha256")),
        ("engagements", {"direction": "sideways"}, ("invalid", "/direction")),
        ("engagements", {"direction": "outbound"}, ("missing", "/target")),
        ("engagements", {"direction": "peer"}, ("missing", "/target")),
        ("engagements", {"known_at": AT}, ("invalid", "/known_at")),
        ("engagements", {"text": "Hi", "words": 1}, ("invalid", "/words")),
        ("engagements", {"actor": {"handle": "https://x.example/ada"}}, ("invalid", "/actor/handle")),
        ("engagements", {"actor": {"email": "a@b", "email_sha256": "0" * 64}}, ("invalid", "/actor/email_sha256")),
        ("outcomes", {"refund_of": "1"}, ("invalid", "/refund_of")),
        ("engagements", {"words": -1}, ("invalid", "/words")),
        ("engagements", {"words": 2**63}, ("invalid", "/words")),
        ("engagements", {"text": "nul\x00"}, ("control_character", "")),
        ("engagements", {"text": "x" * 33_000}, ("row_too_large", "")),
        ("engagements", {"occurred_at": "2026-05-01T10:00:00"}, ("invalid", "/occurred_at")),
        ("engagements", {"occurred_at": "yesterday"}, ("invalid", "/occurred_at")),
        ("engagements", {"occurred_at": "0001-01-01T00:00:00+14:00"}, ("invalid", "/occurred_at")),
        ("engagements", {"occurred_at": "9999-12-31T23:59:59-14:00"}, ("in_the_future", "/occurred_at")),
        ("engagements", {"occurred_at": "10000-01-01T00:00:00Z"}, ("invalid", "/occurred_at")),
        ("engagements", {"occurred_at": "2016-12-31T23:59:60Z"}, ("invalid", "/occurred_at")),
        ("engagements", {"occurred_at": "2199-01-01T00:00:00Z"}, ("in_the_future", "/occurred_at")),
        ("outcomes", {"who": None}, ("missing", "/who")),
        ("outcomes", {"kind": "custom"}, ("missing", "/name")),
        ("outcomes", {"kind": "like"}, ("invalid", "/kind")),
        ("outcomes", {"value": 1}, ("missing", "/currency")),
        ("outcomes", {"value": 1, "currency": "euro"}, ("invalid", "/currency")),
        ("outcomes", {"value": 1, "currency": "EU\n"}, ("invalid", "/currency")),
        ("outcomes", {"value": 1, "currency": "EUR\n"}, ("invalid", "/currency")),
        ("outcomes", {"who": {"email_sha256": "0" * 63 + "\n"}}, ("invalid", "/who/email_sha256")),
        ("outcomes", {"value": -1, "currency": "EUR"}, ("invalid", "/value")),
        ("outcomes", {"value": "NaN", "currency": "EUR"}, ("invalid", "/value")),
        ("outcomes", {"value": "Infinity", "currency": "EUR"}, ("invalid", "/value")),
        ("outcomes", {"value": "1e400", "currency": "EUR"}, ("invalid", "/value")),
        ("outcomes", {"value": "0.00001", "currency": "EUR"}, ("invalid", "/value")),
        ("outcomes", {"value": "1" * 5000, "currency": "EUR"}, ("invalid", "/value")),
        ("outcomes", {"first/last": 1}, ("unknown_field", "/first~1last")),
        ("audience-counts", {"channel": "instagram/nobody"}, ("unknown_channel", "/channel")),
        ("audience-counts", {"followers": None}, ("missing", "/followers")),
        ("audience-counts", {"gained": 1}, ("missing", "/window")),
        ("audience-counts", {"followers": 1.5}, ("invalid", "/followers")),
        ("audience-counts", {"window": "year"}, ("invalid", "/window")),
        ("profile-samples", {"channel": "instagram/other"}, ("unknown_channel", "/channel")),
        ("profile-samples", {"followers": None}, ("missing", "/followers")),
        ("profile-samples", {"number": 0}, ("invalid", "/number")),
        ("profile-samples", {"digit_share": 1.5}, ("invalid", "/digit_share")),
        ("profile-samples", {"cohort_to": "2026-03-01T00:00:00Z"}, ("invalid", "/cohort_to")),
        ("profile-samples", {"cohort_to": "2026-05-02T00:00:00Z"}, ("invalid", "/cohort_to")),
        ("profile-samples", {"created_on": "2026-05-02"}, ("invalid", "/created_on")),
        ("profile-samples", {"created_on": "1969-05-02"}, ("invalid", "/created_on")),
        ("profile-samples", {"created_on": "yesterday"}, ("invalid", "/created_on")),
        ("profile-samples", {"handle": "ada"}, ("unknown_field", "/handle")),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_used_says_why_and_where(
    agency: Agency, shape: str, more: dict[str, Any], expected: tuple[str, str]
) -> None:
    """T33f, T33c and much else: one verdict, with code and JSON pointer."""
    bad = {"id": "bad"} if shape in WITH_ID else {}
    assert verdict(agency, ROWS[shape](**bad | more), shape) == expected
    assert expected[0] in ROW_CODES


@pytest.mark.parametrize(
    "more",
    [
        {"occurred_at": "1970-01-01T00:00:00Z"},
        {"occurred_at": "2026-05-01T23:00:00+14:00"},
        {"direction": "outbound", "actor": None, "target": {"handle": "ada"}},
        {"direction": "peer", "target": {"handle": "bea"}},
        {"kind": "letter", "direction": "two-sided"},
        {"kind": "delete", "in_reply_to": "act-0"},
        {"kind": "block"},
        {"actor": {"email": "Ada@Person.example "}},
        {"actor": {"customer": "17"}},
        {"actor": {"handle": "مريم", "name": "مريم\u200f"}},
        {"text": "x" * 32_000},
        {"text": "\\u0000 is how JSON writes NUL"},
        {"words": 0},
    ],
)
def test_what_is_unusual_but_right_is_accepted(agency: Agency, more: dict[str, Any]) -> None:
    """T33f."""
    assert verdict(agency, act(**more)) == ("accepted", "")


def test_a_moment_of_the_next_minutes_is_a_fast_clock(agency: Agency) -> None:
    soon = (datetime.now(UTC) + timedelta(minutes=5)).isoformat()
    later = (datetime.now(UTC) + timedelta(minutes=15)).isoformat()
    assert verdict(agency, act(1, occurred_at=soon)) == ("accepted", "")
    assert verdict(agency, act(2, occurred_at=later)) == ("in_the_future", "/occurred_at")


def known(agency: Agency, number: int) -> tuple[datetime, datetime]:
    ((known_at, received_at),) = all_of(agency, Engagement, "known_at", "received_at", ext_id=f"act-{number}")
    return known_at, received_at


def test_a_row_is_known_when_its_source_says_so(agency: Agency) -> None:
    send(agency, [act(1)])
    known_at, received_at = known(agency, 1)
    assert known_at == received_at

    change(agency, known_at_basis="lagged", known_after_days=2)
    just_now = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    send(agency, [act(2), act(3, occurred_at=just_now)])
    assert known(agency, 2)[0] == HAPPENED + timedelta(days=2)
    known_at, received_at = known(agency, 3)
    assert known_at == received_at  # it is here already

    change(agency, known_at_basis="stated", known_after_days=0)
    assert verdict(agency, act(4)) == ("missing", "/known_at")
    assert verdict(agency, act(5, known_at="2026-04-01T00:00:00Z")) == ("known_before", "/known_at")
    assert verdict(agency, act(6, known_at="2199-04-01T00:00:00Z")) == ("in_the_future", "/known_at")
    send(agency, [act(7, known_at="2026-05-03T00:00:00Z")])
    assert known(agency, 7)[0] == datetime(2026, 5, 3, tzinfo=UTC)


def test_what_the_brand_does_belongs_to_the_person_it_was_for(agency: Agency) -> None:
    brand, guest = {"handle": "Ours.handle"}, {"handle": "guest"}
    send(agency, [act(1, direction="outbound", actor=brand, target=guest), act(2, direction="peer", target=guest)])
    rows = all_of(agency, Engagement, "contact__handle", "target__handle", ext_id__startswith="act-")
    assert sorted(rows, key=str) == [("ada", "guest"), ("guest", None)]


def test_an_empty_batch_is_a_batch(agency: Agency) -> None:
    answer = send(agency, [])
    assert (answer.status_code, answer.json()["received"]) == (202, 0)


def test_a_key_that_may_only_read_sends_nothing(agency: Agency) -> None:
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        _row, reader = keys.issue(name="reader", scopes=[ApiScope.READ])
    answer = agency.program(reader).post(
        f"/v1/engagements:batch?source={agency.source.public_id}", b"[]", content_type="application/json"
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "missing_scope")
    assert "ingest" in answer.json()["detail"]


@pytest.mark.parametrize("source", ["src_00000000000000000000", "x", "", "%00"])
def test_a_source_that_is_not_there_is_said(agency: Agency, source: str) -> None:
    answer = agency.program().post(f"/v1/outcomes:batch?source={source}", b"[]", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert "/v1/sources" in answer.json()["detail"]


def test_without_a_source_the_sentence_says_where_it_belongs(agency: Agency) -> None:
    answer = agency.program().post("/v1/outcomes:batch", b"[]", content_type="application/json")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/source")


def test_a_batch_costs_the_same_statements_at_one_row_and_at_many(agency: Agency) -> None:
    def statements(rows: list[dict[str, Any]]) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert send(agency, rows).status_code == 202
        return len(captured)

    statements([act("first")])  # notes the key's first use
    one = statements([act("one", actor={"handle": "new0"})])
    assert statements([act(f"many{n}", actor={"handle": f"new{n}"}) for n in range(1, 200)]) == one


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_is_refused_leaves_nothing() -> None:
    agency = make_agency("Ours")
    before = len(all_of(agency, Delivery))
    assert send(agency, [act(n) for n in range(5001)]).status_code == 413
    assert send(agency, b"[1,").status_code == 400
    assert len(all_of(agency, Delivery)) == before


@pytest.mark.parametrize(
    ("shape", "more", "said"),
    [
        ("engagements", {"occurred_at": "01/11/2026"}, "Write a moment as 2026-11-01T10:00:00Z, with its zone."),
        ("engagements", {"direction": "two_sided"}, "Use one of inbound, outbound, peer, two-sided."),
        ("engagements", {"kind": "dm"}, "direct_message"),
        ("engagements", {"timestamp": AT}, "Known are id, kind, occurred_at"),
        ("engagements", {"id": 17}, "Send text, in quotes: The source's own id"),
        ("outcomes", {"kind": "sale"}, "Use one of custom, lead, meeting, purchase, refund."),
        ("outcomes", {"value": "48,50", "currency": "EUR"}, "Write an amount as 48.50."),
        ("outcomes", {"value": 1, "currency": "gbp"}, "ISO 4217 in capitals, such as GBP"),
        ("audience-counts", {"channel": "ours.handle"}, "as platform/handle or cha_"),
    ],
)
def test_a_verdict_says_what_to_send_instead(agency: Agency, shape: str, more: dict[str, Any], said: str) -> None:
    (verdict,) = send(agency, [ROWS[shape](**more)], shape).json()["quarantine"]
    assert said in verdict["detail"]
