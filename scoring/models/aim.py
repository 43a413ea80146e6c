"""What an agency wants told beforehand."""

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from tenants.models import TenantOwned


class AimKind(models.TextChoices):
    """Kinds of outcome that may be told beforehand."""

    LEAD = "lead", "Lead"
    MEETING = "meeting", "Meeting"
    PURCHASE = "purchase", "Purchase"
    CUSTOM = "custom", "An outcome of your own"


class Horizon(models.IntegerChoices):
    """Days within which it is to come."""

    MONTH = 30, "30 days"
    TWO_MONTHS = 60, "60 days"
    THREE_MONTHS = 90, "90 days"


def purchase() -> list[str]:
    return [AimKind.PURCHASE]


def each_once(kinds: list[str]) -> None:
    if len(set(kinds)) < len(kinds):
        raise ValidationError("Name each kind once.")


class Aim(TenantOwned):
    """One row is what an agency wants told beforehand: outcomes of which kinds, within how long. Without one, purchases
    within 60 days.
    """

    kinds = ArrayField(
        models.CharField(max_length=10, choices=AimKind),
        default=purchase,
        validators=[each_once],
        help_text="Any of these counts. A purchase that is refunded within the time does not.",
    )
    days = models.PositiveSmallIntegerField(
        "within",
        choices=Horizon,
        default=Horizon.TWO_MONTHS,
        help_text="A model needs four times as long a past: to look back on, to learn from, to calibrate and to judge.",
    )

    class Meta(TenantOwned.Meta):
        verbose_name = "aim"
        constraints = [
            models.UniqueConstraint(fields=["tenant"], name="aim_is_one"),
            models.CheckConstraint(
                condition=Q(kinds__contained_by=AimKind.values) & ~Q(kinds=[]), name="aim_kinds_are_known"
            ),
            models.CheckConstraint(condition=Q(days__in=Horizon.values), name="aim_horizon_is_known"),
        ]

    def __str__(self) -> str:
        return f"{' or '.join(AimKind(kind).label.lower() for kind in self.kinds)} within {self.days} days"
