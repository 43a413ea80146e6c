"""What integrity checks answered."""

from django.db import models
from django.db.models import F, Q

from tenants.models import Channel, Client, TenantOwned


class Answer(models.TextChoices):
    """What a check says. What could not be tested is said, and is no *not found*."""

    FOUND = "found", "Found"
    NOT_FOUND = "not_found", "Not found"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


class Span(models.TextChoices):
    """What a window is."""

    DAY = "day", "Day"
    WEEK = "week", "Week"
    MONTH = "month", "Month"
    QUARTER = "quarter", "Quarter"


class Finding(TenantOwned):
    """One row is one check's answer on one closed window [start, end) of one channel or of one client.

    *Found* and *not found* are final: each window is tested once by each version of the rules. *Not applicable* is
    asked again, for what was lacking may come. `q` is what `p` is worth among the agency's confirming tests of the
    month that the window ends in, and moves until that month's tests are complete.
    """

    client = models.ForeignKey(
        Client, null=True, on_delete=models.PROTECT, related_name="findings", db_constraint=False, db_index=False
    )
    channel = models.ForeignKey(
        Channel, null=True, on_delete=models.PROTECT, related_name="findings", db_constraint=False, db_index=False
    )
    practice = models.CharField(max_length=30)
    version = models.PositiveSmallIntegerField()
    check_code = models.CharField("check", max_length=30)
    window = models.CharField(max_length=7, choices=Span)
    place = models.IntegerField(help_text="Which of them it is, by the calendar.")
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
        ordering = ["-end", "client", "channel", "check_code"]
        indexes = [
            models.Index(fields=["tenant", "end"], condition=Q(p__isnull=False), name="finding_tests_of_a_month"),
            models.Index(fields=["tenant", "channel"], condition=Q(answer=Answer.FOUND), name="finding_that_found"),
            models.Index(fields=["tenant", "-end"], name="finding_by_end"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "channel", "check_code", "version", "window", "place"],
                name="finding_is_one_answer_on_a_window",
            ),
            models.UniqueConstraint(
                fields=["tenant", "client", "check_code", "version", "window", "place"],
                condition=Q(client__isnull=False),
                name="finding_is_one_answer_on_a_clients_window",
            ),
            models.CheckConstraint(
                condition=Q(channel__isnull=True) ^ Q(client__isnull=True), name="finding_is_of_one"
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

    @property
    def subject(self) -> Channel | Client:
        """Return what it speaks of."""
        return self.channel or self.whose

    @property
    def whose(self) -> Client:
        """Return the client whom it concerns."""
        client = self.channel.client if self.channel else self.client
        assert client, "it is of one of both: the table has it so"
        return client

    def __str__(self) -> str:
        of = self.channel_id or self.client_id
        return f"{self.check_code} of {of}, {self.start:%Y-%m-%d} to {self.end:%Y-%m-%d}: {self.answer}"
