"""Sources and their policy."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminURLInputWidget

from ingestion.models import Source
from tenants.admin.base import AgencyModelAdmin
from tenants.admin.site import site


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
    when_empty = "A source is where a client's rows come from: a shop, a CRM, an export. Batches name one."
    fieldsets = [
        (None, {"fields": ["client", "name", "kind", "platform"]}),
        (
            "What may be done with its rows",
            {
                "fields": ["may_train", "legal_basis", "may_match", "retention_days", "terms_url", "checked_at"],
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

    # Batches name it for good.
    def has_delete_permission(self, request: HttpRequest, obj: Source | None = None) -> bool:
        return False
