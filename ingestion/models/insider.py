"""Handles of people who engage because they belong to the brand or the agency."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from ingestion.models.contact import KEY_BYTES
from tenants.models import Client, Platform, PublicIdField, TenantOwned


class Tie(models.TextChoices):
    """How they belong to it."""

    STAFF = "staff", "Works for the client or the agency"
    PARTNER = "partner", "Partner, supplier or hired creator"
    FAMILY = "family", "Family or friend of one of them"


class Insider(TenantOwned):
    """One row is one handle of somebody whose engagement says nothing of the brand: they belong to it.

    Whoever is known to the client by this handle, by the links that hold, is neither learnt from nor scored, whenever
    they are seen; until it is ended. They are matched by `key`, as contacts are.
    """

    public_id = PublicIdField(prefix="ins")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="insiders", db_constraint=False)
    platform = models.CharField(max_length=20, choices=Platform, help_text="Where the handle holds.")
    handle = models.CharField(max_length=200, help_text="As the platform shows it, with or without the @.")
    key = models.BinaryField(max_length=KEY_BYTES)
    why = models.CharField(max_length=10, choices=Tie)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(TenantOwned.Meta):
        verbose_name = "handle to leave out"
        verbose_name_plural = "handles to leave out"
        ordering = ["-created_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="insider_public_id_is_unique"),
            models.UniqueConstraint(
                fields=["tenant", "client", "key"],
                condition=Q(ended_at__isnull=True),
                name="insider_is_left_out_once_in_a_client",
            ),
            models.CheckConstraint(condition=Q(why__in=Tie.values), name="insider_says_why"),
        ]

    def __str__(self) -> str:
        """Without the handle: the admin's log keeps it, also once somebody is erased."""
        return f"{self.get_why_display()} ({self.public_id})"
