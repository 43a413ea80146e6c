"""One message, one attempt: claim the job, have its handler work, say how it ended."""

import logging

from django.db.models import F, Q
from django.db.models.functions import Now

from tenants.errors import Overtaken
from tenants.models import Job, JobState
from tenants.services.jobs.handlers import handler_of
from tenants.services.jobs.pulse import show_pulse
from tenants.services.jobs.transactions import own_transaction
from tenants.services.jobs.work import MOST_ATTEMPTS, Work, lease_from_now

logger = logging.getLogger(__name__)


def run(job_id: int) -> None:
    """Do a job of the tenant in force, if it waits to be done; a message too many finds nothing to claim."""
    work = _claimed(job_id)
    if work is None:
        logger.debug("job %s is not to be had", job_id)
        return
    try:
        with work.renewed():
            handler_of(work.job.kind)(work)
            if not work.is_finished:
                with work.finishing():
                    pass
    except Overtaken:
        logger.warning("%s fenced: somebody else has it, or it was cancelled; nothing of this attempt is kept", work)
    except Exception as failed:
        work.give_back(failed)
    show_pulse()


def _claimed(job_id: int) -> Work | None:
    """Take the job, in a short transaction of its own: the attempt counts even if this process dies with the next."""
    waiting = Q(state=JobState.QUEUED, run_after__lte=Now()) | Q(state=JobState.RUNNING, lease_until__lt=Now())
    with own_transaction():
        claimed = Job.objects.filter(waiting, pk=job_id, attempt__lt=MOST_ATTEMPTS).update(
            state=JobState.RUNNING,
            attempt=F("attempt") + 1,
            claimed_at=Now(),
            lease_until=lease_from_now(),
            progress=0,
        )
        return Work(Job.objects.get(pk=job_id)) if claimed else None
