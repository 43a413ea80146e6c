"""What an agency says of whom it is shown."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from tenants.models import ApiKey, TenantOwned


class Why(models.TextChoices):
    """Why somebody is not a lead."""

    NO_INTEREST = "no_interest", "Does not want to buy, or is none that we sell to"
    COMPETITOR = "competitor", "Works for a competitor"
    STAFF = "staff", "Works for the client or the agency"
    OTHER = "other", "Something else"


class Feedback(TenantOwned):
    """One row is one word of the agency on a contact: that it is not a lead, or that this is taken back. The last one
    holds. It is never changed; erasure deletes it.

    `by` is a member who said it in the admin, `key` a program.
    """

    contact = models.ForeignKey(
        "ingestion.Contact", on_delete=models.PROTECT, related_name="feedback", db_constraint=False, db_index=False
    )
    not_a_lead = models.BooleanField(help_text="No: what was said before is taken back.")
    why = models.CharField(max_length=11, choices=Why, blank=True)
    sentence = models.TextField("in your words", blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    key = models.ForeignKey(
        ApiKey, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )

    class Meta(TenantOwned.Meta):
        verbose_name_plural = "feedback"
        ordering = ["created_at", "id"]
        indexes = [
            models.Index(fields=["tenant", "contact", "created_at"], name="feedback_by_contact"),
            models.Index(fields=["tenant", "created_at"], name="feedback_by_moment"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(not_a_lead=True, why__in=Why.values) | Q(not_a_lead=False, why=""),
                name="feedback_says_why_somebody_is_not_a_lead",
            ),
            models.CheckConstraint(
                condition=Q(by__isnull=True) | Q(key__isnull=True), name="feedback_is_of_a_member_or_of_a_program"
            ),
        ]

    def __str__(self) -> str:
        return "Not a lead" if self.not_a_lead else "Taken back"
