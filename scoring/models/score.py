"""How much a contact means it, as far as can be told."""

from django.db import models
from django.db.models import F, Q

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


class Score(TenantOwned):
    """One row is one contact's score in one run. It ranks attention; it prices, refuses and excludes nobody.

    On a model: `probability` of an outcome within its horizon, with the 90 % interval of those scored alike, and `lift`
    over the client's contacts. On the prior: `points`, and none of these. `reasons` and `discounts` are codes with
    numbers (scoring.learning.explanation), made into words when they are read.
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
    probability = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    points = models.FloatField(null=True)
    lift = models.FloatField(null=True)
    band = models.CharField(max_length=6, choices=Band, blank=True)
    rank = models.FloatField(
        help_text="0 to 100: the share of the client's contacts that stand below, with half of the equals."
    )
    position = models.PositiveIntegerField(help_text="1 for the first of the client.")
    stage = models.CharField(max_length=12, choices=Stage)
    trend = models.CharField(max_length=15, choices=Trend)
    reasons = models.JSONField()
    discounts = models.JSONField()

    class Meta(TenantOwned.Meta):
        ordering = ["client", "position"]
        indexes = [models.Index(fields=["tenant", "contact"], name="score_by_contact")]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "run", "contact"], name="score_is_one_a_run"),
            models.UniqueConstraint(fields=["tenant", "run", "client", "position"], name="score_has_its_own_position"),
            models.CheckConstraint(
                condition=ON_A_MODEL | ON_THE_PRIOR,
                name="score_has_a_probability_with_its_interval_or_points",
            ),
            models.CheckConstraint(condition=Q(rank__gte=0, rank__lte=100), name="score_rank_is_per_cent"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="score_stage_is_known"),
            models.CheckConstraint(condition=Q(trend__in=Trend.values), name="score_trend_is_known"),
            models.CheckConstraint(condition=~Q(reasons=[]), name="score_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.contact}, number {self.position}"
