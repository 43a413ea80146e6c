"""The ladder of acts, and what a source's own words mean on it."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from ingestion.models.source import Source
from tenants.models import TenantOwned


class Rung(models.IntegerChoices):
    """The place of an act on the ladder (docs/concepts.md)."""

    GLANCE = 0, "glance"
    NOD = 1, "nod"
    PASS_ON = 2, "pass-on"
    WORD = 3, "word"
    MESSAGE = 4, "message"
    MEETING = 5, "meeting"
    CALL = 6, "call"
    LETTER = 7, "letter"


class Nature(models.IntegerChoices):
    """What an act says of the relationship."""

    ACT = 1, "act"
    UNDO = -1, "takes an act back"
    NEGATIVE = 0, "block, report or complaint"


TAKEN = "This word has a meaning already."


class KindMapping(TenantOwned):
    """One row is what one source means by one word for an act: a kind that is known here, or a rung of the ladder.

    What stands on a rung keeps its own name. Rows that were set aside for the word can be tried again afterwards.
    """

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="kinds", db_constraint=False)
    word = models.CharField(
        "its word", max_length=40, help_text="As its rows have it, such as product_added; capitals make no difference."
    )
    kind = models.CharField("is a", max_length=40, blank=True, help_text="The same thing under another name, …")
    rung = models.PositiveSmallIntegerField(
        "or stands on",
        null=True,
        blank=True,
        choices=Rung,
        help_text="… or something of its own, and how much it says: from a glance to a handwritten letter.",
    )

    class Meta(TenantOwned.Meta):
        verbose_name = "word for an act"
        verbose_name_plural = "words for acts"
        ordering = ["source", "word"]
        constraints = [
            models.UniqueConstraint(
                "tenant",
                "source",
                Lower("word"),
                name="kind_mapping_gives_a_word_one_meaning",
                violation_error_message=TAKEN,
            ),
            models.CheckConstraint(
                condition=(Q(rung__isnull=True) & ~Q(kind="")) | Q(rung__isnull=False, rung__in=Rung.values, kind=""),
                name="kind_mapping_is_a_kind_or_a_rung",
                violation_error_message="Choose what it is, or on which rung it stands; not both.",
            ),
        ]

    def __str__(self) -> str:
        return self.word

    @property
    def meaning(self) -> str | int:
        """As `formats.fact.Terms` has it."""
        return self.kind if self.rung is None else self.rung
