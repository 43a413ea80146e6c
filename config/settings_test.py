"""The product's settings, on servers that live as long as the tests (tests/conftest.py starts them).

The first process decides where they live; pytest's workers inherit the answer. The demo's servers are never touched.
"""

import os
import tempfile

from config.environment import SERVER_VARIABLES

if "EARNEST_TEST_VAR" not in os.environ:
    os.environ["EARNEST_TEST_VAR"] = tempfile.mkdtemp(prefix="earnest-test-")
os.environ["EARNEST_VAR"] = os.environ["EARNEST_TEST_VAR"]
os.environ.setdefault("OMP_NUM_THREADS", "1")  # as workers have it (config/celery.py)
for name in (*SERVER_VARIABLES, "EARNEST_PROCESS"):
    os.environ.pop(name, None)

from config.embedded import Servers  # noqa: E402
from config.settings import *  # noqa: E402, F403
from config.settings import CACHES, DATABASES, INSTALLED_APPS, VAR  # noqa: E402

SERVERS = Servers(VAR, durable=False)
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# No test asks a platform: where one is played, it stands in for its host.
OUTBOUND = False
# Hashing a password is slow on purpose; the tests sign in hundreds of times.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Every browser of a test makes the middleware anew, which would go through all static files each time: five sixths of
# what a request costs here.
WHITENOISE_AUTOREFRESH = True
# Brings `flush` that empties tables as their owner: the web's role may not TRUNCATE.
INSTALLED_APPS = ["tests", *INSTALLED_APPS]
# Each test's transaction needs its own connection, and a database can only be copied while nobody is connected.
DATABASES["default"]["OPTIONS"].pop("pool", None)
# Clearing a cache clears a whole database of Valkey, so every worker of pytest has its own.
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
CACHES["default"]["LOCATION"] = REDIS_URL = SERVERS.valkey.url(database=WORKER)
ERASURES_FILE = VAR / f"erasures-{WORKER}.ndjson"
