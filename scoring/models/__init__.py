import scoring.models.held  # noqa: F401 (declares what its columns hold of people)
from scoring.models.aim import Aim, AimKind, Horizon
from scoring.models.feedback import Feedback, Why
from scoring.models.finding import Answer, Finding, Span
from scoring.models.model_version import Act, Artefact, Hindsight, ModelAct, ModelState, ModelVersion
from scoring.models.score import Band, BandChange, GenuineMoment, Moment, NextStep, Score, Stage, Step, Trend
from scoring.models.score_run import Basis, ClientRun, RunState, ScoreRun
from scoring.models.subject import Conduct, Prospect
from scoring.models.warning import EthicsWarning, Review, WarningState

__all__ = [
    "Act",
    "Aim",
    "AimKind",
    "Answer",
    "Artefact",
    "Band",
    "BandChange",
    "Basis",
    "ClientRun",
    "Conduct",
    "EthicsWarning",
    "Feedback",
    "Finding",
    "GenuineMoment",
    "Hindsight",
    "Horizon",
    "ModelAct",
    "ModelState",
    "ModelVersion",
    "Moment",
    "NextStep",
    "Prospect",
    "Review",
    "RunState",
    "Score",
    "ScoreRun",
    "Span",
    "Stage",
    "Step",
    "Trend",
    "WarningState",
    "Why",
]
