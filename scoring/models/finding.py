"""What integrity checks answered."""

from django.db import models
from django.db.models import F, Q

from tenants.models import Channel, TenantOwned


class Answer(models.TextChoices):
    """What a check says. What could not be tested is said, and is no *not found*."""

    FOUND = "found", "Found"
    NOT_FOUND = "not_found", "Not found"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


class Span(models.TextChoices):
    """What a window is: as the channel's gains are known."""

    WEEK = "week", "Week"
    MONTH = "month", "Month"


class Finding(TenantOwned):
    """One row is one check's answer on one closed window [start, end) of one channel.

    *Found* and *not found* are final: each window is tested once by each version of the rules. *Not applicable* is
    asked again, for what was lacking may come. `q` is what `p` is worth among the agency's confirming tests of the
    month that the window ends in, and moves until that month's tests are complete.
    """

    channel = models.ForeignKey(
        Channel, on_delete=models.PROTECT, related_name="findings", db_constraint=False, db_index=False
    )
    practice = models.CharField(max_length=30)
    version = models.PositiveSmallIntegerField()
    check_code = models.CharField("check", max_length=30)
    window = models.CharField(max_length=5, choices=Span)
    place = models.IntegerField(help_text="Which week or month it is, by the calendar.")
    start = models.DateTimeField()
    end = models.DateTimeField()
    answer = models.CharField(max_length=14, choices=Answer)
    why = models.CharField("lacking", max_length=30, blank=True)
    n = models.PositiveIntegerField(help_text="Windows or people that it rests on.")
    effect = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    p = models.FloatField(null=True)
    q = models.FloatField(null=True)
    seen = models.JSONField(help_text="The numbers that its sentence is made of.")

    class Meta(TenantOwned.Meta):
        ordering = ["channel", "-end", "check_code"]
        indexes = [
            models.Index(fields=["tenant", "end"], condition=Q(p__isnull=False), name="finding_tests_of_a_month"),
            models.Index(fields=["tenant", "channel"], condition=Q(answer=Answer.FOUND), name="finding_that_found"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "channel", "check_code", "version", "window", "place"],
                name="finding_is_one_answer_on_a_window",
            ),
            models.CheckConstraint(condition=Q(answer__in=Answer.values), name="finding_answer_is_known"),
            models.CheckConstraint(condition=Q(window__in=Span.values), name="finding_window_is_known"),
            models.CheckConstraint(condition=Q(start__lt=F("end")), name="finding_window_begins_before_it_ends"),
            models.CheckConstraint(
                condition=Q(answer=Answer.NOT_APPLICABLE) & ~Q(why="") & Q(p__isnull=True)
                | ~Q(answer=Answer.NOT_APPLICABLE)
                & Q(why="", effect__isnull=False, low__isnull=False, high__isnull=False),
                name="finding_has_an_effect_or_says_what_is_lacking",
            ),
            models.CheckConstraint(
                condition=Q(p__isnull=True, q__isnull=True) | Q(p__isnull=False, p__gte=0, p__lte=1),
                name="finding_p_is_a_probability",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.check_code} of {self.channel_id}, {self.start:%Y-%m-%d} to {self.end:%Y-%m-%d}: {self.answer}"
