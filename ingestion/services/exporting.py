"""Everything that is kept of somebody, in one archive: read table by table, as the registry has it."""

from collections.abc import Iterator
from datetime import timedelta

from django.apps import apps
from django.db.models.functions import Now

from ingestion import selectors
from ingestion.formats.archive import Sheet, packed
from ingestion.models import Contact, Export, Rejection
from ingestion.services import searching
from tenants.models import User
from tenants.models.held import HELD, Action, Table
from tenants.services import erasing, jobs

KEPT = timedelta(days=7)
PREFACE = """Everything that is kept of one person, by every name under which they are known to be here.

Of each table there is a CSV file for spreadsheets and a JSON file with the same rows. What was posted or handed over
and has not been read yet is not among them: it holds other people's data as well, and is gone once it is read. E-mail
addresses are not kept: for them, and for every other identifier, stands a keyed hash (“key”). In CSV files an
apostrophe stands before what a spreadsheet would take for a formula."""


def ask(contact: Contact, *, by: User | None) -> Export:
    """Have everything of the person who is this contact put into an archive."""
    export = Export.objects.create(contact=contact, asked_by=by)
    export.job = jobs.enqueue("export_person", {"export": export.public_id})
    export.save(update_fields=["job"])
    return export


def make(work: jobs.Work) -> None:
    """Make the archive; not of somebody who is being erased since it was asked for."""
    with work.reading():
        export = Export.objects.filter(public_id=work.args["export"], contact__erasure__isnull=True).first()
        if export is None:
            return
        content = packed(list(_sheets(export.contact)), preface=PREFACE)
    with work.finishing():
        waiting = Export.objects.filter(pk=export.pk, contact__erasure__isnull=True)
        waiting.update(content=content, finished_at=Now(), expires_at=Now() + KEPT)


def _sheets(contact: Contact) -> Iterator[Sheet]:
    person = selectors.whole([contact])
    ids = [it.pk for it in person]
    for table in erasing.tables_of("tenants", "ingestion", "scoring"):
        if table.whose and table.name != Export._meta.db_table:
            columns = _columns(table)
            yield Sheet(*_called(table), columns, list(erasing.rows_of(table, ids, columns)))
    # Not bodies and answers: they hold others' data as well, and are gone soon.
    table = HELD[Rejection._meta.db_table]
    columns = ["created_at", *table.having(Action.SEARCHED)]
    about = searching.rejections(contact.client_id, selectors.keys_of(person), mentions=False)
    yield Sheet(*_called(table), columns, list(Rejection.objects.filter(pk__in=list(about)).values_list(*columns)))


def _columns(table: Table) -> list[str]:
    shown = [name for name in ("public_id", "created_at") if name in table.columns]
    return [*shown, *table.having(Action.ROW)]


def _called(table: Table) -> tuple[str, str]:
    """Return what a table's files are called, and what one row of it is."""
    model = next(it for it in apps.get_models() if it._meta.db_table == table.name)
    return table.name.partition("_")[2], " ".join((model.__doc__ or "").split("\n\n")[0].split())


def expire() -> None:
    """Let go of archives that were kept for long enough."""
    Export.objects.filter(expires_at__lte=Now()).delete()
