"""Erasing somebody: a chain of jobs, each of which may be killed and done again.

    ask ──► erase_person ──► forget (scoring) ──► clear_person ──► the certificate
      hidden   tombstones      scores, models       all else, table by table

From `ask` on the person is shown nowhere. Once the tombstones lie, nothing about them lands. What was said of them is
deleted as `tenants.models.held` has it; what they are named in, without being its subject, is searched for them.
"""

from datetime import timedelta

from django.db.models.functions import Now

from ingestion import selectors
from ingestion.errors import CannotLift
from ingestion.models import Contact, Erasure
from ingestion.services import noting, searching, tombstones
from tenants.models import User
from tenants.models.held import HELD
from tenants.services import clock, erasing, jobs

ROWS_A_STEP = 1_000
# How long what is on its way is waited for before it is looked at again: as long as it took already, within these.
SHORTEST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=1)
# Whose rows all else is found by.
LAST = "ingestion_contact"


def ask(contact: Contact, *, by: User | None) -> Erasure:
    """Hide the person who is this contact, and have them erased by jobs. Asked again, it is the same erasure.

    Of a person some of whom is being erased already, it is an erasure of the rest.
    """
    person = [it.pk for it in selectors.whole([contact])]
    locked = list(Contact.objects.select_for_update(no_key=True).filter(pk__in=person).order_by("id"))
    rest = [it.pk for it in locked if it.erasure is None]
    if not rest:
        return next(it.erasure for it in locked if it.erasure is not None)
    erasure = Erasure.objects.create(client_id=contact.client_id, asked_by=by)
    Contact.objects.filter(pk__in=rest).update(erasure=erasure)
    erasure.job = jobs.enqueue("erase_person", {"erasure": erasure.public_id}, dedupe_key=erasure.public_id)
    erasure.save(update_fields=["job"])
    return erasure


def begin(work: jobs.Work) -> None:
    """Lay tombstones for every identifier of the person; from then on nothing about them lands."""
    with work.finishing():
        erasure = Erasure.objects.get(public_id=work.args["erasure"])
        tombstones.lock(erasure.client_id, tombstones.ALONE)
        # Once more, for what landed since it was asked for; whoever is being erased otherwise is that erasure's.
        person = selectors.whole(list(Contact.objects.filter(erasure=erasure)))
        theirs = Contact.objects.filter(pk__in=[it.pk for it in person])
        theirs.filter(erasure__isnull=True).update(erasure=erasure)
        keys = selectors.keys_of(person)
        tombstones.lay(erasure, keys)
        # Before all else is: what is noted of an erasure that is rolled back is said once more.
        noting.note(noting.of(erasure, keys))
        Erasure.objects.filter(pk=erasure.pk).update(contacts=theirs.filter(erasure=erasure).count())
        jobs.enqueue("forget", {"erasure": erasure.public_id}, dedupe_key=erasure.public_id, parent=work.job)


def clear(work: jobs.Work) -> None:
    """Delete what is left of the person, and finish the certificate; or look again later, where something that came in
    before still waits to be landed.

    args: removed and models, as `forget` found them.
    """
    with work.reading():
        erasure = Erasure.objects.get(public_id=work.args["erasure"])
        contacts = selectors.being_erased(erasure.public_id)
    if erasure.finished_at is not None:
        return
    tables = list(erasing.tables_of("tenants", "django", "ingestion"))
    for number, table in enumerate(tables):
        if table.name != LAST:
            with work.step(50 * number // len(tables)):
                _add(erasure, {table.name: erasing.erase(table, contacts)})
    if _waits(work, erasure):
        return
    _search(work, erasure)
    if _waits(work, erasure):  # somebody may have had one tried again meanwhile
        return
    with work.finishing():
        _add(erasure, {LAST: erasing.erase(HELD[LAST], contacts), **work.args["removed"]})
        Erasure.objects.filter(pk=erasure.pk).update(learnt_by=work.args["models"], finished_at=Now())
        if erasure.lifted_at:  # before a backup was restored that knew nothing of either
            erasure.tombstones.all().delete()


def lift(erasure: Erasure, *, by: User | None) -> None:
    """Let what comes in from now on about the person land again, as about somebody new: they are a customer anew.

    What was dropped has left nothing; a source that sends it again has it landed. Raises CannotLift.
    """
    tombstones.lock(erasure.client_id, tombstones.ALONE)
    locked = Erasure.objects.select_for_update().get(pk=erasure.pk)
    if locked.finished_at is None:
        raise CannotLift("The person is still being erased. Lift it once that is finished.")
    if locked.lifted_at is not None:
        raise CannotLift("It is lifted already: rows about the person land.")
    locked.tombstones.all().delete()
    locked.lifted_at, locked.lifted_by = clock.now(), by
    locked.save(update_fields=["lifted_at", "lifted_by"])
    jobs.enqueue("note_erasures")


def _waits(work: jobs.Work, erasure: Erasure) -> bool:
    """Whether something that came before is still on its way: it is landed, without the person, and gone then."""
    with work.reading():
        waited = clock.now() - erasure.created_at
        is_there = selectors.files_waited_for(erasure).exists() or selectors.bodies_waited_for(erasure).exists()
    if is_there:
        with work.pausing(min(max(waited, SHORTEST_WAIT), LONGEST_WAIT)):
            pass
    return is_there


def _search(work: jobs.Work, erasure: Erasure) -> None:
    """Delete what names the person without being theirs, or names anybody else who was erased with the client."""
    with work.reading():
        laid = tombstones.laid(erasure.client_id)
    for number, (model, find) in enumerate(searching.SEARCHED.items()):
        with work.reading():
            found = list(find(erasure.client_id, laid))
        for at in range(0, len(found), ROWS_A_STEP):
            with work.step(50 + 10 * number):
                deleted, _ = model._default_manager.filter(pk__in=found[at : at + ROWS_A_STEP]).delete()
                _add(erasure, {model._meta.db_table: deleted})


def _add(erasure: Erasure, removed: dict[str, int]) -> None:
    """Count rows as gone, in the transaction in which they go, so that a job done twice counts them once."""
    locked = Erasure.objects.select_for_update().get(pk=erasure.pk)
    for table, rows in removed.items():
        if rows:
            locked.removed[table] = locked.removed.get(table, 0) + rows
    locked.save(update_fields=["removed"])
