"""What was removed because it may not be kept any longer, and whether in time."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join

from ingestion import selectors
from ingestion.models import Removal
from tenants.admin.base import RecordAdmin
from tenants.admin.site import site


@admin.register(Removal, site=site)
class RemovalAdmin(RecordAdmin):
    list_display = ["created_at", "source", "why", "rows", "due_at", "in_time"]
    list_display_links = ["created_at"]
    list_filter = ["why", "source"]
    search_fields = ["source__name"]
    when_empty = (
        "Rows are removed once they have been kept for as long as their source allows, and acts that a platform says "
        "were deleted within a day. What was removed will stand here."
    )
    facts = ["created_at", "source", "why", "removed_rows", "due_at", "in_time", "job"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Removal]:
        return selectors.removals()

    @admin.display(description="In time", boolean=True)
    def in_time(self, removal: Removal) -> bool:
        return removal.is_in_time

    @admin.display(description="Rows removed")
    def rows(self, removal: Removal) -> int:
        return removal.rows

    @admin.display(description="Rows removed")
    def removed_rows(self, removal: Removal) -> str:
        return format_html("<ul>{}</ul>", format_html_join("", "<li>{}: {}</li>", sorted(removal.removed.items())))
