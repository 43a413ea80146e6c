"""Rows that were set aside: read, mended, tried again or given up."""

import json
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from unfold.widgets import UnfoldAdminTextareaWidget

from ingestion import selectors
from ingestion.errors import ERASED
from ingestion.formats.reading import Verdict
from ingestion.formats.texts import TURNING
from ingestion.models import Rejection
from ingestion.services import quarantine
from tenants.admin.base import ServedModelAdmin
from tenants.admin.site import site

# Rows set aside, of one batch and of one file.
LOOKUPS = {"delivery__id__exact", "delivery__file__id__exact"}


class MendForm(forms.ModelForm[Rejection]):
    row = forms.CharField(
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 12, "spellcheck": "false", "class": "font-mono"}),
        help_text="As it was sent; a file's as JSON, with a text for each column. Mend what is wrong and save: the row "
        "is tried again, and is gone from here once it can be used.",
    )

    class Meta:
        model = Rejection
        fields = ["row"]

    def __init__(self, *args: Any, **more: Any) -> None:
        """Show what turns or hides writing as JSON spells it out: whoever saves the row sends what was sent."""
        super().__init__(*args, **more)
        if self.instance.pk:
            self.initial["row"] = TURNING.sub(lambda found: json.dumps(found[0])[1:-1], self.instance.row)


@admin.register(Rejection, site=site)
class RejectionAdmin(ServedModelAdmin):
    list_display = ["place_in_batch", "delivery", "code", "pointer", "in_short", "source", "created_at"]
    list_filter = ["code", "delivery__source__client", "delivery__source"]
    search_fields = ["code", "detail", "delivery__public_id"]
    when_empty = "Nothing is set aside: every row that came in could be used, or was here before."
    actions = ["try_again", "give_up"]
    form = MendForm
    facts = ["public_id", "delivery", "index", "code", "pointer", "detail"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Rejection]:
        return selectors.rejections().select_related("delivery__source").defer("row")  # long; read where it is shown

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup in LOOKUPS or super().lookup_allowed(lookup, value, request)

    def get_fields(self, request: HttpRequest, obj: Rejection | None = None) -> Any:
        return [*self.facts, "row", "created_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: Rejection | None = None) -> list[str]:
        return [*self.facts, "created_at"]

    @admin.display(description="Row", ordering="index")
    def place_in_batch(self, rejection: Rejection) -> str:
        return str(rejection)

    @admin.display(description="What is wrong", ordering="detail")
    def in_short(self, rejection: Rejection) -> str:
        """The first sentence; the page has the others, which may list all that would have been right."""
        return rejection.detail.partition(". ")[0]

    @admin.display(description="Source")
    def source(self, rejection: Rejection) -> Any:
        return rejection.delivery.source

    @admin.action(description="Try again", permissions=["change"])
    def try_again(self, request: HttpRequest, chosen: QuerySet[Rejection]) -> None:
        job = quarantine.try_again(Rejection.objects.filter(pk__in=chosen.values("pk")))
        rows = job.args["rows"]
        messages.success(
            request,
            f"{rows:,} {'row is' if rows == 1 else 'rows are'} tried again (Agency → Jobs says how far it is). What "
            "can be used is gone from here then.",
        )

    @admin.action(description="Give up: nobody will mend them", permissions=["change"])
    def give_up(self, request: HttpRequest, chosen: QuerySet[Rejection]) -> None:
        count = quarantine.give_up(Rejection.objects.filter(pk__in=chosen.values("pk")))
        messages.success(
            request, f"{count:,} {'row is' if count == 1 else 'rows are'} given up. Their batches still count them."
        )

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Rejection:
        form.left = quarantine.mend(form.instance, form.cleaned_data["row"])
        request.left = form.left  # type: ignore[attr-defined]
        return form.instance  # type: ignore[no-any-return]

    def response_change(self, request: HttpRequest, obj: Rejection) -> HttpResponse:
        left: Verdict | None = request.left  # type: ignore[attr-defined]
        if left is None:
            messages.success(request, f"{obj} can be used now, or was here before.")
            return HttpResponseRedirect(reverse("admin:ingestion_rejection_changelist"))
        if left.code in ERASED:
            messages.warning(request, f"{obj}: {left.detail}")
            return HttpResponseRedirect(reverse("admin:ingestion_rejection_changelist"))
        messages.error(request, f"Still set aside ({left.code} {left.pointer}): {left.detail}")
        return HttpResponseRedirect(request.path)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Rejection | None = None) -> bool:
        return False
