"""`manage.py evaluate` of profiles, creation dates and deficits: what is drawn, and what is said of wrong files."""

import csv
import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from config.evaluation import labelled, profiles
from scoring.learning.rates import wilson

FACTS = ["followers", "following", "posts", "bio_length", "has_avatar"]
EVENTS = ["repo", "ForkEvent", "IssuesEvent", "IssueCommentEvent", "PullRequestEvent", "WatchEvent"]


def file(path: Path, header: list[str], rows: list[list[Any]]) -> Path:
    with path.open("w", newline="") as content:
        csv.writer(content).writerows([header, *rows])
    return path


def people(folder: Path, *, real: int = 420, false: int = 80, header: list[str] | None = None) -> Path:
    random = np.random.default_rng(1)
    rows = [[0, *random.integers(50, 2_000, 4).tolist(), 1, 1, 9] for _ in range(real)]
    rows += [[1, 3, int(random.integers(3_000, 7_000)), 0, 0, 0, 5, 9] for _ in range(false)]
    return file(folder / "people.csv", header or ["is_fake", *FACTS, "username_digits", "username_length"], rows)


def made(folder: Path, *, real: int = 420, false: int = 120) -> Path:
    random = np.random.default_rng(1)
    days = [date(2008, 1, 1) + timedelta(days=int(day)) for day in random.integers(0, 1_500, real)]
    rows = [[0, day] for day in days] + [[1, date(2012, 5, 1)] for _ in range(false)]
    return file(folder / "made.csv", ["is_fake", "created_day"], rows)


def events(folder: Path, name: str, *, first: int, forks: int, count: int = 30) -> Path:
    rows = [[f"r{first + place}", forks + place % 5, 1, 1, 1, 100 + place] for place in range(count)]
    return file(folder / name, EVENTS, rows)


def evaluated(capsys: pytest.CaptureFixture[str], task: str, **options: Any) -> dict[str, Any]:
    call_command("evaluate", task, **options)
    found: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


def test_bias_is_the_worst_of_four(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = evaluated(capsys, "profiles", csv=people(tmp_path))
    assert (found["size"], found["draws"], found["rows"]) == (200, 200, {"received": 500, "real": 420, "false": 80})
    errors = [abs(it["bias"]["value"]) for it in found["by_share"].values()]
    assert len(errors) == 4
    assert found["bias"]["value"] == max(errors) < 0.03
    assert found["bias"]["low"] <= found["bias"]["value"] <= found["bias"]["high"]
    assert found["columns"]["digit_share"] == ["username_digits", "username_length"]


def test_cohorts_are_smaller_where_there_are_fewer_real_rows(tmp_path: Path) -> None:
    assert profiles.read(csv=people(tmp_path, real=399), draws=200)[2] == 170
    with pytest.raises(CommandError, match="has 339 real rows and 80 false ones; 340 and 51 are needed"):
        call_command("evaluate", "profiles", csv=people(tmp_path, real=339))


def test_power_is_that_of_the_largest_cohort_and_nobody_is_found_without_a_purchase(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = evaluated(capsys, "creation", csv=made(tmp_path, real=220))
    assert (list(found["by_size"]), found["size"]) == (["100"], 100)
    assert found["power"] == found["by_size"]["100"]["0.05"]["found"]
    assert found["by_size"]["100"]["0.1"]["found"]["value"] == 1
    assert found["false_alarms"]["value"] <= 0.05


def test_who_is_in_both_files_is_flagged_and_judged_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    flagged = events(tmp_path, "flagged.csv", first=0, forks=0)
    random = events(tmp_path, "random.csv", first=25, forks=40)
    found = evaluated(capsys, "deficit", flagged=flagged, random=random)
    assert (found["rows"], found["in_both"]) == ({"flagged": 30, "random": 30}, 5)
    assert (found["judged"], found["true"]) == (55, 30)
    assert found["auc"]["value"] == 1
    assert found["by_tier"]["from 100"]["random"] == 25
    assert found["by_tier"]["from 50"]["auc"] is None


@pytest.mark.parametrize(
    ("header", "rows", "said"),
    [
        (["fake", "followers"], [[1, 2]], "it lacks is_fake"),
        (
            ["is_fake", *FACTS],
            [[1, 1, 1, 1, 1, 1], [0, 1, 1, 1, 1, 1]],
            "it lacks digit_share or username_digit_share or",
        ),
        (["is_fake", *FACTS], [["yes", 1, 1, 1, 1, 1]], "Row 1 of people.csv has “yes” in is_fake"),
        (["is_fake", *FACTS], [[1, 1, 1, 1, 1, 1]], "needs real rows and false ones"),
    ],
)
def test_profiles_that_cannot_be_used_are_refused_in_a_sentence(
    tmp_path: Path, header: list[str], rows: list[list[Any]], said: str
) -> None:
    with pytest.raises(CommandError, match=said):
        call_command("evaluate", "profiles", csv=file(tmp_path / "people.csv", header, rows))


def test_other_wrong_files_are_refused_in_a_sentence(tmp_path: Path) -> None:
    soon = file(tmp_path / "soon.csv", ["is_fake", "created_day"], [[0, "2012-01-01"], [1, "soon"]])
    with pytest.raises(CommandError, match=r"Row 2 of soon\.csv has “soon” in created_day; expected a day"):
        call_command("evaluate", "creation", csv=soon)
    with pytest.raises(CommandError, match="has 199 real rows with a day and 120 false ones"):
        call_command("evaluate", "creation", csv=made(tmp_path, real=199))
    with pytest.raises(CommandError, match="fewer than 200 say too little"):
        call_command("evaluate", "creation", csv=made(tmp_path), draws=100)
    flagged = events(tmp_path, "flagged.csv", first=0, forks=0)
    with pytest.raises(CommandError, match=r"flagged\.csv has no account of its own that gained 50 or more"):
        call_command("evaluate", "deficit", flagged=flagged, random=flagged)
    many = events(tmp_path, "many.csv", first=90, forks=-9)
    with pytest.raises(CommandError, match=r"many\.csv has a count below 0"):
        call_command("evaluate", "deficit", flagged=flagged, random=many)


def test_a_rate_of_nothing_is_not_certain_to_be_nothing() -> None:
    none = labelled.rate([False] * 200)
    assert (none["value"], none["low"]) == (0, 0)
    assert 0.01 < none["high"] < 0.02
    assert (none["low"], none["high"]) == wilson(0, 200)


def test_agencies_say_who_is_accused_and_what_is_found_by_kind(capsys: pytest.CaptureFixture[str]) -> None:
    found = evaluated(capsys, "agencies", honest=1, sold=1)
    assert (found["honest"], found["accused"], found["false_warnings"]["value"]) == (1, 0, 0)
    assert list(found["by_kind"]) == ["burst", "drip", "aged"]
    assert found["recall_burst"] == found["by_kind"]["burst"]["recall"]
    assert all(it["tested"] >= it["found"] for it in found["tested"].values())
    with pytest.raises(CommandError, match="are 1 or more"):
        call_command("evaluate", "agencies", honest=0)
