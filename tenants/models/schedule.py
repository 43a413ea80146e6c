"""What is done again and again, and each time it was due."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from tenants.models.job import Job
from tenants.models.owned import PublicIdField, TenantOwned


def every_day() -> list[int]:
    return [1, 2, 3, 4, 5, 6, 7]


class Schedule(TenantOwned):
    """One row is one kind of job that is due at an hour and minute of certain weekdays, in the agency's time zone.

    `next_at` is the coming slot as a moment; it is planned anew when the agency's zone changes.
    """

    public_id = PublicIdField(prefix="sch")
    kind = models.CharField(max_length=60)
    args = models.JSONField(default=dict)
    hour = models.PositiveSmallIntegerField(validators=[MaxValueValidator(23)])
    minute = models.PositiveSmallIntegerField(default=0, validators=[MaxValueValidator(59)])
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(7)]),
        default=every_day,
        help_text="1 is Monday, 7 is Sunday.",
    )
    enabled = models.BooleanField(default=True)
    next_at = models.DateTimeField()

    class Meta(TenantOwned.Meta):
        ordering = ["kind", "id"]
        indexes = [models.Index(fields=["next_at"], condition=models.Q(enabled=True), name="schedule_due")]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="schedule_public_id_is_unique"),
            models.CheckConstraint(condition=models.Q(hour__lte=23, minute__lte=59), name="schedule_has_a_time_of_day"),
            models.CheckConstraint(
                condition=models.Q(weekdays__len__gte=1) & models.Q(weekdays__contained_by=every_day()),
                name="schedule_has_weekdays",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.hour:02}:{self.minute:02}"


class Slot(TenantOwned):
    """One row is one moment at which a schedule was due, with the job that answers for it.

    Slots that passed while nobody looked are *coalesced*: the latest has a job of its own, and answers for them too.
    """

    schedule = models.ForeignKey(Schedule, on_delete=models.PROTECT, related_name="slots", db_constraint=False)
    due_at = models.DateTimeField("due")
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="slots", db_constraint=False)
    coalesced = models.BooleanField(default=False)

    class Meta(TenantOwned.Meta):
        ordering = ["-due_at"]
        constraints = [models.UniqueConstraint(fields=["tenant", "schedule", "due_at"], name="slot_is_due_once")]

    def __str__(self) -> str:
        return f"{self.schedule_id} at {self.due_at:%Y-%m-%d %H:%M}"
