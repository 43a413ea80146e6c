"""Background work: how far it is, why it failed, and a way to stop it or try again."""

from collections.abc import Callable

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.decorators import display

from tenants.admin.base import RecordAdmin
from tenants.admin.site import site
from tenants.errors import WrongState
from tenants.models import Job, JobState
from tenants.services import jobs


@admin.register(Job, site=site)
class JobAdmin(RecordAdmin):
    """To be looked at; the ledger itself is written by services only."""

    list_display = [
        "shown_name",
        "shown_state",
        "percent",
        "attempt",
        "created_at",
        "claimed_at",
        "finished_at",
        "error",
    ]
    list_display_links = ["shown_name"]
    list_filter = ["state"]
    search_fields = ["kind", "public_id"]
    when_empty = "Imports, retraining, mails and whatever else takes a while will stand here, with how far it is."
    actions = ["cancel", "try_again"]
    facts = ["public_id", "shown_name", "state", "percent", "attempt", "created_at", "run_after", "claimed_at",
             "finished_at", "error_code", "error", "parent"]  # fmt: skip

    @admin.display(description="Job", ordering="kind")
    def shown_name(self, job: Job) -> str:
        return job.name

    @display(
        description="State",
        ordering="state",
        label={
            JobState.QUEUED: "default",
            JobState.RUNNING: "info",
            JobState.DONE: "success",
            JobState.FAILED: "danger",
            JobState.QUARANTINED: "danger",
            JobState.CANCELLED: "warning",
        },
    )
    def shown_state(self, job: Job) -> tuple[str, str]:
        return job.state, job.get_state_display()

    @admin.display(description="Progress", ordering="progress")
    def percent(self, job: Job) -> str:
        return f"{job.progress} %"

    @admin.action(description="Cancel", permissions=["operate"])
    def cancel(self, request: HttpRequest, chosen: QuerySet[Job]) -> None:
        self._each(request, chosen, jobs.cancel, "cancelled")

    @admin.action(description="Try again", permissions=["operate"])
    def try_again(self, request: HttpRequest, chosen: QuerySet[Job]) -> None:
        self._each(request, chosen, jobs.try_again, "queued again")

    def _each(self, request: HttpRequest, chosen: QuerySet[Job], act: Callable[[Job], None], became: str) -> None:
        """Say what became of each, so that a mixed choice does what it can."""
        done, sentences = 0, []
        for job in chosen:
            try:
                act(job)
                done += 1
            except WrongState as declined:
                sentences.append(f"{job.name}: {declined}")
        if done:
            messages.success(request, f"{done} {'job' if done == 1 else 'jobs'} {became}.")
        for sentence in dict.fromkeys(sentences):
            messages.warning(request, sentence)

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("tenants.change_job")
