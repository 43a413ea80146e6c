"""The register of what software does in a client's name."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from ingestion import selectors
from ingestion.models import Automation
from tenants.admin.base import AgencyModelAdmin
from tenants.admin.site import site


class AutomationForm(forms.ModelForm[Automation]):
    def clean(self) -> Any:
        said = super().clean() or {}
        channel = said.get("channel")
        if channel and channel.client_id != getattr(said.get("client"), "pk", self.instance.client_id):
            self.add_error("channel", "Choose a channel of this client.")
        return said


@admin.register(Automation, site=site)
class AutomationAdmin(AgencyModelAdmin):
    form = AutomationForm
    list_display = ["what", "client", "channel", "disclosed", "accountable", "starts_at", "ends_at"]
    list_filter = ["client", "disclosed"]
    search_fields = ["what", "accountable", "public_id"]
    autocomplete_fields = ["client", "channel"]
    when_empty = (
        "What software does in a client's name: replies, welcome messages, scheduled posts. Say whether people are "
        "told, and who answers for it. Software that is declared is honest: the checks of the "
        "brand's own automation leave out what people are told of. No score looks at the register."
    )
    fieldsets = [
        (None, {"fields": ["client", "channel", "what", "accountable"]}),
        ("Are people told?", {"fields": ["disclosed", "disclosed_where"]}),
        ("When", {"fields": ["starts_at", "ends_at"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Automation]:
        return selectors.automations()

    def get_readonly_fields(self, request: HttpRequest, obj: Automation | None = None) -> list[str]:
        return ["client"] if obj else []
