"""What channels published, and what platforms counted of it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from ingestion.models.delivery import Delivery
from ingestion.models.source import Source
from tenants.models import Channel, TenantOwned


class Bait(models.TextChoices):
    """What a post asks people to do, as the way to be seen or to take part."""

    LIKE = "like", "Like it"
    COMMENT = "comment", "Comment on it"
    TAG = "tag", "Tag others"
    SHARE = "share", "Share it"
    FOLLOW = "follow", "Follow the channel"
    SAVE = "save", "Save it"
    VOTE = "vote", "Vote"


class Post(TenantOwned):
    """One row is one post of a channel, with what it asked for. What is not known of it is null.

    Acts and counts name it by its source's id. `delivery` is the batch that described it last: its own row, or a count
    that described it along.
    """

    delivery = models.ForeignKey(
        Delivery, on_delete=models.PROTECT, related_name="posts", db_constraint=False, db_index=False
    )
    source = models.ForeignKey(
        Source, on_delete=models.PROTECT, related_name="posts", db_constraint=False, db_index=False
    )
    channel = models.ForeignKey(
        Channel, on_delete=models.PROTECT, related_name="posts", db_constraint=False, db_index=False
    )
    ext_id = models.CharField(max_length=200)
    published_at = models.DateTimeField()
    known_at = models.DateTimeField()
    permalink = models.CharField(max_length=500, blank=True)
    paid = models.BooleanField(null=True)
    automated = models.BooleanField(default=False)
    campaign = models.CharField(max_length=200, blank=True)
    promotion = models.BooleanField(null=True)
    price = models.BooleanField(null=True)
    link = models.BooleanField(null=True)
    question = models.BooleanField(null=True)
    prize = models.BooleanField(null=True)
    bait = ArrayField(models.CharField(max_length=10, choices=Bait), null=True)
    entry = models.BooleanField(null=True)

    class Meta(TenantOwned.Meta):
        ordering = ["-published_at"]
        indexes = [models.Index(fields=["tenant", "channel", "published_at"], name="post_by_channel")]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "source", "ext_id"], name="post_is_once_in_a_source"),
            models.CheckConstraint(condition=Q(known_at__gte=F("published_at")), name="post_is_known_once_published"),
        ]

    def __str__(self) -> str:
        return f"{self.ext_id} ({self.published_at:%Y-%m-%d})"


class PostCount(TenantOwned):
    """One row is what a platform had counted of one post at one moment. What is not known is null, never 0.

    Below 0 where a platform takes back what it had counted.
    """

    delivery = models.ForeignKey(
        Delivery, on_delete=models.PROTECT, related_name="post_counts", db_constraint=False, db_index=False
    )
    ext_id = models.CharField(max_length=230)
    post = models.CharField(max_length=200, help_text="The source's id of the post.")
    at = models.DateTimeField()
    known_at = models.DateTimeField()
    views = models.BigIntegerField(null=True)
    reach = models.BigIntegerField(null=True)
    likes = models.BigIntegerField(null=True)
    comments = models.BigIntegerField(null=True)
    shares = models.BigIntegerField(null=True)
    saves = models.BigIntegerField(null=True)

    class Meta(TenantOwned.Meta):
        ordering = ["post", "at"]
        indexes = [models.Index(fields=["tenant", "post", "at"], name="post_count_by_post")]
        constraints = [
            models.CheckConstraint(condition=Q(known_at__gte=F("at")), name="post_count_is_known_once_counted")
        ]

    def __str__(self) -> str:
        return f"{self.post} at {self.at:%Y-%m-%d}"
