"""Sources and their policy."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db import models
from django.http import HttpRequest
from unfold.admin import TabularInline
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminURLInputWidget

from ingestion.formats.ladder import KINDS
from ingestion.models import KindMapping, Source
from ingestion.models.ladder import TAKEN
from ingestion.services import retention
from tenants.admin.base import AgencyModelAdmin
from tenants.admin.site import site


class KindMappingForm(forms.ModelForm[KindMapping]):
    kind = forms.ChoiceField(
        label="is a",
        required=False,
        choices=[("", "—"), *((name, name.replace("_", " ")) for name in KINDS)],
        widget=UnfoldAdminSelectWidget,
        help_text=KindMapping._meta.get_field("kind").help_text,
    )

    class Meta:
        model = KindMapping
        fields = ["word", "kind", "rung"]

    def clean_word(self) -> str:
        word: str = self.cleaned_data["word"].strip()
        if word.casefold() in KINDS:
            raise forms.ValidationError("This kind is known here already, and keeps its meaning.")
        return word


class KindMappingFormSet(PaginationInlineFormSet):
    """Two new ones of the same word are a sentence: neither is in the database yet, where one would meet the other."""

    def clean(self) -> None:
        super().clean()
        seen = set()
        for form in self.forms:
            word = form.cleaned_data.get("word", "").casefold() if form.is_valid() else ""
            if word and word in seen:
                form.add_error("word", TAKEN)
            seen.add(word)


class KindMappingInline(TabularInline):
    """What the source means by its own words for acts."""

    model = KindMapping
    form = KindMappingForm
    formset = KindMappingFormSet
    extra = 0
    fields = ["word", "kind", "rung"]
    verbose_name = "word for an act"
    verbose_name_plural = "its own words for acts: afterwards, try again what was set aside (Rows set aside)"
    tab = False


@admin.register(Source, site=site)
class SourceAdmin(AgencyModelAdmin):
    list_display = ["name", "client", "kind", "platform", "may_train", "may_match", "public_id"]
    list_filter = ["client", "kind"]
    list_select_related = ["client"]
    search_fields = ["name", "client__name"]
    autocomplete_fields = ["client"]
    formfield_overrides = {  # type: ignore[misc, assignment]
        models.URLField: {"assume_scheme": "https", "widget": UnfoldAdminURLInputWidget}
    }
    inlines = [KindMappingInline]
    when_empty = "A source is where a client's rows come from: a shop, a CRM, an export. Batches name one."
    fieldsets = [
        (None, {"fields": ["client", "name", "kind", "platform"]}),
        (
            "What may be done with its rows",
            {
                "fields": [
                    "may_train",
                    "legal_basis",
                    "may_match",
                    "retention_days",
                    "keeps_texts",
                    "terms_url",
                    "checked_at",
                ],
                "description": "Conservative unless you say otherwise. What is not allowed is left out, and counted.",
            },
        ),
        (
            "When its rows are known",
            {
                "fields": ["known_at_basis", "known_after_days"],
                "description": "A model may learn only from what could have been known at the time.",
            },
        ),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Source | None = None) -> list[str]:
        """Rows stand under this client, kind and platform already; another one is another source."""
        return ["public_id", "client", "kind", "platform"] if obj else []

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        first, *rest = self.fieldsets
        fields = ["public_id", *first[1]["fields"]] if obj else first[1]["fields"]
        return [(None, {"fields": fields}), *rest]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "retention_days" in form.changed_data and obj.retention_days:
            batches = retention.due(obj, obj.retention_days)
            if batches:
                messages.warning(
                    request,
                    f"The rows of {len(batches)} batches are older than that: {sum(it.accepted for it in batches):,} "
                    "were accepted. They are removed for good at the next run, at 1:00 or 13:00 by the agency's clock. "
                    "To keep them, allow more days before that.",
                )

    # Batches name it for good.
    def has_delete_permission(self, request: HttpRequest, obj: Source | None = None) -> bool:
        return False
