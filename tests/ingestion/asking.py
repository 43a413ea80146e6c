"""How tests have accounts asked, and look at what became of it."""

from typing import Any

import ingestion.tasks  # noqa: F401 (declares the handler)
from ingestion.models import Delivery, Engagement, Poll
from ingestion.services import polling
from tenants.models import Job
from tests.conftest import Agency, within
from tests.ingestion.doors import all_of
from tests.tenants.ledger import run

PAGES = "/admin/ingestion/poll/"


def of_mastodon(agency: Agency, token: str = "canary token") -> Poll:
    with within(agency):
        return polling.make(agency.source, platform="mastodon", server="pots.example", token=token)


def of_bluesky(agency: Agency, password: str = "canary password") -> Poll:
    with within(agency):
        return polling.make(
            agency.source, platform="bluesky", server="bsky.social", handle="fernleaf.bsky.social", token=password
        )


def now(agency: Agency, poll: Poll) -> Poll:
    (found,) = all_of(agency, Poll, pk=poll.pk)
    return found  # type: ignore[no-any-return]


def job_of(agency: Agency, poll: Poll) -> Job:
    (found,) = all_of(agency, Job, pk=poll.job_id)
    return found  # type: ignore[no-any-return]


def ask(agency: Agency, poll: Poll) -> Job:
    """Have it asked now, whenever it would be; return its job as it stands then."""
    with within(agency):
        polling.ask_now(now(agency, poll))
    return run(agency, job_of(agency, poll))


def landed(agency: Agency) -> list[str]:
    found = all_of(agency, Engagement, "ext_id", contact__platform__in=["mastodon", "bluesky"])
    return sorted(found, key=lambda it: (len(it), it))


def batches(agency: Agency) -> list[Any]:
    return all_of(agency, Delivery, "received", "accepted", "duplicate", source=agency.source, id__gt=agency.batch.id)


def notifications(*numbers: int) -> list[str]:
    return [f"notification:pots.example:{it}" for it in numbers]
