"""`manage.py evaluate comments`: a file is read, copies are counted, and what is wrong with it is said first."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.real.conftest import real

SPAM = "Check out my new channel and please subscribe, I upload every single day"
OWN = [
    "The drums in the second half are out of this world",
    "My grandmother danced to this at her wedding",
    "Who else came here after the film last night?",
]


def evaluate(path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    call_command("evaluate", "comments", "--csv", str(path))
    found: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


def file(folder: Path, *rows: list[str], header: str = "video,author,text,is_spam") -> Path:
    path = folder / "comments.csv"
    with path.open("w", newline="") as content:
        csv.writer(content).writerows([header.split(","), *rows])
    return path


def test_copies_of_three_authors_are_told_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    copies = [["v1", name, f"{SPAM} {sign}", "1"] for name, sign in (("a", "!!!"), ("b", "❤"), ("c", "friends"))]
    others = [["v2", f"d{at}", text, "0"] for at, text in enumerate(OWN)]
    found = evaluate(file(tmp_path, *copies, *others, ["v2", "e", "First", "yes"]), capsys)
    assert (found["rows"], found["with_signature"], found["copies"], found["spam"]) == (7, 6, 3, 4)
    values = {name: found[name]["value"] for name in ("precision", "recall", "false_alarms")}
    assert values == {"precision": 1, "recall": 0.75, "false_alarms": 0}
    assert (found["videos"]["v1"]["copies"], found["videos"]["v2"]["copies"]) == (3, 0)
    assert found["videos"]["v1"]["false_alarms"] is None


def test_short_copies_of_two_authors_are_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    short = [["v", "a", SPAM, "1"], ["v", "b", SPAM, "1"]]
    long = [["v", "a", f"{SPAM}, {OWN[0]}", "1"], ["v", "a", f"{SPAM}, {OWN[0]}!", "1"]]
    assert evaluate(file(tmp_path, *short), capsys)["copies"] == 0
    assert evaluate(file(tmp_path, *long), capsys)["copies"] == 2


def test_without_labels_copies_are_counted_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = evaluate(file(tmp_path, *([name, SPAM] for name in "abc"), header="author,text"), capsys)
    assert (found["copies"], found["spam"], found["precision"], found["videos"]) == (3, None, None, {})


def test_comments_that_cannot_be_used_are_refused_in_a_sentence(tmp_path: Path) -> None:
    for rows, header, said in (
        ([["v", "a", "x", "perhaps"]], "video,author,text,is_spam", r"is_spam is “perhaps” in row 1; expected 1 or 0"),
        ([["a"]], "author", "it lacks text"),
        ([], "author,text", "only a header"),
    ):
        with pytest.raises(CommandError, match=said):
            call_command("evaluate", "comments", "--csv", str(file(tmp_path, *rows, header=header)))


def test_real_comments_are_told_as_the_page_says(capsys: pytest.CaptureFixture[str]) -> None:
    found = evaluate(real("events/video_comments.csv"), capsys)
    assert (found["rows"], found["copies"], found["spam"]) == (1138, 178, 586)
    assert found["precision"]["value"] == pytest.approx(0.826, abs=0.001)
    assert found["recall"]["value"] == pytest.approx(0.251, abs=0.001)
    assert found["false_alarms"]["value"] == pytest.approx(0.056, abs=0.001)
    assert [it["copies"] for it in found["videos"].values()] == [14, 6, 138]
