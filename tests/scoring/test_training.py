"""Learning as a job: what becomes of a model, when learning is due, and what is stored."""

import json
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from ingestion.models import Shape, Source
from ingestion.services import batches
from scoring.models import Artefact, ModelState, ModelVersion, RunState, Score, ScoreRun
from scoring.services import training
from tenants.models import Client, JobState, Schedule
from tests.conftest import Agency, make_agency, within
from tests.scoring.agency import ask, begun, do, forget_the_cast, only, past, shown, waiting, work_off

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_was_sent_in_is_learnt_and_scored(with_past: Agency) -> None:
    ask(with_past, "retrain")
    done = work_off(with_past)
    assert [(job.kind, job.state) for job in done] == [
        ("retrain", "done"), ("rescore", "done"), ("score_client", "done"),
    ]  # fmt: skip
    version = only(with_past, ModelVersion)
    assert (version.state, version.recipe, version.horizon_days) == (ModelState.PROMOTED, "logistic", 60)
    assert version.quality["auc"]["value"] > version.baseline["auc"]["value"]
    assert set(version.data["windows"]) == {"fit", "calibrate", "test"}
    assert version.circumstances["seed"]
    scores = shown(with_past)
    assert len(scores) == 151, "those of the past and the one of the cast"
    chances = {score.contact.handle: score.probability or 0 for score in scores}
    talkers = [chances[f"person{number}"] for number in range(0, 150, 3)]
    others = [chances[f"person{number}"] for number in range(1, 150, 3)]
    assert sum(talkers) > 3 * sum(others)
    assert scores[0].reasons[0][0] in {"purchases", "conversation", "acts", "constancy"}
    assert scores[0].run.model_id == version.id
    assert scores[0].run.expires_at - scores[0].run.as_of == timedelta(hours=48)


def test_the_source_of_outcomes_that_cannot_be_is_named(with_past: Agency) -> None:
    """T77: whoever was not seen for longest is said to have bought, by one source."""
    ago = [(timezone.now() - timedelta(days=days)).isoformat() for days in (390, 30)]
    with within(with_past):
        told = Source.objects.get(name="Past 1")
        liar = Source.objects.create(
            client=with_past.client, name="Other books", kind="own_system", platform="instagram", may_train=True,
            legal_basis="Nobody in it exists.", known_at_basis="lagged",
        )  # fmt: skip
        who = [{"id": f"gone-{number}", "handle": f"gone{number}"} for number in range(40)]
        acts = [
            {"id": it["id"], "kind": "like", "occurred_at": ago[0], "actor": {"handle": it["handle"]}} for it in who
        ]
        bought = [
            {"id": it["id"], "kind": "purchase", "occurred_at": ago[1], "who": {"handle": it["handle"]}} for it in who
        ]
        for source, shape, rows in ((told, Shape.ENGAGEMENTS, acts), (liar, Shape.OUTCOMES, bought)):
            batches.receive(json.dumps(rows).encode(), source_id=source.public_id, shape=shape)
    ask(with_past, "retrain")
    work_off(with_past)
    version = only(with_past, ModelVersion)
    assert version.state == ModelState.FAILED_GATE
    assert version.sentence.endswith(f"Most of theirs came from the source “Other books” ({liar.public_id}).")


def test_a_model_that_is_better_takes_the_place_of_the_one_before(with_past: Agency) -> None:
    for _ in range(2):
        ask(with_past, "retrain")
        work_off(with_past)
    with within(with_past):
        first, second = ModelVersion.objects.order_by("id")
        assert (first.state, second.state) == (ModelState.RETIRED, ModelState.PROMOTED)
        assert first.retired_at is not None
        assert ScoreRun.objects.get(state=RunState.CURRENT).model_id == second.id


def test_a_model_that_was_learnt_at_an_earlier_moment_takes_no_place(with_past: Agency) -> None:
    ask(with_past, "retrain")
    work_off(with_past)
    ask(with_past, "retrain", as_of=(timezone.now() - timedelta(days=50)).isoformat())
    work_off(with_past)
    with within(with_past):
        first, second = ModelVersion.objects.order_by("id")
    assert (first.state, second.state) == (ModelState.PROMOTED, ModelState.CANDIDATE)
    assert second.sentence.endswith("A model that was learnt later is in use.")


def test_a_model_in_use_stays_until_a_better_one_comes(with_past: Agency) -> None:
    ask(with_past, "retrain")
    work_off(with_past)
    with within(with_past):
        Source.objects.update(may_train=False, legal_basis="")
    ask(with_past, "retrain")
    work_off(with_past)
    with within(with_past):
        assert list(ModelVersion.objects.order_by("id").values_list("state", flat=True)) == ["promoted", "below_floor"]


def test_two_models_are_never_in_use_at_once(with_past: Agency) -> None:
    ask(with_past, "retrain")
    work_off(with_past)
    version = only(with_past, ModelVersion)
    version.pk, version.public_id = None, "mod_1"
    with pytest.raises(IntegrityError, match="model_in_use_is_one"), within(with_past):
        version.save(force_insert=True)


def test_with_too_little_to_learn_from_the_prior_scores_and_the_model_says_what_is_missing(mine: Agency) -> None:
    past(mine, people=9)
    ask(mine, "retrain")
    ask(mine, "rescore")
    work_off(mine)
    version, run = only(mine, ModelVersion), only(mine, ScoreRun)
    assert (version.state, version.artefact) == (ModelState.BELOW_FLOOR, None)
    assert version.missing > 0
    assert f"{version.missing} more buyer" in version.sentence
    assert (run.model, run.prior_version, run.state) == (None, 1, RunState.CURRENT)
    assert all(score.probability is None and score.points is not None for score in shown(mine))


def test_an_agency_without_anything_gets_an_answer_too(mine: Agency) -> None:
    with within(mine):
        Client.objects.create(name="Another")
    ask(mine, "nightly_scoring")
    done = work_off(mine)
    assert {(job.kind, job.state) for job in done} == {
        ("nightly_scoring", "done"), ("retrain", "done"), ("rescore", "done"), ("score_client", "done"),
    }  # fmt: skip


def test_what_may_not_be_learnt_from_is_left_out_and_counted(with_past: Agency) -> None:
    forbidden = past(with_past, seed=2, may_train=False)
    ask(with_past, "retrain")
    work_off(with_past)
    left_out = only(with_past, ModelVersion).data["left_out"]
    assert left_out[forbidden.public_id]["acts"] == 1200
    assert left_out[forbidden.public_id]["outcomes"] > 100
    with within(with_past):
        Source.objects.update(may_train=False, legal_basis="")
    ask(with_past, "retrain")
    work_off(with_past)
    with within(with_past):
        latest = ModelVersion.objects.order_by("-id")[0]
    assert (latest.state, latest.outcomes) == (ModelState.BELOW_FLOOR, 0)
    assert "reaches back 0 days" in latest.sentence


def test_a_model_learns_as_at_the_moment_that_is_stated(with_past: Agency) -> None:
    then = timezone.now() - timedelta(days=100)
    ask(with_past, "retrain", as_of=then.isoformat())
    work_off(with_past)
    version = only(with_past, ModelVersion)
    assert version.as_of == then
    assert datetime.fromisoformat(version.data["windows"]["test"]) == then - timedelta(days=60)
    run = only(with_past, ScoreRun)
    assert (run.as_of, run.state) == (then, RunState.CURRENT)


def test_learning_reads_within_its_agency(with_past: Agency) -> None:
    other = make_agency("Stranger")
    forget_the_cast(other)
    past(other, seed=3)
    ask(with_past, "retrain")
    work_off(with_past)
    with within(other):
        assert ModelVersion.objects.count() == ScoreRun.objects.count() == 0
    with within(with_past), transaction.atomic():
        assert Score.objects.count() == 151


# --- When learning is due


def due(agency: Agency) -> bool:
    with within(agency):
        return training.is_due()


def version_of(agency: Agency, outcomes: int, *, days_ago: int = 1) -> None:
    with within(agency):
        version = ModelVersion.objects.create(
            state=ModelState.BELOW_FLOOR, sentence="-", as_of=timezone.now(), target=["purchase"], horizon_days=60,
            outcomes=outcomes,
        )  # fmt: skip
        ModelVersion.objects.filter(pk=version.pk).update(created_at=timezone.now() - timedelta(days=days_ago))


def test_learning_is_due_when_there_is_more_to_learn_from_and_after_a_month(with_past: Agency) -> None:
    assert due(with_past), "never learnt"
    ask(with_past, "retrain")
    work_off(with_past)
    known = only(with_past, ModelVersion).outcomes
    assert known > 200
    assert not due(with_past)
    for before, is_due in ((known - 9, False), (int(known * 0.95), False), (int(known / 1.11), True), (0, True)):
        version_of(with_past, before)
        version_of(with_past, before, days_ago=0)
        assert due(with_past) is is_due, before
    version_of(with_past, 10**6, days_ago=0)
    assert not due(with_past), "fewer than before: nothing new to learn from"


def test_learning_is_due_after_thirty_days(mine: Agency) -> None:
    version_of(mine, 0, days_ago=29)
    assert not due(mine)
    with within(mine):
        ModelVersion.objects.update(created_at=timezone.now() - timedelta(days=30))
    assert due(mine)


def test_every_agency_is_looked_after_at_night(mine: Agency) -> None:
    with within(mine):
        schedule = Schedule.objects.get(kind="nightly_scoring")
    assert (schedule.hour, schedule.weekdays) == (3, [1, 2, 3, 4, 5, 6, 7])
    ask(mine, "nightly_scoring")
    job = waiting(mine)[0]
    do(mine, job)
    assert sorted(it.kind for it in waiting(mine)) == ["rescore", "retrain"]


# --- What is stored


def test_a_stored_model_that_was_changed_is_refused_and_the_scores_stay(with_past: Agency) -> None:
    """T74 and T76 through the whole: the job says so, readers keep what they have, and another model is learnt."""
    ask(with_past, "retrain")
    work_off(with_past)
    before = [score.probability for score in shown(with_past)]
    (client,) = begun(with_past)
    with within(with_past):
        stored = Artefact.objects.get()
        changed = bytearray(stored.content)
        changed[100] ^= 1
        Artefact.objects.update(content=bytes(changed))
    do(with_past, client)
    for _ in range(2):
        job = ask(with_past, "rescore")
        do(with_past, job)
        with within(with_past):
            for refused in (client, job):
                refused.refresh_from_db()
                assert (refused.state, refused.error_code) == (JobState.FAILED, "artefact_refused")
    assert [score.probability for score in shown(with_past)] == before
    assert due(with_past)
    assert [job.kind for job in waiting(with_past)] == ["retrain"], "once"
    # Without a better model the prior takes over.
    with within(with_past):
        Source.objects.update(may_train=False, legal_basis="")
    work_off(with_past)
    with within(with_past):
        assert ModelVersion.objects.filter(state=ModelState.PROMOTED).count() == 0
    assert {score.probability for score in shown(with_past)} == {None}


def test_a_model_of_another_agency_is_refused(with_past: Agency) -> None:
    ask(with_past, "retrain")
    work_off(with_past)
    theirs = only(with_past, Artefact)
    other = make_agency("Stranger")
    forget_the_cast(other)
    with within(other):
        swapped = Artefact.objects.create(digest=theirs.digest, signature=theirs.signature, content=theirs.content)
        ModelVersion.objects.create(
            state=ModelState.PROMOTED, sentence="-", as_of=timezone.now(), target=["purchase"], horizon_days=60,
            artefact=swapped, promoted_at=timezone.now(),
        )  # fmt: skip
    job = ask(other, "rescore")
    do(other, job)
    with within(other):
        job.refresh_from_db()
    assert job.error_code == "artefact_refused"
    assert "not signed by this agency's key" in job.error
