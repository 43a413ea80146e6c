"""Clients and their channels."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from unfold.admin import TabularInline
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminTextInputWidget

from tenants.admin.base import AgencyModelAdmin, AsksForChoices
from tenants.admin.site import site
from tenants.models import Channel, ChannelRole, Client
from tenants.models.channel import TAKEN
from tenants.models.client import language, region


class ChannelForm(forms.ModelForm[Channel]):
    """Counts, findings and warnings stand under a channel's client and platform: another one is another channel."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in {"client", "platform"} & self.fields.keys():
                self.fields[name].disabled = True
                self.fields[name].help_text = "It stays: another one is another channel."


class ChannelFormSet(PaginationInlineFormSet):
    """Two new ones of the same name are a sentence: neither is in the database yet, where one would meet the other."""

    def clean(self) -> None:
        super().clean()
        seen = set()
        for form in self.forms:
            handle = form.cleaned_data.get("handle") if form.is_valid() else None
            if handle:
                channel = (form.cleaned_data["platform"], form.instance.handle.lower())
                if channel in seen:
                    form.add_error("handle", TAKEN)
                seen.add(channel)


class ChannelInline(AsksForChoices, TabularInline):  # type: ignore[misc]
    model = Channel
    form = ChannelForm
    formset = ChannelFormSet
    fields = ["platform", "handle", "role"]
    extra = 0
    can_delete = False
    verbose_name_plural = "Channels"


class ClientForm(forms.ModelForm[Client]):
    """Takes codes in any case, and names the one that is none."""

    class Meta:
        model = Client
        fields = ["name", "audience_languages", "audience_regions", "audience_interests"]
        widgets = dict.fromkeys(fields[1:], UnfoldAdminTextInputWidget)

    def clean_audience_languages(self) -> list[str]:
        return _codes(self.cleaned_data["audience_languages"], spelled=str.lower, validator=language)

    def clean_audience_regions(self) -> list[str]:
        return _codes(self.cleaned_data["audience_regions"], spelled=str.upper, validator=region)


def _codes(typed: list[str], *, spelled: Callable[[str], str], validator: RegexValidator) -> list[str]:
    codes = list(dict.fromkeys(spelled(word.strip()) for word in typed))
    for code in codes:
        try:
            validator(code)
        except ValidationError as wrong:
            raise ValidationError(f"“{code}” is no such code. {validator.message}") from wrong
    return codes


@admin.register(Client, site=site)
class ClientAdmin(AgencyModelAdmin):
    form = ClientForm
    list_display = ["name", "audience", "channel_count", "created_at"]
    search_fields = ["name"]
    ordering = ["name"]  # counting the channels drops the model's own
    inlines = [ChannelInline]
    when_empty = "Clients are the brands you look after; everything else hangs from them."
    fieldsets = [
        (None, {"fields": ["name"]}),
        (
            "Declared audience",
            {
                "fields": ["audience_languages", "audience_regions", "audience_interests"],
                "description": "Whom this brand is for: true engagement speaks to a relevant audience. It is kept for "
                "the day when relevance is measured; nothing depends on it yet.",
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Client]:
        queryset: QuerySet[Client] = super().get_queryset(request)
        return queryset.annotate(channel_total=Count("channels"))

    @admin.display(description="Declared audience")
    def audience(self, client: Client) -> str:
        declared = [*client.audience_languages, *client.audience_regions, *client.audience_interests]
        return ", ".join(declared) or "not declared"

    @admin.display(description="Channels", ordering="channel_total")
    def channel_count(self, client: Client) -> int:
        return int(client.channel_total)  # type: ignore[attr-defined]

    # Everything about a client hangs from it: removing one is a job with a preview, never a cascade from a page.
    def has_delete_permission(self, request: HttpRequest, obj: Client | None = None) -> bool:
        return False


@admin.register(Channel, site=site)
class ChannelAdmin(AgencyModelAdmin):
    form = ChannelForm
    list_display = ["handle", "platform", "shown_role", "client"]
    list_filter = ["platform", "role", "client"]
    list_select_related = ["client"]
    search_fields = ["handle", "client__name"]
    autocomplete_fields = ["client"]
    when_empty = "Channels are the accounts of your clients, and of creators you consider hiring for them."
    fields = ["client", "platform", "handle", "role"]

    @admin.display(description="Role", ordering="role")
    def shown_role(self, channel: Channel) -> str:
        is_prospect = channel.role == ChannelRole.PROSPECT
        return "Prospect: checked; acts on it count in no score" if is_prospect else channel.get_role_display()
