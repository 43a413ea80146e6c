"""Addresses to which platforms post what happens, and what they posted until it is digested."""

from django.db import models
from django.db.models import Q

from ingestion.models.source import Source
from tenants.models import Job, PublicIdField, TenantOwned


class Sender(models.TextChoices):
    """Who posts to the address; each signs and writes in a way of its own."""

    META = "meta", "Meta (Instagram, Facebook)"
    X = "x", "X (Account Activity)"
    HUBSPOT = "hubspot", "HubSpot (deals, and who asks to be forgotten)"
    DECLARED = "declared", "Any other program, signed by Standard Webhooks"


class Hook(TenantOwned):
    """One row is one address to which one sender posts events for one source.

    `token` is the last part of the address and says, to this installation only, whose it is. `secrets` are sealed: the
    one in force and the one before it. Where one sender posts several brands' events to one address, `account` is the
    brand's own id there, by which each finds its source. `mapping`: of a declared program, where its fields stand.
    `token_to_ask`, sealed too, is what a sender is asked with that posts only that something changed; `error_code` and
    `error` say why it did not answer when it was asked last.
    """

    public_id = PublicIdField(prefix="hok")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="hooks", db_constraint=False)
    sender = models.CharField(max_length=10, choices=Sender)
    account = models.CharField(
        "the brand's account",
        max_length=200,
        blank=True,
        help_text="The brand's own id at the sender. Fill it in where one app sends several brands' events: each then "
        "lands in the source of its account. Empty: all that comes is this source's.",
    )
    token = models.CharField(max_length=300, editable=False)
    secrets = models.BinaryField(editable=False)
    token_to_ask = models.BinaryField(null=True, editable=False)
    mapping = models.JSONField(null=True, blank=True)
    enabled = models.BooleanField(default=True, help_text="Off, whatever is posted is refused.")
    bodies = models.PositiveIntegerField("posts digested", default=0, editable=False)
    left_out = models.PositiveIntegerField("events left out", default=0, editable=False)
    last_at = models.DateTimeField("last post", null=True, editable=False)
    error_code = models.CharField(max_length=40, blank=True, default="", db_default="", editable=False)
    error = models.TextField("what is wrong", blank=True, default="", db_default="", editable=False)

    class Meta(TenantOwned.Meta):
        verbose_name = "webhook"
        ordering = ["source", "sender"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="hook_public_id_is_unique"),
            models.UniqueConstraint(
                fields=["tenant", "sender", "account"],
                condition=~Q(account=""),
                name="hook_account_has_one_source",
                violation_error_message="Another webhook takes what this account's events are.",
            ),
            models.CheckConstraint(condition=Q(sender__in=Sender.values), name="hook_sender_is_known"),
            models.CheckConstraint(
                condition=~Q(sender=Sender.DECLARED) | Q(mapping__isnull=False), name="hook_of_a_program_has_a_mapping"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_sender_display()} → {self.source}"


class HookBody(TenantOwned):
    """One row is one body as it was posted, until a job has digested it. One that cannot be read is kept 30 days."""

    hook = models.ForeignKey(Hook, on_delete=models.CASCADE, related_name="waiting", db_constraint=False)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+", db_constraint=False)
    body = models.BinaryField()

    class Meta(TenantOwned.Meta):
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{len(self.body)} bytes for {self.hook_id}"
