"""How many follow a channel, and what they look like."""

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


class ProfileSample(TenantOwned):
    """One row is one profile in a sample of a channel's followers, without a name; read together with others only.

    The sample is of those who followed from `cohort_from` on and before `cohort_to`, and `number` says which of its
    profiles this is. What is not known is null.
    """

    delivery = models.ForeignKey(
        Delivery, on_delete=models.PROTECT, related_name="profile_samples", db_constraint=False, db_index=False
    )
    channel = models.ForeignKey(
        Channel, on_delete=models.PROTECT, related_name="profile_samples", db_constraint=False, db_index=False
    )
    ext_id = models.CharField(max_length=230)
    cohort_from = models.DateTimeField()
    cohort_to = models.DateTimeField()
    sampled_at = models.DateTimeField()
    known_at = models.DateTimeField()
    number = models.PositiveIntegerField()
    cohort_size = models.PositiveBigIntegerField(null=True)
    method = models.CharField(max_length=100, blank=True)
    followers = models.PositiveBigIntegerField(null=True)
    following = models.PositiveBigIntegerField(null=True)
    posts = models.PositiveBigIntegerField(null=True)
    bio_length = models.PositiveIntegerField(null=True)
    has_avatar = models.BooleanField(null=True)
    is_private = models.BooleanField(null=True)
    digit_share = models.FloatField(null=True)
    created_on = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        ordering = ["channel", "cohort_from", "number"]
        indexes = [models.Index(fields=["tenant", "channel", "cohort_from"], name="profile_sample_by_channel")]
        constraints = [
            models.CheckConstraint(
                condition=Q(cohort_from__lt=F("cohort_to"), cohort_to__lte=F("sampled_at")),
                name="profile_sample_is_of_a_cohort_that_has_ended",
            ),
            models.CheckConstraint(
                condition=Q(known_at__gte=F("sampled_at")), name="profile_sample_is_known_once_it_was_looked_at"
            ),
            models.CheckConstraint(
                condition=Q(digit_share__isnull=True) | Q(digit_share__gte=0, digit_share__lte=1),
                name="profile_sample_digits_are_a_share",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel_id}: {self.cohort_from:%Y-%m-%d}, {self.number}"
