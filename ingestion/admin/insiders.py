"""Staff, partners and family, whose engagement is left out."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from ingestion import selectors
from ingestion.admin.contacts import listed
from ingestion.errors import CannotEnter
from ingestion.models import Insider
from ingestion.services import insiders
from tenants.admin.base import EnteredOnceAdmin
from tenants.admin.site import site


class InsiderForm(forms.ModelForm[Insider]):
    class Meta:
        model = Insider
        fields = ["client", "platform", "handle", "why"]

    def clean(self) -> Any:
        said = super().clean() or {}
        if not self.errors and said:
            try:
                insiders.check(said["client"], platform=said["platform"], handle=said["handle"])
            except CannotEnter as declined:
                self.add_error("handle", str(declined))
        return said


@admin.register(Insider, site=site)
class InsiderAdmin(EnteredOnceAdmin):
    form = InsiderForm
    list_display = ["handle", "platform", "client", "why", "since", "entered_by", "state"]
    list_filter = ["client", "why"]
    list_select_related = ["client", "entered_by"]
    search_fields = ["handle", "public_id"]
    autocomplete_fields = ["client"]
    when_empty = (
        "Whoever works for a brand likes what it does, and says nothing of its customers. Enter their handles, and "
        "they are neither learnt from nor scored, from the next run on."
    )
    actions = ["end"]
    facts = ["public_id", "client", "platform", "handle", "why", "since", "entered_by", "state", "ended_by", "ended_at",
             "seen_as"]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Insider]:
        return selectors.insiders()

    def get_fields(self, request: HttpRequest, obj: Insider | None = None) -> Any:
        return self.facts if obj else ["client", "platform", "handle", "why"]

    def get_readonly_fields(self, request: HttpRequest, obj: Insider | None = None) -> list[str]:
        return self.facts if obj else []

    @admin.display(description="Since", ordering="created_at")
    def since(self, insider: Insider) -> Any:
        return insider.created_at

    @admin.display(description="State")
    def state(self, insider: Insider) -> str:
        return "ended" if insider.ended_at else "left out"

    @admin.display(description="Seen as")
    def seen_as(self, insider: Insider) -> str:
        return listed(selectors.known_by([insider])) or "nobody yet"

    @admin.action(description="End: score them again", permissions=["change"])
    def end(self, request: HttpRequest, chosen: QuerySet[Insider]) -> None:
        user: Any = request.user
        ended = 0
        for insider in chosen:
            try:
                insiders.end(insider, by=user)
            except CannotEnter as declined:
                messages.warning(request, f"{insider.handle}: {declined}")
            else:
                self.log_change(request, insider, "Ended.")
                ended += 1
        if ended:
            handles = "1 handle" if ended == 1 else f"{ended} handles"
            messages.success(request, f"{handles} ended. They are scored again from the next run on.")

    def entered(self, request: HttpRequest, said: dict[str, Any]) -> Insider:
        user: Any = request.user
        return insiders.enter(
            said["client"], platform=said["platform"], handle=said["handle"], why=said["why"], by=user
        )
