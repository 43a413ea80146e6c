"""Empties the tables between transactional tests, as the database's superuser, without looking at keys.

By DELETE: most tables are empty, and TRUNCATE makes new files for every partition and index there is, which takes
longer than most tests. Numbers go on where they were: rows that are planted again (`tests.replanting`) have those of
before.
"""

from typing import Any

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection

KEPT = ("django_migrations", "django_content_type", "auth_permission")
EMPTY = """
DO $$
DECLARE
    name regclass;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT oid FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
        AND relname <> ALL (ARRAY[{}]) LOOP
        EXECUTE format('DELETE FROM ONLY %s', name);
    END LOOP;
END
$$
"""


class Command(BaseCommand):
    stealth_options = ("reset_sequences", "allow_cascade", "inhibit_post_migrate", "database", "interactive")

    def handle(self, *_: Any, **__: Any) -> None:
        address = settings.SERVERS.postgres.url(role="postgres", database=connection.settings_dict["NAME"])
        with psycopg.connect(address) as superuser:
            superuser.execute(EMPTY.format(", ".join(f"'{name}'" for name in KEPT)))
