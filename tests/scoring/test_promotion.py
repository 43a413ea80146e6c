"""Which model scores: put in use, held, rolled back; each change is written down, and readers keep what they have."""

from typing import Any

import pytest
from django.db import ProgrammingError
from django.db.models.functions import Now

from scoring.errors import ModelNotInUse, NothingToRollBackTo, NotPromotable
from scoring.models import Act, Aim, Artefact, ModelAct, ModelState, ModelVersion, RunState, ScoreRun
from scoring.services import promotion, training
from scoring.services.promotion import By
from tenants.services import keys
from tests.conftest import Agency, within
from tests.scoring.agency import ask, only, shown, waiting, work_off

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "It scored nobody whom we know."


@pytest.fixture
def with_two(with_past: Agency) -> Agency:
    """An agency that has learnt twice: the first model is retired, the second one in use."""
    for _ in range(2):
        ask(with_past, "retrain")
        work_off(with_past)
    return with_past


def states(agency: Agency) -> list[str]:
    with within(agency):
        return list(ModelVersion.objects.order_by("id").values_list("state", flat=True))


def acts(agency: Agency) -> list[tuple[str, str]]:
    with within(agency):
        return list(ModelAct.objects.order_by("id").values_list("act", "sentence"))


def version(agency: Agency, state: str) -> ModelVersion:
    with within(agency):
        return ModelVersion.objects.filter(state=state).latest("id")


def program(agency: Agency, *scopes: str) -> Any:
    with within(agency):
        _, key = keys.issue(name="Watches models", scopes=scopes)
    return agency.program(key)


def test_a_roll_back_moves_one_pointer_and_has_everybody_scored_again(with_two: Agency) -> None:
    """T80."""
    before = {it.contact_id: it.probability for it in shown(with_two)}
    with within(with_two):
        back = promotion.roll_back(version(with_two, "promoted"), By(user=with_two.owner, sentence=WHY))
    assert states(with_two) == ["promoted", "retired"]
    assert {it.contact_id: it.probability for it in shown(with_two)} == before, "until the new scores are whole"
    assert [job.kind for job in waiting(with_two)] == ["rescore"]
    work_off(with_two)
    with within(with_two):
        assert ScoreRun.objects.get(state=RunState.CURRENT).model_id == back.id
    assert acts(with_two) == [
        (Act.PROMOTED, ""), (Act.RETIRED, ""), (Act.PROMOTED, ""), (Act.RETIRED, WHY), (Act.ROLLED_BACK, WHY),
    ]  # fmt: skip
    with pytest.raises(NothingToRollBackTo), within(with_two):
        promotion.roll_back(back, By())


def test_what_cannot_be_opened_is_not_rolled_back_to(with_two: Agency) -> None:
    with within(with_two):
        first = ModelVersion.objects.earliest("id")
        Artefact.objects.filter(versions=first).update(content=b"something else")
    # The same data give the same model: both versions may share what is stored.
    with within(with_two), pytest.raises(NothingToRollBackTo):
        promotion.roll_back(version(with_two, "promoted"), By())
    assert states(with_two) == ["retired", "promoted"]


def test_while_a_model_is_held_none_takes_its_place_by_itself(with_past: Agency) -> None:
    ask(with_past, "retrain")
    work_off(with_past)
    with within(with_past):
        for _ in range(2):
            promotion.hold(version(with_past, "promoted"), By(user=with_past.owner))
    ask(with_past, "retrain")
    work_off(with_past)
    assert states(with_past) == ["promoted", "candidate"]
    candidate = version(with_past, "candidate")
    assert candidate.sentence.endswith("The model in use is held, so it stays; promote this one if you want it.")
    with within(with_past):
        promotion.promote(candidate, By(user=with_past.owner))
    assert states(with_past) == ["retired", "promoted"]
    with within(with_past):
        assert ModelVersion.objects.filter(held_at__isnull=False).count() == 0
        promotion.hold(version(with_past, "promoted"), By())
        promotion.release(version(with_past, "promoted"), By())
        promotion.release(version(with_past, "promoted"), By())
    assert [act for act, _ in acts(with_past)] == ["promoted", "held", "retired", "promoted", "held", "released"]
    ask(with_past, "retrain")
    work_off(with_past)
    assert states(with_past) == ["retired", "retired", "promoted"]


def test_what_is_no_candidate_is_not_put_in_use(with_two: Agency) -> None:
    for state in (ModelState.PROMOTED, ModelState.RETIRED):
        with within(with_two), pytest.raises(NotPromotable, match="Only a candidate"):
            promotion.promote(version(with_two, state), By())
    retired = version(with_two, ModelState.RETIRED)
    for do in (promotion.hold, promotion.roll_back):
        with within(with_two), pytest.raises(ModelNotInUse):
            do(retired, By())


def test_an_act_is_never_changed(with_past: Agency) -> None:
    ask(with_past, "retrain")
    work_off(with_past)
    for change in (lambda: ModelAct.objects.update(sentence="-"), lambda: ModelAct.objects.all().delete()):
        with pytest.raises(ProgrammingError, match="permission denied"), within(with_past):
            change()


# --- Over HTTP and in the admin


def test_a_program_holds_releases_and_rolls_back(with_two: Agency) -> None:
    """T80: the pointer is one update."""
    api = program(with_two, "read", "models")
    second = version(with_two, "promoted").public_id
    first = version(with_two, "retired").public_id
    held = api.post(f"/v1/models/{second}/hold", {"sentence": WHY}, "application/json")
    assert (held.status_code, held.json()["held_at"] is not None) == (200, True)
    assert api.post(f"/v1/models/{second}/release", {}, "application/json").json()["held_at"] is None
    back = api.post(f"/v1/models/{second}/rollback", {}, "application/json")
    assert (back.status_code, back.json()["id"], back.json()["state"]) == (200, first, "promoted")
    again = api.post(f"/v1/models/{second}/rollback", {}, "application/json")
    assert (again.status_code, again.json()["code"]) == (409, "model_not_in_use")
    nothing = api.post(f"/v1/models/{first}/rollback", {}, "application/json")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "nothing_to_roll_back_to")
    refused = api.post(f"/v1/models/{second}/promote", {}, "application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_promotable")
    assert [it["act"] for it in api.get(f"/v1/models/{second}").json()["acts"]] == [
        "promoted", "held", "released", "retired",
    ]  # fmt: skip
    with within(with_two):
        assert {it.key_id for it in ModelAct.objects.filter(act__in=["held", "rolled_back"])} != {None}


def test_a_key_without_the_scope_changes_nothing(with_two: Agency) -> None:
    api = program(with_two, "read", "ingest", "people")
    refused = api.post(f"/v1/models/{version(with_two, 'promoted').public_id}/rollback", {}, "application/json")
    assert (refused.status_code, refused.json()["code"]) == (403, "missing_scope")
    assert states(with_two) == ["retired", "promoted"]


def test_managers_change_which_model_scores_in_the_admin(with_two: Agency) -> None:
    page = f"/admin/scoring/modelversion/{version(with_two, 'promoted').pk}/change/"
    browser = with_two.browser()
    text = browser.get(page).content.decode()
    for said in ("What a like is worth here", "<svg", "Tenth, highest first", "What to do", "put in use by itself"):
        assert said in text, said
    answer = browser.post(page, {"act": "roll_back", "why": WHY}, follow=True)
    assert answer.status_code == 200
    assert states(with_two) == ["promoted", "retired"]
    text = browser.get(page).content.decode()
    assert "What to do" not in text, "a retired model can only be looked at"
    assert WHY in text


def test_a_viewer_only_looks(with_two: Agency) -> None:
    page = f"/admin/scoring/modelversion/{version(with_two, 'promoted').pk}/change/"
    browser = with_two.browser(with_two.member("viewer"))
    assert "What to do" not in browser.get(page).content.decode()
    assert browser.post(page, {"act": "roll_back"}).status_code == 403
    assert states(with_two) == ["retired", "promoted"]


# --- What is to be told


def test_another_aim_is_learnt_in_the_coming_night(with_past: Agency) -> None:
    ask(with_past, "retrain")
    work_off(with_past)
    with within(with_past):
        assert not training.is_due()
        Aim.objects.all().delete()
        assert not training.is_due(), "purchases within 60 days go without saying"
    browser = with_past.browser()
    assert browser.get("/admin/scoring/aim/add/").status_code == 200
    browser.post("/admin/scoring/aim/add/", {"kinds": ["lead", "purchase"], "days": "30"})
    aim: Any = only(with_past, Aim)
    assert (sorted(aim.kinds), aim.days, str(aim)) == (["lead", "purchase"], 30, "lead or purchase within 30 days")
    assert browser.get("/admin/scoring/aim/add/").status_code == 403, "there is one"
    with within(with_past):
        assert training.is_due()
        ModelVersion.objects.update(created_at=Now())
    ask(with_past, "retrain")
    work_off(with_past)
    latest = version(with_past, "promoted")
    assert (latest.target, latest.horizon_days) == (["lead", "purchase"], 30)
    assert latest.report["gain"]["over"] == "recency alone", "a model for another aim is nothing to compare with"
