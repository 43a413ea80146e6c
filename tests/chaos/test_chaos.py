"""The account of a small chaos; `make chaos KILLS=100` is the same at length."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.chaos.crew import ROOT
from tests.conftest import environment_of_a_shell

KILLS = 8
pytestmark = pytest.mark.xdist_group("chaos")


def account(var: Path, **environment: str) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, "manage.py", "chaos", "--kills", str(KILLS)],
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
    found: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == (1 if found["lost"] or found["doubled"] else 0)
    return found


def test_nothing_is_lost_and_nothing_done_twice(tmp_path: Path) -> None:
    found = account(tmp_path / "var")
    assert list(found) == ["kills", "jobs", "lost", "doubled", "fenced", "quarantined"]
    assert (found["kills"], found["lost"], found["doubled"]) == (KILLS, 0, 0)
    assert found["jobs"] > 50
    assert found["fenced"] > 0  # somebody did come back from the dead


def test_the_account_would_show_a_missing_fence(tmp_path: Path) -> None:
    assert account(tmp_path / "var", CHAOS_FENCE="off")["doubled"] > 0


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
