"""A rescoring of all contacts."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from scoring.models.model_version import ModelVersion
from tenants.models import Client, Job, PublicIdField, TenantOwned


class RunState(models.TextChoices):
    """Where a run stands. Readers see the current one and nothing of any other."""

    OPEN = "open", "Being made"
    CURRENT = "current", "Current"
    PAST = "past", "Replaced"
    OVERTAKEN = "overtaken", "Overtaken by a newer one"


class Basis(models.TextChoices):
    """What contacts are ordered by: what was learnt or, while that is too little, the order of the essays."""

    MODEL = "model", "Model"
    PRIOR = "prior", "Prior"


class ScoreRun(TenantOwned):
    """One row is one rescoring of all of an agency's contacts, at one moment and by one model, or by the prior.

    Its scores are written client by client; with the last client it becomes current and the one before is past, in one
    transaction: the pointer that readers follow. While it is current, whoever has new rows is scored anew within it
    (services.catching_up). The scores of runs that are not current are deleted soon after, but those of a model's first
    run only once it is known what came of them.
    """

    public_id = PublicIdField(prefix="run")
    state = models.CharField(max_length=10, choices=RunState, default=RunState.OPEN)
    as_of = models.DateTimeField(help_text="The moment that its scores speak of.")
    expires_at = models.DateTimeField(help_text="From then on its scores are out of date.")
    model = models.ForeignKey(
        ModelVersion, null=True, on_delete=models.PROTECT, related_name="runs", db_constraint=False, db_index=False,
        help_text="Empty: ordered by the prior.",
    )  # fmt: skip
    prior_version = models.PositiveSmallIntegerField(null=True)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    clients = models.PositiveIntegerField(default=0, help_text="Clients to be scored.")
    clients_done = models.PositiveIntegerField(default=0)
    contacts = models.PositiveIntegerField(default=0, help_text="Contacts that have a score so far.")
    completed_at = models.DateTimeField(null=True)
    caught_up_at = models.DateTimeField(
        null=True, help_text="What had come in by then is in its scores; empty: nothing came since it was made."
    )
    drift = models.JSONField(
        null=True, help_text="In what people look otherwise than when its model was calibrated; null: not to be told."
    )

    class Meta(TenantOwned.Meta):
        ordering = ["-as_of", "-id"]
        indexes = [models.Index(fields=["tenant", "created_at", "public_id"], name="score_run_by_creation")]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="score_run_public_id_is_unique"),
            models.UniqueConstraint(
                fields=["tenant"], condition=Q(state=RunState.CURRENT), name="score_run_that_is_current_is_one"
            ),
            models.CheckConstraint(condition=Q(state__in=RunState.values), name="score_run_state_is_known"),
            models.CheckConstraint(
                condition=Q(model__isnull=True, prior_version__isnull=False)
                | Q(model__isnull=False, prior_version__isnull=True),
                name="score_run_has_one_basis",
            ),
            models.CheckConstraint(condition=Q(clients_done__lte=F("clients")), name="score_run_does_no_client_twice"),
            models.CheckConstraint(
                condition=~Q(state__in=[RunState.CURRENT, RunState.PAST]) | Q(clients_done=F("clients")),
                name="score_run_is_shown_once_it_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} at {self.as_of:%Y-%m-%d %H:%M}"

    @property
    def is_expired(self) -> bool:
        """Whether its scores are out of date."""
        return self.expires_at <= timezone.now()

    @property
    def basis(self) -> Basis:
        return Basis.PRIOR if self.model_id is None else Basis.MODEL


class ClientRun(TenantOwned):
    """One row is what one client's contacts were like when a run scored them all. Until the next run, whoever is scored
    anew is held against it.
    """

    run = models.ForeignKey(
        ScoreRun, on_delete=models.PROTECT, related_name="parts", db_constraint=False, db_index=False
    )
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    mean = models.FloatField(help_text="Of the probabilities, or of the points.")
    worths = ArrayField(models.FloatField(), help_text="Some probabilities or points, rising.")
    ranks = ArrayField(models.FloatField(), help_text="The rank of each of them.")
    currency = models.BigIntegerField(null=True, help_text="In which most outcomes are, as frames number it.")
    spread = models.JSONField(
        default=dict, db_default={}, help_text="Of each column of the model, how many people are in which bin of it."
    )

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["tenant", "run", "client"], name="client_run_is_one_a_run")]

    def __str__(self) -> str:
        return f"{self.client} in {self.run}"
