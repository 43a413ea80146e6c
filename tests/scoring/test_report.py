"""What is told of a model beside its figures: each table says what it says."""

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest

from scoring.features.clock import Facts
from scoring.features.matrix import matrix
from scoring.learning import report
from scoring.learning.labels import Goal, labelled
from scoring.learning.parts import Part
from scoring.learning.report import by_client, calibration_table, deciles, first_twenty, five_beat_a_hundred, rungs
from scoring.learning.scoring import score
from scoring.learning.shadow import inversions
from scoring.learning.training import columns, train
from tests.scoring.fits import told
from tests.scoring.frames import AS_OF, act, facts, market, outcome, said

GOAL = Goal()


def part(labels: Any, clients: Any = None, **more: Any) -> Part:
    rows = pl.DataFrame({"label": np.asarray(labels, dtype=np.int8), **more})
    return Part(rows.with_columns(client=pl.Series(clients if clients is not None else [1] * rows.height)))


def test_calibration_holds_what_was_said_against_what_came() -> None:
    random = np.random.default_rng(1)
    said = random.random(20_000)
    table = calibration_table((random.random(20_000) < said).astype(float), said)
    assert len(table) == 10
    assert all(it["low"] - 0.03 < it["said"] < it["high"] + 0.03 for it in table)
    assert [it["said"] for it in table] == sorted(it["said"] for it in table)


def test_deciles_say_how_many_times_the_usual() -> None:
    labels = np.concatenate([np.ones(50), np.zeros(450)])
    found = deciles(labels, np.linspace(1, 0, 500), seed=1)
    assert [it["lift"] for it in found] == [10.0] + [0.0] * 9
    coin = deciles(labels, np.full(500, 0.1), seed=1)
    assert all(it["lift"] == pytest.approx(1) for it in coin), "equal scores are no order"


def test_the_first_twenty_are_those_of_each_client() -> None:
    labels = [1] * 15 + [0] * 85 + [0] * 95 + [1] * 5
    said = np.concatenate([np.linspace(1, 0, 100), np.linspace(1, 0, 100)])
    found = first_twenty(part(labels, [1] * 100 + [2] * 100), said)
    assert (found["n"], found["rate"]) == (40, 15 / 40)
    assert first_twenty(part(labels[:100]), np.full(100, 0.5))["rate"] == pytest.approx(0.15), "equals share"


def test_clients_with_too_few_outcomes_have_no_figures() -> None:
    random = np.random.default_rng(2)
    labels = np.concatenate([np.ones(20), np.zeros(80), np.ones(3), np.zeros(97)])
    found = by_client(part(labels, [1] * 100 + [2] * 100), random.random(200), seed=1)
    assert list(found) == ["1"]
    assert (found["1"]["n"], found["1"]["positives"]) == (100, 20)
    assert by_client(part(labels[:100]), random.random(100), seed=1) == {}, "of one client they are the model's"


def test_what_a_like_is_worth_is_told_against_those_who_only_glanced() -> None:
    rows = pl.DataFrame({"highest_rung": [0.0] * 100 + [1.0] * 100 + [6.0] * 10,
                         "label": [1] * 5 + [0] * 95 + [1] * 6 + [0] * 94 + [1] * 8 + [0] * 2})  # fmt: skip
    buyers = pl.DataFrame({"highest_rung": [0.0] * 50, "label": [1] * 50, "own_acts": 0})  # who did nothing else
    rows = pl.concat([rows.with_columns(own_acts=1), buyers])
    glance, nod, *others = rungs(rows)
    call = others[4]
    assert (glance["name"], glance["rate"], "more" in glance) == ("a glance", 0.05, False)
    assert nod["more"]["low"] < 0 < nod["more"]["value"], "a like says nothing here"
    assert (call["name"], call["more"]["value"]) == ("a call", pytest.approx(0.75))
    assert call["more"]["low"] > 0
    assert others[0] == {"rung": 2, "name": "a pass-on", "n": 0}


def labelled_rows(there: Facts) -> pl.DataFrame:
    at = AS_OF - GOAL.horizon
    return labelled(matrix(there, at), there, at, GOAL)


def test_five_engagers_are_held_against_a_hundred_likes() -> None:
    talkers = [act(3, ago=70, contact=n) for n in range(1, 11)]
    likers = [act(1, ago=70 + n / 10, contact=n) for n in range(11, 111) for _ in range(2)]
    bought = [outcome(ago=30, contact=n) for n in (*range(1, 6), *range(11, 15))]
    told = five_beat_a_hundred(labelled_rows(facts([*talkers, *likers], bought)), seed=1)
    assert (told["engagers"], told["likes"]) == (10, 200)
    assert told["five"]["value"] == pytest.approx(2.5)
    assert told["hundred"]["value"] == pytest.approx(2.0)
    assert told["more"]["low"] < told["more"]["value"] < told["more"]["high"]
    nobody = five_beat_a_hundred(labelled_rows(facts(likers, bought)), seed=1)
    assert nobody["five"] is None


def test_where_the_data_contradict_the_ladder_the_twin_says_so() -> None:
    """Likers buy and talkers do not: the model keeps the order, and the inversion is told."""
    against, agreeing = (
        Part(labelled_rows(market(1500, talkers=talkers, others=others)))
        for talkers, others in ((0.1, 4.0), (6.0, 0.3))
    )
    steps = {f"{it['from']} {it['to']}": it for it in inversions(market(10), against, columns())}
    assert steps["a pass-on a word"]["inverted"]
    assert steps["a pass-on a word"]["high"] < 0
    assert not any(it["inverted"] for it in inversions(market(10), agreeing, columns()))


def test_a_training_tells_all_of_it() -> None:
    found = train(market(400), AS_OF)
    assert set(found.report) == {
        "calibration", "deciles", "first_twenty", "clients", "rungs", "five_beat_a_hundred", "gain", "windows",
        "inversions", "without_gate", "pace", "reference",
    }  # fmt: skip
    assert found.report["gain"]["bound"] > 0
    (before, *_) = found.report["windows"]
    assert before["from"] == (AS_OF - 2 * GOAL.horizon).isoformat()
    assert before["quality"]["auc"]["value"] > 0.6
    assert report.rate(1, 10)["low"] < 0.1


def test_a_model_is_told_with_and_without_what_was_set_aside() -> None:
    """Half of the likes are declared software: as any act they would count, and hide who means it."""
    there = market(400)
    assert train(there, AS_OF).report["without_gate"] == {"set_aside": 0, "quality": {}}
    bots = [act(1, ago=ago, contact=n, automated=True) for n in range(1, 400, 2) for ago in range(5, 400, 20)]
    joined = replace(there, acts=pl.concat([there.acts, facts(bots).acts]))
    found = train(joined, AS_OF)
    told = found.report["without_gate"]
    assert told["set_aside"] > 1000
    assert told["quality"]["auc"]["value"] < found.quality["auc"]["value"]


def test_attributes_are_learnt_and_a_model_says_which_it_reads() -> None:
    """Where a lead came from tells who buys, and nothing else does: the plain lead table."""
    there = market(600, talkers=0.0, others=0.0)
    random = np.random.default_rng(3)
    came = {n: str(random.choice(["friend", "advert", "search"])) for n in range(1, 601)}
    bought = [
        outcome(ago=float(ago), contact=n)
        for n, by in came.items()
        for ago in random.uniform(0, 420, random.poisson(5 if by == "friend" else 0.5))
    ]
    said_ = [said("lead source", by, contact=n, ago=410) for n, by in came.items()]
    found = train(facts_of(there, bought, said_), AS_OF)
    assert found.model is not None
    assert [it.name for it in found.model.attributes] == ["lead source"]
    assert "attribute:lead source" in [it.name for it in found.model.learnt.columns]
    rows = matrix(facts_of(there, bought, said_), AS_OF, found.model.attributes)
    scores = score(rows, found.model)
    assert any(it[0] == "attribute" and it[-1] == "friend" for reasons in told(scores) for it in reasons)
    again = train(facts_of(there, bought, said_), AS_OF, champion=found.model)
    assert again.report["gain"]["over"] == "the model in use"


def facts_of(there: Facts, bought: Any, said_: Any) -> Facts:
    more = facts([], bought, said=said_)
    return replace(there, outcomes=more.outcomes, said=more.said)
