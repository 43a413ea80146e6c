"""Files that were handed over, and how those of a source are read."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from ingestion.models.shape import Counted, Shape
from ingestion.models.source import Source
from tenants.models import Job, PublicIdField, TenantOwned


class FileKind(models.TextChoices):
    CSV = "csv", "CSV"
    XLSX = "xlsx", "Workbook (XLSX)"
    NDJSON = "ndjson", "JSON, one row a line (NDJSON)"


class FileState(models.TextChoices):
    WAITING = "waiting", "waiting to be told how it is read"
    READING = "reading", "being read"
    LANDING = "landing", "being landed"
    DONE = "done", "done"
    STOPPED = "stopped", "stopped"


class FileImport(Counted, TenantOwned):
    """One row is one file that was handed over, with how many of its rows have got which verdict so far.

    First it waits until somebody has said how it is to be read (`shape`, `layout`; of NDJSON the shape alone); from
    then on it has a job. The file itself lies in blocks until the last row has its verdict, and is gone then. `rows` is
    null until that job has cut the file into pieces; each piece is landed by a job of its own.
    """

    public_id = PublicIdField(prefix="imp")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="imports", db_constraint=False)
    name = models.CharField("file", max_length=255)
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes.")
    kind = models.CharField(max_length=10, choices=FileKind, default=FileKind.CSV, db_default=FileKind.CSV)
    sheet = models.CharField(max_length=100, blank=True, db_default="", help_text="Of a workbook; empty: the first.")
    shape = models.PositiveSmallIntegerField("rows are", choices=Shape, null=True)
    columns = ArrayField(models.TextField(), default=list)
    layout = models.JSONField(null=True, help_text="How a line becomes a row: by a mapping, or as a known export.")
    rows = models.PositiveIntegerField(null=True)
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False)

    class Meta(TenantOwned.Meta):
        verbose_name = "import"
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(fields=["tenant", "created_at", "public_id"], name="import_by_creation")]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "public_id"], name="import_public_id_is_unique"),
            models.CheckConstraint(
                condition=Q(shape__isnull=True) | Q(shape__in=Shape.values), name="import_shape_is_known"
            ),
            models.CheckConstraint(condition=Q(kind__in=FileKind.values), name="import_kind_is_known"),
            models.CheckConstraint(
                condition=Q(job__isnull=True) | Q(shape__isnull=False), name="import_begins_when_its_rows_are_known"
            ),
            models.CheckConstraint(condition=Counted.add_up(), name="import_gives_every_row_one_verdict"),
            models.CheckConstraint(
                condition=Q(rows__isnull=True) | Q(received__lte=F("rows")), name="import_lands_no_row_twice"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_begun(self) -> bool:
        return self.job_id is not None

    @property
    def state(self) -> FileState:
        """How far it is. Of those that `selectors.imports` finds it is known whether one of their jobs has stopped."""
        if not self.has_begun:
            return FileState.WAITING
        if self.is_done:
            return FileState.DONE
        if getattr(self, "stopped_by", None):
            return FileState.STOPPED
        return FileState.READING if self.rows is None else FileState.LANDING

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
    """One row is one stretch of a file that waits to be landed: its bytes [start, end).

    `ready`: of its table in the form that is read; else of the file as it came.
    """

    file = models.ForeignKey(FileImport, on_delete=models.CASCADE, related_name="blocks", db_constraint=False)
    ready = models.BooleanField(db_default=True)
    start = models.PositiveBigIntegerField()
    end = models.PositiveBigIntegerField()
    content = models.BinaryField()

    class Meta(TenantOwned.Meta):
        ordering = ["file", "start"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "file", "ready", "start"], name="file_block_is_once_in_a_file"),
            models.CheckConstraint(condition=Q(end__gt=F("start")), name="file_block_holds_something"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}: bytes {self.start} to {self.end}"


class SavedLayout(TenantOwned):
    """One row is how files of one shape from one source were read the last time: proposed for the next."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="layouts", db_constraint=False)
    shape = models.PositiveSmallIntegerField("rows are", choices=Shape)
    layout = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta(TenantOwned.Meta):
        ordering = ["source", "-saved_at"]
        constraints = [
            models.UniqueConstraint(fields=["tenant", "source", "shape"], name="layout_is_saved_once_for_a_shape"),
            models.CheckConstraint(condition=Q(shape__in=Shape.values), name="saved_layout_shape_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.source}: {self.get_shape_display()}"
