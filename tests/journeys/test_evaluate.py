"""`manage.py evaluate` as somebody runs it: its own servers and workers, and nothing left of them."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scoring.learning.evaluation import METRICS
from tests.conftest import environment_of_a_shell
from tests.journeys.conftest import ROOT


def command(file: Path) -> list[str]:
    return [sys.executable, "manage.py", "evaluate", "purchases", "--csv", str(file)]


def environment(file: Path) -> dict[str, str]:
    """Return a shell's environment in which what is made for the time being is made beside the file."""
    folder = file.parent / "temporary"
    folder.mkdir(exist_ok=True)
    return {**environment_of_a_shell(), "TMPDIR": str(folder)}


def evaluate(file: Path, **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command(file), cwd=ROOT, env={**environment_of_a_shell(), **more}, capture_output=True, text=True, check=False,
        timeout=300,
    )  # fmt: skip


def shop(file: Path, *rows: list[str]) -> int:
    """Write a year of a simulated shop: some customers come back, most do not; return how many rows it has."""
    random = np.random.default_rng(1)
    written = [["customer_id", "date", "units", "value"], *rows]
    for customer in range(500):
        pace = random.choice([0.004, 0.03])
        day = int(random.integers(0, 60))
        while day < 365:
            written.append([f"{customer:05}", str(date(1997, 1, 1) + timedelta(days=day)), "1", "9.5"])
            day += 1 + int(random.exponential(1 / pace))
    with file.open("w", newline="") as content:
        csv.writer(content).writerows(written)
    return len(written) - 1


def left_behind(file: Path) -> list[Path]:
    return list((file.parent / "temporary").iterdir())


def test_purchases_are_told_beforehand_and_every_row_is_accounted_for(tmp_path: Path) -> None:
    bad = [["7", "1997-02-30", "1", "5"], ["8", "1997-03-01", "1", "-5"], ["", "1997-03-01", "1", "5"]]
    rows = shop(tmp_path / "shop.csv", *bad)
    done = evaluate(tmp_path / "shop.csv", **environment(tmp_path / "shop.csv"))
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert found["rows"] == {"received": rows, "accepted": rows - 3, "duplicate": 0, "quarantined": 3}
    assert [it["from"] for it in found["windows"]] == ["1997-07-04", "1997-09-02", "1997-11-01"]
    last = found["windows"][-1]
    assert (last["state"], last["until"], found["scores"]) == ("promoted", "1997-12-31", 500)
    for name in METRICS:
        for figure in (found[name], found["baseline"][name]):
            assert figure["low"] <= figure["value"] <= figure["high"]
        assert found[name] == last[name]
    assert found["auc"]["value"] > 0.7
    assert set(found["seconds"]) == {
        "start", "import", "train 1997-07-04", "train 1997-09-02", "train 1997-11-01", "score",
    }  # fmt: skip
    assert f"{rows:,} of {rows:,} rows" in done.stdout
    assert left_behind(tmp_path / "any") == []


def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(tmp_path: Path) -> None:
    assert "There is no file" in evaluate(tmp_path / "nothing.csv").stderr
    (tmp_path / "other.csv").write_text("who,when\n1,1997-01-01\n")
    done = evaluate(tmp_path / "other.csv", **environment(tmp_path / "other.csv"))
    assert done.returncode == 1
    assert "other.csv has the columns who, when; expected customer_id, date, units, value" in done.stderr
    assert "Traceback" not in done.stderr
    assert left_behind(tmp_path / "any") == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whoever_stops_it_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    shop(tmp_path / "shop.csv")
    with (tmp_path / "screen").open("w") as screen:
        running = subprocess.Popen(
            command(tmp_path / "shop.csv"), cwd=ROOT, env=environment(tmp_path / "any"), stdout=screen, stderr=screen,
            start_new_session=True,
        )  # fmt: skip
    deadline = time.monotonic() + 60
    while "learning" not in (tmp_path / "screen").read_text():
        assert time.monotonic() < deadline, (tmp_path / "screen").read_text()
        time.sleep(0.1)
    os.killpg(running.pid, number)  # as a terminal does: to all that it started
    assert running.wait(70) != 0
    assert left_behind(tmp_path / "any") == []
    assert "Traceback" not in (tmp_path / "screen").read_text()
