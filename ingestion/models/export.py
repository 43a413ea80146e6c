"""Everything that is kept of somebody, to be handed to them."""

from django.conf import settings
from django.db import models

from ingestion.models.contact import Contact
from tenants.models import Job, PublicIdField, TenantOwned


class Export(TenantOwned):
    """One row is one archive of all that is kept of one person, made by a job and deleted after some days.

    `content` is null until it is made.
    """

    public_id = PublicIdField(prefix="exp")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="exports", db_constraint=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", help_text="Empty: a program."
    )
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    content = models.BinaryField(null=True)
    finished_at = models.DateTimeField("made", null=True)
    expires_at = models.DateTimeField("deleted from", null=True)

    class Meta(TenantOwned.Meta):
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["tenant", "created_at", "public_id"], name="export_by_creation")]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="export_public_id_is_unique"),
            models.CheckConstraint(
                condition=models.Q(content__isnull=True, finished_at__isnull=True, expires_at__isnull=True)
                | models.Q(content__isnull=False, finished_at__isnull=False, expires_at__isnull=False),
                name="export_has_an_end_once_it_is_made",
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
