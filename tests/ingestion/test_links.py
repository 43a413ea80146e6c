"""Links between identifiers: sent, made and ended by hand, and held only while their source may be matched."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from ingestion.models import Contact, IdentityLink, Receipt, Source
from ingestion.selectors import frames
from tenants import scope
from tenants.models import Client
from tests.conftest import Agency, within
from tests.ingestion.doors import act, all_of, change, identity_link, outcome, send, verdict

LIST = "/admin/ingestion/identitylink/"
ADD = f"{LIST}add/"
ADA, CUSTOMER = {"handle": "ada"}, {"customer": "17"}


def pairs(agency: Agency) -> set[tuple[str, str]]:
    """Who is who, by handle or number, as the features have it."""
    with within(agency):
        shown = dict(Contact.objects.values_list("id", "handle"))
        found = frames.links(known_before=timezone.now())
    return {(shown[contact], shown[person]) for contact, person in found.select("contact", "person").iter_rows()}


def meet(agency: Agency) -> None:
    send(agency, [act(1, actor=ADA), act(2, actor={"handle": "ada.l", "platform": "x"})])
    send(agency, [outcome(1, who=CUSTOMER)], "outcomes")


def test_a_link_joins_an_account_and_a_customer(agency: Agency) -> None:
    meet(agency)
    assert verdict(agency, identity_link(), "identity-links") == ("accepted", "")
    assert pairs(agency) == {("17", "ada")}
    fields = ("kind", "how", "matches", "source_id", "contact__handle")
    assert all_of(agency, IdentityLink, *fields, contact__handle="ada") == [
        ("customer", "import", True, agency.source.id, "ada")
    ]
    assert verdict(agency, identity_link(), "identity-links") == ("duplicate", "/id")


def test_a_link_says_so_of_every_identifier_of_both(agency: Agency) -> None:
    meet(agency)
    send(agency, [act(3, actor={"email": "ada@person.example"})])
    row = identity_link(same_as=CUSTOMER | {"email": "ada@person.example"}, how="form")
    assert verdict(agency, row, "identity-links") == ("accepted", "")
    assert sorted(all_of(agency, IdentityLink, "kind", "how", contact__handle="ada")) == [
        ("customer", "form"),
        ("email", "form"),
    ]


def test_a_link_from_a_source_that_may_not_match_is_set_aside(agency: Agency) -> None:
    change(agency, may_match=False)
    assert verdict(agency, identity_link(), "identity-links") == ("may_not_match", "/same_as")
    account = identity_link(who={"external_id": "7"}, same_as=ADA)
    assert verdict(agency, account, "identity-links") == ("accepted", "")  # one account's id and handle
    elsewhere = identity_link(id="l-2", who={"external_id": "7"}, same_as=ADA | {"platform": "x"})
    assert verdict(agency, elsewhere, "identity-links") == ("may_not_match", "/same_as")


def test_links_rest_while_their_source_may_not_be_matched(agency: Agency) -> None:
    meet(agency)
    send(agency, [identity_link()], "identity-links")
    send(agency, [act(3, actor={"external_id": "7"}), act(4, actor=ADA | {"external_id": "7"})])
    account = {("ada", "ada")}  # its id and its handle
    assert pairs(agency) == {("17", "ada")} | account
    change(agency, may_match=False)
    assert pairs(agency) == account
    change(agency, may_match=True)
    assert pairs(agency) == {("17", "ada")} | account


def test_a_link_stands_on_whatever_source_may_still_be_matched(agency: Agency) -> None:
    meet(agency)
    send(agency, [identity_link()], "identity-links")
    with within(agency):
        crm = Source.objects.create(
            client=agency.client, name="CRM", kind="own_system", platform="instagram", may_match=True
        )
    change(agency, may_match=False)
    assert send(agency, [identity_link()], "identity-links", crm).json()["accepted"] == 1
    assert pairs(agency) == {("17", "ada")}


def test_a_link_that_contradicts_another_is_set_aside_and_changes_nothing(agency: Agency) -> None:
    meet(agency)
    send(agency, [identity_link()], "identity-links")
    before = all_of(agency, IdentityLink, "id", "contact_id", "key")
    other = identity_link(id="l-2", who={"handle": "grace", "email": "grace@person.example"})
    assert verdict(agency, other, "identity-links") == ("link_conflict", "/same_as")
    assert all_of(agency, IdentityLink, "id", "contact_id", "key") == before
    assert all_of(agency, Receipt, "ext_id", ext_id="l-2") == []  # it may be sent again
    with within(agency):
        IdentityLink.objects.filter(contact__handle="ada").delete()
    assert verdict(agency, other, "identity-links") == ("accepted", "")


def test_two_links_of_one_batch_that_contradict_each_other_are_not_both_taken(agency: Agency) -> None:
    rows = [identity_link(), identity_link(id="l-2", who={"handle": "grace"}), identity_link(id="l-2", who=ADA)]
    shown = send(agency, rows, "identity-links").json()
    assert (shown["accepted"], shown["duplicate"], shown["quarantined"]) == (1, 0, 2)


def test_a_row_that_is_good_holds_beside_one_that_says_the_same_and_more(agency: Agency) -> None:
    send(agency, [act(1, actor={"handle": "grace", "email": "e@person.example"})])
    wrong = identity_link(id="r-1", same_as=CUSTOMER | {"email": "e@person.example"})
    for turn in range(4):
        rows = [wrong | {"id": f"wrong-{turn}"}, identity_link(id=f"good-{turn}")]
        shown = send(agency, rows[:: -1 if turn % 2 else 1], "identity-links").json()
        assert (shown["accepted"], [it["code"] for it in shown["quarantine"]]) == (1, ["link_conflict"])
        assert all_of(agency, IdentityLink, "kind", contact__handle="ada") == ["customer"]


def test_a_row_that_is_set_aside_moves_no_other_link(agency: Agency) -> None:
    send(agency, [act(1, actor={"handle": "grace", "email": "e@person.example"}), act(2, actor=ADA)])
    send(agency, [identity_link()], "identity-links")
    before = all_of(agency, IdentityLink, "known_at", "source_id", contact__handle="ada")
    change(agency, known_at_basis="lagged")
    wrong = identity_link(id="l-2", at="2020-01-01T00:00:00Z", same_as=CUSTOMER | {"email": "e@person.example"})
    assert verdict(agency, wrong, "identity-links") == ("link_conflict", "/same_as")
    assert all_of(agency, IdentityLink, "known_at", "source_id", contact__handle="ada") == before


@pytest.mark.parametrize(
    ("who", "same_as"),
    [
        ({"external_id": "1"}, {"external_id": "2"}),
        ({"handle": "a"}, {"handle": "b"}),
        ({"external_id": "1", "handle": "a"}, {"handle": "b"}),
    ],
)
def test_two_accounts_are_not_one_for_being_on_one_platform(
    agency: Agency, who: dict[str, str], same_as: dict[str, str]
) -> None:
    change(agency, may_match=False)
    row = identity_link(who=who, same_as=same_as)
    assert verdict(agency, row, "identity-links") == ("may_not_match", "/same_as")


def test_what_follows_from_other_links_is_no_contradiction(agency: Agency) -> None:
    elsewhere = {"handle": "ada.l", "platform": "x"}
    rows = [
        identity_link(id="1", who=ADA, same_as=elsewhere),
        identity_link(id="2", who=elsewhere, same_as=CUSTOMER),
        identity_link(id="3", who=ADA, same_as=CUSTOMER),
        identity_link(id="4", who=CUSTOMER, same_as=ADA),
    ]
    for row in rows:
        assert verdict(agency, row, "identity-links") == ("accepted", "")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"same_as": {"handle": "@Ada"}}, ("invalid", "/same_as")),
        ({"same_as": {}}, ("no_identifier", "/same_as")),
        ({"how": "by_hand"}, ("invalid", "/how")),
        ({"at": None}, ("missing", "/at")),
    ],
)
def test_a_link_that_cannot_be_used_says_why(agency: Agency, more: dict[str, Any], expected: tuple[str, str]) -> None:
    assert verdict(agency, identity_link(**more), "identity-links") == expected


# --- By hand


def contact(agency: Agency, handle: str) -> Contact:
    (found,) = all_of(agency, Contact, handle=handle)
    return found  # type: ignore[no-any-return]


def form(agency: Agency, one: str = "ada", other: str = "17") -> dict[str, Any]:
    return {"contact": contact(agency, one).id, "same_as": f" {contact(agency, other).public_id} "}


def test_a_manager_links_two_contacts_and_takes_it_back(agency: Agency) -> None:
    meet(agency)
    browser = agency.browser(agency.member("manager"))
    assert browser.post(ADD, form(agency)).status_code == 302
    assert pairs(agency) == {("17", "ada")}
    change(agency, may_match=False)
    assert pairs(agency) == {("17", "ada")}, "what a person says is nobody's policy"
    (link,) = all_of(agency, IdentityLink, how="by_hand")
    answer = browser.post(LIST, {"action": "end", "_selected_action": [link.id]}, follow=True)
    assert "1 link ended" in answer.content.decode()
    assert pairs(agency) == set()
    (ended,) = all_of(agency, IdentityLink, "ended_by__email", how="by_hand")
    assert ended == "another-manager-ours@agency.example"
    again = browser.post(LIST, {"action": "end", "_selected_action": [link.id]}, follow=True)
    assert "has ended already" in again.content.decode()


def test_a_link_that_somebody_ended_is_made_again_by_hand_only(agency: Agency) -> None:
    meet(agency)
    send(agency, [identity_link()], "identity-links")
    (link,) = all_of(agency, IdentityLink, contact__handle="ada")
    agency.browser().post(LIST, {"action": "end", "_selected_action": [link.id]})
    assert verdict(agency, identity_link(id="l-2"), "identity-links") == ("link_conflict", "/same_as")
    assert agency.browser().post(ADD, form(agency)).status_code == 302
    assert pairs(agency) == {("17", "ada")}
    assert verdict(agency, identity_link(id="l-2"), "identity-links") == ("accepted", "")


@pytest.mark.parametrize(
    ("one", "other", "sentence"),
    [
        ("ada", "ada", "is itself already"),
        ("ada.l", "17", "leads to somebody already"),
        ("ada", "elsewhere", "of one client"),
    ],
)
def test_a_link_that_cannot_be_made_is_refused_in_words(agency: Agency, one: str, other: str, sentence: str) -> None:
    meet(agency)
    send(agency, [identity_link()], "identity-links")
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        second = Client.objects.create(name="Second brand")
        shop = Source.objects.create(client=second, name="shop", kind="own_system", platform="instagram")
    send(agency, [act(9, actor={"handle": "elsewhere"})], source=shop)
    answer = agency.browser().post(ADD, form(agency, one, other), follow=True)
    assert sentence in answer.content.decode()


def test_a_contact_that_is_not_there_is_said_at_its_field(agency: Agency) -> None:
    meet(agency)
    answer = agency.browser().post(ADD, form(agency) | {"same_as": "con_00000000000000000000"})
    assert "There is no such contact" in answer.content.decode()


@pytest.mark.parametrize("role", ["analyst", "viewer"])
def test_others_look_and_change_nothing(agency: Agency, role: str) -> None:
    meet(agency)
    send(agency, [identity_link()], "identity-links")
    browser = agency.browser(agency.member(role))
    assert "Imported from a CRM" in browser.get(LIST).content.decode()
    assert browser.post(ADD, form(agency)).status_code == 403
    (link,) = all_of(agency, IdentityLink, contact__handle="ada")
    browser.post(LIST, {"action": "end", "_selected_action": [link.id]})
    assert pairs(agency) == {("17", "ada")}


def test_a_link_shows_whether_it_holds(agency: Agency) -> None:
    send(agency, [identity_link()], "identity-links")
    (link,) = all_of(agency, IdentityLink, contact__handle="ada")
    page = f"{LIST}{link.id}/change/"
    assert "in force" in agency.browser().get(page).content.decode()
    change(agency, may_match=False)
    assert "rests: its source may not be matched" in agency.browser().get(page).content.decode()
    assert link.known_at > datetime(2026, 11, 1, tzinfo=UTC)
