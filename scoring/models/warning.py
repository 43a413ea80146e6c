"""What people see of findings, and what they answer."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from scoring.models.finding import Span
from tenants.models import Channel, Client, PublicIdField, TenantOwned


class WarningState(models.TextChoices):
    """What people have said of a warning so far. The last three are decisions."""

    OPEN = "open", "Open"
    ACKNOWLEDGED = "acknowledged", "Acknowledged"
    EXPLAINED = "explained", "Explained"
    DISPUTED = "disputed", "Disputed"
    CONFIRMED = "confirmed", "Confirmed"
    RESOLVED = "resolved", "Resolved"
    DISMISSED = "dismissed", "Dismissed"


class EthicsWarning(TenantOwned):
    """One row is one pattern in one window [start, end) of a channel or of a client, on which a screen and two
    independent families of checks agree. Its subject is the pattern, never a person. No score knows of it before
    somebody confirms it; then acts in that window are set aside.

    What it says is made of the findings on that window (scoring.integrity.evidence). `families`: those that agreed when
    it opened, with their q; it stays as it is when later tests of the month move them.
    """

    public_id = PublicIdField(prefix="wrn")
    client = models.ForeignKey(
        Client, null=True, on_delete=models.PROTECT, related_name="warnings", db_constraint=False, db_index=False
    )
    channel = models.ForeignKey(
        Channel, null=True, on_delete=models.PROTECT, related_name="warnings", db_constraint=False, db_index=False
    )
    practice = models.CharField(max_length=30)
    version = models.PositiveSmallIntegerField("version of the rules")
    window = models.CharField(max_length=7, choices=Span)
    place = models.IntegerField(help_text="Which of them it is, by the calendar.")
    start = models.DateTimeField()
    end = models.DateTimeField()
    state = models.CharField(max_length=12, choices=WarningState, default=WarningState.OPEN)
    families = models.JSONField("agreeing")

    class Meta(TenantOwned.Meta):
        verbose_name = "ethics warning"
        ordering = ["-end", "-id"]
        indexes = [models.Index(fields=["tenant", "created_at", "public_id"], name="warning_by_creation")]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="warning_public_id_is_unique"),
            models.UniqueConstraint(
                fields=["tenant", "channel", "practice", "version", "window", "place"],
                name="warning_is_one_of_a_window",
            ),
            models.UniqueConstraint(
                fields=["tenant", "client", "practice", "version", "window", "place"],
                condition=Q(client__isnull=False),
                name="warning_is_one_of_a_clients_window",
            ),
            models.CheckConstraint(
                condition=Q(channel__isnull=True) ^ Q(client__isnull=True), name="warning_is_of_one"
            ),
            models.CheckConstraint(condition=Q(state__in=WarningState.values), name="warning_state_is_known"),
            models.CheckConstraint(condition=Q(window__in=Span.values), name="warning_window_is_known"),
            models.CheckConstraint(condition=Q(start__lt=F("end")), name="warning_window_begins_before_it_ends"),
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
        first, last = (timezone.localtime(it) for it in (self.start, self.end - timedelta.resolution))
        possibly = f"Possibly {self.practice.replace('_', ' ')}: {self.subject}"
        return f"{possibly}, {first.day} {first:%B %Y} to {last.day} {last:%B %Y}"


class Review(TenantOwned):
    """One row is one answer to a warning: who said what, and when. It is never changed; the database refuses to.

    *Open*: what was answered before did not hold, and was taken back.
    """

    warning = models.ForeignKey(
        EthicsWarning, on_delete=models.PROTECT, related_name="reviews", db_constraint=False, db_index=False
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answer = models.CharField(max_length=12, choices=WarningState)
    sentence = models.TextField(blank=True, help_text="What happened, in your words.")

    class Meta(TenantOwned.Meta):
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["tenant", "warning"], name="review_by_warning")]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer__in=WarningState.values) & (Q(answer=WarningState.ACKNOWLEDGED) | ~Q(sentence="")),
                name="review_answers_and_gives_reasons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer} by {self.by_id}"
