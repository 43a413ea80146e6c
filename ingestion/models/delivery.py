"""What was received, and what became of it."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models

from ingestion.models.file import FileImport
from ingestion.models.shape import Counted, Shape
from ingestion.models.source import Source
from tenants.models import Job, PublicIdField, TenantOwned


class Delivery(Counted, TenantOwned):
    """One row is one batch as it was received: over the API, or one piece of a file. `created_at` is when.

    It stays, with its counts, when its rows are removed because its source allows no longer to keep them.
    """

    public_id = PublicIdField(prefix="bat")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="deliveries", db_constraint=False)
    shape = models.PositiveSmallIntegerField("rows are", choices=Shape)
    file = models.ForeignKey(
        FileImport, null=True, on_delete=models.PROTECT, related_name="deliveries", db_constraint=False
    )
    duplicate_rows = ArrayField(
        models.PositiveIntegerField(),
        default=list,
        db_default=[],
        editable=False,
        help_text="Places in the file, from 0. Over the API the answer has named them.",
    )
    erased_rows = ArrayField(
        models.PositiveIntegerField(), default=list, db_default=[], editable=False, help_text="Places in the file."
    )
    unmatched = models.PositiveIntegerField(
        "not matched",
        default=0,
        db_default=0,
        help_text="Accepted rows that say by an address or customer number who somebody is, which was not used: their "
        "source might not be matched.",
    )
    removed_at = models.DateTimeField(
        "rows removed", null=True, editable=False, help_text="When its rows had been kept for as long as they may be."
    )

    class Meta(TenantOwned.Meta):
        verbose_name = "batch"
        verbose_name_plural = "batches"
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["tenant", "created_at", "public_id"], name="delivery_by_creation"),
            models.Index(
                fields=["tenant", "source", "created_at"],
                condition=models.Q(removed_at__isnull=True),
                name="delivery_to_remove",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="delivery_public_id_is_unique"),
            models.CheckConstraint(condition=models.Q(shape__in=Shape.values), name="delivery_shape_is_known"),
            models.CheckConstraint(condition=Counted.add_up(), name="delivery_gives_every_row_one_verdict"),
        ]

    def __str__(self) -> str:
        return self.public_id


class Rejection(TenantOwned):
    """One row is one received row that could not be used: why, where in it, and the row as it was sent.

    It is kept for 30 days so that it can be read, mended and tried again, and may hold personal data and texts.
    `retry`: the job that is to try it again. Once it can be used it is gone, and its batch counts it as accepted.
    """

    public_id = PublicIdField(prefix="rej")
    delivery = models.ForeignKey(
        Delivery, verbose_name="batch", on_delete=models.PROTECT, related_name="rejections", db_constraint=False
    )
    index = models.PositiveIntegerField(help_text="The row's place in the batch or file, from 0: as the API has it.")
    code = models.CharField(max_length=30)
    pointer = models.CharField("place", max_length=500, help_text="JSON pointer into the row; empty for the whole.")
    detail = models.TextField("what is wrong")
    row = models.TextField(help_text="As it was sent; a file's as JSON.")
    late = models.DurationField(
        default=timedelta(0), db_default=timedelta(0), editable=False, help_text="By how much its sender's clock was."
    )
    retry = models.ForeignKey(
        Job, null=True, editable=False, on_delete=models.SET_NULL, related_name="+", db_constraint=False
    )

    class Meta(TenantOwned.Meta):
        verbose_name = "row set aside"
        verbose_name_plural = "rows set aside"
        ordering = ["-created_at", "index"]
        indexes = [models.Index(fields=["tenant", "created_at", "public_id"], name="rejection_by_creation")]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="rejection_public_id_is_unique"),
            models.UniqueConstraint(fields=["tenant", "delivery", "index"], name="rejection_is_one_verdict_on_a_row"),
        ]

    def __str__(self) -> str:
        return f"Row {self.index + 1}"
