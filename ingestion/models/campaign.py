"""What a client had done to be seen: campaigns, and vendors of attention."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from ingestion.models.delivery import Delivery
from tenants.models import Client, PublicIdField, TenantOwned


class CampaignKind(models.TextChoices):
    """What it is for."""

    GIVEAWAY = "giveaway", "Giveaway"
    PAID = "paid", "Shown for money"
    CAUSE = "cause", "Good cause"


class Campaign(TenantOwned):
    """One row is one campaign of a client. Acts of its entry kinds, in its window, are the price of taking part.

    `delivery` is empty where somebody entered it by hand. `known_at` is its start at the latest: a client knows of its
    own campaigns.
    """

    public_id = PublicIdField(prefix="cmp")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="campaigns", db_constraint=False)
    delivery = models.ForeignKey(
        Delivery, null=True, on_delete=models.PROTECT, related_name="campaigns", db_constraint=False, editable=False
    )
    ext_id = models.CharField(max_length=200, blank=True, editable=False)
    kind = models.CharField(max_length=10, choices=CampaignKind)
    name = models.CharField(max_length=100, help_text="As your agency calls it.")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    known_at = models.DateTimeField(editable=False)
    posts = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    entry_kinds = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    donation = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    promotion = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    currency = models.CharField(max_length=3, blank=True)

    class Meta(TenantOwned.Meta):
        ordering = ["-starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="campaign_public_id_is_unique"),
            models.CheckConstraint(condition=Q(kind__in=CampaignKind.values), name="campaign_kind_is_known"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="campaign_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(donation__isnull=True, promotion__isnull=True) | ~Q(currency=""),
                name="campaign_amounts_have_a_currency",
            ),
            models.CheckConstraint(
                condition=Q(donation__isnull=True) | Q(donation__gte=0), name="campaign_donation_is_an_amount"
            ),
            models.CheckConstraint(
                condition=Q(promotion__isnull=True) | Q(promotion__gte=0), name="campaign_promotion_is_an_amount"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Vendor(TenantOwned):
    """One row is one order with somebody who sells attention: what they promised, for what, and when.

    Its dates are to be held against what a channel gained. `delivery` is empty where somebody entered it by hand.
    """

    public_id = PublicIdField(prefix="vnd")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="vendors", db_constraint=False)
    delivery = models.ForeignKey(
        Delivery, null=True, on_delete=models.PROTECT, related_name="vendors", db_constraint=False, editable=False
    )
    ext_id = models.CharField(max_length=200, blank=True, editable=False)
    name = models.CharField(max_length=100, help_text="Who sells.")
    promise = models.CharField(max_length=500, help_text="What they promise, in their words.")
    units = models.PositiveBigIntegerField(null=True, blank=True, help_text="How many of it, such as followers.")
    price = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True, help_text="In all.")
    currency = models.CharField(max_length=3, blank=True, help_text="ISO 4217, such as GBP.")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    known_at = models.DateTimeField(editable=False)

    class Meta(TenantOwned.Meta):
        ordering = ["-starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="vendor_public_id_is_unique"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")), name="vendor_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | (Q(price__gte=0) & ~Q(currency="")),
                name="vendor_price_has_a_currency",
            ),
        ]

    def __str__(self) -> str:
        return self.name
