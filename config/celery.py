"""Celery: the bell that wakes workers. What there is to do stands in the ledger (tenants.services.jobs).

EARNEST_PROCESS=worker celery --app config.celery --quiet worker
EARNEST_PROCESS=worker celery --app config.celery --quiet beat
"""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_init
from django.core.management.base import SystemCheckError
from django.db import Error as DatabaseError
from django.db import connections

from config.checks import refuse_what_is_broken

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# A child does one job on one core. Two that learn with a thread a core each wait for each other, five times as long.
os.environ.setdefault("OMP_NUM_THREADS", "1")

app = Celery("earnest")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_init.connect
@worker_init.connect
def refuse_to_work_behind_broken_walls(**_: Any) -> None:
    """As the web does; Celery by itself looks at no database, and of what a signal raises only SystemExit ends it."""
    try:
        refuse_what_is_broken()
    except (SystemCheckError, DatabaseError) as broken:
        raise SystemExit(str(broken)) from broken
    finally:
        connections.close_all()  # the children that are forked next must not inherit it


@setup_logging.connect
def log_as_django_does(**_: Any) -> None:
    """Being here is enough: Celery then leaves the logging of settings.py as it is."""
