"""Model cards: what a model says and does not say, in words that its figures bear out."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from scoring.learning.card import Done, card, markdown
from scoring.models import ModelAct, ModelVersion
from tests.conftest import Agency, within
from tests.scoring.agency import ask, work_off

AT = datetime(2026, 11, 24, 3, tzinfo=UTC)
FIGURE = {"value": 0.81, "low": 0.77, "high": 0.85}
RATE = {"n": 40, "rate": 0.55, "low": 0.424, "high": 0.67}


def version(**more: Any) -> dict[str, Any]:
    """What is stored with a model of which there was nothing to judge."""
    return {
        "target": ["lead", "meeting"], "horizon_days": 30, "as_of": AT, "recipe": "", "sentence": "12 more are needed.",
        "provisional": True, "quality": {}, "baseline": {}, "report": {}, "data": {}, "circumstances": {},
        "saw_erased_at": None, "hindsight": None, "drift": [], **more,
    }  # fmt: skip


def lines(title: str, **more: Any) -> list[str]:
    return next(it.lines for it in card(version(**more), []) if it.title == title)


def test_it_says_what_it_tells_and_what_it_is_not_for() -> None:
    assert "has a lead or meeting within 30 days" in lines("What it says")[0]
    assert lines("What it says")[-1] == "Verdict: 12 more are needed."
    assert any("no credit, price, job or insurance" in line for line in lines("What it is for, and what not"))


def test_where_nothing_was_judged_it_says_so() -> None:
    assert lines("How good it is") == ["There was nothing to judge."]
    assert lines("What a like is worth here") == ["Not to be told: there was nobody to tell it of."]
    assert not any("fewer than 100" in line for line in lines("Where it may be wrong"))


def test_every_figure_stands_with_its_interval_and_beside_recency_alone() -> None:
    report = {
        "first_twenty": RATE,
        "clients": {"cli_a": {"n": 90, "positives": 12, "figures": {"auc": FIGURE}}},
        "without_gate": {"set_aside": 1234, "quality": {"auc": FIGURE}},
        "rungs": [{"name": "a nod", **RATE}, {"name": "a letter", "n": 0}],
        "inversions": [{"from": "a nod", "to": "a share", "inverted": True}],
        "windows": [{"quality": {"auc": {"value": value}}} for value in (0.7, 0.75)],
    }
    given = {"quality": {"auc": FIGURE}, "baseline": {"auc": {**FIGURE, "value": 0.78}}, "report": report}
    good = lines("How good it is", **given)
    assert "0.810 (0.770 to 0.850); recency alone 0.780 (0.770 to 0.850)." in good[1]
    assert "Of the first twenty of each client, whom one would ring, 55.0 % (42.4 to 67.0) of 40 had it." in good
    assert "cli_a: 12 of 90 had it; AUC 0.810 (0.770 to 0.850)." in good
    assert good[-1].startswith("With the 1,234 acts that were set aside counted")
    worth = lines("What a like is worth here", **given)
    assert worth == [
        "Highest rung within a year a nod: 55.0 % (42.4 to 67.0) of 40 had the outcome.",
        "The data alone contradict the order of a nod and a share. Scores keep the order.",
    ]
    wrong = lines("Where it may be wrong", **given)
    assert wrong[0].startswith("It was judged by fewer than 100")
    assert wrong[1] == "Learnt the same way in 2 spans before, its AUC was 0.700 to 0.750."


def test_what_came_of_it_is_told_once_it_is_known() -> None:
    title = "What came of what it said"
    assert lines(title) == ["It has not scored for a week yet, so nothing can be told of what came."]
    ratio = {"value": 1.5, "low": 1.2, "high": 1.9}
    report = {"expected": {"said": 20.04, "came": 30, "ratio": ratio, "drifted": True}, "figures": {"auc": FIGURE}}
    hindsight = SimpleNamespace(days=30, contacts=1200, report=report, sentence="There was no model before it.")
    moved = [{"feature": "recency", "psi": 0.4, "least": 0.25, "way": "up"}]
    came, *others = lines(title, hindsight=hindsight, drift=moved)
    assert came.startswith(
        "30 days after it first scored 1,200 contacts: 30 had the outcome, 20.0 were said to by then"
    )
    assert "1.50 times as many (90 % interval 1.20 to 1.90). Luck does not explain that" in came
    assert others == [
        "On these it told people apart with an AUC of 0.810 (0.770 to 0.850).",
        "There was no model before it.",
        "Feature recency: higher than when it was calibrated (stability index 0.40).",
    ]
    report["expected"] = {"said": 0.4, "came": 0, "ratio": None, "drifted": False}
    assert lines(title, hindsight=hindsight)[0].endswith("0.4 were said to by then; that is too little to compare.")


def test_what_was_left_out_is_counted() -> None:
    data = {
        "windows": {"fit": ["2026-01-01T00:00:00", "2026-02-01T00:00:00"], "test": "2026-06-01T00:00:00"},
        "rows": {"fit": 2000, "test": 900}, "positives": {"fit": 130, "test": 70},
        "left_out": {"src_a": {"engagements": 7, "outcomes": 0}}, "insiders_left_out": 3,
    }  # fmt: skip
    told = lines("What it was learnt from", data=data)
    assert told[0].startswith(
        "Learnt from 2,000 rows, 130 people with the outcome: of what was known at 2026-01-01, 2026-"
    )
    assert told[1].startswith("Judged on 900 rows, 70 people")
    assert told[2:] == [
        "Not learnt from, as the source's policy does not allow it: 7 engagements of src_a.",
        "Left out as staff, partners or family: 3 people.",
        "Left out as done on the accounts of prospects: 0 acts.",
    ]


def test_a_page_has_a_title_for_each_section() -> None:
    made = markdown("Model card", card(version(saw_erased_at=AT), [Done(AT, "Put in use", "itself", "")]))
    assert made.startswith("# Model card\n\n## What it says\n\n- The chance")
    assert "- 2026-11-24 03:00 UTC: put in use by itself.\n" in made
    assert "erased: marked at 2026-11-24 03:00 UTC" in made
    assert made.count("\n## ") == 9


@pytest.mark.django_db(transaction=True)
def test_a_model_that_was_learnt_has_a_card_for_programs_and_people(with_past: Agency) -> None:
    ask(with_past, "retrain")
    work_off(with_past)
    with within(with_past):
        model = ModelVersion.objects.get()
        ModelAct.objects.create(version=model, act="held", by=with_past.owner, sentence="Until the fair is over.")
    answer = with_past.program().get(f"/v1/models/{model.public_id}/card").json()
    told = {it["title"]: it["lines"] for it in answer["sections"]}
    assert answer["model"] == model.public_id
    assert any(f"{model.quality['auc']['value']:.3f} (" in line for line in told["How good it is"])
    assert told["What was done with it"][1].endswith("held by a member. Until the fair is over.")
    assert with_past.program().get("/v1/models/mod_00000000000000000000/card").status_code == 404
    with within(with_past):
        told_of = {"n": 90, "positives": 12, "figures": {"auc": FIGURE, "brier_skill": FIGURE}}
        ModelVersion.objects.update(report={"clients": {with_past.client.public_id: told_of}})
    program = with_past.program().get(f"/v1/models/{model.public_id}/card").content.decode()
    assert f"{with_past.client.public_id}: 12 of 90 had it" in program
    page = with_past.browser().get(f"/admin/scoring/modelversion/{model.pk}/card/").content.decode()
    assert f"held by {with_past.owner}. Until the fair is over." in page
    assert f"{with_past.client.name}: 12 of 90 had it" in page
    for title in told:
        assert f">{title}</h2>" in page
    change = with_past.browser().get(f"/admin/scoring/modelversion/{model.pk}/change/").content.decode()
    assert f'href="/admin/scoring/modelversion/{model.pk}/card/"' in change
