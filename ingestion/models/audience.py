"""How many follow a channel."""

from django.db import models
from django.db.models import F, Q

from ingestion.models.delivery import Delivery
from tenants.models import Channel, TenantOwned


class Window(models.TextChoices):
    """Over what gained and lost were counted."""

    DAY = "day", "Day"
    WEEK = "week", "Week"
    MONTH = "month", "Month"


class AudienceCount(TenantOwned):
    """One row is the audience of one channel at one moment. What is not known is null, never 0.

    `gained` and `lost` speak of the window that ends at `at`.
    """

    delivery = models.ForeignKey(
        Delivery, on_delete=models.PROTECT, related_name="audience_counts", db_constraint=False, db_index=False
    )
    channel = models.ForeignKey(
        Channel, on_delete=models.PROTECT, related_name="audience_counts", db_constraint=False, db_index=False
    )
    ext_id = models.CharField(max_length=230)
    at = models.DateTimeField()
    known_at = models.DateTimeField()
    followers = models.PositiveBigIntegerField(null=True)
    following = models.PositiveBigIntegerField(null=True)
    gained = models.PositiveBigIntegerField(null=True)
    lost = models.PositiveBigIntegerField(null=True)
    window = models.CharField(max_length=5, choices=Window, blank=True)

    class Meta(TenantOwned.Meta):
        ordering = ["channel", "at"]
        indexes = [models.Index(fields=["tenant", "channel", "at"], name="audience_count_by_channel")]
        constraints = [
            models.CheckConstraint(
                condition=Q(followers__isnull=False)
                | Q(following__isnull=False)
                | Q(gained__isnull=False)
                | Q(lost__isnull=False),
                name="audience_count_counts_something",
            ),
            models.CheckConstraint(
                condition=Q(gained__isnull=True, lost__isnull=True) | Q(window__in=Window.values),
                name="audience_count_says_its_window",
            ),
            models.CheckConstraint(condition=Q(known_at__gte=F("at")), name="audience_count_is_known_once_counted"),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id} at {self.at:%Y-%m-%d}"
