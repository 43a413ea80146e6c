"""Whoever objects to profiling: what they do still comes in, and nothing is computed of it."""

import pytest
from django.db.models.functions import Now

from ingestion.models import Contact
from ingestion.services import objections
from scoring.models import ModelState, ModelVersion, Score
from tenants.models import JobState
from tests.conftest import Agency, within
from tests.ingestion.doors import act, identity_link, send
from tests.ingestion.test_files import open_jobs
from tests.scoring.agency import begun, do, shown
from tests.tenants.ledger import run

pytestmark = pytest.mark.django_db(transaction=True)


def test_whoever_objects_has_no_score_and_their_acts_stay(agency: Agency) -> None:
    send(agency, [act(1), act(2, actor={"handle": "bob"})])
    with within(agency):
        ModelVersion.objects.update(state=ModelState.RETIRED, retired_at=Now())
        ada = Contact.objects.get(handle="ada")
    for job in begun(agency):
        do(agency, job)
    page = f"/v1/scores/{ada.public_id}"
    assert agency.program().get(page).status_code == 200
    with within(agency):
        objections.record(ada)
    answer = agency.program().get(page)
    assert (answer.status_code, answer.json()["code"]) == (404, "profiling_objected")
    assert "ada" not in {it["contact"]["handle"] for it in agency.program().get("/v1/scores").json()["results"]}
    (job,) = open_jobs(agency, "drop_scores")
    assert run(agency, job).state == JobState.DONE
    with within(agency):
        assert not Score.objects.filter(contact=ada).exists()
        assert ada.engagements.count() == 1
    for job in begun(agency):
        do(agency, job)
    assert {it.contact.handle for it in shown(agency)} >= {"bob"}
    assert "ada" not in {it.contact.handle for it in shown(agency)}
    with within(agency):
        objections.withdraw(ada)
    for job in begun(agency):
        do(agency, job)
    assert "ada" in {it.contact.handle for it in shown(agency)}


def test_an_objection_is_of_every_contact_that_somebody_is(agency: Agency) -> None:
    send(agency, [act(1), act(2, actor={"customer": "17"})])
    send(agency, [identity_link()], "identity-links")
    with within(agency):
        objections.record(Contact.objects.get(handle="17"))
        assert Contact.objects.get(handle="ada").objected_at is not None
        objections.withdraw(Contact.objects.get(handle="ada"))
        assert Contact.objects.get(handle="17").objected_at is None
