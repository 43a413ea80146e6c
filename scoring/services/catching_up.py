"""Between two runs: whoever has new rows is scored anew within minutes, at a cost that follows them and not the agency.

    catch_up ──► who changed? ──► their facts, and of those they have to do with ──► their scores, in the current run
       └─ again, EVERY so often

One job an agency, which never ends. It writes in one transaction and holds the run that it writes into, so readers see
one run all the time, with or without the new scores, and a run that is shown meanwhile is left alone. What people
change by hand beside adding rows (a link that is ended, a campaign, a warning that is acknowledged) counts with the
night's run.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db.models import F

from ingestion import selectors as ingested
from scoring import selectors
from scoring.features.clock import Facts, main_currency
from scoring.features.matrix import rows_of, seen
from scoring.features.today import today
from scoring.learning.model import Model
from scoring.learning.scoring import Scores, score_some
from scoring.learning.yardstick import Yardstick, kept
from scoring.models import BandChange, ClientRun, RunState, ScoreRun
from scoring.services import artefacts, facts, writing
from tenants import selectors as tenants
from tenants.models.job import OPEN
from tenants.services import clock, jobs

KIND = "catch_up"
EVERY = timedelta(minutes=2)
# Rows come to be seen once their transaction ends. What takes longer than this to come in counts with the night's run.
GRACE = timedelta(minutes=1)
# Beyond so many it is better to score everybody.
MOST = 5_000
# For so long it can be looked up how somebody's band has changed.
CHANGES_KEPT = timedelta(days=400)


@dataclass(frozen=True)
class Part:
    """Some people of one client, with what is needed to score them anew: their facts, and those of whom they had to do
    with. people: all their contacts.
    """

    client_id: int
    people: Collection[int]
    known: Facts
    against: Yardstick


def keep_up(*, at_once: bool) -> None:
    """Have the current run kept up to date, from now on or a little later."""
    job = jobs.enqueue(KIND, dedupe_key=KIND, delay=EVERY)
    if at_once or job.state not in OPEN:
        jobs.hurry(job)


def catch_up(work: jobs.Work) -> None:
    """Score anew, in the current run, of whom something came in since it was made, or since the last time."""
    with work.reading():
        as_of = clock.now()
        run = selectors.current_run()
        changed = _changed(run)
        is_too_much = run is not None and not _is_worth_while(run, changed)
        parts = [] if run is None or is_too_much else _parts(run, changed, as_of)
        model = artefacts.opened(run.model) if run and run.model and parts else None
    scored = [(part, _scored(part, model, as_of)) for part in parts]
    with work.pausing(EVERY):
        if is_too_much:
            _score_everybody()
        elif run is not None and scored:
            _write(run, scored, as_of)


def forget_changes() -> None:
    """Delete the changes of bands that were kept for long enough."""
    BandChange.objects.filter(at__lt=clock.now() - CHANGES_KEPT).delete()


def _changed(run: ScoreRun | None) -> dict[int, list[int]]:
    """Return of whom something came in, by client, which is not in the scores of a run."""
    # Where somebody said of which moment scores are to speak, that is what they speak of.
    if run is None or "as_of" in run.job.args:
        return {}
    # A model that cannot be opened scores nobody; the next run has another learnt.
    if run.model is not None and not artefacts.is_sound(run.model):
        return {}
    since = (run.caught_up_at or run.as_of) - GRACE
    changed = ingested.changed(since, most=MOST + 1)
    for client_id, contact_ids in selectors.spoken_of(since).items():
        changed[client_id] = sorted({*changed.get(client_id, ()), *contact_ids})
    return changed


def _is_worth_while(run: ScoreRun, changed: Mapping[int, Collection[int]]) -> bool:
    """Whether so few have changed, of clients that the run has scored, that they are to be scored alone."""
    return sum(map(len, changed.values())) <= MOST and selectors.has_parts(run, changed)


def _score_everybody() -> None:
    begun = ScoreRun.objects.filter(state=RunState.OPEN).exists()
    if not begun and tenants.at_work("rescore") is None:
        jobs.enqueue("rescore")


def _parts(run: ScoreRun, changed: Mapping[int, Collection[int]], as_of: datetime) -> list[Part]:
    """Read what is needed to score some contacts anew, by client. Every client is one that the run has scored."""
    found = []
    for of_client in ClientRun.objects.filter(run=run, client__in=changed):
        client_id = of_client.client_id
        people = ingested.people_of(changed[client_id])
        near = {*people, *ingested.around(people)}
        known = facts.known(before=as_of, client_id=client_id, contact_ids=near)
        known = replace(known, currencies=main_currency(client_id, of_client.currency))
        against = kept(of_client.mean, of_client.worths, of_client.ranks)
        found.append(Part(client_id, people, known, against))
    return found


def _scored(part: Part, model: Model | None, as_of: datetime) -> Scores:
    """Return the scores of a part's people, held against what all contacts were like in the run."""
    there = seen(part.known, as_of)
    rows = rows_of(there, model.attributes if model else ())
    return score_some(rows, part.people, model, part.against).beside(today(there, rows, as_of))


def _write(run: ScoreRun, scored: Iterable[tuple[Part, Scores]], as_of: datetime) -> None:
    held = ScoreRun.objects.select_for_update(no_key=True).get(pk=run.pk)
    if held.state != RunState.CURRENT:
        return  # another is shown, which is caught up with the next time
    grown = sum(writing.write_anew(scores, held, it.client_id, it.people, as_of) for it, scores in scored)
    ScoreRun.objects.filter(pk=held.pk).update(caught_up_at=as_of, contacts=F("contacts") + grown)
