"""What is left of people in scores and models once they object, or are erased."""

from datetime import timedelta

import polars as pl
import pytest
from django.db.models.functions import Now
from django.utils import timezone

from ingestion import selectors
from ingestion.models import Contact
from scoring.features.clock import as_known
from scoring.features.matrix import matrix
from scoring.models import Artefact, ModelState, ModelVersion, RunState, Score, ScoreRun
from scoring.services import forgetting, training
from tests.conftest import Agency, within
from tests.ingestion.doors import act, change, send
from tests.ingestion.people import ask, erase
from tests.scoring.agency import ask as ask_for
from tests.scoring.agency import begun, do, forget_the_cast, past, shown, work_off
from tests.scoring.frames import AS_OF, facts, link, outcome
from tests.scoring.frames import act as an_act

pytestmark = pytest.mark.django_db(transaction=True)


def learn(agency: Agency, *, ago: float, left_out: dict[str, object] | None = None) -> ModelVersion:
    """Make a model that was learnt so many days ago, and is not in use."""
    with within(agency):
        stored = Artefact.objects.create(digest=str(ago).encode(), signature=b"s", content=b"c")
        as_of = timezone.now() - timedelta(days=ago)
        return ModelVersion.objects.create(
            state=ModelState.CANDIDATE, sentence="s", as_of=as_of, target=["purchase"], horizon_days=60,
            artefact=stored, data={"left_out": left_out or {}},
        )  # fmt: skip


def in_use(agency: Agency) -> ModelVersion:
    with within(agency):
        return ModelVersion.objects.get(state=ModelState.PROMOTED)


def test_the_models_that_had_seen_them_are_marked_and_named(agency: Agency) -> None:
    """T90."""
    change(agency, known_at_basis="lagged", known_after_days=0)
    with within(agency):
        ModelVersion.objects.update(as_of=timezone.now() - timedelta(days=900))
    send(agency, [act(1, occurred_at=(timezone.now() - timedelta(days=10)).isoformat())])
    before, after = learn(agency, ago=20), learn(agency, ago=5)
    without = learn(agency, ago=4, left_out={agency.source.public_id: {"acts": 1}})
    found = erase(agency)
    assert found.learnt_by == [after.public_id]
    with within(agency):
        marked = list(ModelVersion.objects.filter(saw_erased_at__isnull=False))
    assert marked == [after]
    assert before not in marked
    assert without not in marked
    shown_one = agency.program().get(f"/v1/models/{after.public_id}").json()
    assert shown_one["saw_erased_at"] is not None


def test_the_next_night_learns_without_them_once(agency: Agency) -> None:
    """T90."""
    forget_the_cast(agency)
    past(agency)
    ask_for(agency, "retrain")
    work_off(agency)
    saw = in_use(agency)
    with within(agency):
        assert not training.is_due()
    assert erase(agency, "person0").learnt_by == [saw.public_id]
    with within(agency):
        assert training.is_due()
    ask_for(agency, "nightly_scoring")
    assert "retrain" in {job.kind for job in work_off(agency)}
    without = in_use(agency)
    assert without != saw
    assert without.saw_erased_at is None
    with within(agency):
        assert not training.is_due()
        saw.refresh_from_db()
        assert saw.state == ModelState.RETIRED


def test_what_was_learnt_with_them_is_deleted_after_thirty_days(agency: Agency) -> None:
    """T90."""
    send(agency, [act(1)])
    with within(agency):
        ModelVersion.objects.update(as_of=timezone.now() + timedelta(days=1))
    erase(agency)
    version = in_use(agency)
    with within(agency):
        forgetting.let_go()
        assert Artefact.objects.count() == 1
        ModelVersion.objects.update(saw_erased_at=Now() - forgetting.KEPT)
    do(agency, ask_for(agency, "nightly_scoring"))
    with within(agency):
        version.refresh_from_db()
        assert (version.state, version.artefact, Artefact.objects.count()) == (ModelState.RETIRED, None, 0)


def test_who_was_erased_while_something_was_learnt_is_known_afterwards(agency: Agency) -> None:
    send(agency, [act(1)])
    with within(agency):
        before = selectors.erasures_asked_for()
    asked = ask(agency)
    with within(agency):
        assert selectors.erasures_asked_for() - before == {asked.pk}


def test_scores_go_with_whoever_is_erased(agency: Agency) -> None:
    with within(agency):
        handle = Contact.objects.get().handle
    found = erase(agency, handle)
    assert found.removed["scoring_score"] == 1
    assert shown(agency) == []


def test_a_run_that_had_read_them_writes_no_score_of_theirs(agency: Agency) -> None:
    send(agency, [act(1), act(2, actor={"handle": "bob"})])
    with within(agency):
        ModelVersion.objects.update(state=ModelState.RETIRED, retired_at=Now())
    (job,) = begun(agency)
    ask(agency)
    do(agency, job)
    with within(agency):
        (run_,) = ScoreRun.objects.filter(state=RunState.CURRENT)
        written = set(Score.objects.filter(run=run_).values_list("contact__handle", flat=True))
    assert "bob" in written
    assert "ada" not in written
    assert run_.contacts == len(written)


def test_nothing_is_computed_of_whoever_is_withheld_nor_of_whom_they_turn_out_to_be() -> None:
    acts = [an_act(contact=number) for number in (1, 2, 3)]
    there = facts(acts, [outcome(contact=2)], [link(2, 1)], withheld=[2])
    assert matrix(there, AS_OF)["person"].to_list() == [3]
    known = as_known(there, AS_OF)
    assert known.outcomes.is_empty()
    assert matrix(facts(acts, [outcome(contact=2)], [link(2, 1)]), AS_OF).filter(pl.col("person") == 1).height == 1
