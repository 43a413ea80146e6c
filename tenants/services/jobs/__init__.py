"""Background work that is done once, whatever dies in between.

PostgreSQL keeps the truth, Celery and Valkey only ring the bell. A job is a row that is enqueued in the transaction of
its cause (`queue`); the dispatcher sends its number to a worker (`dispatcher`); the worker claims it (`running`) and
ends it with its effect in one fenced transaction (`work`). A message that is lost is rung again, one that comes
twice finds nothing to claim, and a worker that was taken for dead and comes back finds its lease gone.
"""

from tenants.services.jobs.handlers import handles
from tenants.services.jobs.pulse import show_pulse
from tenants.services.jobs.queue import cancel, enqueue, hurry, restart, try_again
from tenants.services.jobs.running import run
from tenants.services.jobs.work import Work

__all__ = ["Work", "cancel", "enqueue", "handles", "hurry", "restart", "run", "show_pulse", "try_again"]
