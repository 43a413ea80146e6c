"""The product's settings with short waits, and handlers that can be counted."""

import os
from datetime import timedelta

from config.environment import SERVER_VARIABLES

# What is killed and emptied here are servers of one's own, whatever the shell knows of others.
for name in SERVER_VARIABLES:
    os.environ.pop(name, None)

from config.settings import *  # noqa: E402, F403
from config.settings import CELERY_BROKER_TRANSPORT_OPTIONS, INSTALLED_APPS  # noqa: E402

INSTALLED_APPS = ["tests.chaos", *INSTALLED_APPS]
JOB_LEASE = timedelta(seconds=2)
JOB_RING_AGAIN = timedelta(seconds=2)
JOB_BACK_OFF = timedelta(seconds=0.2)
CELERY_TASK_TIME_LIMIT = 60
CELERY_BROKER_TRANSPORT_OPTIONS = {**CELERY_BROKER_TRANSPORT_OPTIONS, "visibility_timeout": 20}
CELERY_BEAT_SCHEDULE = {"tick": {"task": "tick", "schedule": timedelta(seconds=1)}}
# Whether a worker has to hold its job when it writes. Without that the same run shows what the fence is for.
FENCE = os.environ.get("CHAOS_FENCE", "on") == "on"
