"""What the product learns as on the day after a window, and how well it would have told that window beforehand."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from config import waiting
from config.evaluation.throwaway import Evaluation
from scoring.learning.evaluation import METRICS
from scoring.models import ModelVersion


def window(evaluation: Evaluation, start: datetime, horizon: timedelta) -> dict[str, Any]:
    """Learn as on the day after the window, and return what the model would have known of it beforehand."""
    as_of = start + horizon
    with evaluation.stage(f"train {start:%Y-%m-%d}"):
        doing = f"learning, to be judged from {start:%d %B %Y} on"
        evaluation.say(doing)
        waiting.done("retrain", {"as_of": as_of.isoformat()})
    with transaction.atomic():
        version = ModelVersion.objects.get(as_of=as_of)
    return {
        "from": start.date().isoformat(),
        "until": as_of.date().isoformat(),
        "contacts": version.data["rows"].get("test", 0),
        "positives": version.data["positives"].get("test", 0),
        "model": version.recipe or None,
        "state": version.state,
        "sentence": version.sentence,
        **{name: version.quality.get(name) for name in METRICS},
        "baseline": {name: version.baseline.get(name) for name in METRICS},
    }
