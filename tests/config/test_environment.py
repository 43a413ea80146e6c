"""Settings: a value that is not understood is refused."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import VARIABLES, count, flag, one_of, port, postgres_address, redis_address, variable
from tests.conftest import environment_of_a_shell

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("parse", "raw"),
    [
        (flag, "flase"),
        (flag, "2"),
        (port, "80a"),
        (count, "-1"),
        (port, "70000"),
        (redis_address, "localhost:6379"),
        (postgres_address, "mysql://a@b/c"),
        (postgres_address, "postgresql://localhost"),
        (postgres_address, "postgresql://app@localhost/db?no_such_option=1"),
        (one_of("INFO"), "info"),
    ],
)
def test_a_value_that_is_not_understood_is_refused(monkeypatch: pytest.MonkeyPatch, parse: object, raw: str) -> None:
    monkeypatch.setenv("SOME_SETTING", raw)
    with pytest.raises(ImproperlyConfigured, match="SOME_SETTING"):
        variable("SOME_SETTING", "what it is for", parse=parse, default=None)  # type: ignore[arg-type]
    VARIABLES.pop("SOME_SETTING")


def test_an_address_keeps_what_libpq_understands() -> None:
    address = postgres_address("postgresql://app:s%40cret@db.example:5433/earnest?sslmode=require")
    assert address == {
        "NAME": "earnest",
        "USER": "app",
        "PASSWORD": "s@cret",
        "HOST": "db.example",
        "PORT": "5433",
        "OPTIONS": {"sslmode": "require"},
    }


REAL = {
    "DATABASE_URL": "postgresql://earnest_app@db.example/earnest",
    "REDIS_URL": "redis://valkey.example",
    "SECRET_KEY": "k" * 50,
    "ALLOWED_HOSTS": "earnest.example",
    "ERASURES_FILE": "/erasures/erasures.ndjson",
}
# What `manage.py check` asks of the settings, without the rest of it, which takes ten times as long.
SAFE = "import sys; from config import checks; sys.exit('; '.join(map(str, checks.settings_are_safe(None))) or 0)"


def check(*command: str, **changed: str) -> str:
    """Return what is wrong with an installation of these settings."""
    done = subprocess.run(
        [sys.executable, *(command or ("-c", SAFE))],
        cwd=ROOT,
        env={**environment_of_a_shell(), "DJANGO_SETTINGS_MODULE": "config.settings", **REAL, **changed},
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else done.stderr


def test_a_real_installation_with_everything_set_is_accepted() -> None:
    assert check("manage.py", "check") == ""


def test_an_unsafe_installation_does_not_start() -> None:
    assert "SECRET_KEY is shorter" in check("manage.py", "check", SECRET_KEY="short")


def test_a_local_trial_may_be_reached_by_others_and_debugged_by_nobody_else() -> None:
    assert check(DATABASE_URL="", HOST="0.0.0.0") == ""
    assert check(DATABASE_URL="", DEBUG="yes") == ""


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY is not"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is shorter"),
        ({"REDIS_URL": ""}, "REDIS_URL is not"),
        ({"DEBUG": "yes"}, "DEBUG is on"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS is empty"),
        ({"ALLOWED_HOSTS": "*"}, "name the hosts instead"),
        ({"ERASURES_FILE": ""}, "ERASURES_FILE is not set"),
        ({"HTTPS": "no"}, "HTTPS is off"),
        ({"OUTBOUND_STAND_INS": "a.example=http://127.0.0.1:9000"}, "OUTBOUND_STAND_INS is set"),
        ({"OUTBOUND_STAND_INS": "a.example"}, "OUTBOUND_STAND_INS='a.example' is not usable"),
        ({"OUTBOUND": "perhaps"}, "OUTBOUND='perhaps' is not usable"),
        ({"JOB_SLOTS": "0"}, "JOB_SLOTS='0' is not usable"),
        ({"EARNEST_PROCESS": "worker"}, "EARNEST_PROCESS is worker, which needs DATABASE_WORKER_URL"),
        ({"EARNEST_PROCESS": "dispatcher"}, "EARNEST_PROCESS is dispatcher, which needs DATABASE_DISPATCHER_URL"),
        ({"EARNEST_PROCESS": "beat"}, "EARNEST_PROCESS='beat' is not usable"),
        ({"DEBUG": "maybe"}, "DEBUG='maybe' is not usable"),
        ({"DATABASE_URL": "", "HOST": "0.0.0.0", "DEBUG": "yes"}, "DEBUG is on"),
        ({"DATABASE_URL": "", "HOST": "0.0.0.0", "ALLOWED_HOSTS": "*"}, "name the hosts instead"),
    ],
)
def test_a_real_installation_refuses_what_is_missing_or_unsafe(changed: dict[str, str], said: str) -> None:
    assert said in check(**changed)


def test_the_runbook_lists_every_variable_with_its_meaning() -> None:
    text = (ROOT / "docs" / "runbook.md").read_text()
    listed = dict(re.findall(r"^\| `([A-Z_]+)` \| (.+?) \|$", text, flags=re.MULTILINE))
    assert listed == VARIABLES
