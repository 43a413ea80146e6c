"""What was received, and what became of it."""

from datetime import timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from ingestion.models.source import Source
from tenants.models import Job, PublicIdField, TenantOwned


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

    NAMES = ("received", "accepted", "duplicate", "quarantined")

    received = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    duplicate = models.PositiveIntegerField(default=0)
    quarantined = models.PositiveIntegerField("set aside", default=0)

    class Meta:
        abstract = True

    @staticmethod
    def add_up() -> Q:
        return Q(received=F("accepted") + F("duplicate") + F("quarantined"))


class FileImport(Counted, TenantOwned):
    """One row is one file that was handed over, with how many of its rows have got which verdict so far.

    The file itself lies in blocks until the last row has its verdict, and is gone then. `rows` is null until a first
    job has cut the file into pieces; each piece is landed by a job of its own.
    """

    public_id = PublicIdField(prefix="imp")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="imports", db_constraint=False)
    shape = models.PositiveSmallIntegerField("rows are", choices=Shape)
    name = models.CharField("file", max_length=255)
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes.")
    columns = ArrayField(models.CharField(max_length=100))
    rows = models.PositiveIntegerField(null=True)
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False)

    class Meta(TenantOwned.Meta):
        verbose_name = "import"
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["tenant", "created_at", "public_id"], name="import_by_creation")]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="import_public_id_is_unique"),
            models.CheckConstraint(condition=Q(shape__in=Shape.values), name="import_shape_is_known"),
            models.CheckConstraint(condition=Counted.add_up(), name="import_gives_every_row_one_verdict"),
            models.CheckConstraint(
                condition=Q(rows__isnull=True) | Q(received__lte=F("rows")), name="import_lands_no_row_twice"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_done(self) -> bool:
        return self.received == self.rows

    @property
    def progress(self) -> int:
        """Per cent of the rows that have their verdict."""
        if self.rows is None:
            return 0
        return 100 * self.received // self.rows if self.rows else 100


class FileBlock(TenantOwned):
    """One row is one stretch of a file that waits to be landed: its bytes [start, end)."""

    file = models.ForeignKey(FileImport, on_delete=models.CASCADE, related_name="blocks", db_constraint=False)
    start = models.PositiveBigIntegerField()
    end = models.PositiveBigIntegerField()
    content = models.BinaryField()

    class Meta(TenantOwned.Meta):
        ordering = ["file", "start"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "file", "start"], name="file_block_is_once_in_a_file"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="file_block_holds_something"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}: bytes {self.start} to {self.end}"


class Delivery(Counted, TenantOwned):
    """One row is one batch as it was received: over the API, or one piece of a file. `created_at` is when."""

    public_id = PublicIdField(prefix="bat")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="deliveries", db_constraint=False)
    shape = models.PositiveSmallIntegerField("rows are", choices=Shape)
    file = models.ForeignKey(
        FileImport, null=True, on_delete=models.PROTECT, related_name="deliveries", db_constraint=False
    )

    class Meta(TenantOwned.Meta):
        verbose_name = "batch"
        verbose_name_plural = "batches"
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["tenant", "created_at", "public_id"], name="delivery_by_creation")]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="delivery_public_id_is_unique"),
            models.CheckConstraint(condition=Q(shape__in=Shape.values), name="delivery_shape_is_known"),
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
    index = models.PositiveIntegerField(help_text="The row's place in the batch or file, from 0.")
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
        return f"Row {self.index}"
