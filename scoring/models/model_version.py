"""What was learnt, and what came of trying."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from tenants.models import ApiKey, PublicIdField, TenantOwned

DIGEST_BYTES = 32


class Artefact(TenantOwned):
    """One row is one stored model, by the SHA-256 of its bytes, signed with a key of the agency's own.

    Written once and never changed. `learning.artefact` opens it, and refuses what is not what was stored.
    """

    digest = models.BinaryField(max_length=DIGEST_BYTES)
    signature = models.BinaryField(max_length=DIGEST_BYTES)
    content = models.BinaryField()

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "digest"], name="artefact_is_stored_once")]

    def __str__(self) -> str:
        return bytes(self.digest).hex()[:12]


class ModelState(models.TextChoices):
    """What became of a model."""

    PROMOTED = "promoted", "In use"
    RETIRED = "retired", "Retired"
    CANDIDATE = "candidate", "Not put in use"
    FAILED_GATE = "failed_gate", "Nothing that holds was learnt"
    BELOW_FLOOR = "below_floor", "Too little to learn from yet"


class ModelVersion(TenantOwned):
    """One row is one training: what could be learnt at a moment, how good it was in a window it had not seen, and
    whether it is in use. Where nothing could be learnt, `sentence` says why and `missing` how many more buyers are
    needed.

    One that learnt from somebody who has been erased since is marked, and loses its artefact after a while. At most one
    is in use. Without one, contacts are ordered by the prior (scoring.learning.prior).
    """

    public_id = PublicIdField(prefix="mod")
    state = models.CharField(max_length=12, choices=ModelState)
    sentence = models.TextField("verdict")
    missing = models.PositiveIntegerField("buyers missing", default=0)
    as_of = models.DateTimeField("learnt at", help_text="Nothing that was known later went into it.")
    target = ArrayField(models.CharField(max_length=10), help_text="The kinds of outcome that it predicts.")
    horizon_days = models.PositiveSmallIntegerField("horizon", help_text="Days within which they are to come.")
    recipe = models.CharField(max_length=20, blank=True)
    provisional = models.BooleanField(
        default=True, help_text="Judged by fewer than 100 buyers: take the figures with their intervals."
    )
    quality = models.JSONField(default=dict, help_text="Figures of the newest window: value, low, high (90 %).")
    baseline = models.JSONField(default=dict, help_text="The same figures of recency alone.")
    data = models.JSONField(
        default=dict,
        help_text="Windows, rows and buyers of each part, and rows left out by the policy of their source.",
    )
    circumstances = models.JSONField(
        default=dict, help_text="What it depends on besides data: catalogue, code, seed, versions of libraries."
    )
    report = models.JSONField(
        default=dict,
        db_default={},
        help_text="Tables of the newest window: calibration, lift, clients, what a like is worth; and windows before.",
    )
    outcomes = models.PositiveIntegerField(
        default=0, help_text="Outcomes there were to learn from; retraining is due when they have grown."
    )
    artefact = models.ForeignKey(
        Artefact, null=True, on_delete=models.PROTECT, related_name="versions", db_constraint=False, db_index=False
    )
    saw_erased_at = models.DateTimeField(
        "marked", null=True, help_text="Since when it is known that it learnt from somebody who was erased."
    )
    held_at = models.DateTimeField(
        "held", null=True, help_text="Since when no other model takes its place by itself: somebody wants it to stay."
    )
    promoted_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta(TenantOwned.Meta):
        verbose_name = "model"
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["tenant", "created_at", "public_id"], name="model_by_creation")]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="model_public_id_is_unique"),
            models.UniqueConstraint(
                fields=["tenant"], condition=Q(state=ModelState.PROMOTED), name="model_in_use_is_one"
            ),
            models.CheckConstraint(condition=Q(state__in=ModelState.values), name="model_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state__in=[ModelState.PROMOTED, ModelState.RETIRED])
                | Q(artefact__isnull=False, promoted_at__isnull=False)
                | Q(state=ModelState.RETIRED, saw_erased_at__isnull=False, promoted_at__isnull=False),
                name="model_in_use_is_stored",
            ),
            models.CheckConstraint(
                condition=Q(state=ModelState.RETIRED, retired_at__isnull=False)
                | (~Q(state=ModelState.RETIRED) & Q(retired_at__isnull=True)),
                name="model_has_an_end_once_it_is_retired",
            ),
            models.CheckConstraint(
                condition=Q(held_at__isnull=True) | Q(state=ModelState.PROMOTED), name="model_that_is_held_is_in_use"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} ({self.get_state_display()})"

    @property
    def hindsight(self) -> "Hindsight | None":
        """What came of what it said; None as long as it was not looked at."""
        return next(iter(self.hindsights.all()), None)


class Act(models.TextChoices):
    """What was done with a model."""

    PROMOTED = "promoted", "Put in use"
    RETIRED = "retired", "Taken out of use"
    ROLLED_BACK = "rolled_back", "Rolled back to"
    HELD = "held", "Held"
    RELEASED = "released", "Released"


class ModelAct(TenantOwned):
    """One row is one change of which model scores: what was done with which, when, and by whom. It is never changed.

    `by` is a member who did it in the admin, `key` a program; neither: it came about by itself.
    """

    version = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, related_name="acts", db_constraint=False, db_index=False
    )
    act = models.CharField(max_length=11, choices=Act)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    key = models.ForeignKey(
        ApiKey, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    sentence = models.TextField(blank=True, help_text="Why, in a sentence.")

    class Meta(TenantOwned.Meta):
        verbose_name = "act on a model"
        verbose_name_plural = "acts on models"
        ordering = ["created_at", "id"]
        indexes = [models.Index(fields=["tenant", "version"], name="model_act_by_version")]
        constraints = [
            models.CheckConstraint(condition=Q(act__in=Act.values), name="model_act_is_known"),
            models.CheckConstraint(
                condition=Q(by__isnull=True) | Q(key__isnull=True), name="model_act_is_of_a_member_or_of_a_program"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.version}"


class Hindsight(TenantOwned):
    """One row is what came of what a model said of everybody when it first scored them: who had the outcome so far. It
    is told anew each week until its time is over.
    """

    version = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, related_name="hindsights", db_constraint=False, db_index=False
    )
    as_of = models.DateTimeField("said at", help_text="The moment of the first run by this model.")
    days = models.PositiveSmallIntegerField(help_text="Days since then that are looked at, at most its horizon.")
    seen_at = models.DateTimeField(help_text="When it was looked at.")
    contacts = models.PositiveIntegerField(help_text="Of whom something was said.")
    positives = models.PositiveIntegerField(help_text="Who had the outcome so far.")
    report = models.JSONField(help_text="By tenths of what was said, with those who were contacted; figures.")
    sentence = models.TextField("guard", help_text="Whether the model before would have told people apart better.")

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["tenant", "version"], name="hindsight_is_one_a_model"),
            models.CheckConstraint(condition=Q(positives__lte=F("contacts")), name="hindsight_counts_contacts"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id} after {self.days} days"
