"""What was learnt, how good it is, what came of trying, and which model scores."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from unfold.decorators import display
from unfold.widgets import UnfoldAdminRadioSelectWidget, UnfoldAdminTextareaWidget

from scoring import selectors
from scoring.admin import reports
from scoring.admin.base import Begins
from scoring.learning.card import METRICS, figure
from scoring.models import ModelState, ModelVersion
from scoring.services import cards, matching, promotion
from tenants.admin.base import ServedModelAdmin, listed
from tenants.admin.site import site
from tenants.models import Client

# What can be done, by the name it has in `promotion.ACTS` → what the choice says.
ACTS = {
    "hold": "Hold: no other model takes its place by itself",
    "release": "Release: a better model may take its place again",
    "roll_back": "Roll back: the model that was in use before scores again",
    "promote": "Put in use: this one scores from now on",
}


class ActForm(forms.ModelForm[ModelVersion]):
    act = forms.ChoiceField(label="What to do", widget=UnfoldAdminRadioSelectWidget)
    why = forms.CharField(
        label="Why",
        required=False,
        max_length=500,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="Kept for good, with your name. Contacts are scored anew at once; until then the scores there "
        "are stay.",
    )

    class Meta:
        model = ModelVersion
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "act" in self.fields:
            choices = [(act, ACTS[act]) for act in promotion.open_to(self.instance)]
            self.fields["act"].choices = choices  # type: ignore[attr-defined]


@admin.register(ModelVersion, site=site)
class ModelVersionAdmin(Begins, ServedModelAdmin):  # type: ignore[misc]
    form = ActForm
    list_display = ["public_id", "shown_state", "as_of", "recipe", "auc", "sentence", "promoted_at", "retired_at"]
    list_display_links = ["public_id"]
    list_filter = ["state"]
    search_fields = ["public_id"]
    when_empty = (
        "Nothing has been learnt yet. Every night it is asked whether enough outcomes came in; until then what "
        "people did is counted: a like least, a letter most."
    )
    facts = [
        "public_id",
        "state",
        "sentence",
        "missing",
        "as_of",
        "shown_target",
        "recipe",
        "reliable",
        "card_link",
        "acts",
    ]
    quality = ["quality_table", "first_twenty", "calibration", "lift", "by_client", "windows", "without_gate"]
    since = ["guard", "expected", "came", "figures_since", "drifted"]
    worth = ["rungs", "five_beat_a_hundred", "inversions"]
    origins = ["shown_data", "shown_circumstances", "saw_erased_at"]
    begins, permission = "retrain", "scoring.add_modelversion"
    button = "Retrain now"
    does = (
        "Every training with what came of it. A first model is put in use that is better than recency alone for sure, "
        "and a later one that is not worse than the one in use; else what scored before goes on. Retraining is due "
        "when outcomes have grown by a tenth, and after 30 days."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModelVersion]:
        return selectors.models_told()

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        changing = [("Change which model scores", {"fields": ["act", "why"]})] if self._open(request, obj) else []
        return [
            (None, {"fields": self.facts}),
            *changing,
            ("How good it is, in a window it had not seen", {"fields": self.quality}),
            ("What came of what it said, since it first scored", {"fields": self.since}),
            ("What a like is worth here", {"fields": self.worth}),
            ("Where it comes from", {"fields": self.origins}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return [*self.facts, *self.quality, *self.since, *self.worth, *self.origins]

    def _open(self, request: HttpRequest, obj: Any) -> list[str]:
        return promotion.open_to(obj) if obj is not None and self.has_change_permission(request, obj) else []

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may: bool = super().has_change_permission(request, obj)
        return may and (obj is None or bool(promotion.open_to(obj)))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        user: Any = request.user
        by = promotion.By(user=user, sentence=form.cleaned_data["why"])
        promotion.ACTS[form.cleaned_data["act"]](obj, by)

    def get_urls(self) -> list[Any]:
        rates, card = (self.admin_site.admin_view(view) for view in (self.match_rates, self.card))
        return [
            path("match-rates/", rates, name="scoring_modelversion_match_rates"),
            path("<path:object_id>/card/", card, name="scoring_modelversion_card"),
            *super().get_urls(),
        ]

    def match_rates(self, request: HttpRequest) -> HttpResponse:
        """Show of how many who had an outcome there is something to learn."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": "Match rates",
            "opts": self.opts,
            "rates": matching.rates(),
        }
        return TemplateResponse(request, "admin/match_rates.html", context)

    def card(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what a model says and does not say, on one page."""
        version = self.get_object(request, object_id)
        if version is None or not self.has_view_permission(request, version):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": f"Card of {version.public_id}",
            "opts": self.opts,
            "version": version,
            "sections": cards.card_of(version, names=True),
        }
        return TemplateResponse(request, "admin/model_card.html", context)

    @admin.display(description="In words")
    def card_link(self, version: ModelVersion) -> str:
        address = reverse("admin:scoring_modelversion_card", args=[version.pk])
        return format_html('<a class="underline" href="{}">Model card</a>', address)

    def now(self) -> str:
        return format_html('<a class="underline" href="{}">What there is to learn from</a>',
                           reverse("admin:scoring_modelversion_match_rates"))  # fmt: skip

    @display(
        description="State",
        ordering="state",
        label={
            ModelState.PROMOTED: "success",
            ModelState.RETIRED: "default",
            ModelState.CANDIDATE: "info",
            ModelState.FAILED_GATE: "warning",
            ModelState.BELOW_FLOOR: "info",
        },
    )
    def shown_state(self, version: ModelVersion) -> tuple[str, str]:
        return version.state, version.get_state_display()

    @admin.display(description="AUC (90 % interval)")
    def auc(self, version: ModelVersion) -> str:
        return figure(version.quality.get("auc"))

    @admin.display(description="Predicts")
    def shown_target(self, version: ModelVersion) -> str:
        return f"{' or '.join(version.target)} within {version.horizon_days} days"

    @admin.display(description="Provisional")
    def reliable(self, version: ModelVersion) -> str:
        return (
            "yes: judged by fewer than 100 buyers, so take the figures with their intervals"
            if version.provisional
            else "no"
        )

    @admin.display(description="Quality, in a window it had not seen")
    def quality_table(self, version: ModelVersion) -> str:
        if not version.quality:
            return "none: there was nothing to judge"
        rows = ((said, figure(version.quality.get(name)), figure(version.baseline.get(name)))
                for name, said in METRICS.items())  # fmt: skip
        return reports.table(["Figure (90 % interval)", "This model", "Recency alone"], rows)

    @admin.display(description="Of the first twenty of each client")
    def first_twenty(self, version: ModelVersion) -> str:
        return reports.first_twenty(version.report)

    @admin.display(description="Calibration")
    def calibration(self, version: ModelVersion) -> str:
        return reports.calibration(version.report)

    @admin.display(description="Lift")
    def lift(self, version: ModelVersion) -> str:
        return reports.lift(version.report)

    @admin.display(description="By client")
    def by_client(self, version: ModelVersion) -> str:
        return reports.clients(version.report, dict(Client.objects.values_list("public_id", "name")))

    @admin.display(description="Windows before")
    def windows(self, version: ModelVersion) -> str:
        return reports.windows(version.report)

    @admin.display(description="With and without what was set aside")
    def without_gate(self, version: ModelVersion) -> str:
        return reports.without_gate(version.report, version.quality)

    @admin.display(description="Guard")
    def guard(self, version: ModelVersion) -> str:
        return reports.guard(version.hindsight)

    @admin.display(description="As many as were said?")
    def expected(self, version: ModelVersion) -> str:
        return reports.expected(version.hindsight)

    @admin.display(description="By tenths of what was said")
    def came(self, version: ModelVersion) -> str:
        return reports.came(version.hindsight)

    @admin.display(description="How it told people apart")
    def figures_since(self, version: ModelVersion) -> str:
        return reports.figures_since(version.hindsight)

    @admin.display(description="Do people look as they did?")
    def drifted(self, version: Any) -> str:
        return reports.drifted(version.drift)

    @admin.display(description="By the highest rung")
    def rungs(self, version: ModelVersion) -> str:
        return reports.rungs(version.report)

    @admin.display(description="Do five beat a hundred?")
    def five_beat_a_hundred(self, version: ModelVersion) -> str:
        return reports.five_beat_a_hundred(version.report)

    @admin.display(description="What the data alone would say of the ladder")
    def inversions(self, version: ModelVersion) -> str:
        return reports.inversions(version.report)

    @admin.display(description="What was done with it")
    def acts(self, version: ModelVersion) -> str:
        return listed(
            f"{date_format(timezone.localtime(it.created_at), 'DATETIME_FORMAT')}: {it.get_act_display().lower()} by "
            f"{it.by or (it.key and f'the key {it.key.name}') or 'itself'}. {it.sentence}".strip()
            for it in version.acts.all()
        )

    @admin.display(description="Learnt from")
    def shown_data(self, version: ModelVersion) -> str:
        return _written(version.data)

    @admin.display(description="Depends on")
    def shown_circumstances(self, version: ModelVersion) -> str:
        return _written(version.circumstances)


def _written(value: Any) -> str:
    return format_html(
        '<pre class="whitespace-pre-wrap break-words">{}</pre>', json.dumps(value, indent=2, sort_keys=True)
    )
