"""What a client had done to be seen: campaigns, and vendors of attention. Entered here, or sent over the API."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from ingestion import selectors
from ingestion.formats.ladder import DEEDS
from ingestion.formats.money import amount
from ingestion.formats.refusal import RowRefused
from ingestion.models import Campaign, CampaignKind, Vendor
from tenants.admin.base import AgencyModelAdmin
from tenants.admin.site import site


class MoneyForm(forms.ModelForm[Any]):
    """Amounts come with a currency, and a window ends after it starts."""

    amounts: tuple[str, ...] = ()

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).strip().upper()

    def clean(self) -> Any:
        cleaned = super().clean() or {}
        for name in self.amounts:
            try:
                amount(cleaned.get(name), cleaned.get("currency") or None, f"/{name}")
            except RowRefused as wrong:
                field = wrong.pointer.removeprefix("/")
                if field not in self.errors:  # two amounts may lack the same currency
                    self.add_error(field, wrong.detail)
        starts_at, ends_at = cleaned.get("starts_at"), cleaned.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", "It ends after it starts.")
        return cleaned


class CampaignForm(MoneyForm):
    amounts = ("donation", "promotion")
    entry_kinds = forms.MultipleChoiceField(
        label="People enter by",
        required=False,
        choices=[(name, name.replace("_", " ")) for name in DEEDS],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="In its window, what people do of this kind is the price of taking part.",
    )

    class Meta:
        model = Campaign
        fields = ["client", "kind", "name", "starts_at", "ends_at", "posts", "entry_kinds", "donation", "promotion",
                  "currency"]  # fmt: skip
        widgets = {"posts": UnfoldAdminTextInputWidget}
        help_texts = {
            "posts": "Its posts, by the ids that their source gives them, parted by commas.",
            "ends_at": "Its end, this moment not included. Empty: it is open.",
            "donation": "Of a good cause: what is given.",
            "promotion": "What is spent on showing it.",
            "currency": "ISO 4217, such as GBP.",
        }

    def clean(self) -> Any:
        cleaned = super().clean()
        if cleaned.get("kind") == CampaignKind.GIVEAWAY and not cleaned.get("entry_kinds"):
            self.add_error("entry_kinds", "Say by which acts people enter the giveaway, such as follow.")
        return cleaned


class VendorForm(MoneyForm):
    amounts = ("price",)

    class Meta:
        model = Vendor
        fields = ["client", "name", "promise", "units", "price", "currency", "starts_at", "ends_at"]


class PlanAdmin(AgencyModelAdmin):
    """A client knows of its own plans from their start on, or from when they were entered."""

    list_select_related = ["client"]
    autocomplete_fields = ["client"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["client"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was sent stays: sent again it would be a duplicate, and not come back."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.delivery_id is None)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.known_at = min(obj.starts_at, obj.known_at or timezone.now())
        super().save_model(request, obj, form, change)


@admin.register(Campaign, site=site)
class CampaignAdmin(PlanAdmin):
    form = CampaignForm
    list_display = ["name", "client", "kind", "starts_at", "ends_at"]
    list_filter = ["client", "kind"]
    search_fields = ["name", "public_id"]
    when_empty = (
        "Giveaways, what was shown for money, and good causes, with when they ran and how people took part. Written "
        "down; scores do not look at them yet."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        return selectors.campaigns()


@admin.register(Vendor, site=site)
class VendorAdmin(PlanAdmin):
    form = VendorForm
    list_display = ["name", "client", "promise", "price", "currency", "starts_at", "ends_at"]
    list_filter = ["client"]
    search_fields = ["name", "promise", "public_id"]
    when_empty = (
        "Whoever was paid for reach, followers or clicks: what they promised, for how much, and when. Written down; "
        "warnings do not look at it yet."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Vendor]:
        return selectors.vendors()
