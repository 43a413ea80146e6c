#!/usr/bin/env python3
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # What is learnt here takes one core, as in a worker (config/celery.py).
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    execute_from_command_line(sys.argv)
