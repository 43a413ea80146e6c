"""Acts of people towards a brand, of the brand towards them, and between them."""

from django.db import models
from django.db.models import F, Q

from ingestion.models.contact import Contact
from ingestion.models.delivery import Delivery
from ingestion.models.ladder import Nature, Rung
from tenants.models import Channel, PartitionedOwned


class Direction(models.TextChoices):
    """From whom to whom."""

    INBOUND = "inbound", "From the person to the brand"
    OUTBOUND = "outbound", "From the brand to the person"
    TWO_SIDED = "two-sided", "Both took part"
    PEER = "peer", "Between two people"


class Engagement(PartitionedOwned):
    """One row is one act at one moment. `contact` is the person it is about: who acted, or whom the brand addressed.
    `channel` says on whose account, where the row does; else its post may.

    Partitioned by the month of `received_at`, and written by `services.landing` only, in SQL; nothing points at it. Of
    a text only `words` and `asks` are kept.
    """

    pk = models.CompositePrimaryKey("tenant_id", "received_at", "id")
    received_at = models.DateTimeField()
    id = models.BigIntegerField()
    delivery = models.ForeignKey(
        Delivery, on_delete=models.PROTECT, related_name="engagements", db_constraint=False, db_index=False
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="engagements", db_constraint=False, db_index=False
    )
    target = models.ForeignKey(
        Contact, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    channel = models.ForeignKey(
        Channel, null=True, on_delete=models.PROTECT, related_name="engagements", db_constraint=False, db_index=False
    )
    ext_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    rung = models.PositiveSmallIntegerField(choices=Rung)
    nature = models.SmallIntegerField(choices=Nature)
    direction = models.CharField(max_length=10, choices=Direction)
    occurred_at = models.DateTimeField()
    known_at = models.DateTimeField()
    words = models.PositiveSmallIntegerField(null=True)
    asks = models.BooleanField(null=True)
    asks_price = models.BooleanField(null=True)
    asks_availability = models.BooleanField(null=True)
    asks_how_to_buy = models.BooleanField(null=True)
    language = models.CharField(max_length=3, blank=True, db_default="")
    likeness = models.BinaryField(max_length=64, null=True)
    text = models.TextField(blank=True, db_default="")
    automated = models.BooleanField(default=False)
    post = models.CharField(max_length=200, blank=True)
    thread = models.CharField(max_length=200, blank=True)
    in_reply_to = models.CharField(max_length=200, blank=True)
    provenance = models.CharField(max_length=200, blank=True)

    class Meta(PartitionedOwned.Meta):
        ordering = ["-occurred_at"]
        indexes = [
            models.Index(fields=["tenant", "contact", "occurred_at"], name="engagement_by_contact"),
            models.Index(fields=["tenant", "target"], condition=Q(target__isnull=False), name="engagement_by_target"),
            models.Index(
                fields=["tenant", "channel"], condition=Q(channel__isnull=False), name="engagement_by_channel"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(rung__in=Rung.values), name="engagement_stands_on_a_rung"),
            models.CheckConstraint(condition=Q(nature__in=Nature.values), name="engagement_nature_is_known"),
            models.CheckConstraint(condition=Q(direction__in=Direction.values), name="engagement_direction_is_known"),
            models.CheckConstraint(
                condition=Q(known_at__gte=F("occurred_at")), name="engagement_is_known_once_it_happened"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ext_id}"
