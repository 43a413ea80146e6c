"""What a client had done to be seen: campaigns, and vendors of attention. Entered here, or sent over the API.

What is to be thought of before is said on the page, and once more when it is saved. It is advice: nothing is refused.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminTextInputWidget

from ingestion import selectors
from ingestion.formats import offer, planning
from ingestion.formats.ladder import ENTRIES
from ingestion.formats.money import amount
from ingestion.formats.refusal import RowRefused
from ingestion.formats.texts import spelt
from ingestion.models import Campaign, CampaignKind, Vendor
from tenants import selectors as tenants
from tenants.admin.base import AgencyModelAdmin, listed
from tenants.admin.site import site
from tenants.models import ChannelRole

TO_ASK, TO_THINK_OF = "What to ask before anybody is paid", "What to think of before it begins"
HONEST = "Nothing in the offer is a red flag. That is no sign of honesty."
GIVEN = "Nothing: no more is spent on telling of it than is given."


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
        choices=[(name, name.replace("_", " ")) for name in ENTRIES],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="In its window, what people do of this kind is the price of taking part; of those who tag a friend, "
        "what they comment, reply and mention.",
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
    """A client knows of its own plans from their start on, or from when they were entered.

    advice: what is to be said of a plan as it is entered, sentence by sentence. advised: the field that shows it,
    called `heading`; `without` stands there where there is none.
    """

    list_select_related = ["client"]
    autocomplete_fields = ["client"]
    advice: Callable[[Any], Sequence[str]]
    advised: str
    heading: str
    without: str

    def is_advised_on(self, plan: Any) -> bool:
        return True

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return []
        return ["client", self.advised] if self.is_advised_on(obj) else ["client"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was sent stays: sent again it would be a duplicate, and not come back."""
        return super().has_delete_permission(request, obj) and (obj is None or obj.delivery_id is None)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.known_at = min(obj.starts_at, obj.known_at or timezone.now())
        super().save_model(request, obj, form, change)
        if not self.is_advised_on(obj):
            return
        sentences = self.advice(obj)
        level = messages.WARNING if sentences else messages.INFO
        messages.add_message(request, level, format_html("{}: {}", self.heading, self.shown(sentences)))

    def shown(self, sentences: Sequence[str]) -> str:
        return listed(sentences) if sentences else self.without


@admin.register(Campaign, site=site)
class CampaignAdmin(PlanAdmin):
    form = CampaignForm
    list_display = ["name", "client", "kind", "starts_at", "ends_at"]
    list_filter = ["client", "kind"]
    search_fields = ["name", "public_id"]
    when_empty = (
        "Giveaways, what was shown for money, and good causes, with when they ran and how people took part: acts by "
        "which people enter are no sign in anybody's score. A campaign's page says what to think of before it begins; "
        "a warning says what ran at its time, as context and not as evidence."
    )
    advised, heading, without = "to_think_of", TO_THINK_OF, GIVEN

    def get_queryset(self, request: HttpRequest) -> QuerySet[Campaign]:
        return selectors.campaigns()

    def is_advised_on(self, plan: Campaign) -> bool:
        return plan.kind != CampaignKind.PAID

    def advice(self, plan: Campaign) -> list[str]:
        if plan.kind == CampaignKind.CAUSE:
            donation, promotion = (None if it is None else float(it) for it in (plan.donation, plan.promotion))
            found = planning.of_cause(donation=donation, promotion=promotion, currency=plan.currency)
        else:
            own = tenants.channels().filter(client=plan.client_id, role=ChannelRole.OWNED)
            found = planning.of_giveaway(
                platforms={it.platform for it in own},
                entry=plan.entry_kinds,
                names_posts=bool(plan.posts),
                ends_at=plan.ends_at,
            )
        return [it.sentence for it in found]

    @admin.display(description=TO_THINK_OF)
    def to_think_of(self, campaign: Campaign) -> str:
        return self.shown(self.advice(campaign))


@admin.register(Vendor, site=site)
class VendorAdmin(PlanAdmin):
    form = VendorForm
    list_display = ["name", "client", "promise", "red_flags", "price", "currency", "starts_at", "ends_at"]
    list_filter = ["client"]
    search_fields = ["name", "promise", "public_id"]
    when_empty = (
        "Whoever is to be paid for reach, followers or clicks: what they promise, for how much, and when. A vendor's "
        "page says what to ask before anybody is paid; a warning says which orders ran at its time, as context and not "
        "as evidence."
    )
    advised, heading, without = "to_ask", TO_ASK, HONEST

    def get_queryset(self, request: HttpRequest) -> QuerySet[Vendor]:
        return selectors.vendors()

    def advice(self, plan: Vendor) -> list[str]:
        return [f"“{spelt(it.words)}”: {it.sentence}" for it in _flags(plan)]

    @admin.display(description=TO_ASK)
    def to_ask(self, vendor: Vendor) -> str:
        return self.shown(self.advice(vendor))

    @admin.display(description="Red flags")
    def red_flags(self, vendor: Vendor) -> int:
        return len(_flags(vendor))


def _flags(vendor: Vendor) -> list[offer.Flag]:
    price = None if vendor.price is None else float(vendor.price)
    return offer.flags(vendor.promise, units=vendor.units, price=price, currency=vendor.currency)
