"""Empties the tables between transactional tests, as the database's superuser: the web's own role may not TRUNCATE."""

from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection

KEPT = ("django_migrations", "django_content_type", "auth_permission")


class Command(BaseCommand):
    stealth_options = ("reset_sequences", "allow_cascade", "inhibit_post_migrate", "database", "interactive")

    def handle(self, *_: Any, **__: Any) -> None:
        tables = [name for name in connection.introspection.table_names() if name not in KEPT]
        address = settings.SERVERS.postgres.url(role="postgres", database=connection.settings_dict["NAME"])
        with psycopg.connect(address, autocommit=True) as superuser:
            superuser.execute(f"TRUNCATE {', '.join(tables)} RESTART IDENTITY CASCADE")
