"""`manage.py erase_again`: what a restored database lacks of the erasures that were noted beside it."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ingestion.errors import NotesUnreadable
from ingestion.services import restoring


class Command(BaseCommand):
    help = (
        "After a backup was restored: hide whoever was erased since it was made, as ERASURES_FILE has it, and queue "
        "the jobs that erase them again. Nothing serves before; “manage.py up” does it by itself."
    )
    # What is refused to servers is put right here.
    requires_system_checks = ()

    def handle(self, *_: Any, **__: Any) -> None:
        try:
            found = restoring.erase_again()
        except NotesUnreadable as unreadable:
            raise CommandError(str(unreadable)) from unreadable
        self.stdout.write(f"{found} erasures are done again." if found else "Every erasure is in this database.")
