"""Accounts whose notifications are asked for, on platforms that post nothing by themselves."""

from django.core.validators import RegexValidator
from django.db import models

from ingestion.models.source import Source
from tenants.models import Job, PublicIdField, TenantOwned

# A name, and no number in any guise: the last part has a letter.
HOST = r"^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})$"


class Asked(models.TextChoices):
    """Who is asked."""

    MASTODON = "mastodon", "Mastodon"
    BLUESKY = "bluesky", "Bluesky"


class Poll(TenantOwned):
    """One row is one account whose notifications are asked for every few minutes, for one source.

    `secrets`, sealed, is what it is asked with. `place` says where to go on asking, and is kept with what landed up to
    there. One `job` asks again and again; it stops where the token is refused. `has_more`: what was answered last had
    no end yet.
    """

    public_id = PublicIdField(prefix="pol")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="polls", db_constraint=False)
    platform = models.CharField(max_length=10, choices=Asked)
    server = models.CharField(
        max_length=253,
        validators=[RegexValidator(HOST, "Enter the server's name alone, such as mastodon.social.")],
        help_text="The server that the account is on, such as mastodon.social; of Bluesky mostly bsky.social.",
    )
    handle = models.CharField(
        max_length=253, blank=True, help_text="Of Bluesky: the account's handle, such as fernleaf.bsky.social."
    )
    account = models.CharField(max_length=200, blank=True, default="", editable=False)
    secrets = models.BinaryField(editable=False)
    place = models.JSONField(default=dict, editable=False)
    enabled = models.BooleanField(default=True, help_text="Off, it is not asked; on again, it goes on where it was.")
    job = models.ForeignKey(
        Job, null=True, on_delete=models.SET_NULL, related_name="+", db_constraint=False, editable=False
    )
    landed = models.PositiveIntegerField("notifications", default=0, editable=False)
    left_out = models.PositiveIntegerField("left out", default=0, editable=False)
    has_more = models.BooleanField("more is to come", default=False, editable=False)
    asked_at = models.DateTimeField("last asked", null=True, editable=False)
    answered_at = models.DateTimeField("last answer", null=True, editable=False)
    error_code = models.CharField(max_length=40, blank=True, default="", editable=False)
    error = models.TextField("what is wrong", blank=True, default="", editable=False)

    class Meta(TenantOwned.Meta):
        verbose_name = "account to ask"
        verbose_name_plural = "accounts to ask"
        ordering = ["source", "platform", "server"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="poll_public_id_is_unique"),
            models.UniqueConstraint(
                fields=["tenant", "source", "platform", "server", "account"],
                condition=~models.Q(account=""),
                name="poll_account_is_asked_once",
            ),
            # Mastodon says the handle itself, and may give it to somebody else later.
            models.UniqueConstraint(
                fields=["tenant", "source", "platform", "server", "handle"],
                condition=models.Q(platform=Asked.BLUESKY),
                name="poll_handle_is_asked_once",
                violation_error_message="This account is asked for this source already.",
            ),
            models.CheckConstraint(condition=models.Q(platform__in=Asked.values), name="poll_platform_is_known"),
            models.CheckConstraint(
                condition=~models.Q(platform=Asked.BLUESKY) | ~models.Q(handle=""), name="poll_of_bluesky_has_a_handle"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handle or self.get_platform_display()} on {self.server}"
