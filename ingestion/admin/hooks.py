"""Webhooks in: addresses to enter at the platforms, and how much came by them."""

from typing import Any

import msgspec
from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextareaWidget

from ingestion import selectors
from ingestion.admin.fields import TokenField
from ingestion.formats.reading import FORMATS
from ingestion.formats.webhooks import declared
from ingestion.models import Hook, Sender
from ingestion.services import hooks
from tenants.admin.base import ServedModelAdmin
from tenants.admin.site import site

EXAMPLE = (
    '{"shape": "outcomes", "events": "/orders", "fields": {"id": {"at": "/number"}, "kind": {"constant": "purchase"}, '
    '"occurred_at": {"at": "/paid_at"}, "who.email": {"at": "/customer/email"}}}'
)


class HookForm(forms.ModelForm[Hook]):
    secret = forms.CharField(
        required=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text="What the sender signs with: Meta's app secret, X's API secret, the client secret of HubSpot's app. "
        "For others leave it empty, and give the program the one that is made. A new one may be entered later; the one "
        "before goes on to hold.",
    )
    access_token = TokenField(
        help_text="Of HubSpot only: the access token of the private app, with the scopes crm.objects.deals.read and "
        "crm.objects.contacts.read. HubSpot posts only that a deal changed; its worth and whose it is are asked "
        "for. A new one takes the place of the one before, and what waits for it is digested at once.",
    )
    mapping = forms.JSONField(
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 8, "spellcheck": "false"}),
        help_text=f"Of any other program: where the fields of a row stand in its JSON. For example {EXAMPLE}",
    )

    class Meta:
        model = Hook
        fields = ["source", "sender", "account", "mapping", "enabled"]

    def clean(self) -> Any:
        cleaned = super().clean() or {}
        sender = self.instance.sender or cleaned.get("sender")
        if sender != Sender.DECLARED and not self.instance.pk and not cleaned.get("secret"):
            self.add_error("secret", "Enter the secret with which the sender signs.")
        if sender == Sender.HUBSPOT and not self.instance.pk and not cleaned.get("access_token"):
            self.add_error("access_token", "Enter the token with which HubSpot is asked for its deals.")
        if sender != Sender.HUBSPOT and cleaned.get("access_token"):
            self.add_error("access_token", "Only HubSpot is asked; leave it empty.")
        if sender == Sender.DECLARED:
            for said in _problems(cleaned.get("mapping")):
                self.add_error("mapping", said)
        elif cleaned.get("mapping"):
            self.add_error("mapping", "This sender's events are known; leave it empty.")
        return cleaned


def _problems(mapping: Any) -> list[str]:
    try:
        found = msgspec.convert(mapping, declared.Mapping)
    except msgspec.ValidationError as wrong:
        return [f"Say where the fields stand: {wrong}."]
    if found.shape not in FORMATS:
        return [f"Rows are one of {', '.join(FORMATS)}."]
    return declared.problems(found, FORMATS[found.shape])


def _to_enter(hook: Hook) -> str:
    if hook.sender == Sender.META:
        return f"Verify token: {hooks.verify_token(hook)}"
    known = hooks.secrets_of(hook)
    if not known:
        return "Its secret was sealed with another SECRET_KEY: make the webhook anew."
    return f"Secret: {known[0]}" if hook.sender == Sender.DECLARED else "Nothing but the address"


@admin.register(Hook, site=site)
class HookAdmin(ServedModelAdmin):
    form = HookForm
    list_display = ["source", "sender", "account", "enabled", "bodies", "left_out", "last_at", "error"]
    list_filter = ["sender", "source"]
    list_select_related = ["source"]
    autocomplete_fields = ["source"]
    search_fields = ["source__name", "account", "public_id"]
    when_empty = "An address for a platform or program to post to as things happen. What it posts is digested by a job."
    facts = ["public_id", "source", "sender", "address", "to_enter", "bodies", "left_out", "last_at", "waiting",
             "error_code", "error"]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Hook]:
        return selectors.hooks()

    def get_fields(self, request: HttpRequest, obj: Hook | None = None) -> Any:
        if obj is None:
            return ["source", "sender", "account", "secret", "access_token", "mapping"]
        mapping = ["mapping"] if obj.sender == Sender.DECLARED else []
        secrets = ["secret", "access_token"] if obj.sender == Sender.HUBSPOT else ["secret"]
        return [*self.facts, "account", *mapping, "enabled", *(secrets if self._may(request, obj) else [])]

    def get_readonly_fields(self, request: HttpRequest, obj: Hook | None = None) -> list[str]:
        return self.facts if obj else []

    def _may(self, request: HttpRequest, hook: Hook) -> bool:
        return self.has_change_permission(request, hook)

    @admin.display(description="Address")
    def address(self, hook: Hook) -> str:
        return hook.shown_address  # type: ignore[attr-defined, no-any-return]

    @admin.display(description="Posts that wait")
    def waiting(self, hook: Hook) -> int:
        return hook.waiting.count()

    @admin.display(description="To enter at the sender")
    def to_enter(self, hook: Hook) -> str:
        return hook.shown_secret  # type: ignore[attr-defined, no-any-return]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Hook | None:
        hook: Hook | None = super().get_object(request, object_id, from_field)
        if hook is not None:
            hook.shown_address = request.build_absolute_uri(reverse("hook", args=[hook.token]))  # type: ignore[attr-defined]
            hook.shown_secret = _to_enter(hook) if self._may(request, hook) else "Owners and managers see it."  # type: ignore[attr-defined]
        return hook

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Hook:
        said = form.cleaned_data
        if change:
            return super().save_form(request, form, change)  # type: ignore[no-any-return]
        return hooks.make(
            said["source"],
            sender=said["sender"],
            secret=said["secret"],
            account=said["account"],
            mapping=said["mapping"],
            access_token=said["access_token"],
        )

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            if form.cleaned_data.get("access_token"):
                hooks.take_token(obj, form.cleaned_data["access_token"])
            obj.save(update_fields=["account", "mapping", "enabled"])
            if form.cleaned_data.get("secret"):
                hooks.renew(obj, form.cleaned_data["secret"])

    def has_delete_permission(self, request: HttpRequest, obj: Hook | None = None) -> bool:
        return False
