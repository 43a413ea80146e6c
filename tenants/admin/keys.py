"""API keys: issued and shown once, revoked, never deleted."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldBooleanSwitchWidget

from tenants.admin.base import ServedModelAdmin
from tenants.admin.site import site
from tenants.models import ApiKey, ApiScope
from tenants.services import keys


class IssueForm(forms.ModelForm[ApiKey]):
    scopes = forms.MultipleChoiceField(
        choices=ApiScope.choices, widget=UnfoldAdminCheckboxSelectMultipleWidget, initial=[ApiScope.READ]
    )

    class Meta:
        model = ApiKey
        fields = ["name", "scopes", "expires_at"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expires_at"].initial = timezone.now() + keys.LIFETIME

    def clean_expires_at(self) -> Any:
        expires_at = self.cleaned_data["expires_at"]
        if not timezone.now() < expires_at <= timezone.now() + keys.LONGEST_LIFETIME:
            raise forms.ValidationError("Choose a moment in the future, within five years.")
        return expires_at


class RevokeForm(forms.ModelForm[ApiKey]):
    revoke = forms.BooleanField(
        label="Revoke this key",
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text="From the next request on the key is refused. This cannot be undone; issue a new key instead.",
    )

    class Meta:
        model = ApiKey
        fields: list[str] = []


@admin.register(ApiKey, site=site)
class ApiKeyAdmin(ServedModelAdmin):
    list_display = ["name", "prefix", "scopes", "state", "expires_at", "last_used_at"]
    search_fields = ["name", "prefix"]
    when_empty = "Issue a key for each program that sends data or reads scores."
    facts = ["name", "prefix", "scopes", "state", "created_by", "created_at", "expires_at", "last_used_at"]

    def get_form(self, request: HttpRequest, obj: ApiKey | None = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change, form=RevokeForm if obj else IssueForm, **kwargs)

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:
        if obj is None:
            return ["name", "scopes", "expires_at"]
        revocable = obj.revoked_at is None and self.has_change_permission(request, obj)
        return [*self.facts, "revoke"] if revocable else self.facts

    def get_readonly_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> list[str]:
        return [] if obj is None else self.facts

    @admin.display(description="State")
    def state(self, key: ApiKey) -> str:
        if key.revoked_at is not None:
            return f"revoked on {key.revoked_at:%d %B %Y}"
        return "expired" if key.expires_at <= timezone.now() else "in force"

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> ApiKey:
        if change:
            return form.instance  # type: ignore[no-any-return]
        key, form.shown_once = keys.issue(created_by=request.user, **form.cleaned_data)  # type: ignore[arg-type]
        return key

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change and form.cleaned_data.get("revoke"):
            keys.revoke(obj)
        if not change:
            request.shown_once = form.shown_once  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None) -> HttpResponse:
        """Show the key in the answer itself: it is stored nowhere, neither in a message nor in the session."""
        context = {
            **self.admin_site.each_context(request),
            "title": "Copy the key now",
            "key": request.shown_once,  # type: ignore[attr-defined]
            "opts": self.opts,
            "issued": obj,
        }
        response = TemplateResponse(request, "admin/key_issued.html", context)
        response["Cache-Control"] = "no-store"
        return response

    def has_delete_permission(self, request: HttpRequest, obj: ApiKey | None = None) -> bool:
        return False
