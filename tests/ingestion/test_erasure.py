"""Erasing somebody: everything of theirs is gone, and nothing of anybody else's."""

import json
from typing import Any

import psycopg
import pytest
import redis
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from ingestion.errors import CannotLink
from ingestion.models import (
    Contact,
    ContactFact,
    Engagement,
    Erasure,
    Hook,
    HookBody,
    IdentityLink,
    Outcome,
    Receipt,
    Rejection,
)
from ingestion.services import erasure, insiders, logged
from ingestion.services.links import link
from ingestion.services.searching import SEARCHED
from scoring.models import Feedback, Score
from tenants.models import Answer, Client, Job, JobState
from tenants.models.held import HELD, Action
from tenants.services import answers
from tests.conftest import Agency, make_agency, within
from tests.ingestion.doors import ROWS, act, all_of, contact_fact, identity_link, outcome, send
from tests.ingestion.people import CANARY, again, ask, contact_called, do, dump, erase, nothing_waits, shows
from tests.ingestion.test_files import open_jobs
from tests.scoring.agency import work_off
from tests.tenants.ledger import change as change_job
from tests.tenants.ledger import run
from tests.walls.stranger import everything_of

pytestmark = pytest.mark.django_db(transaction=True)

WHO = {"handle": CANARY, "external_id": f"id-{CANARY}", "customer": f"no-{CANARY}", "email": f"{CANARY}@person.example",
       "name": f"Name {CANARY}"}  # fmt: skip
LONG_AGO = "2026-01-01T00:00:00Z"


def everywhere(agency: Agency) -> None:
    """Have somebody be named in everything that comes in, as far as it can be."""
    send(agency, [act(CANARY, actor=WHO, text=f"I am {CANARY}", thread=f"t-{CANARY}", provenance=CANARY)])
    send(agency, [act("to", actor={"handle": "bob"}, target=WHO, direction="peer")])
    send(agency, [outcome(CANARY, who=WHO)], "outcomes")
    send(agency, [contact_fact(who=WHO, facts={CANARY: CANARY})], "contact-facts")
    send(agency, [identity_link(who=WHO, same_as={"customer": f"2-{CANARY}"})], "identity-links")
    send(agency, [act("bad", kind="wink", actor=WHO), act("bad 2", kind="wink", actor={"email": WHO["email"]})])
    with within(agency):
        logged.log(Contact.objects.get(handle=CANARY), what="call", occurred_at=timezone.now(), by=agency.owner)
        insiders.enter(agency.client, platform="instagram", handle=CANARY, why="staff", by=agency.owner)
        Feedback.objects.create(contact=Contact.objects.get(handle=CANARY), not_a_lead=False, sentence=CANARY)
        answers.keep(answers.Asked("POST /v1/x", "k", b""), status=202, body=json.dumps({"said": [f"@{CANARY}"]}))
        hook = Hook.objects.get()
        HookBody.objects.create(hook=hook, body=json.dumps({"from": {"username": CANARY}}).encode())


def plant(agency: Agency, handle: str) -> set[str]:
    """Write the canary into every personal column of somebody's rows that takes a text; return which do not."""
    refused = set()
    with within(agency), connection.cursor() as cursor:
        values: dict[str, Any] = {"tenant": agency.tenant.id, "contacts": [Contact.objects.get(handle=handle).id]}
        for table in HELD.values():
            for column in table.having(Action.ROW) if table.whose else ():
                kind = next(it for it in columns_of(table.name) if it[0] == column)[1]
                written = {"text": "%(it)s", "character varying": "%(it)s", "jsonb": "to_jsonb(ARRAY[%(it)s, '1'])"}
                if kind not in written:
                    continue
                put = f"UPDATE {table.name} t SET {column} = {written[kind]} WHERE {table.whose}"
                try:
                    with transaction.atomic():
                        cursor.execute(put, {**values, "it": CANARY})
                        assert cursor.rowcount > 0, f"nobody has a row in {table.name}"
                except DatabaseError:  # a kind that is one of a list, or too short for it
                    refused.add(f"{table.name}.{column}")
    return refused


def columns_of(table: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s", [table])
        found: list[tuple[str, str]] = cursor.fetchall()
    return found


def test_nothing_of_them_is_left_anywhere(agency: Agency) -> None:
    """T88: the whole database is dumped and searched, and Valkey."""
    everywhere(agency)
    assert shows(dump())
    found = erase(agency, CANARY)
    assert not shows(dump())
    with redis.Redis.from_url(settings.REDIS_URL) as valkey:
        assert not any(shows(str(key)) or shows(str(valkey.dump(key))) for key in valkey.scan_iter("*"))
    assert found.finished_at is not None
    assert found.removed == {
        "ingestion_receipt": 4,
        "ingestion_engagement": 3,  # theirs are gone; of the other's act, to whom it was
        "ingestion_insider": 1,
        "ingestion_loggedact": 1,
        "ingestion_outcome": 1,
        "ingestion_contactfact": 1,
        "ingestion_identitylink": 4,
        "ingestion_rejection": 2,
        "tenants_answer": 1,
        "ingestion_hookbody": 1,
        "ingestion_contact": 1,
        "scoring_feedback": 1,
    }
    assert all_of(agency, Engagement, "target_id", ext_id="act-to") == [None]


def test_whatever_stands_in_a_personal_column_is_gone(agency: Agency) -> None:
    """T88: the registry's promise: what is declared as theirs goes, whichever column it is."""
    everywhere(agency)
    with within(agency):
        contact = Contact.objects.get(handle=CANARY)
        Score.objects.update(contact=contact)
    refused = plant(agency, CANARY)
    assert {it.split(".")[1] for it in refused} <= {
        "kind", "direction", "platform", "currency", "language", "band", "was", "became", "stage", "trend",
        "how", "what", "why",
        "sentence",  # what was said of them, which nobody may change; the canary stands in it from the first
    }  # fmt: skip
    erase(agency, CANARY)
    assert not shows(dump())


def test_whatever_the_registry_says_is_searched_is() -> None:
    looked_at = {model._meta.db_table for model in SEARCHED}
    assert looked_at == {table.name for table in HELD.values() if table.having(Action.SEARCHED)}


def test_everything_of_others_stays(agency: Agency) -> None:
    other = make_agency("Stranger")
    send(agency, [act(1)])
    for shape, row in ROWS.items():
        more = {"actor": {"handle": "bob"}} if shape == "engagements" else {"who": {"handle": "bob"}}
        has_people = shape in ("engagements", "outcomes", "contact-facts", "identity-links")
        send(agency, [row(**({"id": f"b-{shape}"} | more))] if has_people else [row()], shape)
    send(agency, [act(5, kind="wink", actor={"handle": "bob"})])
    before, theirs = [all_of(agency, model) for model in (Outcome, ContactFact, Rejection)], everything_of(other)
    erase(agency)
    assert [all_of(agency, model) for model in (Outcome, ContactFact, Rejection)] == before
    assert all_of(agency, Engagement, "ext_id", contact__handle="bob") == ["b-engagements"]
    assert everything_of(other) == theirs


def test_a_person_is_erased_with_every_contact_that_they_are(agency: Agency) -> None:
    send(
        agency,
        [act(1), act(2, actor={"customer": "17"}), act(3, actor={"handle": "ada2"}), act(4, actor={"handle": "bob"})],
    )
    send(agency, [identity_link(who={"handle": "ada"}, same_as={"customer": "17"})], "identity-links")
    with within(agency):
        link(Contact.objects.get(handle="ada2"), Contact.objects.get(handle="ada"), by=agency.owner)
    found = erase(agency, "17")
    assert (found.contacts, found.removed["ingestion_contact"]) == (3, 3)
    assert all_of(agency, Contact, "handle", handle__in=["ada", "ada2", "17", "bob"]) == ["bob"]


def test_a_link_that_was_ended_or_rests_does_not_carry_an_erasure_on(agency: Agency) -> None:
    send(agency, [act(1), act(2, actor={"customer": "17"}), act(3, actor={"handle": "ada2"})])
    send(agency, [identity_link(who={"handle": "ada"}, same_as={"customer": "17"})], "identity-links")
    with within(agency):
        IdentityLink.objects.update(ended_at=LONG_AGO)
    found = erase(agency)
    assert found.contacts == 1
    assert sorted(all_of(agency, Contact, "handle", handle__in=["17", "ada2"])) == ["17", "ada2"]
    assert all_of(agency, IdentityLink, "id", contact__handle="ada") == []


def test_asked_twice_it_is_one_erasure(agency: Agency) -> None:
    send(agency, [act(1, actor={"handle": "ada", "customer": "17"})])
    assert ask(agency).pk == ask(agency).pk
    assert len(all_of(agency, Job, "id", kind="erase_person")) == 1


def test_from_the_moment_it_is_asked_for_they_are_shown_nowhere(agency: Agency) -> None:
    with within(agency):
        contact = Contact.objects.get()
        erasure.ask(contact, by=None)
    program = agency.program()
    assert program.get("/v1/scores").json()["results"] == []
    assert program.get(f"/v1/scores/{contact.public_id}").status_code == 404


def test_what_lands_between_the_question_and_the_tombstones_is_erased_too(agency: Agency) -> None:
    send(agency, [act(1)])
    nothing_waits(agency)
    asked = ask(agency)
    send(agency, [act(2), act(3, actor={"handle": "ada", "external_id": "9"})])
    work_off(agency)
    assert again(agency, asked).contacts == 2
    assert all_of(agency, Engagement, "ext_id", ext_id__startswith="act-") == []


def test_a_job_that_is_killed_half_way_goes_on_and_counts_nothing_twice(agency: Agency) -> None:
    everywhere(agency)
    nothing_waits(agency)
    asked = ask(agency, CANARY)
    for kind in ("erase_person", "forget"):
        (job,) = open_jobs(agency, kind)
        assert run(agency, job).state == JobState.DONE
    (job,) = open_jobs(agency, "clear_person")
    address = settings.SERVERS.postgres.url(role="postgres", database=connection.settings_dict["NAME"])
    with psycopg.connect(address) as somebody:
        somebody.execute("SELECT FROM ingestion_outcome FOR UPDATE")  # as far as the first worker comes
        assert run(agency, job).state == JobState.QUEUED
    assert all_of(agency, Engagement, "ext_id", contact__handle=CANARY) == []
    assert all_of(agency, Outcome, "ext_id", contact__handle=CANARY) == [f"out-{CANARY}"]
    assert again(agency, asked).removed == {"ingestion_receipt": 4, "ingestion_engagement": 3}
    change_job(agency, job, state="running", attempt=1, claimed_at=LONG_AGO, lease_until=LONG_AGO)
    assert run(agency, job).state == JobState.DONE
    assert again(agency, asked).removed["ingestion_receipt"] == 4
    assert again(agency, asked).removed["ingestion_contact"] == 1
    assert not shows(dump())


@pytest.mark.parametrize("theirs", [{"customer": "1"}, {"handle": "comment"}, {"handle": "actor"}])
def test_whose_name_is_a_common_word_takes_nothing_of_others(agency: Agency, theirs: dict[str, str]) -> None:
    send(agency, [act(1, actor=theirs)])
    bob = {"handle": "bob"}
    send(agency, [act(2, actor=bob, kind="wink", words=1), act(3, actor=bob, kind="comment", x=1)])
    before = all_of(agency, Rejection, "id")
    answered = len(all_of(agency, Answer, "id"))
    with within(agency):
        contact = Contact.objects.latest("id") if "customer" in theirs else Contact.objects.get(handle=theirs["handle"])
        if "customer" in theirs:
            contact = Contact.objects.get(kind="customer", handle="1")
        asked = erasure.ask(contact, by=None)
    nothing_waits(agency)
    work_off(agency)
    assert again(agency, asked).finished_at is not None
    assert all_of(agency, Rejection, "id") == before
    assert len(all_of(agency, Answer, "id")) == answered
    assert send(agency, [act(4, actor=bob, kind="wink", words=1)]).json()["quarantined"] == 1


def test_who_is_linked_to_somebody_who_is_being_erased_is_erased_too(agency: Agency) -> None:
    """Asked for while the first is on its way, and linked in between."""
    send(agency, [act(1), act(2, actor={"handle": "ada2"})])
    nothing_waits(agency)
    first, second = contact_called(agency, "ada"), contact_called(agency, "ada2")
    with within(agency):
        link(first, second, by=agency.owner)
        IdentityLink.objects.filter(how="by_hand").update(ended_at=LONG_AGO)
    asked = ask(agency, "ada")
    do(agency, "erase_person")
    with within(agency):
        IdentityLink.objects.filter(how="by_hand").update(ended_at=None)
        also = erasure.ask(second, by=None)
    assert also.pk != asked.pk
    assert {job.state for job in work_off(agency)} == {"done"}
    assert [again(agency, it).contacts for it in (asked, also)] == [1, 1]
    assert all_of(agency, Contact, "handle", handle__startswith="ada") == []
    assert all_of(agency, Engagement, "ext_id", ext_id__startswith="act-") == []


def test_nobody_is_linked_to_somebody_who_is_being_erased(agency: Agency) -> None:
    send(agency, [act(1), act(2, actor={"handle": "bob"})])
    ada, bob = contact_called(agency, "ada"), contact_called(agency, "bob")
    ask(agency, "ada")
    with within(agency), pytest.raises(CannotLink):
        link(bob, ada, by=agency.owner)


def test_a_certificate_says_nothing_of_whom(agency: Agency) -> None:
    everywhere(agency)
    contact = contact_called(agency, CANARY)
    found = erase(agency, CANARY)
    written: dict[str, Any] = {field.attname: getattr(found, field.attname) for field in Erasure._meta.concrete_fields}
    assert not shows(str(written))
    assert contact.public_id not in str(written)
    assert found.asked_by_id == agency.owner.pk
    jobs = all_of(agency, Job, "args", kind__in=["erase_person", "forget", "clear_person"])
    assert not any(shows(str(args)) or contact.public_id in str(args) for args in jobs)


def test_the_clients_row_is_left_where_two_clients_know_the_same_person(agency: Agency) -> None:
    send(agency, [act(1)])
    with within(agency):
        there = Client.objects.create(name="Another")
        mine = agency.source.__class__.objects.get(pk=agency.source.pk)
        mine.pk, mine.public_id, mine.client, mine.name = None, "src_00000000000000000001", there, "Another's"
        mine.save(force_insert=True)
    send(agency, [act(1)], source=mine)
    with within(agency):
        here = Contact.objects.get(handle="ada", client=agency.client)
        asked = erasure.ask(here, by=None)
    nothing_waits(agency)
    work_off(agency)
    assert again(agency, asked).finished_at is not None
    assert all_of(agency, Contact, "client_id", handle="ada") == [there.pk]
    assert len(all_of(agency, Receipt, "ext_id", ext_id="act-1")) == 1
    assert len(all_of(agency, Answer, "id")) == 1
