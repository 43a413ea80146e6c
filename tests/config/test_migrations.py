"""What led up to the first release is folded, and databases from before go on or are refused (decision 0012)."""

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.exceptions import NodeNotFoundError
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from config.embedded import ServerFailed
from config.installation import prepare

Key = tuple[str, str]

ON_DISK = MigrationLoader(None).disk_migrations
FOLDED = [key for key in ON_DISK if key[0] in {"tenants", "ingestion", "scoring"} and ON_DISK[key].replaces]
OLD = {key: ON_DISK[key].replaces for key in FOLDED}
KEPT = [key for key in ON_DISK if key not in FOLDED]


def steps(monkeypatch: pytest.MonkeyPatch, applied: list[Key]) -> list[Key]:
    """Return what would be run on a database on which these are applied."""
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda _: dict.fromkeys(applied))
    executor = MigrationExecutor(connection)
    return [(it.app_label, it.name) for it, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]


def test_a_database_that_was_up_to_date_has_nothing_to_run(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(FOLDED) == 3
    assert steps(monkeypatch, [*KEPT, *(old for names in OLD.values() for old in names)]) == []


@pytest.mark.parametrize("half", FOLDED)
def test_a_start_says_so_in_a_sentence(half: Key, monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.EMBEDDED = False
    monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda _: dict.fromkeys([*KEPT, OLD[half][0]]))
    with pytest.raises(ServerFailed, match="a version before the first release"):
        prepare(print)


@pytest.mark.parametrize("half", FOLDED)
def test_a_database_that_was_not_is_refused(half: Key, monkeypatch: pytest.MonkeyPatch) -> None:
    others = [*KEPT, *(old for key, names in OLD.items() if key != half for old in names)]
    for count in range(1, len(OLD[half])):
        for applied in (others, []):  # also where nothing else is: then what follows is not run without it
            with pytest.raises(NodeNotFoundError, match="some of the replaced migrations are already applied"):
                steps(monkeypatch, [*applied, *OLD[half][:count]])
