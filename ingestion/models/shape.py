"""What rows say, and how they are counted."""

from django.db import models
from django.db.models import F, Q


class Shape(models.IntegerChoices):
    """What a row says. The label is the word that the API and files use."""

    ENGAGEMENTS = 1, "engagements"
    OUTCOMES = 2, "outcomes"
    AUDIENCE_COUNTS = 3, "audience-counts"
    PROFILE_SAMPLES = 4, "profile-samples"
    POSTS = 5, "posts"
    POST_COUNTS = 6, "post-counts"
    CONTACT_FACTS = 7, "contact-facts"
    CAMPAIGNS = 8, "campaigns"
    VENDORS = 9, "vendors"
    IDENTITY_LINKS = 10, "identity-links"

    @classmethod
    def called(cls, label: str) -> "Shape":
        """Return the shape of this word; there is one."""
        return next(shape for shape in cls if shape.label == label)


class Counted(models.Model):
    """Rows by verdict. Every received row has exactly one."""

    NAMES = ("received", "accepted", "duplicate", "quarantined", "erased")

    received = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    duplicate = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField("set aside", default=0)
    erased = models.PositiveIntegerField("of erased people", default=0, db_default=0, help_text="Dropped, not kept.")

    class Meta:
        abstract = True

    @staticmethod
    def add_up() -> Q:
        return Q(received=F("accepted") + F("duplicate") + F("quarantined") + F("erased"))
