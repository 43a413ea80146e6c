"""An account on a platform."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Lower

from tenants.models.client import Client
from tenants.models.owned import PublicIdField, TenantOwned


class Platform(models.TextChoices):
    """Where people meet a brand."""

    BLUESKY = "bluesky", "Bluesky"
    FACEBOOK = "facebook", "Facebook"
    INSTAGRAM = "instagram", "Instagram"
    LINKEDIN = "linkedin", "LinkedIn"
    MASTODON = "mastodon", "Mastodon"
    THREADS = "threads", "Threads"
    TIKTOK = "tiktok", "TikTok"
    X = "x", "X"
    YOUTUBE = "youtube", "YouTube"
    OFFLINE = "offline", "Offline (events, calls, letters)"
    OTHER = "other", "Other"


class ChannelRole(models.TextChoices):
    """Whether the brand runs the account or considers hiring the person who does."""

    OWNED = "owned", "Owned"
    PROSPECT = "prospect", "Prospect"


TAKEN = "This client has this channel already."


class Channel(TenantOwned):
    """One row is one account on a platform: the brand's own, or a creator's being vetted for the brand."""

    public_id = PublicIdField(prefix="cha")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="channels", db_constraint=False)
    platform = models.CharField(max_length=20, choices=Platform)
    handle = models.CharField(max_length=200, help_text="As the platform shows it, without the @.")
    role = models.CharField(
        max_length=10,
        choices=ChannelRole,
        default=ChannelRole.OWNED,
        help_text="Owned: the brand runs it. Prospect: a creator being vetted before hiring; its numbers are checked, "
        "and what people do there is no sign that they mean the brand: it is in no score. Changed, it holds "
        "from the next run on, past acts included.",
    )

    class Meta(TenantOwned.Meta):
        ordering = ["client__name", "platform", "handle"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="channel_public_id_is_unique"),
            models.UniqueConstraint(
                "tenant",
                "client",
                "platform",
                Lower("handle"),  # rows name a channel in any case
                name="channel_is_once_in_a_client",
                violation_error_message=TAKEN,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handle} ({self.get_platform_display()})"

    def clean(self) -> None:
        self.handle = self.handle.strip().removeprefix("@")
        if not self.handle:
            raise ValidationError({"handle": "A handle is more than an @."})
