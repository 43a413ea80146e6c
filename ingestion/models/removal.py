"""What was removed because it may not be kept any longer."""

from django.db import models

from ingestion.models.source import Source
from tenants.models import Job, TenantOwned


class Why(models.TextChoices):
    """Why rows may not be kept any longer."""

    KEPT_LONG_ENOUGH = "kept", "Kept as long as the source allows"
    DELETED_THERE = "deleted", "Deleted on its platform"


class Removal(TenantOwned):
    """One row is what one job removed from one source for one reason, and by when the oldest of it had to be gone."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="removals", db_constraint=False)
    why = models.CharField("because", max_length=10, choices=Why)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    removed = models.JSONField(default=dict, help_text="Table → rows that are gone.")
    due_at = models.DateTimeField("due", help_text="By when the oldest of it had to be gone.")

    class Meta(TenantOwned.Meta):
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "job", "source", "why"], name="removal_is_one_of_a_job"),
            models.CheckConstraint(condition=models.Q(why__in=Why.values), name="removal_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.get_why_display().lower()}"

    @property
    def rows(self) -> int:
        return sum(self.removed.values())

    @property
    def is_in_time(self) -> bool:
        return self.created_at <= self.due_at
