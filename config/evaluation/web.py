"""Who buys within three days, of those with a cart, from what a shop's pages saw."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from config.evaluation.floors import OF_WHOLE
from config.evaluation.throwaway import Evaluation, EvaluationFailed, rows_of
from ingestion.models import KindMapping
from scoring.learning.carts import Judged, judge_at_first, judge_by_day
from scoring.learning.evaluation import METRICS
from scoring.services import facts

COLUMNS = ("visitor", "ts", "event")
# What the shop's words mean on the ladder: to look, to be told of news, to put aside, to say who one is.
LOOKED, BOUGHT, CART = "page_viewed", "checkout_completed", 2
RUNGS = {LOOKED: 0, "email_filled_on_popup": 1, "product_added_to_cart": CART, "checkout_started": 3}
DAYS = 3


def web(evaluation: Evaluation, *, csv: Path) -> dict[str, Any]:
    """Return how well those are told who buy within three days: at the start of each day, of all who have had a cart,
    and at each one's first cart (docs/evaluation.md).
    """
    until = read(csv=csv)
    with evaluation.agency("Evaluation on a shop's pages") as source:
        with transaction.atomic():
            KindMapping.objects.bulk_create(
                KindMapping(source=source, word=word, rung=rung) for word, rung in RUNGS.items()
            )
        with evaluation.stage("import"):
            acts = evaluation.imported(source, "engagements", _as_acts(csv))
            bought = evaluation.imported(source, "outcomes", _as_outcomes(csv))
        with evaluation.stage("learn"):
            with transaction.atomic():
                known = facts.known(before=until + timedelta(microseconds=1), learnable=True)
            by_day, at_cart = (it(known, rung=CART, days=DAYS, until=until) for it in (judge_by_day, judge_at_first))
    return {
        "received": {"engagements": acts, "outcomes": bought},
        **_told(by_day),
        "floor": OF_WHOLE["web"],
        "at_first_cart": _told(at_cart),
        "seconds": evaluation.seconds,
    }


def _told(judged: Judged) -> dict[str, Any]:
    trained = judged.trained
    return {
        "rows": trained.rows,
        "positives": trained.positives,
        **{name: trained.quality.get(name) for name in METRICS},
        "baseline": {name: trained.baseline.get(name) for name in METRICS},
        **{f"{name} by the prior": figure for name, figure in judged.by_prior.items()},
        **{f"{name} by recency": figure for name, figure in judged.by_recency.items()},
        "model": trained.recipe or None,
        "state": trained.verdict.value,
        "sentence": trained.sentence,
        "missing": trained.missing,
    }


def read(*, csv: Path) -> datetime:
    """Return the last moment of a file. Raises EvaluationFailed where it cannot be used."""
    moments, events = [], set()
    for row in rows_of(csv, COLUMNS):
        events.add(row["event"])
        try:
            moments.append(datetime.fromisoformat(row["ts"]))
        except ValueError:
            continue  # the import says what is wrong with it
    if not moments:
        raise EvaluationFailed(f"No row of {csv.name} has a moment in ts; expected 2025-02-23T00:00:01.750Z.")
    for event, what in (("product_added_to_cart", "carts"), (BOUGHT, "purchases")):
        if event not in events:
            raise EvaluationFailed(f"No event of {csv.name} is {event}: without {what} there is nothing to tell.")
    return max(it if it.tzinfo else it.replace(tzinfo=UTC) for it in moments)


def _as_acts(csv: Path) -> Iterator[list[str]]:
    """Yield what visitors did, but for purchases, which are outcomes. Ids are the numbers of the file's rows."""
    yield ["id", "kind", "occurred_at", "actor.customer"]
    for number, row in enumerate(rows_of(csv, COLUMNS), 1):
        if row["event"] != BOUGHT:
            yield [str(number), row["event"], row["ts"], row["visitor"]]


def _as_outcomes(csv: Path) -> Iterator[list[str]]:
    yield ["id", "kind", "occurred_at", "who.customer"]
    for number, row in enumerate(rows_of(csv, COLUMNS), 1):
        if row["event"] == BOUGHT:
            yield [str(number), "purchase", row["ts"], row["visitor"]]
