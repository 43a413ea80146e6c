"""Stars by month of 16,877 repositories: how well the growth screen alone tells bought ones (docs/evaluation.md)."""

import json
from pathlib import Path

from tests.journeys.test_evaluate import evaluate

ROWS, ZEROS = 62_079, 6_866


def test_the_floor_is_reached_through_the_front_door(stars: Path) -> None:
    done = evaluate(stars, "series")
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert found["rows"] == {"received": ROWS, "accepted": ROWS, "duplicate": 0, "quarantined": 0}
    assert found["zeros_added"] == ZEROS
    assert (found["channels"], found["judged"], found["true"]) == (16_877, 23_406, 571)
    assert found["auc"]["value"] >= 0.89
    assert found["average_precision"]["value"] >= 0.365
    assert found["screen"]["recall"] > 0.35
    assert found["screen"]["false_alarms"] < 0.03
    assert found["warnings"] == 0
