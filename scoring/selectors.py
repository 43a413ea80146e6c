"""Reads of models, runs and scores."""

from django.db.models import QuerySet

from scoring.models import ModelState, ModelVersion, RunState, Score, ScoreRun


def model_versions() -> QuerySet[ModelVersion]:
    """Return what was learnt, and what came of trying."""
    return ModelVersion.objects.all()


def model_in_use() -> ModelVersion | None:
    """Return the model that scores; None: the prior does."""
    return model_versions().filter(state=ModelState.PROMOTED).select_related("artefact").first()


def current_run() -> ScoreRun | None:
    """Return the run whose scores are shown; None before the first is whole."""
    return ScoreRun.objects.filter(state=RunState.CURRENT).select_related("model").first()


def scores() -> QuerySet[Score]:
    """Return the scores of the current run: of one run, always, for the pointer is a part of the query."""
    return Score.objects.filter(run__state=RunState.CURRENT).select_related("contact", "client", "run__model")
