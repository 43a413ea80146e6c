"""Where rows come from, and what may be done with them."""

from datetime import timedelta
from typing import Literal

from django.core.exceptions import ValidationError
from django.db import models

from tenants.models import Client, Platform, PublicIdField, TenantOwned


class SourceKind(models.TextChoices):
    """Who hands the rows over; says what the terms are likely to be."""

    OWN_SYSTEM = "own_system", "The client's own system (shop, CRM, website)"
    EXPORT = "export", "A file exported by hand"
    PLATFORM_API = "platform_api", "A platform's API"
    X_API = "x_api", "The API of X"
    BY_HAND = "by_hand", "Logged by hand in the admin"


class KnownAt(models.TextChoices):
    """When a row could first have been used: what a model may see at a moment depends on it."""

    RECEIVED = "received", "When it arrives here"
    STATED = "stated", "As each row states (known_at)"
    LAGGED = "lagged", "Some days after it happened"


class Source(TenantOwned):
    """One row is one place from which rows about one client come, with what may be done with them.

    Defaults are conservative: nothing is learnt from a source until the agency has recorded on what legal basis, and
    from the API of X never, as its terms forbid both training and matching.
    """

    public_id = PublicIdField(prefix="src")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="sources", db_constraint=False)
    name = models.CharField(max_length=100, help_text="As your agency calls it, such as “Fernleaf's shop”.")
    kind = models.CharField(
        max_length=20,
        choices=SourceKind,
        help_text="Who hands the rows over. What the terms allow depends on it: X's API may not be learnt from.",
    )
    platform = models.CharField(
        max_length=20, choices=Platform, help_text="Where its people are known; a row may name another platform."
    )
    may_train = models.BooleanField(
        "may be learnt from",
        default=False,
        help_text="Only with a legal basis recorded below. Rows of others are left out of training, and counted.",
    )
    legal_basis = models.CharField(
        max_length=300,
        blank=True,
        help_text="On what ground people's acts may be learnt from, such as “Contract with the client, clause 4; "
        "legitimate interest assessed on 3 May 2026”.",
    )
    may_match = models.BooleanField(
        "may be matched",
        default=False,
        help_text="Whether an e-mail address or customer number in a row may link a person to their account elsewhere. "
        "Switched off, what it linked counts apart from the next run on, and what comes meanwhile stays apart.",
    )
    keeps_texts = models.BooleanField(
        "keeps texts",
        default=False,
        db_default=False,
        help_text="Off, a text is read once for its words, questions, language and likeness to others, and let go. On, "
        "it is kept with its row, for as long as the row is.",
    )
    known_at_basis = models.CharField(
        "rows are known",
        max_length=10,
        choices=KnownAt,
        default=KnownAt.RECEIVED,
        help_text="For history that is imported at once choose one of the others, or a model has no past to learn.",
    )
    known_after_days = models.PositiveSmallIntegerField(
        "known after days", default=0, help_text="For the last choice: how many days after a row happened it was known."
    )
    retention_days = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="How long its rows may be kept, counted from when they came. They are removed within a day after "
        "that, and so is everybody of whom nothing is left. Empty: as long as the client is looked after.",
    )
    terms_url = models.URLField("terms", blank=True, help_text="Where the source's terms of use stand.")
    checked_at = models.DateTimeField(
        "terms checked", null=True, blank=True, help_text="When somebody last read them for this."
    )

    class Meta(TenantOwned.Meta):
        ordering = ["client__name", "name"]
        indexes = [models.Index(fields=["tenant", "created_at", "public_id"], name="source_by_creation")]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="source_public_id_is_unique"),
            models.UniqueConstraint(
                fields=["tenant", "client", "name"],
                name="source_name_is_unique_in_a_client",
                violation_error_message="This client has a source of this name already.",
            ),
            models.UniqueConstraint(
                fields=["tenant", "client"],
                condition=models.Q(kind=SourceKind.BY_HAND),
                name="source_by_hand_is_one_a_client",
                violation_error_message="What is logged by hand has a source of this client's already.",
            ),
            models.CheckConstraint(
                condition=models.Q(may_train=False) | ~models.Q(legal_basis=""),
                name="source_is_learnt_from_on_a_legal_basis",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=SourceKind.X_API) | models.Q(may_train=False, may_match=False),
                name="source_x_api_is_neither_learnt_from_nor_matched",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind=SourceKind.PLATFORM_API, platform=Platform.X),
                name="source_of_the_api_of_x_is_called_so",
            ),
            models.CheckConstraint(
                condition=models.Q(known_at_basis=KnownAt.LAGGED) | models.Q(known_after_days=0),
                name="source_has_a_lag_where_rows_are_lagged",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        self.legal_basis = self.legal_basis.strip()
        wrong = {}
        if self.may_train and not self.legal_basis:
            wrong["legal_basis"] = "Record the legal basis on which this source may be learnt from."
        if self.kind == SourceKind.PLATFORM_API and self.platform == Platform.X:
            wrong["kind"] = f"Choose “{SourceKind.X_API.label}”: its terms are stricter than others'."
        if self.kind == SourceKind.X_API and (self.may_train or self.may_match):
            wrong["may_train"] = "The terms of X forbid learning from its API's data and matching its people."
        if self.kind == SourceKind.X_API and self.keeps_texts:
            wrong["keeps_texts"] = "The terms of X want what is deleted there to be gone here within a day."
        if self.known_after_days and self.known_at_basis != KnownAt.LAGGED:
            wrong["known_after_days"] = "Days count only where rows are known some days after they happened."
        if self.retention_days == 0:
            wrong["retention_days"] = "Leave it empty, or keep rows for at least a day."
        if wrong:
            raise ValidationError(wrong)

    @property
    def known_at(self) -> timedelta | Literal["stated"] | None:
        """When rows are known, as `formats.fact.Terms` has it."""
        if self.known_at_basis == KnownAt.LAGGED:
            return timedelta(days=self.known_after_days)
        return "stated" if self.known_at_basis == KnownAt.STATED else None
