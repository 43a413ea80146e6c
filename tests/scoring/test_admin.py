"""Scores, warnings and models as an agency meets them in the admin."""

from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from ingestion.models import Contact, Vendor
from scoring.models import (
    BandChange,
    ClientRun,
    EthicsWarning,
    Finding,
    ModelVersion,
    Review,
    Score,
    ScoreRun,
    WarningState,
)
from scoring.services import reviews
from tenants.models import Channel, ChannelRole, Client, Job, Role
from tenants.services import jobs
from tests.conftest import Agency, within
from tests.scoring.agency import only
from tests.scoring.test_api import add_contacts, on_the_prior

SCORES, MODELS, WARNINGS, FINDINGS = (
    f"/admin/scoring/{name}/" for name in ("score", "modelversion", "ethicswarning", "finding")
)


def text(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return unescape(answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


def reopened(agency: Agency) -> str:
    """Take the answers from the agency's warning; return the address of its page."""
    with within(agency):
        EthicsWarning.objects.update(state=WarningState.OPEN)
        return f"{WARNINGS}{EthicsWarning.objects.get().id}/change/"


def answers(agency: Agency) -> list[tuple[str, str]]:
    with within(agency):
        return list(Review.objects.order_by("id").values_list("answer", "sentence"))[1:]  # the cast's own is first


@pytest.mark.parametrize("role", Role)
def test_every_role_sees_scores_models_and_warnings(agency: Agency, role: Role) -> None:
    browser = agency.browser(agency.member(role))
    assert "25 % (12 to 50 %)" in text(browser, SCORES)
    assert "Better than recency alone." in text(browser, MODELS)
    listed = text(browser, WARNINGS)
    assert "1 April 2020 to 30 April 2020" in listed
    assert "growth, engagement" in listed


def test_a_score_is_found_by_its_contact_whatever_the_run(agency: Agency) -> None:
    contact, browser = only(agency, Contact), agency.browser()
    assert f"{SCORES}{contact.id}/change/" in text(browser, SCORES)
    page = text(browser, f"{SCORES}{contact.id}/change/")
    for shown in ("Last seen 3 days ago", "Some, 1.0 times the client's usual", "above 50 % of this client's contacts",
                  "the chance of purchase within 60 days", "out of date, rescore",
                  "possibly bought followers: Ours.handle (Instagram), 1 April 2020"):  # fmt: skip
        assert shown in page
    for nobody in ("0", "999999999", "9" * 40, "x", "²"):
        assert browser.get(f"{SCORES}{nobody}/change/", follow=True).redirect_chain, nobody


def test_the_links_of_a_score_s_page_lead_back_to_it(agency: Agency) -> None:
    """Runs number their scores anew: the first of this one is no contact's number."""
    with within(agency):
        contact = Contact.objects.create(
            client=agency.client, kind="handle", platform="instagram", key=b"9", handle="p9"
        )
        Score.objects.update(contact=contact)
        assert Score.objects.get().pk != contact.pk
    page = text(agency.browser(), f"{SCORES}{contact.id}/change/")
    assert f"{SCORES}{contact.id}/history/" in page
    assert "p9" in text(agency.browser(), f"{SCORES}{contact.id}/history/")


def test_the_first_page_says_what_waits_for_somebody(agency: Agency) -> None:
    reopened(agency)
    with within(agency):
        Job.objects.filter(pk=agency.job.pk).update(state="failed", finished_at=Now())
    page = text(agency.browser(), "/admin/")
    for said in (
        "1 warning is open.",
        "1 contact",
        "They are out of date.",
        "1 job did not come to its end in the last seven days.",
    ):
        assert said in page
    with within(agency):
        Job.objects.filter(pk=agency.job.pk).update(finished_at=Now() - timedelta(days=8))
        for model in (BandChange, ClientRun, Score, ScoreRun):
            model.objects.all().delete()
    page = text(agency.browser(), "/admin/")
    assert "Nobody has a score yet." in page
    assert "did not come to its end" not in page


def test_what_others_wrote_is_shown_as_text(agency: Agency) -> None:
    hostile = "<script>alert(1)</script>"
    with within(agency):
        Contact.objects.update(handle=hostile, name=hostile)
        Client.objects.update(name=hostile)
        Channel.objects.update(handle=hostile)
        ModelVersion.objects.update(sentence=hostile, data={"left_out": hostile}, recipe="logistic")
        warning, said = EthicsWarning.objects.get(), f"It was {hostile} then"
        reviews.answer(warning, WarningState.EXPLAINED, by=agency.owner, sentence=said)
        ids = (Contact.objects.get().id, ModelVersion.objects.get().id, EthicsWarning.objects.get().id)
    browser = agency.browser()
    for address, pk in zip((SCORES, MODELS, WARNINGS), ids, strict=True):
        for page in (address, f"{address}{pk}/change/", "/admin/"):
            assert hostile not in browser.get(page).content.decode(), page


def test_a_list_of_scores_says_of_when_they_are_and_narrows(agency: Agency) -> None:
    with within(agency):
        Contact.objects.update(handle="ada.h", name="Ada Lovelace")
    add_contacts(agency, 1, trend="improving", stage="engaged", band="strong")
    browser = agency.browser()
    page = text(browser, SCORES)
    assert "ada.h (Ada Lovelace)" in page
    assert "They are out of date." in page
    for query in ("trend__exact=improving", "stage__exact=engaged", "band__exact=strong", "q=p2"):
        assert "ada.h" not in text(browser, f"{SCORES}?{query}"), query
    assert "ada.h" in text(browser, f"{SCORES}?q=Lovelace")
    assert f"{SCORES}{only_first(agency)}/change/" in text(browser, f"{SCORES}?q=ada")


def only_first(agency: Agency) -> int:
    with within(agency):
        return Score.objects.order_by("id")[0].contact_id


def test_on_the_prior_the_list_is_sorted_by_points(agency: Agency) -> None:
    add_contacts(agency, 1)
    on_the_prior(agency)
    with within(agency):
        Score.objects.filter(contact__handle="p2").update(points=99)
    browser = agency.browser()
    orders = [text(browser, f"{SCORES}?o={way}2") for way in ("", "-")]
    assert [page.index("99 points") < page.index("12 points") for page in orders] in ([True, False], [False, True])


def test_on_the_prior_the_page_says_what_is_missing(agency: Agency) -> None:
    on_the_prior(agency)
    page = text(agency.browser(), f"{SCORES}{only(agency, Contact).id}/change/")
    assert "12 points" in page
    assert "a like counts least, a letter most. 12 more buyers are needed." in page


def test_the_list_costs_the_same_at_one_row_and_at_three(agency: Agency) -> None:
    browser = agency.browser()

    def queries() -> int:
        with CaptureQueriesContext(connection) as met:
            browser.get(SCORES)
        return len(met)

    at_one = queries()
    add_contacts(agency, 2)
    assert queries() == at_one


def test_a_warning_is_read_whole_before_it_is_answered(agency: Agency) -> None:
    page = text(agency.browser(), f"{WARNINGS}{only(agency, EthicsWarning).id}/change/")
    for part in ("540 followers arrived where 40 were usual", "When their accounts were made: not tested.",
                 "Purchased followers are one explanation.", "16 CFR 465.8",
                 "owner-ours@agency.example: Acknowledged. Ours sentence"):  # fmt: skip
        assert part in page
    assert "most_ratio" not in page
    assert "the client's own" in page
    assert "a prospect's" not in page


def test_a_warning_names_what_else_the_client_did_then_as_text(agency: Agency) -> None:
    warning = only(agency, EthicsWarning)
    address = f"{WARNINGS}{warning.id}/change/"
    assert "Nothing that is entered under campaigns and vendors." in text(agency.browser(), address)
    with within(agency):
        Vendor.objects.create(
            client=agency.client, name="<b>Reach</b>", promise="Reach", starts_at=warning.start, known_at=warning.start
        )
    page = agency.browser().get(address).content.decode()
    assert "What else happened then" in page
    assert '<li class="mb-2">An order with a vendor was running then: “&lt;b&gt;Reach&lt;/b&gt;”, from ' in page


def test_a_warning_draws_what_it_rests_on_and_says_the_same_in_a_table(agency: Agency) -> None:
    page = text(agency.browser(), f"{WARNINGS}{only(agency, EthicsWarning).id}/change/")
    assert "Followers gained, and what was usual by the windows before" in page
    assert "<polyline" in page
    assert 'scope="row"' in page
    assert "540 (stands out)" in page
    assert "20 to 60" in page


def test_what_every_check_answered_is_listed_and_warns_of_nothing(agency: Agency) -> None:
    browser = agency.browser()
    listed = text(browser, FINDINGS)
    assert "540 followers arrived where 40 were usual" in listed
    assert "Of 40 new followers" in listed
    assert "540 followers" not in text(browser, f"{FINDINGS}?check=cohort_engagement")
    assert "Of 40 new followers" not in text(browser, f"{FINDINGS}?answer__exact=found")
    with within(agency):
        screened, tested = Finding.objects.order_by("id")
    assert "warns of nothing by itself" in text(browser, f"{FINDINGS}{screened.pk}/change/")
    assert "with q 0.500 among the tests of its month" in text(browser, f"{FINDINGS}{tested.pk}/change/")


def test_a_warning_about_a_prospect_says_so(agency: Agency) -> None:
    with within(agency):
        Channel.objects.update(role=ChannelRole.PROSPECT)
    page = text(agency.browser(), f"{WARNINGS}{only(agency, EthicsWarning).id}/change/")
    for part in ("a prospect's, not the client's own", "a prospect's channel and not the client's own, 1 April 2020",
                 "Ask the creator"):  # fmt: skip
        assert part in page
    found = text(agency.browser(), f"{WARNINGS}?channel__role__exact=prospect")
    assert "a prospect's, not the client's own" in found
    assert "Bought followers" in found
    assert "1 April 2020" not in text(agency.browser(), f"{WARNINGS}?channel__role__exact=owned")


@pytest.mark.parametrize("role", [Role.OWNER, Role.MANAGER, Role.ANALYST])
def test_who_works_with_warnings_answers_them(agency: Agency, role: Role) -> None:
    address, browser = reopened(agency), agency.browser(agency.member(role))
    assert browser.post(address, {"answer": "acknowledged"}).status_code == 302
    assert "Acknowledge: we have seen it" not in text(browser, address), "it was"
    for nothing in ("  ", "An advert"):
        unexplained = browser.post(address, {"answer": "explained", "sentence": nothing})
        assert "Say in a sentence what happened" in unexplained.content.decode()
    assert browser.post(address, {"answer": "explained", "sentence": "An advert ran."}).status_code == 302
    assert answers(agency) == [("acknowledged", ""), ("explained", "An advert ran.")]
    page = text(browser, address)
    assert "Explained. An advert ran." in page
    assert "Explain: this is what happened" not in page
    assert browser.post(address, {"answer": "open", "sentence": "It was another week."}).status_code == 302
    assert answers(agency)[2] == ("open", "It was another week.")
    assert "Acknowledge: we have seen it" in text(browser, address)
    assert "Confirm: it is so" not in text(browser, address), "nobody has looked at it yet"
    for given in ("acknowledged", "disputed", "confirmed", "resolved"):
        assert browser.post(address, {"answer": given, "sentence": "The client told us."}).status_code == 302
    assert [answer for answer, _ in answers(agency)[3:]] == ["acknowledged", "disputed", "confirmed", "resolved"]


def test_a_viewer_answers_nothing(agency: Agency) -> None:
    address, browser = reopened(agency), agency.browser(agency.member(Role.VIEWER))
    assert 'name="answer"' not in text(browser, address)
    assert browser.post(address, {"answer": "acknowledged"}).status_code == 403
    assert answers(agency) == []


def test_of_two_who_answer_at_once_the_second_is_told(agency: Agency) -> None:
    """The form was open while somebody else explained."""
    address, browser = reopened(agency), agency.browser()
    browser.post(address, {"answer": "explained", "sentence": "An advert ran."})
    late = browser.post(address, {"answer": "explained", "sentence": "Something else."})
    assert "Somebody has answered meanwhile" in late.content.decode()
    assert answers(agency) == [("explained", "An advert ran.")]


BUTTONS = [(SCORES, "rescore", "Rescore now"), (MODELS, "retrain", "Retrain now"), (WARNINGS, "watch", "Watch now")]


@pytest.mark.parametrize(("address", "kind", "button"), BUTTONS)
def test_whoever_does_not_want_to_wait_for_the_night_begins_it(
    agency: Agency, address: str, kind: str, button: str
) -> None:
    browser = agency.browser(agency.member(Role.ANALYST))
    assert button in text(browser, address)
    assert browser.get(f"{address}begin/").status_code == 405, "a link begins nothing"
    told = browser.post(f"{address}begin/", follow=True).content.decode()
    assert "see how far it is" in told
    assert button not in told
    assert "is under way already" in browser.post(f"{address}begin/", follow=True).content.decode()
    with within(agency):
        jobs.cancel(Job.objects.get(kind=kind))
    assert button in text(browser, address), "it has ended"


@pytest.mark.parametrize(("address", "kind", "button"), BUTTONS)
def test_a_viewer_begins_nothing(agency: Agency, address: str, kind: str, button: str) -> None:
    browser = agency.browser(agency.member(Role.VIEWER))
    assert button not in text(browser, address)
    assert browser.post(f"{address}begin/").status_code == 403
    with within(agency):
        assert not Job.objects.filter(kind=kind).exists()


def test_a_model_shows_its_figures_beside_those_of_recency(agency: Agency) -> None:
    with within(agency):
        told = {"auc": {"value": 0.8125, "low": 0.75, "high": 0.875}}
        ModelVersion.objects.update(quality=told, baseline={"auc": {"value": 0.5, "low": 0.4, "high": 0.6}})
    page = text(agency.browser(), f"{MODELS}{only(agency, ModelVersion).id}/change/")
    assert "0.812 (0.750 to 0.875)" in page
    assert "0.500 (0.400 to 0.600)" in page


def test_before_the_first_run_the_list_says_where_scores_come_from(agency: Agency) -> None:
    with within(agency):
        Score.objects.all().delete()
    assert "Scores come with the first run" in text(agency.browser(), SCORES)
