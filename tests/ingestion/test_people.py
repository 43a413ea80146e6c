"""Who is who: matched by keyed hashes, shown by handle."""

import hashlib

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from ingestion.models import Contact, Engagement, IdentityLink, Source
from ingestion.services import finding
from tenants import scope
from tenants.models import Client
from tests.conftest import Agency
from tests.ingestion.doors import act, all_of, change, outcome, send


def contacts(agency: Agency) -> list[tuple[str, str, str]]:
    return [it for it in all_of(agency, Contact, "kind", "handle", "name") if it[1] != "Ours person"]


def links(agency: Agency) -> list[tuple[str, str, str]]:
    found = all_of(agency, IdentityLink, "kind", "how", "contact__handle")
    return [it for it in found if it[2] != "Ours person"]


@pytest.mark.parametrize("spelled", ["ada", "@ada", " @Ada ", "ADA"])
def test_a_handle_is_the_same_however_it_is_spelled(agency: Agency, spelled: str) -> None:
    send(agency, [act(1), act(2, actor={"handle": spelled})])
    assert len(contacts(agency)) == 1


def test_the_same_handle_on_another_platform_is_somebody_else(agency: Agency) -> None:
    send(agency, [act(1), act(2, actor={"handle": "ada", "platform": "x"})])
    assert len(contacts(agency)) == 2


def test_the_platforms_own_id_is_steadier_than_a_handle(agency: Agency) -> None:
    send(agency, [act(1, actor={"handle": "ada", "external_id": "7", "name": "Ada"})])
    send(agency, [act(2, actor={"handle": "ada.lovelace", "external_id": "7", "name": "Ada L."})])
    assert contacts(agency) == [("external_id", "ada.lovelace", "Ada L.")]
    assert sorted(links(agency)) == [("handle", "same_row", "ada.lovelace")] * 2


def test_who_is_named_less_fully_keeps_the_name_there_was(agency: Agency) -> None:
    send(agency, [act(1, actor={"external_id": "7", "handle": "ada", "name": "Ada"})])
    send(agency, [act(2, actor={"external_id": "7"})])
    assert contacts(agency) == [("external_id", "ada", "Ada")]


def test_rows_of_one_batch_that_name_somebody_more_and_less_fully_are_joined(agency: Agency) -> None:
    full = {"external_id": "7", "handle": "ada", "name": "Ada", "customer": "17"}
    send(agency, [act(1, actor=full), act(2, actor={"external_id": "7"})])
    assert contacts(agency) == [("external_id", "ada", "Ada")]
    assert sorted(it[0] for it in links(agency)) == ["customer", "handle"]


def test_a_handle_that_leads_to_one_person_leads_to_no_second(agency: Agency) -> None:
    send(agency, [act(1, actor={"handle": "ada", "external_id": "7"})])
    send(agency, [act(2, actor={"handle": "ada", "external_id": "8"})])
    assert len(contacts(agency)) == 2
    assert len(links(agency)) == 1
    send(agency, [act(3, actor={"handle": "other"})])
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        assert finding.find(handle="@ADA").count() == 2, "both are shown by it"
        assert finding.find(customer="ada").count() == 0


def test_an_address_is_the_same_clear_or_hashed_and_is_not_kept(agency: Agency) -> None:
    hashed = hashlib.sha256(b"ada@person.example").hexdigest()
    ways = [{"email": "Ada@Person.example"}, {"email": " ada@person.example "}, {"email_sha256": hashed}]
    send(agency, [outcome(number, who=who) for number, who in enumerate(ways)], "outcomes")
    assert contacts(agency) == [("email", "", "")]
    send(agency, [outcome("other", who={"email_sha256": "0" * 64})], "outcomes")
    assert len(contacts(agency)) == 2
    with scope.of_tenant(agency.tenant.id), transaction.atomic(), connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text ILIKE ANY(%s)", [["%ada@%", f"%{hashed}%"]])
            assert cursor.fetchone() == (0,), table


def test_numbers_and_addresses_hold_within_a_source_that_may_not_match(agency: Agency) -> None:
    """The shop's customer 17 is not the helpdesk's, unless somebody said that the two may be matched."""
    change(agency, may_match=False)
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        second = Source.objects.create(client=agency.client, name="crm", kind="own_system", platform="x")
    for number, who in enumerate([{"customer": "17"}, {"email": "ada@person.example"}]):
        send(agency, [outcome(number, who=who)], "outcomes")
        send(agency, [outcome(number, who=who)], "outcomes", second)
    assert len(contacts(agency)) == 4
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        Source.objects.update(may_match=True)
    for source in (agency.source, second):
        send(agency, [outcome("joint", who={"customer": "17"})], "outcomes", source)
    assert len(contacts(agency)) == 5


def test_an_address_links_to_an_account_only_where_that_is_allowed(agency: Agency) -> None:
    who = {"handle": "ada", "external_id": "7", "email": "ada@person.example", "customer": "17"}
    change(agency, may_match=False)
    send(agency, [outcome(1, who=who)], "outcomes")
    assert sorted(it[0] for it in links(agency)) == ["handle"]  # one account's two names are no matching
    change(agency, may_match=True)
    send(agency, [outcome(2, who=who)], "outcomes")
    assert sorted(it[0] for it in links(agency)) == ["customer", "email", "handle"]


def test_a_link_that_somebody_ended_is_not_made_again_by_itself(agency: Agency) -> None:
    both = {"handle": "ada", "external_id": "7"}
    send(agency, [act(1, actor=both)])
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        IdentityLink.objects.filter(kind="handle", contact__handle="ada").update(ended_at=Now())
    send(agency, [act(2, actor=both)])
    in_force = all_of(agency, IdentityLink, "kind", ended_at__isnull=True, contact__handle="ada")
    assert in_force == []


def test_a_name_is_shown_without_what_would_turn_or_hide_the_rest(agency: Agency) -> None:
    """T33c."""
    send(agency, [act(1, actor={"handle": "ada", "name": "Ada\u202e ecilA\u200b"})])
    assert contacts(agency) == [("handle", "ada", "Ada ecilA")]


def test_rows_of_two_clients_make_two_contacts(agency: Agency) -> None:
    """What one brand's people do is not told to another, not even within one agency."""
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        second = Client.objects.create(name="Second brand")
        source = Source.objects.create(client=second, name="shop", kind="own_system", platform="instagram")
    both = {"handle": "ada", "external_id": "7"}
    for to in (agency.source, source):
        send(agency, [act(1, actor=both)], source=to)
    send(agency, [act(2, actor=both | {"handle": "ada.l"})], source=source)
    found = all_of(agency, Contact, "client_id", "handle", key__in=_keys(agency))
    assert sorted(found) == sorted([(agency.client.id, "ada"), (second.id, "ada.l")])
    acts = all_of(agency, Engagement, "contact__client_id", ext_id__startswith="act-")
    assert sorted(acts) == sorted([agency.client.id, second.id, second.id])
    of_links = all_of(
        agency, IdentityLink, "client_id", "contact__client_id", kind="handle", contact__kind="external_id"
    )
    assert sorted(of_links) == sorted([(agency.client.id,) * 2, (second.id,) * 2, (second.id,) * 2])


def _keys(agency: Agency) -> list[bytes]:
    return all_of(agency, Contact, "key", kind="external_id")
