"""A key with which a program speaks for an agency."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from tenants.models.owned import PublicIdField, TenantOwned


class ApiScope(models.TextChoices):
    """What a key may be used for."""

    READ = "read", "Read: clients, sources, batches, scores, warnings, models, jobs"
    INGEST = "ingest", "Send: engagements, outcomes, counts and all other rows"
    PEOPLE = "people", "People's requests: find, export, object, erase"
    MODELS = "models", "Models: put in use, hold, release, roll back"


class ApiKey(TenantOwned):
    """One row is one key. The key itself is shown once and not kept; `digest` is an HMAC-SHA256 of its secret part.

    `prefix` is the public part, by which the key is looked up before its tenant is known. Revoked keys stay, as a
    record of what had access.
    """

    public_id = PublicIdField(prefix="key")
    name = models.CharField(max_length=100, help_text="What uses this key, so that you know what stops when it ends.")
    prefix = models.CharField(max_length=12, editable=False)
    digest = models.BinaryField(max_length=32, editable=False)
    scopes = ArrayField(models.CharField(max_length=20, choices=ApiScope), default=list)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    expires_at = models.DateTimeField("expires", help_text="From this moment on the key is refused.")
    revoked_at = models.DateTimeField("revoked", null=True, editable=False)
    last_used_at = models.DateTimeField("last used", null=True, editable=False, help_text="To the hour.")

    class Meta(TenantOwned.Meta):
        verbose_name = "API key"
        ordering = ["-created_at"]
        # Looked up before the tenant is known.
        indexes = [models.Index(fields=["prefix"], name="api_key_by_prefix")]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="api_key_public_id_is_unique"),
            models.UniqueConstraint(fields=["tenant", "prefix"], name="api_key_prefix_is_unique"),
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="api_key_expires_after_its_creation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
