"""What is to be told beforehand: as the agency wants it, and as a model does."""

from scoring.learning.labels import Goal
from scoring.models import Aim, ModelVersion


def aim() -> Goal:
    """Return what the agency wants told beforehand."""
    chosen = Aim.objects.first()
    return Goal() if chosen is None else Goal(tuple(sorted(chosen.kinds)), chosen.days)


def goal_of(version: ModelVersion) -> Goal:
    """Return what a model tells."""
    return Goal(tuple(sorted(version.target)), version.horizon_days)
