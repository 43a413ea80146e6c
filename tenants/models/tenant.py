"""The agency."""

from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now

from tenants.models.owned import PublicIdField


def known_zone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(f"“{value}” is no time zone. Use a name such as Europe/London or America/New_York.")


class Locale(models.TextChoices):
    """How dates and numbers are written for an agency."""

    EN_GB = "en-gb", "English (United Kingdom)"
    EN_US = "en-us", "English (United States)"


class Tenant(models.Model):
    """One row is one agency. Row-level security shows an agency its own row, and a user those they belong to."""

    public_id = PublicIdField(prefix="ten")
    name = models.CharField(max_length=200)
    zone = models.CharField(
        "time zone",
        max_length=64,
        default="Europe/London",
        validators=[known_zone],
        help_text="Where the agency's day begins: schedules and windows of days follow it. For example Europe/London.",
    )
    locale = models.CharField(
        max_length=10,
        choices=Locale,
        default=Locale.EN_GB,
        help_text="How the admin writes dates and numbers; sentences about evidence write “3 May 2026” for everybody.",
    )
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        verbose_name = "agency"
        verbose_name_plural = "agencies"

    def __str__(self) -> str:
        return self.name
