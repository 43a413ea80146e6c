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

from scoring.learning.evaluation import ALARM_METRICS, METRICS
from tests.conftest import environment_of_a_shell
from tests.journeys.conftest import ROOT


def command(file: Path, task: str = "purchases") -> list[str]:
    return [sys.executable, "manage.py", "evaluate", task, "--csv", str(file)]


def environment(file: Path) -> dict[str, str]:
    """Return a shell's environment in which what is made for the time being is made beside the file."""
    folder = file.parent / "temporary"
    folder.mkdir(exist_ok=True)
    return {**environment_of_a_shell(), "TMPDIR": str(folder)}


def evaluate(file: Path, task: str = "purchases", **more: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command(file, task), cwd=ROOT, env={**environment_of_a_shell(), **more}, capture_output=True, text=True,
        check=False, timeout=300,
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


def repositories(file: Path, *rows: list[str]) -> int:
    """Write simulated series: thirty that grow quietly, ten that do but for one month; return how many rows it has."""
    random = np.random.default_rng(1)
    written = [["repo", "month", "n_stars", "n_stars_clustered"], *rows]
    for repo in range(40):
        bought_in = 20 if repo < 10 else None
        for month in range(24):
            stars, bought = int(random.poisson(60)), 900 if month == bought_in else 0
            if month == 5:
                continue  # none: not in the file
            written.append(
                [f"owner/{repo}", f"{2020 + month // 12}-{month % 12 + 1:02}", f"{stars + bought}.0", f"{bought}.0"]
            )
    with file.open("w", newline="") as content:
        csv.writer(content).writerows(written)
    return len(written) - 1


def test_bought_months_are_told_from_gains_alone_and_never_warned_of(tmp_path: Path) -> None:
    rows = repositories(tmp_path / "stars.csv", ["owner/1", "2021-13", "50", "0"], ["owner/1", "2021-12", "some", "0"])
    done = evaluate(tmp_path / "stars.csv", "series", **environment(tmp_path / "stars.csv"))
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert found["zeros_added"] == 40
    assert found["rows"] == {"received": rows, "accepted": rows - 2, "duplicate": 0, "quarantined": 2}
    assert (found["channels"], found["true"], found["warnings"]) == (40, 10, 0)
    assert 500 < found["judged"] < 40 * 20
    for name in ALARM_METRICS:
        assert 0.95 < found[name]["low"] <= found[name]["value"] <= found[name]["high"] <= 1
    screen = found["screen"]
    assert (screen["recall"], screen["false_alarms"]) == (1.0, 0.0)
    assert 0 < screen["applicable"] < found["judged"]
    assert set(found["seconds"]) == {"start", "import", "watch", "judge"}
    assert left_behind(tmp_path / "any") == []


def test_series_are_read_however_they_are_written_and_not_judged_without_truth(tmp_path: Path) -> None:
    """Names in capitals and small letters, odd and long ones; other columns; months as 2021-1-01."""
    names = ["Owner/Name", "owner/name", "@odd", "a, b", "#1", "x" * 300, "ünï"]
    with (tmp_path / "stars.csv").open("w", newline="", encoding="utf-8-sig") as content:
        written = csv.writer(content)
        written.writerow(["month", "note", "repo", "n_stars"])
        for name in names:
            for month in reversed(range(24)):
                written.writerow([f"{2020 + month // 12}-{month % 12 + 1}-01", "?", name, 60])
            content.write("\n")
        written.writerow(["2021-9", "the same again, otherwise", "#1", "7"])
    done = evaluate(tmp_path / "stars.csv", "series", **environment(tmp_path / "stars.csv"))
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert found["rows"] == {"received": 169, "accepted": 168, "duplicate": 0, "quarantined": 1}
    assert (found["channels"], found["judged"]) == (7, 7 * 21)
    assert [found[name] for name in ("true", "screen", *ALARM_METRICS)] == [None] * 6


def test_a_file_that_cannot_be_used_is_refused_in_a_sentence(tmp_path: Path) -> None:
    assert "There is no file" in evaluate(tmp_path / "nothing.csv").stderr
    (tmp_path / "other.csv").write_text("who,when\n1,1997-01-01\n")
    done = evaluate(tmp_path / "other.csv", **environment(tmp_path / "other.csv"))
    assert done.returncode == 1
    assert "other.csv has the columns who, when; it lacks customer_id, date, units, value." in done.stderr
    assert "Traceback" not in done.stderr
    assert "PostgreSQL" not in done.stdout  # nothing was started for it


def test_a_truth_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    repositories(tmp_path / "stars.csv", ["owner/1", "2021-12", "50", "half"])
    done = evaluate(tmp_path / "stars.csv", "series", **environment(tmp_path / "stars.csv"))
    assert done.returncode == 1
    assert "n_stars_clustered is “half” for owner/1 in 2021-12; expected a number" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_whoever_stops_it_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    shop(tmp_path / "shop.csv")
    with (tmp_path / "screen").open("w") as screen:
        running = subprocess.Popen(
            command(tmp_path / "shop.csv"), cwd=ROOT, env=environment(tmp_path / "any"), stdout=screen, stderr=screen,
            start_new_session=True,
        )  # fmt: skip
    try:
        deadline = time.monotonic() + 300
        while "handed over" not in (tmp_path / "screen").read_text():
            assert running.poll() is None, (tmp_path / "screen").read_text()
            assert time.monotonic() < deadline, (tmp_path / "screen").read_text()
            time.sleep(0.1)
    finally:
        os.killpg(running.pid, number)  # as a terminal does: to all that it started
        status = running.wait(70)
    assert status != 0
    assert left_behind(tmp_path / "any") == []
    assert "Traceback" not in (tmp_path / "screen").read_text()
