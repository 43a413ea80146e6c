"""A music shop's first year: who buys again is told better than by plain library models (docs/evaluation.md)."""

import json
from pathlib import Path

from tests.journeys.conftest import ROOT
from tests.journeys.test_evaluate import evaluate

ROWS = 28_817


def test_the_floors_are_reached_through_the_front_door(purchases: Path) -> None:
    done = evaluate(purchases)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["rows"] == {"received": ROWS, "accepted": ROWS, "duplicate": 0, "quarantined": 0}
    assert (found["contacts"], found["positives"]) == (11_785, 1_619)
    assert found["auc"]["value"] >= 0.792
    assert found["brier"]["value"] <= 0.096
    assert found["auc"]["low"] > found["baseline"]["auc"]["value"]
    # The page was made of the same: what was learnt from is the same, and told under the same titles.
    shown = (ROOT / "docs/model-card.md").read_text()
    told = [line for line in found["card"].splitlines() if line.startswith(("#", "- Learnt from", "- Judged"))]
    assert len(told) == 12
    assert [line for line in told if line not in shown] == []
    for window in found["windows"]:
        assert window["auc"]["value"] > window["baseline"]["auc"]["value"]
        assert window["brier"]["value"] < window["baseline"]["brier"]["value"]
