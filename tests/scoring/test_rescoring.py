"""Scoring as jobs: what readers see, and what happens when something dies half way."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from ingestion.models import Engagement, Shape, Source
from ingestion.services import batches
from scoring.learning.scoring import Scores
from scoring.models import RunState, Score, ScoreRun
from tenants.models import Client, Job, JobState
from tests.conftest import Agency, make_agency, within
from tests.scoring.agency import ask, begun, do, forget_the_cast, only, shown, waiting, work_off

pytestmark = pytest.mark.django_db(transaction=True)


def states(agency: Agency) -> list[str]:
    with within(agency):
        return list(ScoreRun.objects.order_by("id").values_list("state", flat=True))


def with_two_clients(agency: Agency) -> None:
    like = {"id": "1", "kind": "like", "occurred_at": "2026-05-01T00:00:00Z", "actor": {"handle": "somebody"}}
    with within(agency):
        other = Client.objects.create(name="Another brand")
        source = Source.objects.create(client=other, name="Theirs", kind="own_system", platform="instagram")
        batches.receive(json.dumps([like]).encode(), source_id=source.public_id, shape=Shape.ENGAGEMENTS)


def test_readers_see_one_run_and_never_a_mix(mine: Agency) -> None:
    with_two_clients(mine)
    for job in begun(mine):
        do(mine, job)
    before = {score.run_id for score in shown(mine)}
    assert len(before) == 1
    first, second = begun(mine)
    do(mine, first)
    assert {score.run_id for score in shown(mine)} == before, "half of the new run is there, and nobody sees it"
    do(mine, second)
    after = {score.run_id for score in shown(mine)}
    assert len(after) == 1
    assert after != before
    assert states(mine) == ["past", "current"]


def test_the_scores_of_a_run_before_are_deleted_and_the_run_is_kept(mine: Agency) -> None:
    for _ in range(2):
        ask(mine, "rescore")
        work_off(mine)
    with within(mine):
        assert Score.objects.values("run").distinct().count() == 1
    assert states(mine) == ["past", "current"]


def test_a_worker_that_dies_while_it_scores_leaves_nothing(mine: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    """T81: half written, then dead; the next attempt writes it whole."""
    with_two_clients(mine)
    first, second = begun(mine)
    do(mine, first)

    def dying(scores: Scores, columns: Any) -> Iterator[bytes]:
        yield next(real(scores, columns))
        raise MemoryError

    real = Scores.lines
    with monkeypatch.context() as patched:
        patched.setattr(Scores, "lines", dying)
        do(mine, second)
    with within(mine):
        assert Job.objects.get(pk=second.pk).state == JobState.QUEUED
        Job.objects.filter(pk=second.pk).update(run_after=timezone.now())
        assert Score.objects.count() == 1
    assert shown(mine) == []
    do(mine, second)
    assert len(shown(mine)) == 2


def test_an_older_run_that_ends_late_is_not_shown(mine: Agency) -> None:
    """T82: two at once."""
    (late,) = begun(mine)
    (newer,) = begun(mine)
    do(mine, newer)
    for job in waiting(mine):
        if job.kind == "forget_run":
            do(mine, job)
    do(mine, late)  # comes when its run was cleared away already, and leaves nothing more
    work_off(mine)
    assert states(mine) == ["overtaken", "current"]
    with within(mine):
        assert Score.objects.get().run.state == RunState.CURRENT
        assert Job.objects.get(pk=late.pk).state == JobState.DONE


def test_runs_that_end_at_the_same_moment_take_turns(mine: Agency) -> None:
    """Both at their end at once, over and over: neither fails, and the newer is shown."""
    for _ in range(5):
        with within(mine):
            before = ScoreRun.objects.count()
        (first,), (second,) = begun(mine), begun(mine)
        barrier = Barrier(2)

        def finish(job: Job, barrier: Barrier = barrier) -> None:
            try:
                barrier.wait()
                do(mine, job)
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(finish, (first, second)))
        with within(mine):
            assert [Job.objects.get(pk=job.pk).attempt for job in (first, second)] == [1, 1]
            runs = list(ScoreRun.objects.order_by("id"))[before:]
        assert runs[1].state == RunState.CURRENT
        assert runs[0].state in {RunState.PAST, RunState.OVERTAKEN}


def test_an_agency_without_contacts_has_an_empty_run() -> None:
    agency = make_agency("Empty")
    forget_the_cast(agency)
    with within(agency), connection.cursor() as cursor:
        for table in ("ingestion_contactfact", "ingestion_engagement", "ingestion_outcome", "ingestion_identitylink",
                      "ingestion_export", "ingestion_loggedact", "ingestion_contact"):  # fmt: skip
            cursor.execute(f"DELETE FROM {table}")
    ask(agency, "rescore")
    work_off(agency)
    assert states(agency) == ["current"]


def test_a_late_row_scores_as_an_early_one_would(with_past: Agency) -> None:
    """Frames come from the database in another order once rows are updated; scores do not change."""
    ask(with_past, "retrain")
    work_off(with_past)
    at = only(with_past, ScoreRun).as_of.isoformat()
    before = {score.contact_id: score.probability for score in shown(with_past)}
    with within(with_past):
        Engagement.objects.filter(words__isnull=False).update(provenance="moved to the end of the table")
    ask(with_past, "rescore", as_of=at)
    work_off(with_past)
    assert {score.contact_id: score.probability for score in shown(with_past)} == before


# --- What the database keeps


@pytest.mark.parametrize(
    ("changes", "constraint"),
    [
        ({"low": 0.3}, "score_has_a_probability"),
        ({"probability": None}, "score_has_a_probability"),
        ({"points": 3}, "score_has_a_probability"),
        ({"low": None}, "score_has_a_probability"),
        ({"lift": None}, "score_has_a_probability"),
        ({"probability": None, "low": None, "high": None, "lift": None, "band": ""}, "score_has_a_probability"),
        ({"reasons": []}, "score_has_a_reason"),
        ({"rank": 101}, "score_rank"),
        ({"stage": "friend"}, "score_stage"),
    ],
)
def test_the_database_keeps_what_a_score_promises(changes: dict[str, Any], constraint: str) -> None:
    agency = make_agency("Ours")
    with pytest.raises(IntegrityError, match=constraint), within(agency):
        Score.objects.update(**changes)


def test_a_run_is_not_shown_before_it_is_whole() -> None:
    agency = make_agency("Ours")
    with pytest.raises(IntegrityError, match="score_run_is_shown_once_it_is_whole"), within(agency):
        ScoreRun.objects.update(clients=2)
