"""What engagement led to."""

from django.db import models
from django.db.models import F, Q

from ingestion.models.contact import Contact
from ingestion.models.delivery import Delivery
from tenants.models import TenantOwned


class OutcomeKind(models.TextChoices):
    """What can come of it."""

    LEAD = "lead", "Lead"
    MEETING = "meeting", "Meeting"
    PURCHASE = "purchase", "Purchase"
    REFUND = "refund", "Refund"
    CUSTOM = "custom", "Other"


class Outcome(TenantOwned):
    """One row is one lead, meeting, purchase or refund of one person, at one moment."""

    delivery = models.ForeignKey(
        Delivery, on_delete=models.PROTECT, related_name="outcomes", db_constraint=False, db_index=False
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="outcomes", db_constraint=False, db_index=False
    )
    ext_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=OutcomeKind)
    name = models.CharField(max_length=100, blank=True)
    occurred_at = models.DateTimeField()
    known_at = models.DateTimeField()
    value = models.DecimalField(max_digits=16, decimal_places=4, null=True)
    currency = models.CharField(max_length=3, blank=True)
    refund_of = models.CharField(max_length=200, blank=True)

    class Meta(TenantOwned.Meta):
        ordering = ["-occurred_at"]
        indexes = [
            models.Index(fields=["tenant", "contact", "occurred_at"], name="outcome_by_contact"),
            models.Index(fields=["tenant", "created_at"], name="outcome_by_receipt"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=OutcomeKind.values), name="outcome_kind_is_known"),
            models.CheckConstraint(
                condition=Q(value__isnull=True) | (Q(value__gte=0) & ~Q(currency="")),
                name="outcome_value_has_a_currency",
            ),
            models.CheckConstraint(
                condition=Q(known_at__gte=F("occurred_at")), name="outcome_is_known_once_it_happened"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ext_id}"

    @property
    def worth(self) -> str:
        if self.value is None:
            return "unknown"
        digits = max(2, -int(self.value.normalize().as_tuple().exponent))
        return f"{self.value:,.{digits}f} {self.currency}"
