"""What was learnt, how good it is, and what came of trying."""

import json
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from unfold.decorators import display

from scoring import selectors
from scoring.admin.base import Begins
from scoring.models import ModelState, ModelVersion
from scoring.services import matching
from tenants.admin.base import RecordAdmin
from tenants.admin.site import site

# Metric → what it says, which way is better.
METRICS = {
    "auc": "AUC: how often a buyer stands above somebody who did not buy (1 always, .5 by chance)",
    "average_precision": "Average precision: of those on top, how many buy (higher is better)",
    "brier": "Brier: squared error of the chances (lower is better)",
    "brier_skill": "Brier skill: against knowing the rate alone (1 perfect, 0 no better)",
    "ece": "Calibration error: between chances and rates (lower is better)",
    "lift_top_decile": "Lift: how often the highest tenth buys, over everybody (higher is better)",
}


def figure(told: dict[str, float] | None) -> str:
    return f"{told['value']:.3f} ({told['low']:.3f} to {told['high']:.3f})" if told else "-"


@admin.register(ModelVersion, site=site)
class ModelVersionAdmin(Begins, RecordAdmin):  # type: ignore[misc]
    list_display = ["public_id", "shown_state", "as_of", "recipe", "auc", "sentence", "promoted_at", "retired_at"]
    list_display_links = ["public_id"]
    list_filter = ["state"]
    search_fields = ["public_id"]
    when_empty = (
        "Nothing has been learnt yet. Every night it is asked whether enough outcomes came in; until then what "
        "people did is counted: a like least, a letter most."
    )
    facts = ["public_id", "state", "sentence", "missing", "as_of", "shown_target", "recipe", "reliable",
             "quality_table", "shown_data", "shown_circumstances", "promoted_at", "retired_at",
             "saw_erased_at"]  # fmt: skip
    begins, permission = "retrain", "scoring.add_modelversion"
    button = "Retrain now"
    does = (
        "Every training with what came of it. A model that beats recency alone is put in use; else what scored "
        "before goes on. Retraining is due when outcomes have grown by a tenth, "
        "and after 30 days."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModelVersion]:
        return selectors.model_versions()

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.match_rates)
        return [path("match-rates/", view, name="scoring_modelversion_match_rates"), *super().get_urls()]

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
        lines = format_html_join(
            "",
            '<tr><th scope="row" class="font-normal pr-4 text-left">{}</th><td class="pr-4">{}</td><td>{}</td></tr>',
            (
                (said, figure(version.quality.get(name)), figure(version.baseline.get(name)))
                for name, said in METRICS.items()
            ),
        )
        return format_html(
            '<table><thead><tr><th scope="col" class="pr-4 text-left">Figure (90 % interval)</th>'
            '<th scope="col" class="pr-4 text-left">This model</th>'
            '<th scope="col" class="text-left">Recency alone</th></tr></thead><tbody>{}</tbody></table>',
            lines,
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
