"""People who were erased, and the hashes by which what comes later is known to be about them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from tenants.models import Client, Job, PublicIdField, TenantOwned


class ErasureState(models.TextChoices):
    """How far an erasure is."""

    RUNNING = "running", "Jobs are at it"
    STOPPED = "stopped", "Stopped: one of its jobs is to be tried again"
    FINISHED = "finished", "Finished"


class Erasure(TenantOwned):
    """One row is one person's erasure: who asked for it, when, and how many rows of which table are gone. It says
    nothing of whom. `finished_at` is null until nothing is left.
    """

    public_id = PublicIdField(prefix="ers")
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="erasures", db_constraint=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", help_text="Empty: a program."
    )
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    contacts = models.PositiveIntegerField(default=0, help_text="Contacts that the person was here.")
    removed = models.JSONField(default=dict, help_text="Table → rows that were deleted or emptied.")
    learnt_by = ArrayField(
        models.CharField(max_length=24), default=list, help_text="Models that had learnt from the person."
    )
    finished_at = models.DateTimeField("finished", null=True)
    lifted_at = models.DateTimeField(
        "lifted", null=True, help_text="Since when rows about the person land again, as about somebody new."
    )
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta(TenantOwned.Meta):
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["tenant", "created_at", "public_id"], name="erasure_by_creation")]
        constraints = [models.UniqueConstraint(fields=["tenant", "public_id"], name="erasure_public_id_is_unique")]

    def __str__(self) -> str:
        return self.public_id

    @property
    def state(self) -> ErasureState:
        """How far it is. Of those that `selectors.erasures` finds it is known whether one of their jobs has stopped."""
        if self.finished_at:
            return ErasureState.FINISHED
        return ErasureState.STOPPED if getattr(self, "stopped_by", None) else ErasureState.RUNNING


class Tombstone(TenantOwned):
    """One row is one identifier of somebody who was erased, as the keyed hash by which contacts are matched: a row
    that names it is dropped. It says who somebody is to nobody who does not know the identifier already.
    """

    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    erasure = models.ForeignKey(Erasure, on_delete=models.PROTECT, related_name="tombstones", db_constraint=False)
    key = models.BinaryField(max_length=16)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "client", "key", "erasure"], name="tombstone_is_once_in_an_erasure"
            )
        ]

    def __str__(self) -> str:
        return f"of {self.erasure_id}"
