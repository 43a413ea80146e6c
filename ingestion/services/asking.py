"""What becomes of a job that asks a platform which does not answer, or refuses."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django.db.models import QuerySet

from ingestion.errors import AddressRefused, AskedTwice, TokenRefused, Unanswered, Unusable
from tenants.services import jobs

T = TypeVar("T")
LONGEST_WAIT = timedelta(hours=1)


def ask(
    work: jobs.Work,
    act: Callable[[], T],
    *,
    rows: QuerySet[Any],
    silent: timedelta,
    every: timedelta,
    noting: dict[str, Any],
) -> T | None:
    """Return what asking gives. None where the platform does not answer: the job waits then, and begins anew.

    rows: the row whose page says what is wrong, as long as it has the token that is asked with. silent: for how long
    nothing was answered; every: the shortest wait; noting: what else is written of having asked in vain.

    Raises TokenRefused, AddressRefused or AskedTwice, for which the job stops.
    """
    try:
        return act()
    except (Unanswered, Unusable) as failed:
        with work.pausing(_wait(silent, every, failed)):
            rows.update(error_code=failed.code, error=str(failed), **noting)
    except (TokenRefused, AddressRefused, AskedTwice) as refused:
        with work.step(0):
            is_its = rows.update(error_code=refused.code, error=str(refused), **noting)
        if is_its:
            raise
        with work.pausing(timedelta(0)):  # another token was entered meanwhile
            pass
    return None


def _wait(silent: timedelta, every: timedelta, failed: Unanswered | Unusable) -> timedelta:
    """Return how long to wait: as long as nothing was answered already, and at least as long as the platform wants."""
    return max(timedelta(seconds=failed.retry_after or 0), min(max(silent, every), LONGEST_WAIT))
