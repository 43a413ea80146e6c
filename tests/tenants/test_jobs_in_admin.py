"""Jobs in the admin: watched, cancelled and tried again."""

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from tenants import scope
from tenants.models import Job, JobState, Role, User
from tenants.services import jobs
from tests.conftest import Agency


def act_on_job(agency: Agency, action: str, user: User | None = None) -> str:
    form = {"action": action, "_selected_action": [agency.job.id]}
    return agency.browser(user).post("/admin/tenants/job/", form, follow=True).content.decode()


def state_of(agency: Agency, job: Job) -> str:
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        return Job.objects.get(pk=job.pk).state


def test_a_job_is_cancelled_and_tried_again(agency: Agency) -> None:
    assert "1 job cancelled." in act_on_job(agency, "cancel", agency.member(Role.MANAGER))
    assert state_of(agency, agency.job) == JobState.CANCELLED
    page = act_on_job(agency, "cancel")
    assert "Ours kind: Only a job that is queued or running can be cancelled; this one has ended." in page
    assert "1 job queued again." in act_on_job(agency, "try_again")
    assert state_of(agency, agency.job) == JobState.QUEUED


@pytest.mark.parametrize("role", [Role.ANALYST, Role.VIEWER])
def test_who_may_only_look_at_jobs_acts_on_none(agency: Agency, role: Role) -> None:
    act_on_job(agency, "cancel", agency.member(role))
    assert state_of(agency, agency.job) == JobState.QUEUED


def test_a_job_shows_how_far_it_is_and_why_it_failed(agency: Agency) -> None:
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        Job.objects.update(
            state=JobState.QUARANTINED, attempt=5, progress=40, finished_at=Now(), error_code="worker_lost",
            error="The worker <b>stopped</b> answering.", args={"secret": "not shown"},
        )  # fmt: skip
    browser = agency.browser(agency.member(Role.VIEWER))
    for address in ("/admin/tenants/job/", f"/admin/tenants/job/{agency.job.id}/change/"):
        page = browser.get(address).content.decode()
        for shown in ("Ours kind", "Set aside", "40 %", "The worker &lt;b&gt;stopped&lt;/b&gt; answering."):
            assert shown in page, (address, shown)
        assert "not shown" not in page
        assert "(&#x27;" not in page  # a tuple, shown as it is


def test_the_list_of_jobs_costs_the_same_at_one_row_and_at_three(agency: Agency) -> None:
    def queries() -> int:
        browser = agency.browser()
        browser.get("/admin/tenants/job/")
        with CaptureQueriesContext(connection) as met:
            browser.get("/admin/tenants/job/")
        return len(met)

    before = queries()
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        for _ in range(2):
            jobs.enqueue("more", parent=agency.job)
    assert queries() == before
