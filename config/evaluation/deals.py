"""Which leads are won within a time, from what was known of them when they came."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

from config.evaluation.floors import OF_WHOLE
from config.evaluation.throwaway import Evaluation, EvaluationFailed, rows_of
from config.evaluation.windows import window
from scoring.models import Aim
from scoring.models.aim import Horizon

LEADS, DEALS = ("mql_id", "first_contact_date"), ("mql_id", "won_date")
Row = dict[str, str]


def deals(evaluation: Evaluation, *, leads: Path, deals: Path, days: int = Horizon.TWO_MONTHS) -> dict[str, Any]:
    """Return how well the leads are told that are won within so many days (docs/evaluation.md)."""
    came, won = read(leads=leads, deals=deals)
    horizon = timedelta(days=days)
    with evaluation.agency("Evaluation on leads and deals") as source:
        with transaction.atomic():
            Aim.objects.create(days=days)
        with evaluation.stage("import"):
            facts = evaluation.imported(source, "contact-facts", _as_facts(came))
            outcomes = evaluation.imported(source, "outcomes", _as_outcomes(came, won))
        found = window(evaluation, judged_from(came, won, horizon), horizon)
    rows = {"leads": facts, "outcomes": outcomes}
    return {"rows": rows, **found, "floor": OF_WHOLE["deals"], "seconds": evaluation.seconds}


def read(*, leads: Path, deals: Path, days: int = Horizon.TWO_MONTHS) -> tuple[list[Row], list[Row]]:
    """Return the rows of both files. Raises EvaluationFailed where they cannot be used."""
    came, won = list(rows_of(leads, LEADS)), list(rows_of(deals, DEALS))
    judged_from(came, won, timedelta(days=days))
    if not set(came[0]) - set(LEADS):
        raise EvaluationFailed(
            f"{leads.name} has no other column than {', '.join(LEADS)}: there is nothing to tell by."
        )
    known = {row["mql_id"] for row in came}
    if not any(row["mql_id"] in known for row in won):
        raise EvaluationFailed(f"No mql_id of {deals.name} is one of {leads.name}: no lead would be won.")
    return came, won


def judged_from(came: Iterable[Row], won: Iterable[Row], horizon: timedelta) -> datetime:
    """Return where the window begins that judges: the day after the last lead came; earlier, where deals are known for
    less than a horizon after it.

    Raises EvaluationFailed where there is no day to go by.
    """
    leads = [at for row in came if (at := _moment(row["first_contact_date"]))]
    deals = [at for row in won if (at := _moment(row["won_date"]))]
    if not leads or not deals:
        column = "won_date" if leads else "first_contact_date"
        raise EvaluationFailed(f"No row has a day in {column}; expected 2018-02-01, or a moment of that day.")
    after, known_until = max(leads) + timedelta(days=1), max(*leads, *deals) + timedelta(days=1)
    day = min(after, known_until - horizon)
    return day.replace(hour=0, minute=0, second=0, microsecond=0)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _written(text: str) -> str:
    """Return a day or moment with its zone, which is UTC unless it says so; what is none as it stands, for the import
    to say what is wrong with it.
    """
    moment = _moment(text)
    return text if moment is None else moment.isoformat()


def _as_facts(came: Iterable[Row]) -> Iterator[list[str]]:
    """Yield leads as facts about contacts: all that a lead's row says, known when it came."""
    rows = list(came)
    names = [name for name in rows[0] if name not in LEADS]
    yield ["who.customer", "at", *(f"facts.{name}" for name in names)]
    for row in rows:
        yield [row["mql_id"], _written(row["first_contact_date"]), *(row[name] for name in names)]


def _as_outcomes(came: Iterable[Row], won: Iterable[Row]) -> Iterator[list[str]]:
    """Yield that leads came, and that they were won. A deal's id is its lead's: one is won once."""
    yield ["id", "kind", "occurred_at", "who.customer"]
    for row in came:
        yield [f"lead {row['mql_id']}", "lead", _written(row["first_contact_date"]), row["mql_id"]]
    for row in won:
        yield [f"won {row['mql_id']}", "purchase", _written(row["won_date"]), row["mql_id"]]
