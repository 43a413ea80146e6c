"""Next steps and moments as they are kept and shown, and who is said not to be a lead."""

from datetime import timedelta
from html import unescape
from typing import Any

import polars as pl
import pytest
from django.db import ProgrammingError, connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ingestion.models import Contact
from ingestion.services import objections
from scoring import selectors
from scoring.features.matrix import matrix
from scoring.models import Feedback, GenuineMoment, NextStep, Score
from scoring.services import facts, feedback
from scoring.services.promotion import By
from tenants.models import Role
from tenants.services import clock, keys
from tests.conftest import Agency, within
from tests.scoring.agency import ask, only, work_off
from tests.scoring.test_api import add_client_with_contacts, add_contacts
from tests.scoring.test_catching_up import catch_up, said, scored, send, the_past_is_long_ago  # noqa: F401 (a fixture)

STEPS, MOMENTS, SCORES = (f"/admin/scoring/{name}/" for name in ("nextstep", "genuinemoment", "score"))


def listed(agency: Agency, address: str) -> list[dict[str, Any]]:
    answer = agency.program().get(address)
    assert answer.status_code == 200, answer.content
    return list(answer.json()["results"])


def handles(agency: Agency, address: str = "/v1/next-steps") -> list[str]:
    return [it["contact"]["handle"] for it in listed(agency, address)]


def page(agency: Agency, address: str, role: Role = Role.OWNER) -> str:
    browser = agency.browser() if role == Role.OWNER else agency.browser(agency.member(role))
    answer = browser.get(address, follow=True)
    assert answer.status_code == 200, address
    return unescape(answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


def not_a_lead(agency: Agency, method: str = "put", **body: Any) -> Any:
    contact = only(agency, Contact).public_id
    program = getattr(agency.program(), method)
    return program(f"/v1/scores/{contact}/not-a-lead", body, content_type="application/json")


# --- Kept


@pytest.mark.django_db(transaction=True)
def test_a_step_comes_and_goes_within_minutes_as_a_run_would_have_it(scored: Agency) -> None:  # noqa: F811
    the_past_is_long_ago(scored)
    assert "person1" not in handles(scored), "who only likes"
    send(scored, said("person1", thread="t", text="how much is the blue one?"))
    catch_up(scored)
    (step,) = [it for it in listed(scored, "/v1/next-steps?limit=200") if it["contact"]["handle"] == "person1"]
    assert (step["kind"], step["why"]) == ("question", "Asked 1 question that nobody has answered")
    (glad,) = [it for it in listed(scored, "/v1/moments?limit=200") if it["contact"]["handle"] == "person1"]
    assert (glad["kind"], glad["sentence"]) == ("first_words", "Asked you something for the first time")
    ask(scored, "rescore", as_of=step["as_of"])
    work_off(scored)
    (again,) = [it for it in listed(scored, "/v1/next-steps?limit=200") if it["contact"]["handle"] == "person1"]
    assert again == step | {"run": again["run"], "rank": again["rank"]}, "ranks are told by the run before"
    answer = said("person1", direction="outbound", thread="t", text="it is twelve pounds")
    send(scored, answer | {"target": answer.pop("actor")})
    ask(scored, "rescore")
    work_off(scored)
    assert "person1" not in handles(scored, "/v1/next-steps?limit=200")


@pytest.mark.django_db(transaction=True)
def test_what_is_said_of_a_lead_is_in_their_score_within_minutes(scored: Agency) -> None:  # noqa: F811
    the_past_is_long_ago(scored)
    with within(scored):
        contact = Contact.objects.get(handle="person1")
        feedback.not_a_lead(contact.pk, By(user=scored.owner))
    catch_up(scored)
    with within(scored):
        assert list(Score.objects.filter(as_of__isnull=False).values_list("contact", flat=True)) == [contact.pk]
        known = facts.known(before=clock.now())
        said = matrix(known, clock.now()).filter(pl.col("not_a_lead") == 1)
        assert said["person"].to_list() == [contact.pk]


def test_a_reply_is_shown_once_it_is_owed(agency: Agency) -> None:
    assert len(handles(agency)) == 1
    with within(agency):
        Score.objects.update(step_due_at=Now() + timedelta(minutes=1))
    assert handles(agency) == []
    assert "that nobody has answered" not in page(agency, f"{SCORES}{only(agency, Contact).pk}/change/")


def test_a_moment_is_one_of_this_week(agency: Agency) -> None:
    assert len(handles(agency, "/v1/moments")) == 1
    with within(agency):
        Score.objects.update(moment_at=Now() - timedelta(days=7))
    assert handles(agency, "/v1/moments") == []


def test_who_objects_is_in_no_list_at_once(agency: Agency) -> None:
    with within(agency):
        objections.record(Contact.objects.get())
    assert handles(agency) == handles(agency, "/v1/moments") == []
    assert not_a_lead(agency).json()["code"] == "profiling_objected"


# --- Not a lead


def test_whoever_is_no_lead_is_in_no_next_steps_until_it_is_taken_back(agency: Agency) -> None:
    answer = not_a_lead(agency, why="competitor", sentence=" Runs the shop across the street ")
    assert answer.status_code == 200
    assert answer.json()["not_a_lead"] is True
    assert answer.json()["words"][0]["sentence"] == "Runs the shop across the street"
    assert not_a_lead(agency, "get").json() == answer.json()
    assert handles(agency) == []
    assert len(handles(agency, "/v1/moments")) == len(handles(agency, "/v1/scores")) == 1
    with within(agency):
        words = Feedback.objects.count()
        assert Feedback.objects.latest("id").key is not None
    not_a_lead(agency, why="competitor", sentence="Runs the shop across the street")
    with within(agency):
        assert Feedback.objects.count() == words, "said twice is said once"
    assert not_a_lead(agency, "delete").json()["not_a_lead"] is False
    assert len(handles(agency)) == 1
    refused = not_a_lead(agency, "delete")
    assert (refused.status_code, refused.json()["code"]) == (409, "nothing_to_take_back")
    assert len(not_a_lead(agency, "get").json()["words"]) == words + 1, "nothing is forgotten"


def test_a_word_is_never_changed(agency: Agency) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"), within(agency):
        Feedback.objects.update(sentence="Something else")


def test_what_was_said_is_known_from_the_moment_it_was_said(agency: Agency) -> None:
    with within(agency):
        contact, before = Contact.objects.get(), clock.now()
        feedback.not_a_lead(contact.pk, By(user=agency.owner))
        since = clock.now()
        feedback.take_back(contact.pk, By(user=agency.owner))
        after = clock.now()
        known = [matrix(facts.known(before=at), at)["not_a_lead"].to_list() for at in (before, since, after)]
        learnt = matrix(facts.known(before=after, learnable=True), since)["not_a_lead"].to_list()
        assert matrix(facts.known(before=since, contact_ids=[0]), since).is_empty()
    assert known == [[0.0], [1.0], [0.0]]
    assert learnt == [], "their source may not be learnt from"


@pytest.mark.parametrize(("body", "pointer"), [({"why": "astrology"}, "/why"), ({"sentence": "x" * 501}, "/sentence")])
def test_what_cannot_be_said_is_refused(agency: Agency, body: dict[str, str], pointer: str) -> None:
    answer = not_a_lead(agency, **body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)


def test_a_key_that_only_reads_says_nothing_of_anybody(agency: Agency) -> None:
    with within(agency):
        _row, key = keys.issue(name="Reads", scopes=["read"])
        address = f"/v1/scores/{Contact.objects.get().public_id}/not-a-lead"
    assert agency.program(key).get(address).status_code == 200
    for method in ("put", "delete"):
        assert getattr(agency.program(key), method)(address).json()["code"] == "missing_scope"


# --- Over the API


def test_whoever_waits_comes_first_then_who_means_it_most(agency: Agency) -> None:
    add_contacts(agency, 3)
    add_client_with_contacts(agency, 1)
    with within(agency):
        Score.objects.filter(contact__handle="p2").update(step=5, step_values=[3, 3, 3])
        Score.objects.filter(contact__handle="p4").update(probability=0.26)
    seen: list[tuple[str, str]] = []
    address = "/v1/next-steps?limit=2"
    while address:
        answer = agency.program().get(address).json()
        seen += [(it["contact"]["handle"], it["kind"]) for it in answer["results"]]
        address = answer["next"]
    assert seen == [
        ("p4", "question"), ("Ours person", "question"), ("p3", "question"), ("p2", "rise"), ("q1", "question"),
    ]  # fmt: skip


def test_steps_and_moments_are_narrowed(agency: Agency) -> None:
    add_contacts(agency, 2)
    with within(agency):
        Score.objects.filter(contact__handle="p2").update(
            step=4, step_values=[1, 0, 0, 3], moment=1, moment_values=[1], customer=True, stage="engaged"
        )
    assert handles(agency, "/v1/next-steps?kind=thank") == ["p2"]
    assert handles(agency, "/v1/next-steps?stage=engaged") == ["p2"]
    assert handles(agency, "/v1/next-steps?leave_out=customers") == ["Ours person", "p3"]
    assert handles(agency, "/v1/moments?kind=wrote") == ["p2"]
    assert handles(agency, "/v1/moments")[0] == "p2", "what means most comes first"
    mine = f"client={agency.client.public_id}"
    assert len(handles(agency, f"/v1/next-steps?{mine}")) == len(handles(agency, f"/v1/moments?{mine}")) == 3


@pytest.mark.parametrize(
    "query", ["next-steps?kind=wink", "next-steps?leave_out=staff", "next-steps?client=7", "moments?kind=like"]
)
def test_a_filter_that_cannot_be_is_the_callers_mistake(agency: Agency, query: str) -> None:
    assert agency.program().get(f"/v1/{query}").json()["code"] == "invalid"


# --- In the admin


@pytest.mark.parametrize("role", Role)
def test_every_role_sees_what_to_do_and_what_to_be_glad_of(agency: Agency, role: Role) -> None:
    steps = page(agency, STEPS, role)
    for told in ("Asked 2 questions that nobody has answered", "Answer; then, one rung up from a word",
                 f"{SCORES}{only(agency, Contact).pk}/change/"):  # fmt: skip
        assert told in steps
    assert "Said something to you for the first time" in page(agency, MOMENTS)
    assert "Answer; then, one rung up" in page(agency, f"{STEPS}{only(agency, Contact).pk}/change/"), "of the score"


def test_an_empty_list_says_what_will_stand_in_it(agency: Agency) -> None:
    with within(agency):
        nothing = dict.fromkeys(("step", "step_since", "step_due_at", "step_values"))
        Score.objects.update(**nothing, moment=None, moment_at=None, moment_values=None)
    assert "Nobody waits for you." in page(agency, STEPS)
    assert "however small, it will stand here" in page(agency, MOMENTS)
    assert "none" in page(agency, f"{SCORES}{only(agency, Contact).pk}/change/")


def test_somebody_is_called_no_lead_and_it_is_undone(agency: Agency) -> None:
    browser = agency.browser(agency.member(Role.ANALYST))
    address = f"{STEPS}{only(agency, Contact).pk}/not-a-lead/"
    assert address in browser.get(STEPS).content.decode()
    form = browser.get(address).content.decode()
    assert "Works for a competitor" in form
    assert browser.post(address, {"why": ""}).status_code == 200, "why is asked for"
    told = browser.post(address, {"why": "staff", "sentence": "Our baker"}, follow=True).content.decode()
    assert "Ours person is not a lead" in told
    assert address in told, "the way back"
    assert "Nobody waits for you." in told
    assert "lead=not" in told
    assert "Ours person" in browser.get(f"{SCORES}?lead=not").content.decode()
    score = unescape(browser.get(f"{SCORES}{only(agency, Contact).pk}/change/").content.decode())
    assert "(works for the client or the agency), by another-analyst-ours@agency.example. Our baker" in score
    assert "Asked 2 questions" not in score
    assert "Take it back" in browser.get(address).content.decode()
    assert "may be a lead" in browser.post(address, follow=True).content.decode()
    assert len(handles(agency)) == 1


def test_a_viewer_says_nothing_of_anybody(agency: Agency) -> None:
    browser, address = agency.browser(agency.member(Role.VIEWER)), f"{STEPS}{only(agency, Contact).pk}/not-a-lead/"
    assert (browser.get(address).status_code, browser.post(address, {"why": "staff"}).status_code) == (403, 403)
    assert len(handles(agency)) == 1


def test_customers_are_left_out_on_request(agency: Agency) -> None:
    add_contacts(agency, 1)
    with within(agency):
        Score.objects.filter(contact__handle="p2").update(customer=True)
    assert ">p2<" in page(agency, STEPS)
    assert ">p2<" not in page(agency, f"{STEPS}?leave_out=customers")


def test_what_others_wrote_is_shown_as_text(agency: Agency) -> None:
    hostile = "<script>alert(1)</script>"
    with within(agency):
        contact = Contact.objects.get()
        Contact.objects.update(handle=hostile, name=hostile)
        feedback.not_a_lead(contact.pk, By(user=agency.owner, sentence=hostile))
    browser = agency.browser()
    for address in (MOMENTS, f"{STEPS}{contact.pk}/not-a-lead/", f"{SCORES}{contact.pk}/change/"):
        assert hostile not in browser.get(address).content.decode(), address
    answer = browser.post(f"{STEPS}{contact.pk}/not-a-lead/", follow=True)
    assert hostile not in answer.content.decode()


def test_lists_cost_the_same_at_one_row_and_at_three(agency: Agency) -> None:
    browser = agency.browser()

    def queries() -> list[int]:
        found = []
        for of, address in ((browser, STEPS), (browser, MOMENTS), (agency.program(), "/v1/next-steps"),
                            (agency.program(), "/v1/moments")):  # fmt: skip
            with CaptureQueriesContext(connection) as met:
                assert of.get(address).status_code == 200
            found.append(len(met))
        return found

    queries()  # notes the key's first use
    at_one = queries()
    add_contacts(agency, 2)
    assert queries() == at_one


def test_what_is_shown_is_of_the_current_run(agency: Agency) -> None:
    with within(agency):
        assert [selectors.next_steps().count(), selectors.moments().count()] == [1, 1]
        assert isinstance(selectors.next_steps()[0], NextStep)
        assert isinstance(selectors.moments()[0], GenuineMoment)
        Score.objects.get().run.__class__.objects.update(state="past", completed_at=timezone.now())
        assert [selectors.next_steps().count(), selectors.moments().count()] == [0, 0]
