"""What software does in a client's name, and who answers for it."""

from django.db import models
from django.db.models import F, Q

from tenants.models import Channel, Client, PublicIdField, TenantOwned


class Automation(TenantOwned):
    """One row is one thing that software does in a client's name, whether people are told, and who answers for it.

    It holds for one channel or, where that is empty, for all of the client's. It has no effect on scores.
    """

    public_id = PublicIdField(prefix="aut")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="automations", db_constraint=False)
    channel = models.ForeignKey(
        Channel, null=True, blank=True, on_delete=models.PROTECT, related_name="automations", db_constraint=False,
        help_text="Where it does so. Empty: on all channels of the client.",
    )  # fmt: skip
    what = models.CharField(
        "what is automated",
        max_length=300,
        help_text="In a sentence, with the software's name: “New followers get a welcome message, by Sendwell”.",
    )
    disclosed = models.BooleanField(
        "people are told", default=False, help_text="Whether those who meet it can know that no person is behind it."
    )
    disclosed_where = models.CharField(
        "where they are told", max_length=300, blank=True, help_text="Such as “in the message itself” or “in the bio”."
    )
    accountable = models.CharField(
        "who answers for it", max_length=200, help_text="A person by name, at your agency or with the client."
    )
    starts_at = models.DateTimeField("since")
    ends_at = models.DateTimeField(
        "until", null=True, blank=True, help_text="This moment not included. Empty: it goes on."
    )

    class Meta(TenantOwned.Meta):
        ordering = ["client__name", "-starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="automation_public_id_is_unique"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="automation_ends_after_it_starts",
                violation_error_message="It ends after it starts.",
            ),
            models.CheckConstraint(
                condition=Q(disclosed=True) & ~Q(disclosed_where="") | Q(disclosed=False, disclosed_where=""),
                name="automation_that_is_disclosed_says_where",
                violation_error_message="Say where people are told; or, where they are not, leave that empty.",
            ),
        ]

    def __str__(self) -> str:
        return self.what
