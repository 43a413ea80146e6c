"""The admin's first page: what waits for somebody today."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from scoring import selectors as scoring
from scoring.admin.scores import in_words
from scoring.models import WarningState
from tenants import selectors as tenants
from tenants.models.job import TROUBLED
from tenants.services import clock

LATELY = timedelta(days=7)


def today(_request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Add `today` to what the page shows: sentences, each with where it leads."""
    return {**context, "today": list(_sentences())}


def _sentences() -> Iterator[tuple[str, str]]:
    is_open = {"state__exact": WarningState.OPEN}
    count = scoring.warnings().filter(state=WarningState.OPEN).count()
    said = {0: "No warning is open.", 1: "1 warning is open."}.get(count, f"{count:,} warnings are open.")
    yield said, reverse("admin:scoring_ethicswarning_changelist", query=is_open if count else None)
    run = scoring.current_run()
    yield in_words(run) if run else "Nobody has a score yet.", reverse("admin:scoring_score_changelist")
    if run and run.model and run.drift:
        features = "1 feature" if len(run.drift) == 1 else f"{len(run.drift):,} features"
        said = f"In {features} people look otherwise than when the model was calibrated."
        yield said, reverse("admin:scoring_modelversion_change", args=[run.model.pk])
    for act in scoring.rolled_back_by_itself(since=clock.now() - LATELY):
        said = f"A model was rolled back by itself: {act.sentence}"
        yield said, reverse("admin:scoring_modelversion_change", args=[act.version_id])
    stopped = tenants.jobs().filter(state__in=TROUBLED, finished_at__gt=clock.now() - LATELY).count()
    if stopped:
        said = "1 job did not come to its end" if stopped == 1 else f"{stopped:,} jobs did not come to their end"
        yield (
            f"{said} in the last seven days.",
            reverse("admin:tenants_job_changelist", query={"state__in": ",".join(TROUBLED)}),
        )
