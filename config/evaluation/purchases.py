"""Who buys within 60 days, from past purchases alone."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from config import waiting
from config.evaluation.floors import floor_of
from config.evaluation.throwaway import Evaluation, rows_of
from config.evaluation.windows import window
from scoring import selectors
from scoring.learning import card
from scoring.learning.labels import Goal
from scoring.models import ModelState, ModelVersion, RunState, ScoreRun
from scoring.services import cards

COLUMNS = ("customer_id", "date", "units", "value")
HORIZON = Goal().horizon
# The last window of the floors in docs/evaluation.md; the ones before it follow each other without a gap.
LAST_WINDOW = datetime(1997, 11, 1, tzinfo=UTC)
WINDOWS = [LAST_WINDOW - HORIZON * back for back in (2, 1, 0)]


def purchases(evaluation: Evaluation, *, csv: Path) -> dict[str, Any]:
    """Return how well purchases within 60 days are told beforehand, window by window (docs/evaluation.md)."""
    with evaluation.agency("Evaluation on past purchases") as source:
        with evaluation.stage("import"):
            rows = evaluation.imported(source, "outcomes", _as_outcomes(csv))
        windows = [window(evaluation, start, HORIZON) for start in WINDOWS]
        with evaluation.stage("score"):
            scores = _scored(evaluation, WINDOWS[-1] + HORIZON)
        told = _card(WINDOWS[-1] + HORIZON)
    found = {
        "rows": rows,
        **windows[-1],
        "floor": floor_of(csv),
        "scores": scores,
        "windows": windows,
        "seconds": evaluation.seconds,
    }
    return found | {"card": told}


def read(*, csv: Path) -> None:
    """Raise EvaluationFailed where a file cannot be used."""
    next(rows_of(csv, COLUMNS), None)


def _card(as_of: datetime) -> str:
    """Return the card of the model that was learnt at a moment, as a page."""
    with transaction.atomic():
        return card.markdown("Model card", cards.card_of(selectors.models_told().get(as_of=as_of), names=False))


def _scored(evaluation: Evaluation, as_of: datetime) -> int:
    """Return how many contacts have a score, once the run at this moment is shown."""
    with transaction.atomic():
        in_use = ModelVersion.objects.filter(as_of=as_of, state=ModelState.PROMOTED).exists()
    if not in_use:  # a model that is put in use has everybody scored by itself
        evaluation.say("scoring")
        waiting.done("rescore", {"as_of": as_of.isoformat()})
    evaluation.say("waiting for the scores")
    waiting.all_done()
    with transaction.atomic():
        return ScoreRun.objects.get(as_of=as_of, state=RunState.CURRENT).contacts


def _as_outcomes(file: Path) -> Iterator[list[str]]:
    """Yield the file's purchases as rows of our own format. What is wrong with one, the import says.

    A day stands for its first moment, in UTC. Their ids are their numbers, for the file has none.
    """
    yield ["id", "kind", "occurred_at", "who.customer", "value", "currency"]
    for number, row in enumerate(rows_of(file, COLUMNS), 1):
        yield [str(number), "purchase", f"{row['date']}T00:00:00Z", row["customer_id"], row["value"], "USD"]
