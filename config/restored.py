"""What a restored database is refused for at boot: whoever was erased since its backup would be there again."""

import os
from collections.abc import Sequence
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


@register(Tags.database)
def erasures_hold(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **_: Any
) -> list[CheckMessage]:
    """Whoever was erased is erased in this database, too, which may have been restored from a backup of before."""
    if "default" not in (databases or ()) or settings.PROCESS == "dispatcher" or settings.ERASURES_FILE is None:
        return []
    if not settings.ERASURES_FILE.parent.is_dir():
        return [Error(f"There is no folder {settings.ERASURES_FILE.parent}, where ERASURES_FILE is.", id=UNUSABLE)]
    if settings.PROCESS == "worker" and not os.access(settings.ERASURES_FILE.parent, os.W_OK):
        return [Error(f"{settings.ERASURES_FILE.parent}, where ERASURES_FILE is, cannot be written.", id=UNUSABLE)]
    if Erasure._meta.db_table not in connections["default"].introspection.table_names():
        return []  # not migrated yet, which the walls say
    try:
        lacking = restoring.lacking()
    except NotesUnreadable as unreadable:
        return [Error(str(unreadable), id=UNUSABLE)]
    sentence = (
        f"{lacking} of the erasures in ERASURES_FILE are not in this database: it was restored from a backup of before "
        "them. Run “manage.py erase_again” first; “manage.py up” does it by itself."
    )
    return [Error(sentence, id=LACKING)] if lacking else []
