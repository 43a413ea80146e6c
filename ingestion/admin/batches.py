"""What was received and what became of it: to be looked at, row by row where something is wrong."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from ingestion import selectors
from ingestion.models import Counted, Delivery, FileImport
from tenants.admin.base import RecordAdmin
from tenants.admin.site import site


def way_to_rejections(counted: FileImport | Delivery) -> str:
    if not counted.quarantined:
        return "none"
    lookup = "delivery__id__exact" if isinstance(counted, Delivery) else "delivery__file__id__exact"
    address = reverse("admin:ingestion_rejection_changelist")
    return format_html('<a class="underline" href="{}?{}={}">Read them</a>', address, lookup, counted.pk)


@admin.register(Delivery, site=site)
class DeliveryAdmin(RecordAdmin):
    list_display = ["public_id", "source", "shape", "file", *Counted.NAMES, "created_at"]
    list_filter = ["shape", "source"]
    search_fields = ["public_id"]
    when_empty = "Every batch that is sent, and every piece of a file, will stand here with what became of its rows."
    facts = ["public_id", "source", "shape", "file", *Counted.NAMES, "rows_set_aside", "created_at", "removed_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        return selectors.deliveries()

    @admin.display(description="Rows set aside")
    def rows_set_aside(self, delivery: Delivery) -> str:
        return way_to_rejections(delivery)
