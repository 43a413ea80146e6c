"""How much a contact means it, as far as can be told."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from scoring.models.score_run import ScoreRun
from tenants.models import Client, TenantOwned


class Stage(models.TextChoices):
    """How far the relationship has grown, by what was said; purchases are no conversation."""

    STRANGER = "stranger", "Stranger"
    PASSER_BY = "passer-by", "Passer-by"
    ACQUAINTANCE = "acquaintance", "Acquaintance"
    ENGAGED = "engaged", "Engaged"
    ADVOCATE = "advocate", "Advocate"


class Band(models.TextChoices):
    """The lift in words: four times the client's usual or more, twice, as much, less."""

    STRONG = "strong", "Strong"
    WARM = "warm", "Warm"
    SOME = "some", "Some"
    NONE = "none", "None"


class Trend(models.TextChoices):
    """Whether the last four weeks are out of line with the twelve before."""

    IMPROVING = "improving", "Improving"
    STEADY = "steady", "Steady"
    DECLINING = "declining", "Declining"
    NOT_ENOUGH_INFO = "not_enough_info", "Not enough to say"


class Step(models.IntegerChoices):
    """What is worth a human act now (scoring.features.steps); the most urgent first."""

    QUESTION = 1, "Unanswered question"
    REPLY = 2, "Reply owed"
    QUIET = 3, "Regular gone quiet"
    THANK = 4, "Somebody to thank"
    RISE = 5, "One rung up"


class Moment(models.IntegerChoices):
    """What there is to be glad of (scoring.features.moments); what means most comes first."""

    WROTE = 1, "A letter"
    SPOKE = 2, "A call"
    MET = 3, "A meeting"
    BECAME_ENGAGED = 4, "Engaged now"
    CAME_BACK = 5, "Back after a long time"
    HELPED = 6, "Helped somebody"
    TALKED = 7, "A conversation"
    FIRST_WORDS = 8, "First words"


# A comparison with null refuses nothing, so what is compared is said not to be null as well; NaN is above any bound.
ON_A_MODEL = Q(
    probability__isnull=False, low__isnull=False, high__isnull=False, lift__isnull=False, points__isnull=True,
    probability__gte=F("low"), probability__lte=F("high"), low__gte=0, high__lte=1, lift__gte=0, lift__lt=1e9,
    band__in=Band.values,
)  # fmt: skip
ON_THE_PRIOR = Q(
    probability__isnull=True, low__isnull=True, high__isnull=True, lift__isnull=True, points__isnull=False,
    points__gte=0, points__lt=1e9, band="",
)  # fmt: skip


def _whole(name: str, kinds: type[models.IntegerChoices], *parts: str) -> Q:
    """Return that all of something is known, or nothing."""
    parts = (*parts, "values")
    known = {f"{name}_{part}__isnull": False for part in parts}
    unknown = {f"{name}_{part}__isnull": True for part in parts}
    return Q(**known, **{f"{name}__isnull": False, f"{name}__in": kinds.values}) | Q(
        **unknown, **{f"{name}__isnull": True}
    )


class Score(TenantOwned):
    """One row is one contact's score in one run. It ranks attention; it prices, refuses and excludes nobody.

    Between two runs it is made anew when something new is known of the contact.
    On a model: `probability` of an outcome within its horizon, with the 90 % interval of those scored alike, and `lift`
    over the client's contacts. On the prior: `points`, and none of these. `reasons` and `discounts` are codes with
    numbers (scoring.learning.explanation), made into words when they are read.

    Beside the score stand the contact's next step and their moment of the week, where they have one.
    """

    run = models.ForeignKey(
        ScoreRun, on_delete=models.PROTECT, related_name="scores", db_constraint=False, db_index=False
    )
    client = models.ForeignKey(
        Client, on_delete=models.PROTECT, related_name="scores", db_constraint=False, db_index=False
    )
    contact = models.ForeignKey(
        "ingestion.Contact", on_delete=models.PROTECT, related_name="scores", db_constraint=False, db_index=False
    )
    as_of = models.DateTimeField(
        null=True, help_text="The moment that it speaks of, where that is later than its run's."
    )
    probability = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    points = models.FloatField(null=True)
    lift = models.FloatField(null=True)
    band = models.CharField(max_length=6, choices=Band, blank=True)
    rank = models.FloatField(
        help_text="0 to 100: the share of the client's contacts that stood below when all were scored, with half of "
        "the equals."
    )
    sort_key = models.GeneratedField(
        expression=-Coalesce("probability", "points"), output_field=models.FloatField(), db_persist=True,
        help_text="By which contacts stand in order: who means it most has the least.",
    )  # fmt: skip
    stage = models.CharField(max_length=12, choices=Stage)
    trend = models.CharField(max_length=15, choices=Trend)
    reasons = models.JSONField()
    discounts = models.JSONField()
    customer = models.BooleanField(db_default=False, help_text="Bought within a year, and was not given it back.")
    step = models.PositiveSmallIntegerField("next step", choices=Step, null=True)
    step_since = models.DateTimeField("since", null=True)
    step_due_at = models.DateTimeField(
        null=True, help_text="Before it, the step is not shown: a reply may take a while."
    )
    step_values = models.JSONField(null=True, help_text="The numbers that its words are made of.")
    moment = models.PositiveSmallIntegerField(choices=Moment, null=True)
    moment_at = models.DateTimeField("when", null=True)
    moment_values = models.JSONField(null=True)

    class Meta(TenantOwned.Meta):
        ordering = ["client", "sort_key", "contact"]
        indexes = [
            models.Index(fields=["tenant", "contact"], name="score_by_contact"),
            models.Index(fields=["tenant", "run", "client", "sort_key", "contact"], name="score_in_order"),
            models.Index(
                fields=["tenant", "run", "client", "step", "sort_key", "contact"],
                condition=Q(step__isnull=False),
                name="score_by_next_step",
            ),
            models.Index(
                fields=["tenant", "run", "client", "moment", "sort_key", "contact"],
                condition=Q(moment__isnull=False),
                name="score_by_moment",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "run", "contact"], name="score_is_one_a_run"),
            models.CheckConstraint(
                condition=ON_A_MODEL | ON_THE_PRIOR,
                name="score_has_a_probability_with_its_interval_or_points",
            ),
            models.CheckConstraint(condition=Q(rank__gte=0, rank__lte=100), name="score_rank_is_per_cent"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="score_stage_is_known"),
            models.CheckConstraint(condition=Q(trend__in=Trend.values), name="score_trend_is_known"),
            models.CheckConstraint(condition=~Q(reasons=[]), name="score_has_a_reason"),
            models.CheckConstraint(
                condition=_whole("step", Step, "since", "due_at"), name="score_has_a_whole_next_step_or_none"
            ),
            models.CheckConstraint(condition=_whole("moment", Moment, "at"), name="score_has_a_whole_moment_or_none"),
        ]

    def __str__(self) -> str:
        return str(self.contact)

    @property
    def speaks_of(self) -> datetime:
        """The moment that it speaks of."""
        return self.as_of or self.run.as_of


class NextStep(Score):
    """One row is one contact with a next step: a score, seen as what is worth a human act now."""

    class Meta:
        proxy = True
        verbose_name = "next step"
        ordering = ["client", "step", "sort_key", "contact"]


class GenuineMoment(Score):
    """One row is one contact with a genuine moment in the last seven days: a score, seen as what to be glad of."""

    class Meta:
        proxy = True
        verbose_name = "moment"
        ordering = ["client", "moment", "sort_key", "contact"]


class BandChange(TenantOwned):
    """One row is one change of a contact's band, from one score to the next. A change of models makes many at once."""

    contact = models.ForeignKey(
        "ingestion.Contact", on_delete=models.PROTECT, related_name="band_changes", db_constraint=False, db_index=False
    )
    run = models.ForeignKey(
        ScoreRun, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False,
        help_text="In which run, or since which, the new score came.",
    )  # fmt: skip
    at = models.DateTimeField(help_text="The moment that the new score speaks of.")
    was = models.CharField(max_length=6, choices=Band)
    became = models.CharField(max_length=6, choices=Band)
    lift = models.FloatField(help_text="Of the new score, over the mean of the client's contacts.")

    class Meta(TenantOwned.Meta):
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "contact", "at"], name="band_changes_once_at_a_time"),
            models.CheckConstraint(
                condition=Q(was__in=Band.values, became__in=Band.values) & ~Q(was=F("became")),
                name="band_change_is_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_was_display()} to {self.get_became_display()}"
