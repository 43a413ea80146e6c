"""A unit of background work."""

from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from tenants.models.owned import PublicIdField, TenantOwned


class JobState(models.TextChoices):
    """Where a job stands. The last four are final, but what failed, was set aside or cancelled can be tried again."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    QUARANTINED = "quarantined", "Set aside"
    CANCELLED = "cancelled", "Cancelled"


OPEN = (JobState.QUEUED, JobState.RUNNING)
# Did not come to its end, by itself or by somebody's wish; can be tried again.
TROUBLED = (JobState.FAILED, JobState.QUARANTINED)
STOPPED = (*TROUBLED, JobState.CANCELLED)


class Job(TenantOwned):
    """One row is one unit of background work, from its cause to its end. Nothing is done in the background without one.

    PostgreSQL keeps the truth; the queue only wakes workers, and may lose or repeat every message
    (tenants.services.jobs). All moments are the database's: a worker's clock decides nothing.
    *Failed* means that it was declined with a reason that trying again would not change; *quarantined* (shown as “set
    aside”) that five attempts did not bring it to an end.
    """

    public_id = PublicIdField(prefix="job")
    kind = models.CharField(max_length=60)
    args = models.JSONField(default=dict)
    dedupe_key = models.CharField(max_length=200)
    state = models.CharField(max_length=12, choices=JobState, default=JobState.QUEUED)
    attempt = models.PositiveSmallIntegerField("attempts", default=0)
    run_after = models.DateTimeField("not before", db_default=Now())
    lease_until = models.DateTimeField(null=True)
    rung_at = models.DateTimeField(null=True)
    claimed_at = models.DateTimeField("started", null=True)
    finished_at = models.DateTimeField("finished", null=True)
    progress = models.PositiveSmallIntegerField(default=0, help_text="Per cent.")
    error_code = models.CharField(max_length=60, blank=True)
    error = models.TextField(blank=True)
    parent = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="children", db_constraint=False, db_index=False
    )

    class Meta(TenantOwned.Meta):
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["tenant", "created_at", "public_id"], name="job_by_creation"),
            models.Index(fields=["tenant", "parent"], condition=models.Q(parent__isnull=False), name="job_by_parent"),
            # The dispatcher's three looks; what has ended is in none of them.
            models.Index(
                fields=["tenant", "run_after", "id"], condition=models.Q(state=JobState.QUEUED), name="job_waiting"
            ),
            models.Index(
                fields=["rung_at"],
                condition=models.Q(state=JobState.QUEUED, rung_at__isnull=False),
                name="job_rung",
            ),
            models.Index(fields=["lease_until"], condition=models.Q(state=JobState.RUNNING), name="job_leased"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="job_public_id_is_unique"),
            models.UniqueConstraint(fields=["tenant", "kind", "dedupe_key"], name="job_is_enqueued_once"),
            models.CheckConstraint(condition=models.Q(state__in=JobState.values), name="job_state_is_known"),
            models.CheckConstraint(condition=models.Q(progress__lte=100), name="job_progress_is_per_cent"),
            models.CheckConstraint(
                condition=models.Q(state=JobState.RUNNING, lease_until__isnull=False)
                | (~models.Q(state=JobState.RUNNING) & models.Q(lease_until__isnull=True)),
                name="job_has_a_lease_while_it_runs",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=OPEN, finished_at__isnull=True)
                | (~models.Q(state__in=OPEN) & models.Q(finished_at__isnull=False)),
                name="job_has_an_end_once_it_ended",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.public_id})"

    @property
    def rests(self) -> bool:
        """Whether nothing is the matter with it and it waits for its time, as work that never ends does."""
        return self.state == JobState.QUEUED and self.attempt == 0 and self.run_after > timezone.now()

    @property
    def name(self) -> str:
        """The kind as people read it: “Invitation mail”."""
        return self.kind.replace("_", " ").capitalize()
