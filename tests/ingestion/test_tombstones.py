"""What comes in about somebody who was erased: dropped, counted, and kept nowhere."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.formats.naming import Naming
from ingestion.formats.person import Person, Register
from ingestion.models import Contact, Delivery, Rejection, Shape, Tombstone
from ingestion.services import batches
from tenants.models import Client, Platform
from tests.conftest import Agency, within
from tests.ingestion.aside import put, set_aside
from tests.ingestion.doors import ROWS, act, all_of, change, send, verdict
from tests.ingestion.people import erase
from tests.ingestion.test_files import again, land, take_in

pytestmark = pytest.mark.django_db(transaction=True)
DROPPED = ("erased_subject", "")
PEOPLE = ("engagements", "outcomes", "contact-facts", "identity-links")


@pytest.mark.parametrize("shape", PEOPLE)
def test_a_row_about_somebody_who_was_erased_is_dropped(agency: Agency, shape: str) -> None:
    """T89."""
    send(agency, [act(1)])
    erase(agency)
    assert verdict(agency, ROWS[shape](), shape) == DROPPED
    assert all_of(agency, Contact, "handle", handle="ada") == []


@pytest.mark.parametrize("named", ["ada", "@Ada", "ADA", " ada "])
def test_they_are_known_however_their_handle_is_written(agency: Agency, named: str) -> None:
    send(agency, [act(1)])
    erase(agency)
    assert verdict(agency, act(2, actor={"handle": named})) == DROPPED


def test_they_are_known_by_every_identifier_that_was_theirs(agency: Agency) -> None:
    send(agency, [act(1, actor={"handle": "ada", "external_id": "9", "email": "ada@person.example", "customer": "17"})])
    erase(agency)
    for who in ({"external_id": "9"}, {"email": "ADA@person.example"}, {"customer": "17"}, {"handle": "ada"}):
        assert verdict(agency, act(2, actor=who)) == DROPPED, who
        assert verdict(agency, act(3, actor={"handle": "bob"}, target=who, direction="peer")) == DROPPED, who


def test_others_are_not_them(agency: Agency) -> None:
    send(agency, [act(1)])
    erase(agency)
    assert verdict(agency, act(2, actor={"handle": "ada", "platform": "x"})) == ("accepted", "")
    assert verdict(agency, act(3, actor={"handle": "adamant"}, text="for @ada")) == ("accepted", "")


def test_an_erasure_is_of_one_client(agency: Agency) -> None:
    send(agency, [act(1)])
    erase(agency)
    with within(agency):
        there = Client.objects.create(name="Another")
        agency.source.__class__.objects.filter(pk=agency.source.pk).update(client=there)
    assert verdict(agency, act(2)) == ("accepted", "")


def test_every_row_of_a_batch_has_one_verdict(agency: Agency) -> None:
    send(agency, [act(1), act(9, actor={"handle": "bob"})])
    erase(agency)
    bob = {"handle": "bob"}
    rows = [act(1), act(9, actor=bob), act(2, kind="wink"), act(3, actor=bob), act(4, actor=bob, kind="wink"), act(5)]
    shown = send(agency, rows).json()
    counts = [shown[name] for name in ("received", "accepted", "duplicate", "quarantined", "erased")]
    assert counts == [6, 1, 1, 1, 3]
    assert [it["index"] for it in shown["dropped"]] == [0, 2, 5]
    assert [it["index"] for it in shown["quarantine"]] == [4]
    assert "ada" not in json.dumps(shown["dropped"])
    assert agency.program().get(f"/v1/batches/{shown['batch']}").json()["erased"] == 3
    assert [it.index for it in set_aside(agency, delivery__public_id=shown["batch"])] == [4]


def test_a_row_that_cannot_be_used_is_not_kept_either(agency: Agency) -> None:
    send(agency, [act(1, actor={"handle": "ada", "email": "ada@person.example"})])
    erase(agency)
    shown = send(
        agency, b'[{"id": "2", "kind": "wink", "who": {"mail": "Ada@Person.example"}}, {"id": "3", "x": "@ADA"}]'
    )
    assert [it["code"] for it in shown.json()["dropped"]] == ["erased_subject"] * 2
    lines = b'{"id": "4", "actor": {"handle": "ada"\n{"id": "5", "actor": {"handle": "bob"\n'
    address = f"/v1/engagements:batch?source={agency.source.public_id}"
    shown = agency.program().post(address, lines, content_type="application/x-ndjson")
    assert [it["index"] for it in shown.json()["dropped"]] == [0]
    assert [it["code"] for it in shown.json()["quarantine"]] == ["unreadable"]
    assert all_of(agency, Rejection, "id", row__icontains="ada") == []


def test_a_row_that_is_mended_into_theirs_is_dropped_and_counted(agency: Agency) -> None:
    batch = send(agency, [act(1), act(2, kind="wink", actor={"handle": "bob"}), act(3, kind="wink", actor={})]).json()
    erase(agency)
    first, second = set_aside(agency)
    assert put(agency, first, act(2)).json()["code"] == "erased_subject"
    assert put(agency, second, act(3, kind="wink")).json()["code"] == "erased_subject"
    (found,) = all_of(agency, Delivery, public_id=batch["batch"])
    assert (found.received, found.accepted, found.quarantined, found.erased) == (3, 1, 0, 2)
    assert set_aside(agency) == []


@pytest.mark.parametrize("shape", sorted(set(ROWS) - set(PEOPLE)))
def test_a_row_at_another_door_is_not_kept_either(agency: Agency, shape: str) -> None:
    send(agency, [act(1)])
    erase(agency)
    shown = send(agency, [act(2), act(3, actor={"handle": "bob"})], shape).json()
    assert [it["index"] for it in shown["dropped"]] == [0]
    assert [it["index"] for it in shown["quarantine"]] == [1]


def test_rows_of_a_file_are_dropped_and_counted(agency: Agency) -> None:
    """T89."""
    send(agency, [act(1)])
    erase(agency)
    header = b"id,kind,occurred_at,actor.handle\n"
    rows = b"7,like,2026-05-01T10:00:00Z,@ada\n8,like,2026-05-01T10:00:00Z,bob\n9,wink,2026-05-01T10:00:00Z,Ada\n"
    file = land(agency, take_in(agency, header + rows))
    assert (file.rows, file.received, file.accepted, file.quarantined, file.erased) == (3, 3, 1, 0, 2)
    assert again(agency, file).is_done
    assert agency.program().get(f"/v1/imports/{file.public_id}").json()["erased"] == 2


def test_without_leave_to_match_an_address_is_known_within_its_source(agency: Agency) -> None:
    change(agency, may_match=False)
    send(agency, [act(1, actor={"customer": "17"})])
    with within(agency):
        customer = Contact.objects.get(handle="17")
    erase(agency, customer.handle)
    assert verdict(agency, act(2, actor={"customer": "17"})) == DROPPED
    change(agency, may_match=True)
    assert verdict(agency, act(3, actor={"customer": "17"})) == ("accepted", "")


def test_a_batch_where_nobody_was_erased_asks_two_questions_more(agency: Agency) -> None:
    """A lock and a look; whatever the rows are, nothing is hashed once more."""
    with within(agency):
        Tombstone.objects.all().delete()
    with within(agency), CaptureQueriesContext(connection) as asked:
        body = json.dumps([act(number) for number in range(50)]).encode()
        batches.receive(body, source_id=agency.source.public_id, shape=Shape.ENGAGEMENTS)
    about = [it["sql"] for it in asked.captured_queries if "tombstone" in it["sql"]]
    assert len(about) == 2, about


SECRET = b"a secret of the tests"
names = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@given(
    handle=names.filter(lambda it: it.removeprefix("@").strip() and "://" not in it and not it.strip().isdigit()),
    more=st.dictionaries(names, names | st.integers() | st.none(), max_size=3),
    platform=st.sampled_from(Platform.values),
    where=st.sampled_from(["handle", "username", "screen_name", "userName", "actor.handle", "from", "author"]),
)
@settings(max_examples=50)
def test_whoever_a_row_names_is_found_in_its_text(
    handle: str, more: dict[str, object], platform: str, where: str
) -> None:
    register = Register(SECRET, "", platform, frozenset(Platform.values))
    naming = Naming(SECRET, Platform.values)
    key = register.known(Person(handle=handle), "").key
    assert key in naming.named(json.dumps({"some": [more, {where: handle}]}), apart="")
    assert key in naming.named(json.dumps({where: f" {handle}"}, ensure_ascii=False), apart="")
    assert key in naming.named(json.dumps({where: {"its": {"id": handle}}}), apart="")


ADA = {"handle": "ada", "email": "ada@person.example", "customer": "17", "external_id": "did:plc:ada"}


def finds(text: str, columns: tuple[str, ...] = ()) -> tuple[bool, bool]:
    """Return whether a text is found to name ada, and whether to mention her."""
    register = Register(SECRET, "", "x", frozenset(Platform.values))
    naming = Naming(SECRET, Platform.values)
    who = register.known(Person(**ADA), "")
    theirs = {who.key, *(it.key for it in who.others)}
    named, mentioned = naming.named(text, apart="", columns=columns), naming.mentioned(text, apart="")
    return not theirs.isdisjoint(named), not theirs.isdisjoint(mentioned)


@pytest.mark.parametrize(
    "text",
    ['{"from": "ada"}', '{"from": {"username": "ADA"}}', '{"user": {"id": 17}}', '{"senderId": "did:plc:ada"}',
     '{"customer": "17"}', '{"customer_id": 17}', '{"actor": [{"x": "@ada"}]}', '{"handle": "ad\\u200ba"}',
     '{"actor": {"handle": "ada"', '"1,like,ada,x"', "7;like;Ada", '{"e-mail": "ada@person.example"}',
     '{"traits": {"email": "ADA@person.example"}}', '{"user": {"id_str": "17"}}',
     '{"participants": {"data": [{"id": "ADA"}]}}',
     '{"anonymousId": "ada"}', '{"screen_name": "ada"}', '{"actor.handle": "ada"}'],
)  # fmt: skip
def test_who_somebody_is_is_read_where_a_document_says_so(text: str) -> None:
    assert finds(text)[0]


@pytest.mark.parametrize(
    "text",
    ['{"text": "Thanks, @Ada."}', '{"text": "write to ADA@person.example!"}', '{"x": "Ada <ada@person.example>"}',
     '{"at": "https://social.example/Ada/posts/1"}', '{"handle": "https://linkedin.com/in/ada"}',
     '{"thread": "at://did:plc:ada/app.bsky.feed.post/3k"}', "thanks @ada", '["@ada"]'],
)  # fmt: skip
def test_whoever_is_mentioned_is_found_in_any_text(text: str) -> None:
    assert finds(text)[1]


@pytest.mark.parametrize(
    "text",
    ['{"text": "what a canada day", "at": "adamant", "n": 171}', '{"kind": "ada"}', '{"ada": 1, "17": "17"}',
     '{"actor": {"handle": "bob", "followers": 17}, "words": 17, "id": "17"}', '{"user": {"posts": "17"}}',
     '{"text": "ada"}', '{"actor": {"handle": "bob", "name": "Ada", "platform": "ada"}}', '{"actor.name": "Ada"}',
     '{"from": {"id": "99", "name": "Ada"}}', '"1,like,bob,17"', '{"link": "https://social.example/p/ada"}'],
)  # fmt: skip
def test_a_word_or_a_number_elsewhere_is_nobodys_name(text: str) -> None:
    assert finds(text) == (False, False)


def test_a_tables_own_columns_may_hold_people() -> None:
    assert finds('{"Konto": "ada", "Art": "like"}', ("Konto",)) == (True, False)
    assert finds('{"Konto": "bob", "Art": "ada"}', ("Konto",)) == (False, False)
