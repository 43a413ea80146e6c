from scoring.models.model_version import Artefact, ModelState, ModelVersion
from scoring.models.score import Band, Score, Stage, Trend
from scoring.models.score_run import RunState, ScoreRun

__all__ = ["Artefact", "Band", "ModelState", "ModelVersion", "RunState", "Score", "ScoreRun", "Stage", "Trend"]
