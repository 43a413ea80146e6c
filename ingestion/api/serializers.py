"""The API's shapes of sources, batches and what was set aside."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ingestion import selectors
from ingestion.errors import ERASED, ROW_CODES
from ingestion.models import (
    Contact,
    Counted,
    Delivery,
    Erasure,
    ErasureState,
    Export,
    FileImport,
    FileState,
    Rejection,
    Shape,
    Source,
)


class SourceSerializer(serializers.ModelSerializer[Source]):
    id = serializers.CharField(source="public_id", read_only=True)
    client = serializers.CharField(source="client.public_id", read_only=True)

    class Meta:
        model = Source
        fields = ["id", "client", "name", "kind", "platform", "may_train", "may_match", "known_at_basis",
                  "known_after_days", "retention_days", "created_at"]  # fmt: skip


class ShapeField(serializers.ChoiceField):
    """The word for what rows say, as the doors are called."""

    def __init__(self, **more: Any) -> None:
        super().__init__(choices=[shape.label for shape in Shape], read_only=True, allow_null=True, **more)

    def to_representation(self, value: Any) -> str:
        return str(Shape(value).label)


class VerdictSerializer(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="The row's place in the batch or file, from 0.")
    code = serializers.CharField(
        help_text="Stable; programs may switch on it: duplicate, " + ", ".join((*ERASED, *ROW_CODES))
    )
    pointer = serializers.CharField(help_text="JSON pointer into the row; empty for the whole.")
    detail = serializers.CharField(help_text="A sentence for people.")


class ImportSerializer(serializers.ModelSerializer[FileImport]):
    id = serializers.CharField(source="public_id", read_only=True)
    source = serializers.CharField(source="source.public_id", read_only=True)  # type: ignore[assignment]
    shape = ShapeField()
    state = serializers.ChoiceField(choices=FileState.choices, read_only=True)
    rows = serializers.IntegerField(read_only=True, allow_null=True, help_text="Null until the file has been cut.")
    progress = serializers.IntegerField(read_only=True, help_text="Per cent of the rows that have their verdict.")
    job = serializers.CharField(
        source="job.public_id",
        default=None,
        read_only=True,
        allow_null=True,
        help_text="Its children land the pieces. Null until the import is begun.",
    )
    stopped_by = serializers.CharField(
        read_only=True, allow_null=True, help_text="Of its jobs the first that does not go on; `/v1/jobs/…` says why."
    )

    class Meta:
        model = FileImport
        fields = ["id", "source", "name", "size", "kind", "sheet", "shape", "layout", "state", "rows", "progress",
                  *Counted.NAMES, "job", "stopped_by", "created_at"]  # fmt: skip


class ReadAsSerializer(serializers.Serializer[Any]):
    """How a file is to be read; what is not said is proposed."""

    shape = serializers.ChoiceField(
        choices=[shape.label for shape in Shape], required=False, help_text="What its rows are."
    )
    layout = serializers.DictField(
        required=False, help_text="A mapping of its columns, or which export it is: docs/files.md."
    )
    sheet = serializers.CharField(required=False, allow_blank=True, max_length=100, help_text="Of a workbook.")


class ShownSerializer(serializers.Serializer[Any]):
    cells = serializers.DictField(help_text="By its column; of NDJSON the line, by nothing.")
    made = serializers.DictField(allow_null=True, help_text="The row as JSON, where one can be made of the cells.")
    verdict = VerdictSerializer(allow_null=True, help_text="What is wrong with it.")


class LookSerializer(serializers.Serializer[Any]):
    """What would become of a file."""

    shape = ShapeField()
    layout = serializers.DictField(allow_null=True, help_text="As said or as proposed: change it and say it back.")
    columns = serializers.ListField(child=serializers.CharField())
    problems = serializers.ListField(child=serializers.CharField(), help_text="Why it cannot be read so, in sentences.")
    unread = serializers.ListField(child=serializers.CharField(), help_text="Columns of which nothing is read.")
    sheets = serializers.ListField(child=serializers.CharField(), help_text="Of a workbook.")
    sheet = serializers.CharField(allow_blank=True, help_text="The one that was looked at; empty: the first.")
    rows = ShownSerializer(many=True, help_text="Up to 20, the first.")


class BatchSerializer(serializers.ModelSerializer[Delivery]):
    """One batch; of a file, one piece. `received` is always `accepted` + `duplicate` + `quarantined` + `erased`."""

    id = serializers.CharField(source="public_id", read_only=True)
    source = serializers.CharField(source="source.public_id", read_only=True)  # type: ignore[assignment]
    shape = ShapeField()
    file = serializers.CharField(
        source="file.public_id", read_only=True, default=None, allow_null=True, help_text="The import it is a piece of."
    )

    class Meta:
        model = Delivery
        fields = ["id", "source", "shape", "file", *Counted.NAMES, "created_at", "removed_at"]


class UsageSerializer(serializers.Serializer[Any]):
    """What came in within one hour, from one source, of one shape. The last four of its rows' counts add up to the
    first.
    """

    hour = serializers.DateTimeField(help_text="Its beginning, in UTC.")
    source = serializers.CharField(source="source__public_id")  # type: ignore[assignment]
    shape = ShapeField()
    batches = serializers.IntegerField(help_text="Of a file, its pieces.")
    received = serializers.IntegerField()
    accepted = serializers.IntegerField()
    duplicate = serializers.IntegerField()
    quarantined = serializers.IntegerField()
    erased = serializers.IntegerField()


class LandingSerializer(serializers.Serializer[Any]):
    """What became of every row: those named below are here already, set aside or dropped; all others were accepted."""

    batch = serializers.CharField()
    received = serializers.IntegerField()
    accepted = serializers.IntegerField()
    duplicate = serializers.IntegerField()
    quarantined = serializers.IntegerField()
    erased = serializers.IntegerField(help_text="Dropped: they name somebody whose data were erased.")
    duplicates = VerdictSerializer(many=True)
    quarantine = VerdictSerializer(many=True)
    dropped = VerdictSerializer(many=True)
    quarantine_url = serializers.CharField(help_text="Where the rows that were set aside can be read.")


class RejectionSerializer(serializers.ModelSerializer[Rejection]):
    id = serializers.CharField(source="public_id", read_only=True)
    batch = serializers.CharField(source="delivery.public_id", read_only=True)
    row = serializers.CharField(read_only=True, help_text="As it was sent; a file's as JSON.")

    class Meta:
        model = Rejection
        fields = ["id", "batch", "index", "code", "pointer", "detail", "row", "created_at"]


class TriedAgainSerializer(serializers.Serializer[Any]):
    job = serializers.CharField(help_text="`/v1/jobs/{job}` says how far it is.")
    rows = serializers.IntegerField(help_text="How many it tries.")


class FoundSerializer(serializers.ModelSerializer[Contact]):
    """One contact: somebody as one client knows them, by one identifier."""

    id = serializers.CharField(source="public_id", read_only=True)
    client = serializers.CharField(source="client.public_id", read_only=True)
    known_by = serializers.CharField(source="kind", read_only=True, help_text="external_id, handle, customer or email.")
    handle = serializers.CharField(read_only=True, help_text="A customer number or id where no handle is known.")

    class Meta:
        model = Contact
        fields = ["id", "client", "known_by", "platform", "handle", "name", "created_at"]


class PersonSerializer(serializers.Serializer[Any]):
    """One person: every contact that they are with one client, by the links that hold."""

    id = serializers.CharField(source="contact.public_id")
    client = serializers.CharField(source="contact.client.public_id")
    profiling = serializers.SerializerMethodField(help_text="`allowed` or `profiling_objected`.")
    objected_at = serializers.DateTimeField(source="contact.objected_at", allow_null=True)
    contacts = FoundSerializer(many=True, help_text="All of them are exported, objecting or erased together.")
    elsewhere = FoundSerializer(many=True, help_text="With other clients, by the same identifier: ask there, too.")

    @extend_schema_field(serializers.ChoiceField(choices=["allowed", "profiling_objected"]))
    def get_profiling(self, said: dict[str, Any]) -> str:
        return "profiling_objected" if said["contact"].objected_at else "allowed"


class ErasureSerializer(serializers.ModelSerializer[Erasure]):
    """The receipt of an erasure and, once it is finished, its certificate. It says nothing of whom."""

    id = serializers.CharField(source="public_id", read_only=True)
    client = serializers.CharField(source="client.public_id", read_only=True)
    state = serializers.ChoiceField(ErasureState.choices, read_only=True)
    job = serializers.CharField(source="job.public_id", read_only=True, help_text="Its children do the rest.")
    stopped_by = serializers.CharField(
        read_only=True, default=None, allow_null=True, help_text="The job that does not go on by itself."
    )
    waits_for = serializers.SerializerMethodField(
        help_text="Imports that came before and have not landed: begin them, or let go of them."
    )
    removed = serializers.DictField(
        child=serializers.IntegerField(), read_only=True, help_text="Table → rows that were deleted or emptied."
    )
    models = serializers.ListField(
        child=serializers.CharField(), source="learnt_by", read_only=True, help_text="That had learnt from the person."
    )

    class Meta:
        model = Erasure
        fields = ["id", "client", "state", "contacts", "removed", "models", "job", "stopped_by", "waits_for",
                  "created_at", "finished_at", "lifted_at"]  # fmt: skip

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_waits_for(self, erasure: Erasure) -> list[str]:
        files = selectors.files_waited_for(erasure)
        return [] if erasure.finished_at else list(files.values_list("public_id", flat=True))


class ExportSerializer(serializers.ModelSerializer[Export]):
    id = serializers.CharField(source="public_id", read_only=True)
    contact = serializers.CharField(source="contact.public_id", read_only=True)
    job = serializers.CharField(source="job.public_id", read_only=True)
    archive = serializers.SerializerMethodField(help_text="Where it can be fetched; null until it is made.")

    class Meta:
        model = Export
        fields = ["id", "contact", "archive", "job", "created_at", "finished_at", "expires_at"]

    @extend_schema_field(serializers.CharField(allow_null=True))
    def get_archive(self, export: Export) -> str | None:
        return reverse("archive", args=[export.public_id]) if export.finished_at else None
