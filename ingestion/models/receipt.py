"""The permanent memory of what came in."""

from django.db import models

from ingestion.models.delivery import Delivery
from ingestion.models.shape import Shape
from tenants.models import PartitionedOwned


class Receipt(PartitionedOwned):
    """One row is one id that a source has used, for good: the same id is never landed twice.

    `digest` is a keyed hash of all that the row said, by which the same id with other content is told from a
    repetition. Hash-partitioned by the id. Written by `services.landing` only, in SQL.
    """

    pk = models.CompositePrimaryKey("tenant_id", "source_id", "shape", "ext_id")
    # Its row: the delivery's. No key of its own, one check a row less.
    source_id = models.BigIntegerField()
    shape = models.PositiveSmallIntegerField(choices=Shape)
    ext_id = models.CharField(max_length=230)
    digest = models.BinaryField(max_length=16)
    delivery = models.ForeignKey(
        Delivery, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )

    class Meta(PartitionedOwned.Meta):
        pass

    def __str__(self) -> str:
        return self.ext_id
