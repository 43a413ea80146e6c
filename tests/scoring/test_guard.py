"""Models, runs, and weeks that go by: what came of what was said, and the guard that goes back (T80)."""

import json
from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from ingestion.models import Shape, Source
from ingestion.services import batches
from scoring import selectors
from scoring.models import Hindsight, ModelState, ModelVersion, ScoreRun
from scoring.services import artefacts, hindsight, promotion
from scoring.services.promotion import By
from tenants.services import jobs
from tests.conftest import Agency, within
from tests.scoring.agency import ask, past, shown, waiting, work_off
from tests.scoring.fits import backwards

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def long_ago(with_past: Agency) -> tuple[Agency, datetime]:
    """An agency that learnt and scored 40 days ago, and what has come since."""
    then = timezone.now() - timedelta(days=40)
    ask(with_past, "retrain", as_of=then.isoformat())
    work_off(with_past)
    return with_past, then


def replaced(agency: Agency, then: datetime) -> ModelVersion:
    """Put a model in use that orders people the wrong way round, and score by it as of a later moment."""
    with within(agency):
        first = ModelVersion.objects.get()
        stored = artefacts.stored(backwards(artefacts.opened(first)), artefacts.key())
        version = ModelVersion.objects.create(
            state=ModelState.CANDIDATE, sentence="-", as_of=then + timedelta(days=1), target=first.target,
            horizon_days=first.horizon_days, recipe=first.recipe, artefact=stored, report=first.report,
        )  # fmt: skip
        promotion.promote(version, By())
        for job in waiting(agency):
            jobs.cancel(job)  # as if it had been put in use then
    ask(agency, "rescore", as_of=(then + timedelta(days=2)).isoformat())
    work_off(agency)
    return version


def looked(agency: Agency) -> list[Hindsight]:
    ask(agency, "look_back")
    work_off(agency)
    with within(agency):
        return list(Hindsight.objects.order_by("version_id"))


def test_what_was_really_said_is_kept_until_its_time_is_over(long_ago: tuple[Agency, datetime]) -> None:
    """Whatever comes in late, with moments of long ago, changes nothing of what was said."""
    agency, then = long_ago
    said = [it.probability for it in shown(agency)]
    past(agency, people=60, seed=5)
    ask(agency, "rescore", as_of=(then + timedelta(days=1)).isoformat())
    work_off(agency)
    (told,) = looked(agency)
    assert told.contacts == len(said)
    assert [sum(of["n"] * of["said"] for of in told.report["deciles"])] == pytest.approx(
        [told.report["expected"]["said"]]
    )
    with within(agency):
        first = ScoreRun.objects.earliest("as_of", "id")
        assert first.scores.count() == len(said)
        Hindsight.objects.update(seen_at=then)  # and weeks go by
        ModelVersion.objects.update(as_of=then - timedelta(days=20))
        ScoreRun.objects.filter(pk=first.pk).update(as_of=then - timedelta(days=20))
    (told,) = looked(agency)
    assert told.report["expected"]["said"] == pytest.approx(sum(it or 0 for it in said))
    assert "brier" in told.report["figures"]
    with within(agency):
        assert first.scores.count() == 0


def test_a_week_after_its_first_run_a_model_is_looked_back_at_and_again_every_week(
    long_ago: tuple[Agency, datetime],
) -> None:
    agency, then = long_ago
    (told,) = looked(agency)
    assert (told.as_of, told.days) == (then, 40)
    assert told.contacts >= 100
    assert told.positives > 10
    assert told.sentence == "There was no model before it to go back to."
    assert not told.report["expected"]["drifted"]
    with within(agency):
        assert not hindsight.is_due(), "it was told just now"
        Hindsight.objects.update(seen_at=timezone.now() - timedelta(days=8))
        assert hindsight.is_due()
        Hindsight.objects.update(days=60)
        assert not hindsight.is_due(), "its time is over"


def test_the_night_looks_back_where_it_is_due(long_ago: tuple[Agency, datetime]) -> None:
    agency, _ = long_ago
    ask(agency, "nightly_scoring")
    assert "look_back" in [job.kind for job in work_off(agency)]
    ask(agency, "nightly_scoring")
    assert "look_back" not in [job.kind for job in work_off(agency)]


def test_a_run_on_a_past_that_its_model_has_seen_is_nothing_to_look_back_at(with_past: Agency) -> None:
    ask(with_past, "retrain")
    work_off(with_past)
    ask(with_past, "rescore", as_of=(timezone.now() - timedelta(days=30)).isoformat())
    work_off(with_past)
    assert looked(with_past) == []


def test_what_turns_out_worse_is_rolled_back_by_itself(long_ago: tuple[Agency, datetime]) -> None:
    """T80: what looked good before fails in use; the guard goes back, and everybody is scored again."""
    agency, then = long_ago
    version = replaced(agency, then)
    before, worse = looked(agency)
    assert worse.sentence.endswith("So that one was put in use again.")
    assert "would have told people apart better" in worse.sentence
    assert before.sentence == "It is in use again: the model after it told people apart worse."
    first = agency.browser().get(reverse("admin:index")).content.decode()
    assert "A model was rolled back by itself: In the 38 days since it first scored" in first
    with within(agency):
        in_use = selectors.model_in_use()
        assert in_use is not None
        assert in_use != version
        act = in_use.acts.latest("id")
        assert (act.act, act.by, act.key) == ("rolled_back", None, None)
        assert worse.sentence.startswith(act.sentence)
        run = selectors.current_run()
        assert run is not None
        assert run.model == in_use


def test_a_model_for_something_else_is_not_gone_back_to_by_itself(long_ago: tuple[Agency, datetime]) -> None:
    agency, then = long_ago
    version = replaced(agency, then)
    with within(agency):
        ModelVersion.objects.exclude(pk=version.pk).update(target=["lead"])
    worse = looked(agency)[-1]
    assert worse.sentence.startswith("It was not held against mod_")
    with within(agency):
        assert selectors.model_in_use() == version


def test_who_is_known_from_sources_that_may_not_be_learnt_from_changes_nothing(
    long_ago: tuple[Agency, datetime],
) -> None:
    """A model was calibrated without them: held against them, nobody had the outcome and everybody looked odd."""
    agency, then = long_ago
    others = past(agency, people=300, may_train=False, seed=9, names="elsewhere")
    ask(agency, "rescore", as_of=(then + timedelta(minutes=1)).isoformat())
    work_off(agency)
    with within(agency):
        run = selectors.current_run()
        assert run is not None
        assert run.scores.count() == 450
        assert run.drift == []
        ScoreRun.objects.exclude(pk=run.pk).update(model=None, prior_version=1)
    (told,) = looked(agency)
    assert told.contacts == 150
    assert not told.report["expected"]["drifted"]
    assert others.may_train is False


def test_what_somebody_holds_is_not_rolled_back_by_itself(long_ago: tuple[Agency, datetime]) -> None:
    """T80."""
    agency, then = long_ago
    version = replaced(agency, then)
    with within(agency):
        promotion.hold(version, By(user=agency.owner))
    *_, worse = looked(agency)
    assert worse.sentence.endswith("It is held, so it stays; roll back if you want the one before.")
    with within(agency):
        assert selectors.model_in_use() == version


def test_people_who_look_otherwise_are_told_of_by_the_run(long_ago: tuple[Agency, datetime]) -> None:
    """T83: in the first run after it, by feature and size; on the first page, on the model's and over the API."""
    agency, then = long_ago
    with within(agency):
        run = selectors.current_run()
        assert run is not None
        assert run.drift == []
    acts_of_everybody(agency, at=then + timedelta(days=6), times=9)
    ask(agency, "rescore", as_of=(then + timedelta(days=7)).isoformat())
    work_off(agency)
    with within(agency):
        run = selectors.current_run()
        assert run is not None
        assert run.model is not None
        moved = {it["feature"]: it["way"] for it in run.drift or []}
    assert moved["recency"] == "down"
    assert moved["ladder_1"] == "up"
    looked(agency)
    told = agency.program().get(f"/v1/models/{run.model.public_id}").json()
    assert {it["feature"]: it["way"] for it in told["drift"]} == moved
    assert told["hindsight"]["guard"] == "There was no model before it to go back to."
    assert len(told["hindsight"]["report"]["deciles"]) == 10
    page = agency.browser().get(reverse("admin:scoring_modelversion_change", args=[run.model.pk])).content.decode()
    assert "lower than when it was calibrated" in page
    assert "Said to come by now (ring)" in page
    first = agency.browser().get(reverse("admin:index")).content.decode()
    assert "people look otherwise than when the model was calibrated" in first


def acts_of_everybody(agency: Agency, *, at: datetime, times: int) -> None:
    rows = [
        {
            "id": f"more-{who}-{number}",
            "actor": {"handle": f"person{who}"},
            "occurred_at": at.isoformat(),
            "kind": "like",
        }
        for who in range(150)
        for number in range(times)
    ]
    with within(agency):
        source = Source.objects.get(name="Past 1")
        batches.receive(json.dumps(rows).encode(), source_id=source.public_id, shape=Shape.ENGAGEMENTS)
