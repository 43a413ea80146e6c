"""What `evaluate controls` makes of the files of a folder."""

import json
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from config.evaluation import controls
from config.evaluation.throwaway import EvaluationFailed
from config.management.commands import evaluate

FILES = {
    "messages.txt": "1 2 1082040961\n",
    "gains.csv": "repo,month,n_stars\nr,2024-07,375\n",
    "deep/comments.csv": "video,author,date,text\nv,ada,2013-11-07T06:20:48,Lovely\n",
    "shared.csv": "object_id,account_id,timestamp_share\nx,ada,1623881091.0\n",
    "acts.csv": "actor,receiver,time\nada,bob,1623881091\n",
    "leads.csv": "Lead Number,Converted\n1,0\n",
    "empty.csv": "repo,month,n_stars\n",
    "README.md": "Genuine.\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    return tmp_path


def test_every_file_is_sent_in_or_it_is_said_why_not(folder: Path) -> None:
    known, unknown = controls.read(folder=folder)
    assert list(known) == ["acts.csv", "deep/comments.csv", "gains.csv", "messages.txt", "shared.csv"]
    assert unknown["empty.csv"] == "It has no row."
    assert unknown["README.md"].startswith("Neither .csv nor .txt")
    assert "Lead Number, Converted; expected acts" in unknown["leads.csv"]


def test_comments_stand_under_what_they_are_written_on(folder: Path) -> None:
    header, row = controls._comments(folder / "deep/comments.csv")
    assert dict(zip(header, row, strict=True)) == {
        "id": "1", "kind": "comment", "occurred_at": "2013-11-07T06:20:48Z", "direction": "inbound",
        "actor.customer": "ada", "post": "v", "text": "Lovely",
    }  # fmt: skip


def test_a_folder_with_nothing_to_send_in_says_what_there_is(tmp_path: Path) -> None:
    with pytest.raises(EvaluationFailed, match="it is empty"):
        controls.read(folder=tmp_path)
    (tmp_path / "README.md").write_text("Nothing.")
    with pytest.raises(CommandError, match=r"README.md: Neither .csv nor .txt"):
        call_command("evaluate", "controls", "--folder", str(tmp_path))
    with pytest.raises(CommandError, match="no folder"):
        call_command("evaluate", "controls", "--folder", str(tmp_path / "nowhere"))


@pytest.mark.parametrize("raised", [0, 2])
def test_the_command_fails_where_anything_is_warned_of_and_prints_it_all_the_same(
    folder: Path, raised: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {"warnings": raised, "sentence": f"{raised} warnings were raised; there should be none."}
    as_it_is = evaluate.TASKS["controls"]
    without_servers = replace(as_it_is, run=lambda *_, **__: found, servers=False)
    monkeypatch.setitem(evaluate.TASKS, "controls", without_servers)
    with pytest.raises(CommandError, match="there should be none") if raised else nullcontext():
        call_command("evaluate", "controls", "--folder", str(folder))
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == found
