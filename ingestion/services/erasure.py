"""Erasing somebody: a chain of jobs, each of which may be killed and done again.

    ask ──► erase_person ──► forget (scoring) ──► clear_person ──► the certificate
      hidden   tombstones      scores, models       all else, table by table

From `ask` on the person is shown nowhere. Once the tombstones lie, nothing about them lands. What was said of them is
deleted as `tenants.models.held` has it; what they are named in, without being its subject, is searched for them.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from ingestion import selectors
from ingestion.errors import ExpandedTooLarge, FileRefused
from ingestion.formats.naming import Naming
from ingestion.models import Contact, Erasure, FileBlock, FileImport, HookBody, Rejection, Source, Tombstone
from ingestion.services import files, landing, tombstones
from tenants.models import Answer, Job, Platform, User
from tenants.models.held import HELD, Action
from tenants.models.job import OPEN
from tenants.services import erasing, jobs
from tenants.services.secret import secret_for

ROWS_A_STEP = 1_000
# Until then, what came in before is digested and landed, and gone.
WAIT = timedelta(minutes=1)
# Whose rows all else is found by.
LAST = "ingestion_contact"


def ask(contact: Contact, *, by: User | None) -> Erasure:
    """Hide the person who is this contact, and have them erased by jobs. Asked again, it is the same erasure."""
    person = selectors.whole([contact])
    locked = Contact.objects.select_for_update(no_key=True).filter(pk__in=[it.pk for it in person]).order_by("id")
    for it in list(locked):
        if it.erasure is not None:
            return it.erasure
    erasure = Erasure.objects.create(client_id=contact.client_id, asked_by=by)
    Contact.objects.filter(pk__in=[it.pk for it in person]).update(erasure=erasure)
    erasure.job = jobs.enqueue("erase_person", {"erasure": erasure.public_id}, dedupe_key=erasure.public_id)
    erasure.save(update_fields=["job"])
    return erasure


def begin(work: jobs.Work) -> None:
    """Lay tombstones for every identifier of the person; from then on nothing about them lands."""
    with work.finishing():
        erasure = Erasure.objects.get(public_id=work.args["erasure"])
        tombstones.lock(erasure.client_id, tombstones.ALONE)
        # Once more, for what landed since it was asked for.
        person = selectors.whole(list(Contact.objects.filter(erasure=erasure)))
        Contact.objects.filter(pk__in=[it.pk for it in person]).update(erasure=erasure)
        Tombstone.objects.bulk_create(
            (Tombstone(client_id=erasure.client_id, erasure=erasure, key=key) for key in selectors.keys_of(person)),
            ignore_conflicts=True,
        )
        Erasure.objects.filter(pk=erasure.pk).update(contacts=len(person))
        jobs.enqueue("forget", {"erasure": erasure.public_id}, dedupe_key=erasure.public_id, parent=work.job)


def clear(work: jobs.Work) -> None:
    """Delete what is left of the person, and finish the certificate; or look again in a minute, where something that
    came in before still waits to be landed.

    args: removed and models, as `forget` found them.
    """
    with work.reading():
        erasure = Erasure.objects.get(public_id=work.args["erasure"])
        contacts = selectors.being_erased(erasure.public_id)
        keys = {bytes(key) for key in Tombstone.objects.filter(erasure=erasure).values_list("key", flat=True)}
        tries = naming(erasure.client_id)
    if erasure.finished_at is not None:
        return
    tables = list(erasing.tables_of("tenants", "django", "ingestion"))
    for number, table in enumerate(tables):
        if table.name != LAST:
            with work.step(50 * number // len(tables)):
                _add(erasure, {table.name: erasing.erase(table, contacts)})
    _search(work, erasure, lambda text: not keys.isdisjoint(tries.mentioned(text)))
    with work.finishing():
        if _something_waits(erasure):
            jobs.enqueue("clear_person", work.args, delay=WAIT, parent=erasure.job)
            return
        _add(erasure, {LAST: erasing.erase(HELD[LAST], contacts), **work.args["removed"]})
        Erasure.objects.filter(pk=erasure.pk).update(learnt_by=work.args["models"], finished_at=Now())


def naming(client_id: int) -> Naming:
    """Return what finds a client's people in texts."""
    sources = Source.objects.filter(client_id=client_id).values_list("public_id", flat=True)
    return Naming(secret_for(landing.IDENTITY), Platform.values, {"", *sources})


def _add(erasure: Erasure, removed: dict[str, int]) -> None:
    """Count rows as gone, in the transaction in which they go, so that a job done twice counts them once."""
    locked = Erasure.objects.select_for_update().get(pk=erasure.pk)
    for table, rows in removed.items():
        if rows:
            locked.removed[table] = locked.removed.get(table, 0) + rows
    locked.save(update_fields=["removed"])


def _search(work: jobs.Work, erasure: Erasure, names: Callable[[str], bool]) -> None:
    """Delete the rows of others that name the person, whichever tables the registry says may have some."""
    for number, (table, rows) in enumerate(searched(erasure.client_id).items()):
        columns = HELD[table].having(Action.SEARCHED)
        with work.reading():
            found = [
                pk
                for pk, *texts in rows.values_list("pk", *columns).iterator()
                if any(names(text_of(it)) for it in texts)
            ]
        for at in range(0, len(found), ROWS_A_STEP):
            with work.step(50 + 10 * number):
                deleted, _ = rows.filter(pk__in=found[at : at + ROWS_A_STEP]).delete()
                _add(erasure, {table: deleted})
    _give_up_files(work, erasure, names)


def searched(client_id: int) -> dict[str, QuerySet[Any]]:
    """Return the rows to be searched, by table. Bodies that are still to be digested are gone soon by themselves."""
    return {
        "ingestion_rejection": Rejection.objects.filter(delivery__source__client=client_id),
        "tenants_answer": Answer.objects.all(),
        "ingestion_hookbody": HookBody.objects.exclude(job__state__in=OPEN),
    }


def text_of(value: str | bytes | memoryview) -> str:
    """Return what is to be searched as text."""
    return value if isinstance(value, str) else bytes(value).decode(errors="replace")


def _give_up_files(work: jobs.Work, erasure: Erasure, names: Callable[[str], bool]) -> None:
    """Let files go that name the person and have not begun, or whose jobs have stopped: nobody knows when they would
    be landed.
    """
    with work.reading():
        found = [file.pk for file in _files(erasure) if not _is_at_work(file) and _is_named_in(file, names)]
    with work.step(90):
        blocks = 0
        for file in FileImport.objects.filter(pk__in=found).select_for_update():
            if not _is_at_work(file):  # somebody may have begun it meanwhile
                blocks += FileBlock.objects.filter(file=file).delete()[0]
                _give_up(file)
        _add(erasure, {"ingestion_fileblock": blocks})


def _give_up(file: FileImport) -> None:
    if file.has_begun:
        file.rows = file.received
        file.save(update_fields=["rows"])
    else:
        file.delete()


def _files(erasure: Erasure) -> QuerySet[FileImport]:
    """Return the client's files that came before and are not all landed."""
    files = FileImport.objects.filter(source__client=erasure.client_id, created_at__lte=erasure.created_at)
    return files.filter(Exists(FileBlock.objects.filter(file=OuterRef("pk"))))


def _is_at_work(file: FileImport) -> bool:
    jobs_of_it = Job.objects.filter(Q(pk=file.job_id) | Q(parent_id=file.job_id), state__in=OPEN)
    return file.has_begun and jobs_of_it.exists()


def _is_named_in(file: FileImport, names: Callable[[str], bool]) -> bool:
    """Whether a file names the person, or holds nothing that can be read."""
    rest = b""
    try:
        for stretch in files.texts(file):
            whole, _, rest = (rest + stretch).rpartition(b"\n")
            if names(text_of(whole)):
                return True
    except (FileRefused, ExpandedTooLarge):
        return True
    return names(text_of(rest))


def _something_waits(erasure: Erasure) -> bool:
    """Whether anything that came before is still on its way: it is landed, without the person, and gone then."""
    bodies = HookBody.objects.filter(job__state__in=OPEN, created_at__lte=erasure.created_at)
    return bodies.exists() or any(_is_at_work(file) for file in _files(erasure))
