"""What a restored database is refused for at boot: whoever was erased since its backup would be there again."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

from ingestion.errors import NotesUnreadable
from ingestion.models import Erasure
from ingestion.services import restoring

LACKING = "earnest.E004"
UNUSABLE = "earnest.E005"
LOST = (
    "There is no {} (ERASURES_FILE), and this database has erasures: bring the file back from where it is kept. Where "
    "it is lost for good, and this database is no backup, “manage.py erase_again --write-anew” writes it."
)


@register(Tags.database)
def erasures_hold(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Whoever was erased is erased in this database, too, which may have been restored from a backup of before."""
    file = settings.ERASURES_FILE
    if "default" not in (databases or ()) or settings.PROCESS == "dispatcher" or file is None:
        return []
    if Erasure._meta.db_table not in connections["default"].introspection.table_names():
        return []  # not migrated yet, which the walls say
    try:
        wrong = _unusable(file)
        lacking = 0 if wrong else restoring.lacking()
    except (NotesUnreadable, OSError) as unreadable:
        wrong, lacking = str(unreadable), 0
    if lacking:
        sentence = (
            f"Erasures in ERASURES_FILE that this database lacks: {lacking}. It was restored from a backup of before "
            "them. Run “manage.py erase_again” first; “manage.py up” does it by itself."
        )
        return [Error(sentence, id=LACKING)]
    return [Error(wrong, id=UNUSABLE)] if wrong else []


def _unusable(file: Path) -> str:
    """Return why the file cannot be what it is for, or nothing."""
    place = file if file.exists() else file.parent
    if not file.parent.is_dir():
        return f"There is no folder {file.parent}, where ERASURES_FILE is."
    if settings.PROCESS == "worker" and not os.access(place, os.W_OK):
        return f"{place} (ERASURES_FILE) cannot be written."
    return LOST.format(file) if restoring.is_file_lost() else ""
