"""People seen engaging with clients."""

from django.contrib import admin

from ingestion.models import Contact
from tenants.admin.base import RecordAdmin
from tenants.admin.site import site


@admin.register(Contact, site=site)
class ContactAdmin(RecordAdmin):
    list_display = ["__str__", "name", "platform", "kind", "client", "created_at"]
    list_filter = ["client", "platform", "kind"]
    list_select_related = ["client"]
    search_fields = ["handle", "name", "public_id"]
    when_empty = "Whoever is named in a row that comes in will stand here."
    facts = ["public_id", "client", "handle", "name", "platform", "kind", "created_at"]
