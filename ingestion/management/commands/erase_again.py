"""`manage.py erase_again`: what a restored database lacks of the erasures that were noted beside it."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ingestion.errors import NotesUnreadable
from ingestion.services import restoring


class Command(BaseCommand):
    help = (
        "After a backup was restored: hide whoever was erased since it was made, as ERASURES_FILE has it, and queue "
        "the jobs that erase them again. Nothing serves before; “manage.py up” does it by itself."
    )
    # What is refused to servers is put right here.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--write-anew",
            action="store_true",
            help="where the file is lost for good: note there what is in this database, and do nothing again",
        )

    def handle(self, *_: Any, **options: Any) -> None:
        if settings.ERASURES_FILE is None:
            raise CommandError("Set ERASURES_FILE: what is not in this database is noted there.")
        try:
            if options["write_anew"]:
                restoring.write_anew()
                self.stdout.write(f"{settings.ERASURES_FILE} has every erasure of this database.")
            elif not settings.ERASURES_FILE.exists():
                raise CommandError(f"There is no {settings.ERASURES_FILE}. Is its volume there, and the name right?")
            else:
                found = restoring.erase_again()
                self.stdout.write(f"Erasures that are done again: {found}.")
        except (NotesUnreadable, OSError) as unreadable:
            raise CommandError(str(unreadable)) from unreadable
