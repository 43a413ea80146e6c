"""Between two runs: whoever has something new is scored anew, as a run of that moment would score them."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now
from django.utils import timezone

from ingestion.models import Contact, Shape, Source
from ingestion.selectors import changed
from ingestion.services import batches, objections
from scoring.models import BandChange, ClientRun, ModelVersion, RunState, Score, ScoreRun
from scoring.services import catching_up, writing
from tenants.models import Client, Job, JobState
from tests.conftest import Agency, within
from tests.scoring.agency import ask, begun, do, forget_the_cast, past, shown, work_off

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def scored(agency: Agency) -> Agency:
    """An agency whose contacts were all scored a quarter of an hour ago, on the prior."""
    forget_the_cast(agency)
    past(agency, people=40)
    ask(agency, "rescore")
    work_off(agency)
    with within(agency):
        ScoreRun.objects.update(as_of=Now() - timedelta(minutes=15))
    return agency


def send(agency: Agency, *rows: dict[str, Any], shape: Shape = Shape.ENGAGEMENTS) -> None:
    with within(agency):
        source = Source.objects.get(name="Past 1")
        sent = [{"id": f"new-{number}-{timezone.now()}", **row} for number, row in enumerate(rows)]
        landing = batches.receive(json.dumps(sent).encode(), source_id=source.public_id, shape=shape)
        assert landing.delivery.accepted == len(rows)


def said(handle: str, **more: Any) -> dict[str, Any]:
    at = timezone.now().isoformat()
    return {"kind": "comment", "text": "how much is it", "occurred_at": at, "actor": {"handle": handle}, **more}


def the_past_is_long_ago(agency: Agency) -> None:
    """What came in before counts as having come long before the run."""
    with within(agency):
        ScoreRun.objects.update(caught_up_at=Now() + catching_up.GRACE)


def catch_up(agency: Agency) -> Job:
    """Look for whoever is to be scored anew; return the job, which waits for its next look."""
    with within(agency):
        job = Job.objects.get(kind=catching_up.KIND)
        Job.objects.filter(pk=job.pk).update(run_after=Now())
    do(agency, job)
    with within(agency):
        job.refresh_from_db()
    return job


def points(agency: Agency) -> dict[str, float | None]:
    return {score.contact.handle: score.points for score in shown(agency)}


def test_whoever_says_something_is_scored_as_a_run_of_that_moment_would(scored: Agency) -> None:
    before = points(scored)
    the_past_is_long_ago(scored)
    send(scored, said("person1"), said("somebody new"))
    job = catch_up(scored)
    assert (job.state, job.attempt, job.error) == (JobState.QUEUED, 0, "")
    after = points(scored)
    assert {name for name in after if after[name] != before.get(name)} == {"person1", "somebody new"}
    with within(scored):
        run, anew = ScoreRun.objects.get(state=RunState.CURRENT), Score.objects.filter(as_of__isnull=False)
        assert {it.as_of for it in anew} == {run.caught_up_at}
        assert run.contacts == len(after) == len(before) + 1
        assert all(it.speaks_of == run.caught_up_at for it in anew.select_related("run"))
        moment = run.caught_up_at
        assert moment is not None
    ask(scored, "rescore", as_of=moment.isoformat())
    work_off(scored)
    for handle, whole in points(scored).items():
        if handle in ("person1", "somebody new"):
            assert after[handle] == pytest.approx(whole, rel=1e-9), handle


def test_on_a_model_too(agency: Agency) -> None:
    """Chance, lift and reasons, held against what all contacts were like in the run; and the new band is noted."""
    forget_the_cast(agency)
    past(agency)
    ask(agency, "retrain")
    work_off(agency)
    the_past_is_long_ago(agency)
    low = min(shown(agency), key=lambda score: score.lift or 0)
    send(agency, *(said(low.contact.handle, text=f"how much is number {n}, please") for n in range(3)))
    catch_up(agency)
    anew = next(score for score in shown(agency) if score.contact_id == low.contact_id)
    assert (anew.probability or 0) > (low.probability or 1)
    assert anew.rank > low.rank
    assert anew.reasons != low.reasons
    with within(agency):
        of_client = ClientRun.objects.get(run=anew.run_id)
        assert anew.lift == pytest.approx((anew.probability or 0) / of_client.mean)
        noted = [(it.was, it.became, it.lift, it.at) for it in BandChange.objects.all()]
    if anew.band != low.band:
        assert noted == [(low.band, anew.band, anew.lift, anew.as_of)]
    catch_up(agency)
    with within(agency):
        assert BandChange.objects.count() == len(noted), "looked at again, it is no change"
        band = "none" if anew.band != "none" else "some"
        Score.objects.filter(run=anew.run_id, contact=low.contact_id).update(band=band, as_of=None)
    ask(agency, "rescore")
    work_off(agency)
    with within(agency):
        latest = BandChange.objects.filter(contact=low.contact_id).latest("at")
    assert latest.was == band, "a run notes whose band is another"
    now = next(score for score in shown(agency) if score.contact_id == low.contact_id)
    assert (latest.became, latest.at) == (now.band, now.run.as_of)
    answer = agency.program().get(f"/v1/scores/{low.contact.public_id}/history").json()["results"]
    assert [(it["was"], it["became"]) for it in answer][-1] == (band, now.band)
    with within(agency):
        assert answer[-1]["model"] == ModelVersion.objects.get().public_id


def test_a_band_that_was_back_in_a_run_made_earlier_is_no_change(scored: Agency) -> None:
    """The night's run speaks of when it began; whoever was scored later than that is scored anew at once."""
    with within(scored):
        score = Score.objects.all()[0]
        old = ScoreRun.objects.get()
        later = timezone.now()
        on_a_model = {"probability": 0.5, "low": 0.1, "high": 0.9, "lift": 5.0, "points": None}
        new = ScoreRun.objects.create(
            as_of=later - timedelta(minutes=5), expires_at=later, prior_version=1, job=old.job, clients=0
        )
        Score.objects.filter(pk=score.pk).update(**on_a_model, band="strong", as_of=later)
        score.refresh_from_db()
        score.pk, score.run, score.as_of, score.band = None, new, None, "none"
        del score.sort_key
        score.save(force_insert=True)
        writing.note_changes(new, old)
        assert not BandChange.objects.exists()
        Score.objects.filter(run=old).update(as_of=None)
        writing.note_changes(new, old)
        assert [(it.was, it.became) for it in BandChange.objects.all()] == [("strong", "none")]


def test_nothing_new_nothing_written(scored: Agency) -> None:
    the_past_is_long_ago(scored)
    before = shown(scored)
    job = catch_up(scored)
    assert shown(scored) == before
    assert job.run_after > timezone.now() + catching_up.EVERY / 2


def test_who_was_scored_later_than_a_new_run_is_scored_anew_at_once(scored: Agency) -> None:
    """A run takes a while, and whoever is scored meanwhile would be shown as before."""
    for is_later in (False, True):
        with within(scored):
            Score.objects.filter(contact__handle="person1").update(as_of=Now() + timedelta(hours=is_later))
        for job in begun(scored):
            do(scored, job)
        with within(scored):
            assert Job.objects.get(kind=catching_up.KIND).rests != is_later


def test_a_stated_moment_is_what_scores_speak_of(scored: Agency) -> None:
    ask(scored, "rescore", as_of=timezone.now().isoformat())
    work_off(scored)
    before = shown(scored)
    send(scored, said("person1"))
    catch_up(scored)
    assert shown(scored) == before


@pytest.mark.parametrize("why", ["many", "new client"])
def test_where_it_is_better_everybody_is_scored(scored: Agency, monkeypatch: pytest.MonkeyPatch, why: str) -> None:
    the_past_is_long_ago(scored)
    if why == "many":
        monkeypatch.setattr(catching_up, "MOST", 1)
        send(scored, said("person1"), said("person2"))
    else:
        with within(scored):
            other = Client.objects.create(name="Another brand")
            source = Source.objects.create(client=other, name="Theirs", kind="own_system", platform="instagram")
            row = {"id": "1", **said("somebody")}
            batches.receive(json.dumps([row]).encode(), source_id=source.public_id, shape=Shape.ENGAGEMENTS)
    before = shown(scored)
    catch_up(scored)
    catch_up(scored)
    assert shown(scored) == before
    with within(scored):
        assert Job.objects.filter(kind="rescore", state=JobState.QUEUED).count() == 1, "and once"
    work_off(scored)
    assert shown(scored) != before


def test_a_run_that_is_shown_meanwhile_is_left_alone(scored: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    """T82: what was computed for one run is not written into another; the next look does it."""
    the_past_is_long_ago(scored)
    send(scored, said("person1"))
    real = catching_up._write

    def overtaken(run: ScoreRun, *more: Any) -> None:
        ScoreRun.objects.filter(pk=run.pk).update(state=RunState.PAST)
        real(run, *more)

    before = points(scored)
    with monkeypatch.context() as patched:
        patched.setattr(catching_up, "_write", overtaken)
        catch_up(scored)
    with within(scored):
        assert not Score.objects.filter(as_of__isnull=False).exists()
        ScoreRun.objects.update(state=RunState.CURRENT)
    assert points(scored) == before
    catch_up(scored)
    assert points(scored) != before


def test_a_worker_that_dies_leaves_what_there_was(scored: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    """T81: between two runs, too."""
    the_past_is_long_ago(scored)
    send(scored, said("person1"), said("person2"))
    before = shown(scored)

    def dying(*_: Any, **__: Any) -> int:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(writing, "_insert", dying)
        job = catch_up(scored)
    assert (job.state, job.attempt) == (JobState.QUEUED, 1)
    assert shown(scored) == before
    catch_up(scored)
    assert shown(scored) != before


def test_who_objects_meanwhile_has_no_score(scored: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    the_past_is_long_ago(scored)
    send(scored, said("person1"), said("person2"))
    real = catching_up._write

    def objected(*given: Any) -> None:
        objections.record(Contact.objects.get(handle="person1"))
        real(*given)

    with monkeypatch.context() as patched:
        patched.setattr(catching_up, "_write", objected)
        catch_up(scored)
    with within(scored):
        assert not Score.objects.filter(contact__handle="person1").exists()
    assert "person2" in points(scored)


def test_who_turns_out_to_be_somebody_else_has_one_score(scored: Agency) -> None:
    the_past_is_long_ago(scored)
    who = {"handle": "person1", "external_id": "4711"}
    send(scored, said("person1", actor=who))
    catch_up(scored)
    handles = [score.contact.handle for score in shown(scored)]
    assert handles.count("person1") == 1


def test_the_look_is_there_once_scores_are_and_comes_back_where_it_failed(scored: Agency) -> None:
    with within(scored):
        job = Job.objects.get(kind=catching_up.KIND)
        Job.objects.filter(pk=job.pk).update(state=JobState.QUARANTINED, finished_at=Now())
    ask(scored, "rescore")
    work_off(scored)
    with within(scored):
        assert Job.objects.get(kind=catching_up.KIND).state == JobState.QUEUED


def test_changes_of_bands_are_kept_for_400_days(scored: Agency) -> None:
    with within(scored):
        contact, run = Contact.objects.all()[0], ScoreRun.objects.get()
        for days in (399, 401):
            BandChange.objects.create(
                contact=contact, run=run, at=Now() - timedelta(days=days), was="none", became="some", lift=1.0
            )
    ask(scored, "nightly_scoring")
    work_off(scored)
    with within(scored):
        assert BandChange.objects.count() == 1
        objections.record(contact)
    assert scored.program().get(f"/v1/scores/{contact.public_id}/history").json()["code"] == "profiling_objected"
    work_off(scored)
    with within(scored):
        assert not BandChange.objects.exists()
    assert scored.program().get("/v1/scores/con_00000000000000000000/history").status_code == 404


def test_who_changed_is_found_by_everything_that_comes_in(scored: Agency) -> None:
    moment = timezone.now()
    with within(scored):
        assert changed(moment, most=9) == {}
    at = moment.isoformat()
    person = {"handle": "person3"}
    send(scored, said("person0"))
    send(scored, {"kind": "purchase", "who": person, "occurred_at": at}, shape=Shape.OUTCOMES)
    send(scored, {"who": {"handle": "person4"}, "at": at, "facts": {"origin": "fair"}}, shape=Shape.CONTACT_FACTS)
    linked = {"who": {"handle": "person5"}, "same_as": {"external_id": "900"}, "at": at}
    send(scored, linked, shape=Shape.IDENTITY_LINKS)
    send(scored, said("person6", direction="peer", target={"handle": "person7"}))
    with within(scored):
        found = changed(moment, most=99)
        handles = set(Contact.objects.filter(pk__in=found[scored.client.pk]).values_list("handle", flat=True))
        assert handles == {f"person{number}" for number in (0, 3, 4, 5, 6, 7)}
        assert len(changed(moment, most=3)[scored.client.pk]) == 3
