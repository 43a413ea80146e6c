"""What workers do: run jobs, and tick. Handlers of other kinds stand in the `tasks` of their apps."""

import redis
from celery import shared_task
from kombu.exceptions import OperationalError as QueueError

from tenants import scope
from tenants.errors import BellSilent
from tenants.services import jobs, members, schedules


@shared_task(name="run_job")
def run_job(tenant_id: int, job_id: int) -> None:
    """Do one job. A message names two numbers and nothing else; whether there is such work the ledger knows."""
    with scope.of_tenant(tenant_id):
        jobs.run(job_id)


@shared_task(name="tick")
def tick() -> None:
    """Enqueue what is due. Celery beat's only entry."""
    schedules.tick()
    jobs.show_pulse()


@jobs.handles("invitation_mail")
def invitation_mail(work: jobs.Work) -> None:
    members.mail_invitation(work)


def ring(tenant_id: int, job_id: int) -> None:
    """Send a job's number to a worker. Raises BellSilent where the queue does not take it within its budget."""
    try:
        run_job.apply_async((tenant_id, job_id), retry=False)
    except (QueueError, redis.RedisError) as why:
        raise BellSilent(why) from why
