"""Plain tables: leads of a school, and sessions of a shop (docs/evaluation.md)."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from config.evaluation import leads
from tests.real.conftest import real

# Design 4 lists these: of no use before it is known how it ended; and then those that leak by being missing.
LATER = [
    "Tags", "Lead Quality", "Lead Profile", "Last Activity", "Last Notable Activity", "Asymmetrique Activity Index",
    "Asymmetrique Profile Index", "Asymmetrique Activity Score", "Asymmetrique Profile Score",
]  # fmt: skip
ASKED_LATER = [
    "What is your current occupation", "What matters most to you in choosing a course", "Specialization", "City",
]  # fmt: skip
# By the same sign, though the list lacks it.
AND = ["How did you hear about X Education"]


@pytest.fixture
def school() -> Path:
    return real("leads/education_leads_first70.csv")


def evaluate(file: Path, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    call_command("evaluate", "leads", "--csv", str(file), *more)
    found: dict[str, Any] = json.loads(capsys.readouterr().out.splitlines()[-1])
    return found


OF_SCHOOL = ("--label", "Converted", "--order", "Lead Number")


def test_what_was_filled_in_later_is_refused_and_nothing_else(school: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError) as refused:
        evaluate(school, capsys, *OF_SCHOOL)
    named = leads.names(str(refused.value).split("--drop '")[1].removesuffix("'"))
    assert sorted(named) == sorted(LATER)


def test_the_floors_are_reached_and_what_may_have_been_asked_later_is_told(
    school: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = evaluate(school, capsys, *OF_SCHOOL, "--drop", ",".join(LATER))
    assert (found["rows"]["test"], found["positives"]["test"]) == (1940, 791)
    assert found["auc"]["value"] >= found["floor"]["auc"]
    assert found["brier"]["value"] <= found["floor"]["brier"]
    assert sorted(found["suspected"]) == sorted(ASKED_LATER + AND)
    assert found["auc without suspected"]["value"] > 0.8


def test_without_page_values_sessions_are_close_to_chance(capsys: pytest.CaptureFixture[str]) -> None:
    sessions = real("leads/shop_sessions_feb_oct.csv")
    found = evaluate(sessions, capsys, "--label", "Revenue", "--order", "Month", "--drop", "PageValues")
    assert found["state"] == "candidate"
    assert found["floor"]["auc"] < found["auc"]["value"] < 0.65
