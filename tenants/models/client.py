"""A brand the agency looks after."""

import re

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models

from tenants.models.owned import PublicIdField, TenantOwned

language = RegexValidator(
    re.compile(r"^[a-z]{2,3}$"), "Use two- or three-letter language codes in lower case, such as en or de."
)
region = RegexValidator(
    re.compile(r"^[A-Z]{2}$"), "Use two-letter country codes in capitals (ISO 3166), such as GB or DE."
)


class Client(TenantOwned):
    """One row is one brand, with the audience it says it is for.

    The declared audience is what relevance is measured against; an empty list says nothing.
    """

    public_id = PublicIdField(prefix="cli")
    name = models.CharField(max_length=200)
    audience_languages = ArrayField(
        models.CharField(max_length=3, validators=[language]),
        default=list,
        blank=True,
        help_text="Languages of the people this brand is for, separated by commas: en, de",
    )
    audience_regions = ArrayField(
        models.CharField(max_length=2, validators=[region]),
        default=list,
        blank=True,
        help_text="Countries of the people this brand is for, separated by commas: GB, IE",
    )
    audience_interests = ArrayField(
        models.CharField(max_length=60),
        default=list,
        blank=True,
        help_text="What these people care about, separated by commas: pottery, slow food",
    )

    class Meta(TenantOwned.Meta):
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="client_public_id_is_unique"),
            models.UniqueConstraint(
                fields=["tenant", "name"],
                name="client_name_is_unique",
                violation_error_message="A client of this name exists already.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
