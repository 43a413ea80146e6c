"""Calls, letters and meetings, logged by hand in three fields."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from ingestion import selectors
from ingestion.errors import CannotEnter
from ingestion.models import LoggedAct
from ingestion.services import logged
from tenants.admin.base import EnteredOnceAdmin
from tenants.admin.site import site
from tenants.services import clock


class LoggedActForm(forms.ModelForm[LoggedAct]):
    class Meta:
        model = LoggedAct
        fields = ["contact", "what", "occurred_at"]
        help_texts = {
            "contact": "Type a handle, name, address or customer number. Somebody who was not seen yet: add them "
            "first, by the dots beside, or under Contacts.",
            "what": "A call, meeting or event in which both took part, and a letter from them, count; what only we did "
            "is kept, and does not count by itself.",
            "occurred_at": "By your agency's clock. The minute is enough; the day, where nobody knows it better.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "occurred_at" in self.fields:
            _, time = self.fields["occurred_at"].widget.widgets
            time.format = "%H:%M"  # nobody logs seconds

    def clean(self) -> Any:
        said = super().clean() or {}
        if not self.errors and said:
            try:
                logged.check(**said)
            except CannotEnter as declined:
                self.add_error("occurred_at", str(declined))
        return said


@admin.register(LoggedAct, site=site)
class LoggedActAdmin(EnteredOnceAdmin):
    form = LoggedActForm
    list_display = ["shown_contact", "what", "occurred_at", "logged_by", "client", "state"]
    list_filter = ["client", "what"]
    list_select_related = ["contact", "client", "logged_by"]
    search_fields = ["contact__handle", "contact__name", "public_id"]
    autocomplete_fields = ["contact"]
    when_empty = (
        "Calls, letters and meetings that no program knows of: say with whom, what and when. They say more than any "
        "number of likes."
    )
    actions = ["take_back", "put_back"]
    facts = ["public_id", "with_whom", "client", "what", "occurred_at", "logged_by", "created_at", "batch", "state",
             "taken_back_by", "taken_back_at"]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[LoggedAct]:
        return selectors.logged_acts()

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        chosen = request.GET.get("contact", "")
        return {"occurred_at": clock.now(), "contact": chosen if chosen.isdecimal() else None}

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **more: Any) -> Any:
        if db_field.name == "contact":
            more["queryset"] = selectors.contacts()
        return super().formfield_for_foreignkey(db_field, request, **more)

    def get_fields(self, request: HttpRequest, obj: LoggedAct | None = None) -> Any:
        return self.facts if obj else ["contact", "what", "occurred_at"]

    def get_readonly_fields(self, request: HttpRequest, obj: LoggedAct | None = None) -> list[str]:
        return self.facts if obj else []

    @admin.display(description="With whom", ordering="contact__handle")
    def shown_contact(self, act: LoggedAct) -> str:
        return str(act.contact)

    @admin.display(description="With whom")
    def with_whom(self, act: LoggedAct) -> str:
        return _link("contact", act.contact_id, act.contact.called)

    @admin.display(description="Batch")
    def batch(self, act: LoggedAct) -> str:
        return _link("delivery", act.delivery_id, act.delivery)

    @admin.display(description="State")
    def state(self, act: LoggedAct) -> str:
        return "taken back" if act.taken_back_at else "counted"

    @admin.action(description="Take back: it was not so", permissions=["change"])
    def take_back(self, request: HttpRequest, chosen: QuerySet[LoggedAct]) -> None:
        user: Any = request.user
        self._each(request, chosen, lambda act: logged.take_back(act, by=user), "taken back")

    @admin.action(description="Put back what was taken back", permissions=["change"])
    def put_back(self, request: HttpRequest, chosen: QuerySet[LoggedAct]) -> None:
        self._each(request, chosen, logged.put_back, "put back")

    def _each(self, request: HttpRequest, chosen: QuerySet[LoggedAct], do: Any, done: str) -> None:
        changed = 0
        for act in chosen:
            try:
                do(act)
            except CannotEnter as declined:
                messages.warning(request, f"{act.contact}, {act}: {declined}")
            else:
                self.log_change(request, act, f"{done.capitalize()}.")
                changed += 1
        if changed:
            entries = "1 entry" if changed == 1 else f"{changed} entries"
            messages.success(request, f"{entries} {done}. Scores know of it from the next run on.")

    def entered(self, request: HttpRequest, said: dict[str, Any]) -> LoggedAct:
        user: Any = request.user
        return logged.log(**said, by=user)


def _link(page: str, pk: Any, text: object) -> str:
    address = reverse(f"admin:ingestion_{page}_change", args=[pk])
    return format_html('<a class="text-primary-600 dark:text-primary-500" href="{}">{}</a>', address, text)
