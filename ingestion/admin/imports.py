"""Files: handed over, looked at, read, and watched while they land."""

from collections.abc import Callable
from typing import IO, Any
from zoneinfo import available_timezones

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminFileFieldWidget

from ingestion import selectors
from ingestion.admin.batches import way_to_rejections
from ingestion.admin.reading import ReadForm
from ingestion.errors import ExpandedTooLarge, FileRefused, ImportBegun, LayoutRefused, UnknownImport
from ingestion.formats import layout, opening
from ingestion.formats.presets import PRESETS
from ingestion.models import Counted, FileImport, FileState, Shape
from ingestion.services import files, layouts, leftovers
from ingestion.services.layouts import Look
from tenants.admin.base import ServedModelAdmin
from tenants.admin.site import site

COUNTING = {FileState.READING, FileState.LANDING}


class HandOverForm(forms.ModelForm[FileImport]):
    file = forms.FileField(
        widget=UnfoldAdminFileFieldWidget,
        help_text="CSV as any program writes it, a workbook (.xlsx), JSON with one row a line, or what a platform "
        "exports. The next page shows its first rows; nothing is imported before you have seen them.",
    )
    # The last of the form: where it is missing, the connection ended before the whole file was here.
    whole = forms.BooleanField(widget=forms.HiddenInput, initial=True, required=False)

    class Meta:
        model = FileImport
        fields = ["source"]

    def clean_file(self) -> UploadedFile[bytes]:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        try:
            opening.kind_of(file.read(4096))
        except FileRefused as refused:
            raise forms.ValidationError(str(refused)) from refused
        file.seek(0)
        return file

    def clean_whole(self) -> bool:
        if not self.cleaned_data["whole"]:
            raise forms.ValidationError("The connection ended before the whole file was here. Send it again.")
        return True


@admin.register(FileImport, site=site)
class FileImportAdmin(ServedModelAdmin):
    list_display = ["name", "source", "rows_are", "how_far", "rows", *Counted.NAMES, "created_at"]
    list_filter = ["shape", "source"]
    search_fields = ["name", "public_id"]
    when_empty = "Files that were handed over will stand here, each with how far it is. “Add import” hands one over."
    form = HandOverForm
    change_form_before_template = "admin/import_progress.html"  # type: ignore[assignment]
    facts = ["public_id", "name", "source", "kind", "sheet", "size", "columns", "layout", "job", "created_at"]

    class Media:
        js = ("earnest/progress.js",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[FileImport]:
        return selectors.imports()

    def get_fields(self, request: HttpRequest, obj: FileImport | None = None) -> Any:
        return self.facts if obj else ["source", "file", "whole"]

    def get_readonly_fields(self, request: HttpRequest, obj: FileImport | None = None) -> list[str]:
        return self.facts if obj else []

    def has_change_permission(self, request: HttpRequest, obj: FileImport | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: FileImport | None = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        own = [
            path("<int:pk>/read/", self.admin_site.admin_view(self.read), name="ingestion_fileimport_read"),
            path("<int:pk>/set-aside/", self.admin_site.admin_view(self.set_aside), name="ingestion_fileimport_aside"),
            path("<int:pk>/verdicts/", self.admin_site.admin_view(self.verdicts), name="ingestion_fileimport_verdicts"),
        ]
        return [*own, *super().get_urls()]

    @admin.display(description="Rows are", ordering="shape")
    def rows_are(self, file: FileImport) -> str:
        return file.get_shape_display() if file.shape is not None else "not said yet"

    @admin.display(description="Progress")
    def how_far(self, file: FileImport) -> str:
        return f"{file.progress} %" if file.state in COUNTING | {FileState.DONE} else file.state.label

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> FileImport:
        upload: UploadedFile[bytes] = form.cleaned_data["file"]
        source = form.cleaned_data["source"]
        return files.take_in(upload.chunks(), name=upload.name or "without a name", source_id=source.public_id)

    def response_add(self, request: HttpRequest, obj: FileImport, post_url_continue: str | None = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:ingestion_fileimport_read", args=[obj.pk]))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """A file that waits is asked about; of one that was begun the page says how far it is."""
        file = self.get_queryset(request).filter(pk=object_id).first() if object_id else None
        if file is not None and not file.has_begun and self.has_add_permission(request):
            return HttpResponseRedirect(reverse("admin:ingestion_fileimport_read", args=[file.pk]))
        context = {
            "import": file,
            "counting": COUNTING,
            "rejections": file and way_to_rejections(file),
            "show_save_and_continue": False,
            "show_save_and_add_another": False,
        }
        return super().changeform_view(request, object_id, form_url, {**(extra_context or {}), **context})

    def read(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask how a file is read, show its first rows, and begin."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        file = get_object_or_404(self.get_queryset(request), pk=pk)
        try:
            return self._read(request, file)
        except ImportBegun:
            return HttpResponseRedirect(reverse("admin:ingestion_fileimport_change", args=[file.pk]))
        except UnknownImport as gone:
            messages.error(request, str(gone))
            return HttpResponseRedirect(reverse("admin:ingestion_fileimport_changelist"))

    def _read(self, request: HttpRequest, file: FileImport) -> HttpResponse:
        if "drop" in request.POST:
            files.drop(file)
            messages.success(request, f"{file.name} is let go; nothing of it was imported.")
            return HttpResponseRedirect(reverse("admin:ingestion_fileimport_changelist"))
        context: dict[str, Any] = {"refused": "", "form": None, "look": None}
        try:
            form, found = self._asked(request, file)
            context |= {"form": form, "look": found, "table": _table(found)}
            if "begin" in request.POST and form.is_bound and form.is_valid():
                layouts.begin(file, shape=found.shape, said=found.layout, sheet=found.sheet)
                return HttpResponseRedirect(reverse("admin:ingestion_fileimport_change", args=[file.pk]))
        except LayoutRefused:
            messages.error(request, "It cannot be read so yet; what is in the way stands above the rows.")
        except (FileRefused, ExpandedTooLarge) as refused:
            context["refused"] = str(refused)
        title = {"title": f"How {file.name} is read", "import": file, "opts": self.opts}
        zones = {"zones": sorted(available_timezones())}
        return TemplateResponse(
            request, "admin/read_file.html", {**self.admin_site.each_context(request), **title, **zones, **context}
        )

    def _asked(self, request: HttpRequest, file: FileImport) -> tuple[ReadForm, Look]:
        """Return the form, filled in as sent or as proposed, and what becomes of the first rows by it."""
        sheet, rows = request.POST.get("sheet", ""), request.POST.get("rows", "")
        shape = next((it for it in Shape if it.label == rows), None)
        export = layout.Export(preset=rows) if rows in PRESETS else None
        proposed = layouts.look(file, shape=shape, said=export, sheet=sheet)
        if rows and request.POST.get("was") == rows:
            form = ReadForm(request.POST, file=file, look=proposed)
            if form.is_valid():
                proposed = layouts.look(file, shape=shape, said=form.said(), sheet=sheet)
            return form, proposed
        if proposed.layout is not None and not proposed.layout.zone:  # the page proposes the agency's
            said = layout.answered(proposed.layout, {"zone": timezone.get_current_timezone_name()})
            proposed = layouts.look(file, shape=proposed.shape, said=said, sheet=sheet)
        return ReadForm(file=file, look=proposed), proposed

    def set_aside(self, request: HttpRequest, pk: int) -> FileResponse:
        """Download the rows of a file that are set aside."""
        return self._downloaded(request, pk, leftovers.of_file)

    def verdicts(self, request: HttpRequest, pk: int) -> FileResponse:
        """Download which rows of a file were here before, are set aside or were dropped."""
        return self._downloaded(request, pk, leftovers.verdicts_of)

    def _downloaded(
        self, request: HttpRequest, pk: int, made: Callable[[FileImport], tuple[str, IO[bytes]]]
    ) -> FileResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        name, content = made(get_object_or_404(self.get_queryset(request), pk=pk))
        return FileResponse(content, as_attachment=True, filename=name)


def _table(found: Look) -> list[tuple[int, str, list[tuple[str, str]]]]:
    """Return the first rows for the page: number, what is wrong, and what each says by its field."""
    shown = []
    for number, row in enumerate(found.rows, 1):
        wrong = f"{row.verdict.pointer} {row.verdict.detail}".strip() if row.verdict else ""
        says = _flat(row.made) if row.made is not None else list(row.cells.items())
        shown.append((number, wrong, says))
    return shown


def _flat(made: dict[str, Any], outer: str = "") -> list[tuple[str, str]]:
    found = []
    for name, value in made.items():
        found += _flat(value, f"{outer}{name}.") if isinstance(value, dict) else [(f"{outer}{name}", str(value))]
    return found
