"""From whatever is there to a database that is migrated and walled: what every start goes through."""

from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.db.migrations.exceptions import NodeNotFoundError
from django.db.migrations.executor import MigrationExecutor

import tenants.walls
from config import restored
from config.checks import refuse_what_is_broken
from config.embedded import ServerFailed
from ingestion.services import restoring

HALF_WAY = (
    "This database is of a version before the first release, and has its migrations only in part. docs/runbook.md says "
    "how it goes on (“Which roles does the database need?”); what a local trial keeps, in var/, may be deleted instead."
)
ROLES = Path(tenants.walls.__file__).with_name("roles.sql")


def prepare(say: Callable[[str], None]) -> None:
    """Start the embedded servers where no others are set, migrate as the owner, refuse broken walls, and
    do erasures again that a restored database does not know.

    Raises ServerFailed or SystemCheckError, each with a sentence. Where DATABASE_OWNER_URL is not set, somebody else
    migrates, and only the walls are looked at.
    """
    if settings.EMBEDDED:
        settings.SERVERS.start(say=say)
        settings.SERVERS.postgres.create_database(settings.DATABASES["default"]["NAME"], laid_with=ROLES.read_text())
    if "owner" in settings.DATABASES:
        try:
            executor = MigrationExecutor(connections["owner"])
        except NodeNotFoundError as half_way:
            raise ServerFailed(HALF_WAY) from half_way
        pending = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
        if pending:
            say(f"migrating the database ({pending} steps)")
        # Also where nothing is pending: what follows a migration is due now and then (the coming months' partitions).
        call_command("migrate", database="owner", verbosity=0)
        connections["owner"].close()
    refuse_what_is_broken(but=restored.LACKING)
    say("the walls between agencies are whole")
    again = restoring.erase_again()
    if again:
        say(f"restored from a backup; erasures since then that are done again: {again}")
