"""The product's settings, with the plain views and tables that it is compared with."""

import os

from config.environment import SERVER_VARIABLES

# What is filled and thrown away here are servers of one's own, whatever the shell knows of others.
for name in SERVER_VARIABLES:
    os.environ.pop(name, None)

from config.settings import *  # noqa: E402, F403
from config.settings import INSTALLED_APPS  # noqa: E402

INSTALLED_APPS = ["tests.bench", *INSTALLED_APPS]
ROOT_URLCONF = "tests.bench.urls"
