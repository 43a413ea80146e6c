"""`manage.py evaluate synchrony`: who acts on whose posts is read, and what is raised is held against the truth."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from config.evaluation.synchrony import read
from scoring.simulation.pods import TIGHT
from tests.scoring.gathered import FIRST, month, planted

HEADER = ["actor", "object", "time"]


def file(folder: Path, *rows: Sequence[object], header: Sequence[str] = HEADER) -> Path:
    path = folder / "acts.csv"
    with path.open("w", newline="") as content:
        csv.writer(content).writerows([header, *rows])
    return path


def evaluate(path: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[str, dict[str, Any]]:
    call_command("evaluate", "synchrony", "--csv", str(path), *more)
    *lines, last = capsys.readouterr().out.splitlines()
    return "\n".join(lines), json.loads(last)


def test_what_is_raised_is_told_without_names_and_held_against_the_truth(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    acts, truth = planted(acts=month(named=False), seed=4)
    rows = [
        (who, target, at.isoformat(), int(who in truth))
        for who, target, at in acts.select("contact", "target", "occurred_at").iter_rows()
    ]
    lines, found = evaluate(file(tmp_path, *rows, header=[*HEADER, "truth"]), capsys)
    assert (found["groups"], found["coordinated"]) == (2, len(truth))
    assert (found["precision"]["value"], found["recall"]["value"], found["f1"]["value"]) == (1, 1, 1)
    assert found["rows"] == {"received": len(rows), "used": len(rows), "on_nobodys": 0}
    assert [it["answer"] for it in found["checks"].values()] == ["found", "found", "found", "not_applicable"]
    assert "closure: found" in lines
    assert f"2 groups are raised, of {len(truth)} people." in lines
    assert str(FIRST)[:6] not in lines + json.dumps(found)


def test_of_objects_without_an_owner_the_screen_alone_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    acts, truth = planted(seed=4)
    rows = [
        (who, f"post {target} {at.date()}", at.timestamp(), "pod" if who in truth else "")
        for who, target, at in acts.select("contact", "target", "occurred_at").iter_rows()
    ]
    lines, found = evaluate(file(tmp_path, *rows, header=[*HEADER, "truth"]), capsys)
    assert found["groups"] == 0
    assert (found["checks"]["synchrony"]["answer"], found["checks"]["synchrony"]["why"]) == (
        "not_applicable", "few_posts",
    )  # fmt: skip
    assert (found["screen_alone"]["answer"], found["screen_alone"]["f1"]["value"]) == ("found", 1)
    assert "no finding of innocence" in lines


def test_pods_and_company_are_planted_on_demand(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("config.evaluation.synchrony.RUNS", 2)
    monkeypatch.setattr("config.evaluation.synchrony.TIGHT", TIGHT[-2:])
    monkeypatch.setattr("config.evaluation.synchrony.LOOSE", ())
    rows = month(named=False).select("contact", "target", "occurred_at").iter_rows()
    path = file(tmp_path, *((who, target, at.isoformat()) for who, target, at in rows))
    lines, found = evaluate(path, capsys, "--plant", "2", "--seed", "3")
    assert [(it["share"], it["minutes"]) for it in found["planted"]["levels"]] == [(0.9, 5), (0.9, 8)]
    assert all(it["f1"]["low"] > 0.9 for it in found["planted"]["levels"])
    assert {kind: it["rate"] for kind, it in found["company"].items()} == dict.fromkeys(found["company"], 0)
    assert "2 pods that act on 90% of posts" in lines


def test_an_object_that_acts_is_its_own_and_an_owner_may_be_named(tmp_path: Path) -> None:
    path = file(tmp_path, ["a", "b", "10"], ["b", "song", "20"], ["a", "x", "never"])
    said, received, coordinated = read(csv=path, actor="actor", target="object", time="time")
    assert (said.owners, received, coordinated) == (["b", ""], 3, frozenset())
    owned = file(tmp_path, ["a", "p1", "b", "10"], header=["actor", "object", "owner", "time"])
    said, _, _ = read(csv=owned, actor="actor", target="object", owner="owner", time="time")
    assert (said.objects, said.owners) == (["p1"], ["b"])


def test_in_a_file_of_three_words_everybody_is_a_person(tmp_path: Path) -> None:
    (tmp_path / "sent.txt").write_text("1 2 1082040961\n1 3 1082040970\n")
    said, _, _ = read(csv=tmp_path / "sent.txt", actor="", target="", time="")
    assert said.owners == ["2", "3"]


def test_what_cannot_be_used_is_refused_in_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="it lacks object"):
        evaluate(file(tmp_path, ["a", "b", "1"], header=["actor", "on", "time"]), capsys)
    with pytest.raises(CommandError, match=r"No row of acts\.csv has a time"):
        evaluate(file(tmp_path, ["a", "b", "soon"]), capsys)
    path = file(tmp_path, ["a", "b", "1", "0"], header=[*HEADER, "label"])
    with pytest.raises(CommandError, match="says in label that its actor is coordinated"):
        evaluate(path, capsys, "--truth", "label")
