"""People seen engaging with a client, and what else is known of them."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from ingestion.models.delivery import Delivery
from ingestion.models.erasure import Erasure
from ingestion.models.source import Source
from tenants.models import Client, Platform, PublicIdField, TenantOwned

KEY_BYTES = 16


class Identifier(models.TextChoices):
    """How a person is known, the steadiest first."""

    EXTERNAL_ID = "external_id", "Id on a platform"
    HANDLE = "handle", "Handle"
    CUSTOMER = "customer", "Customer number"
    EMAIL = "email", "E-mail address"


class Contact(TenantOwned):
    """One row is one person as one client's sources know them, by one identifier.

    They are matched by `key`, a hash of that identifier with a key of the agency's own, and shown by handle and name.
    The same person known by another identifier is another row, until an IdentityLink says that the two are one. From
    the moment that somebody is to be erased (`erasure`) they are shown nowhere.
    """

    public_id = PublicIdField(prefix="con")
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="contacts", db_constraint=False, db_index=False
    )
    key = models.BinaryField(max_length=KEY_BYTES)
    kind = models.CharField("known by", max_length=12, choices=Identifier)
    platform = models.CharField(max_length=20, choices=Platform)
    handle = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True)
    objected_at = models.DateTimeField(
        "objected to profiling", null=True, help_text="Since then nothing is learnt from them, and they have no score."
    )
    erasure = models.ForeignKey(
        Erasure, null=True, editable=False, on_delete=models.PROTECT, related_name="whose", db_constraint=False,
        db_index=False, help_text="That they are being erased by.",
    )  # fmt: skip

    class Meta(TenantOwned.Meta):
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["tenant", "created_at", "public_id"], name="contact_by_creation"),
            models.Index(fields=["tenant", "erasure"], condition=Q(erasure__isnull=False), name="contact_being_erased"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="contact_public_id_is_unique"),
            models.UniqueConstraint(fields=["tenant", "client", "key"], name="contact_is_once_in_a_client"),
            models.CheckConstraint(condition=Q(kind__in=Identifier.values), name="contact_is_known_by_something"),
        ]

    def __str__(self) -> str:
        return self.handle or self.name or f"Known by {self.get_kind_display().lower()}"

    @property
    def called(self) -> str:
        """What tells them from whoever has the same handle elsewhere."""
        named = f"{self} ({self.name})" if self.name and self.name != str(self) else str(self)
        return f"{named}, {self.get_platform_display()}, {self.client}"


class LinkedHow(models.TextChoices):
    """On what ground two identifiers are taken for one person's."""

    SAME_ROW = "same_row", "One row named both"
    FORM = "form", "They said so in a form"
    IMPORT = "import", "Imported from a CRM"
    BY_HAND = "by_hand", "By hand"


class IdentityLink(TenantOwned):
    """One row is one further identifier of a contact: whoever is known by it is that contact.

    It can be taken back: `ended_at` is set, and what was counted together is counted apart again. A link that somebody
    ended is not made again by itself. One that `matches` (more than the id and the handle of one account) holds only
    while its source may be matched; one made by hand has no source.
    """

    public_id = PublicIdField(prefix="lnk")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="links", db_constraint=False)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    key = models.BinaryField(max_length=KEY_BYTES)
    kind = models.CharField(max_length=12, choices=Identifier)
    how = models.CharField(max_length=10, choices=LinkedHow)
    matches = models.BooleanField(db_default=True)
    source = models.ForeignKey(
        Source, null=True, on_delete=models.PROTECT, related_name="links", db_constraint=False, db_index=False
    )
    linked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", help_text="Empty: a program."
    )
    known_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(TenantOwned.Meta):
        ordering = ["-known_at", "-id"]
        indexes = [models.Index(fields=["tenant", "created_at"], name="identity_link_by_receipt")]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="identity_link_public_id_is_unique"),
            models.UniqueConstraint(
                fields=["tenant", "client", "key"],
                condition=Q(ended_at__isnull=True),
                name="identity_link_leads_to_one_contact",
            ),
            models.CheckConstraint(condition=Q(kind__in=Identifier.values), name="identity_link_is_of_a_known_kind"),
            models.CheckConstraint(condition=Q(how__in=LinkedHow.values), name="identity_link_says_how"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.contact_id}"

    @property
    def holds(self) -> bool:
        """Whether the two count as one person; `selectors.frames` says the same in SQL."""
        return self.ended_at is None and (not self.matches or self.source is None or self.source.may_match)


class ContactFact(TenantOwned):
    """One row is one thing known of a contact from a moment on: a lead attribute, a declared interest.

    `ext_id` is that of the row that said it, which may have said others.
    """

    delivery = models.ForeignKey(
        Delivery, on_delete=models.PROTECT, related_name="contact_facts", db_constraint=False, db_index=False
    )
    contact = models.ForeignKey(
        Contact, on_delete=models.PROTECT, related_name="facts", db_constraint=False, db_index=False
    )
    ext_id = models.CharField(max_length=230)
    name = models.CharField(max_length=100)
    value = models.CharField(max_length=300)
    at = models.DateTimeField()
    known_at = models.DateTimeField()

    class Meta(TenantOwned.Meta):
        ordering = ["contact", "name", "at"]
        indexes = [
            models.Index(fields=["tenant", "contact", "name", "at"], name="contact_fact_by_contact"),
            models.Index(fields=["tenant", "created_at"], name="contact_fact_by_receipt"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(known_at__gte=F("at")), name="contact_fact_is_known_once_it_is_so")
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"
