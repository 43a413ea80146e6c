"""The match rate, the outcomes that wait, and what a contact's page says."""

from typing import Any

import pytest

from ingestion import selectors
from ingestion.models import Contact, IdentityLink
from ingestion.services.links import end, link
from scoring.learning.rates import wilson
from scoring.services import matching
from tenants.models import Client
from tests.conftest import Agency, within
from tests.ingestion.aside import put, set_aside
from tests.ingestion.doors import act, all_of, change, contact_fact, identity_link, outcome, send
from tests.ingestion.people import contact_called

pytestmark = pytest.mark.django_db(transaction=True)


def rate(agency: Agency) -> tuple[int, int, int]:
    """Return people, matched and waiting, without the cast's own contact, who bought and engages."""
    with within(agency):
        (found,) = matching.rates()
    return found.people - 1, found.matched - 1, found.waiting


def customers(agency: Agency, *numbers: int) -> None:
    rows = [outcome(number, who={"customer": f"{number}"}) for number in numbers]
    assert send(agency, rows, "outcomes").json()["accepted"] == len(rows)


def test_who_bought_is_matched_once_a_link_says_who_it_was(agency: Agency) -> None:
    assert rate(agency) == (0, 0, 0)
    send(agency, [act(1), act(2, actor={"handle": "bob"})])
    customers(agency, 17, 18)
    assert rate(agency) == (2, 0, 2)
    send(agency, [identity_link(who={"handle": "ada"}, same_as={"customer": "17"})], "identity-links")
    assert rate(agency) == (2, 1, 1)
    change(agency, may_match=False)
    assert rate(agency) == (2, 0, 2)


def test_a_person_who_is_many_counts_once(agency: Agency) -> None:
    send(agency, [act(1)])
    customers(agency, 17, 18)
    with within(agency):
        ada, one, other = (Contact.objects.get(handle=name) for name in ("ada", "17", "18"))
        link(one, other, by=agency.owner)
        made = link(ada, one, by=agency.owner)
    assert rate(agency) == (1, 1, 0)
    with within(agency):
        end(made, by=agency.owner)
    assert rate(agency) == (1, 0, 2)


def test_what_a_source_lets_nobody_match_is_counted(agency: Agency) -> None:
    def left_out() -> tuple[int, int]:
        with within(agency):
            found, *_ = matching.rates()
        return found.rows_left_out, found.links_left_out

    both = {"handle": "ada", "customer": "17"}
    rows = [act(1, actor=both), act(2, actor={"handle": "bob", "external_id": "5"}), act(3)]
    send(agency, rows)
    assert left_out() == (0, 0)
    change(agency, may_match=False)
    before = left_out()
    assert before == (0, len(all_of(agency, IdentityLink, "pk", matches=True)))
    assert before[1] > 0
    send(
        agency,
        [
            *rows,
            act(4, actor=both),
            act(5, actor={"handle": "ada", "external_id": "9"}),
            act(6, kind="wink", actor=both),
        ],
    )
    assert left_out() == (1, before[1])
    customers(agency, 18)
    mend = next(it for it in set_aside(agency) if it.code == "unknown_kind")
    put(agency, mend, act(6, actor=both))
    assert left_out() == (3, before[1])
    with within(agency):
        Client.objects.create(name="Z, another")
        assert [(it.rows_left_out, it.links_left_out) for it in matching.rates()] == [(3, before[1]), (0, 0)]
    page = agency.browser().get("/admin/scoring/modelversion/match-rates/").content.decode()
    assert f"3 rows, {before[1]} links" in page


@pytest.mark.parametrize(
    "more", [{"direction": "outbound"}, {"kind": "block"}, {"direction": "peer", "target": {"handle": "bob"}}]
)
def test_what_is_no_engagement_of_theirs_matches_nobody(agency: Agency, more: dict[str, Any]) -> None:
    send(agency, [act(1, actor={"customer": "17"}, **more)])
    customers(agency, 17)
    assert rate(agency) == (1, 0, 1)


def test_the_rate_has_its_interval_and_none_without_outcomes(agency: Agency) -> None:
    customers(agency, *range(3))
    (shown,) = agency.program().get("/v1/match-rates").json()
    assert (shown["people"], shown["matched"], shown["waiting"]) == (4, 1, 3)
    assert shown["rate"] == 0.25
    assert (shown["low"], shown["high"]) == pytest.approx(wilson(1, 4))
    with within(agency):
        agency.client.__class__.objects.create(name="A new one")
    new = agency.program().get("/v1/match-rates").json()[0]
    assert (new["people"], new["rate"], new["low"]) == (0, None, None)
    page = agency.browser().get("/admin/scoring/modelversion/match-rates/").content.decode()
    assert "25% (" in page
    assert "no outcome yet" in page


def test_outcomes_that_wait_are_found_in_the_admin(agency: Agency) -> None:
    customers(agency, 17)
    browser = agency.browser()
    waiting = browser.get(f"/admin/ingestion/outcome/?waiting=yes&contact__client__id__exact={agency.client.pk}")
    assert "out-17" in waiting.content.decode()
    assert "Ours outcome" not in waiting.content.decode()
    seen = browser.get("/admin/ingestion/outcome/?waiting=no").content.decode()
    assert "Ours outcome" in seen
    assert "out-17" not in seen


def test_a_contacts_page_says_what_is_known_of_the_person(agency: Agency) -> None:
    send(agency, [act(1, text="how much is the blue mug?"), act(2, actor={"customer": "17"}, kind="like")])
    send(agency, [outcome(1, who={"customer": "17"}, value="480.50", currency="EUR")], "outcomes")
    send(agency, [contact_fact(facts={"industry": "retail"})], "contact-facts")
    send(agency, [identity_link()], "identity-links")
    ada = contact_called(agency, "ada")
    page = agency.browser().get(f"/admin/ingestion/contact/{ada.pk}/change/").content.decode()
    for said in ("industry", "retail", "480.50 EUR", "Customer number", "like", "From the person to the brand"):
        assert said in page, said
    with within(agency):
        known = selectors.known_of(selectors.whole([ada]), most=1)
        assert len(known.acts) == 1
        assert [it.kind for it in known.links] == [IdentityLink.objects.get(source=agency.source, kind="customer",
                                                                            contact=ada).kind]  # fmt: skip
