"""The accounts of a small chaos; `make chaos` and `make chaos-import` are the same at length."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.chaos.crew import ROOT
from tests.conftest import environment_of_a_shell

KILLS = 8
# One worker is frozen in the first, two in the second: nobody may come back in time on a busy machine.
KILLS_UNTIL_ONE_COMES_BACK = (4, 15)
pytestmark = pytest.mark.xdist_group("chaos")


def account(var: Path, *command: str, **environment: str) -> tuple[int, dict[str, Any]]:
    """Return a command's exit code, and its account."""
    done = subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env={
            **environment_of_a_shell(),
            "EARNEST_VAR": str(var),
            "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
            **environment,
        },
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.stdout.endswith("}\n"), done.stdout[-3000:] + done.stderr[-3000:]
    return done.returncode, json.loads(done.stdout.splitlines()[-1])


def test_nothing_is_lost_and_nothing_done_twice(tmp_path: Path) -> None:
    code, found = account(tmp_path / "var", "chaos", "--kills", str(KILLS))
    assert list(found) == ["kills", "jobs", "lost", "doubled", "fenced", "quarantined"]
    assert (code, found["kills"], found["lost"], found["doubled"]) == (0, KILLS, 0, 0)
    assert found["jobs"] > 50
    assert found["fenced"] > 0  # somebody did come back from the dead


def test_the_account_would_show_a_missing_fence(tmp_path: Path) -> None:
    for kills in KILLS_UNTIL_ONE_COMES_BACK:
        code, found = account(tmp_path / f"var{kills}", "chaos", "--kills", str(kills), CHAOS_FENCE="off")
        if found["doubled"]:
            break
    assert found["doubled"] > 0
    assert code == 1


def test_a_file_whose_importers_are_killed_lands_every_row_once(tmp_path: Path) -> None:
    """T29, small; `make chaos-import` does it with a million rows."""
    code, found = account(tmp_path / "var", "chaos_import", "--rows", "20000", "--kills", "3")
    assert (code, found["wrong"]) == (0, []), found
    assert (found["accepted"], found["set aside"], found["kills of workers"]) == (19_400, 600, 3)
    assert found["attempts lost"] > 0


def test_readers_see_no_mix_while_those_who_score_are_killed(tmp_path: Path) -> None:
    """T81, small; `make chaos-rescoring` kills fifty times."""
    code, found = account(tmp_path / "var", "chaos_rescoring", "--kills", "2")
    assert (code, found["wrong"]) == (0, []), found
    assert found["answers of two runs"] == found["answers without everybody"] == 0


def test_chaos_harms_no_servers_but_its_own(tmp_path: Path) -> None:
    asked = "from django.conf import settings; print(settings.EMBEDDED, settings.REDIS_URL)"
    shell = {"REDIS_URL": "redis://production.example", "DATABASE_URL": "postgresql://a@production.example/b"}
    done = subprocess.run(
        [sys.executable, "-c", asked],
        cwd=ROOT,
        env={**os.environ, **shell, "EARNEST_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tests.chaos.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("True unix://")
