"""Leads, carts, a community and agencies as `evaluate` has them (docs/evaluation.md). Each takes minutes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import environment_of_a_shell
from tests.journeys.conftest import ROOT
from tests.real.conftest import real

pytestmark = pytest.mark.skipif(
    not os.environ.get("EARNEST_REQUIRE_DATA"), reason="takes minutes: make real does it, on the real data"
)


def evaluate(task: str, **files: Path | str) -> dict[str, Any]:
    options = [word for name, value in files.items() for word in (f"--{name}", str(value))]
    done = subprocess.run(
        [sys.executable, "manage.py", "evaluate", task, *options],
        cwd=ROOT, env=environment_of_a_shell(), capture_output=True, text=True, check=False, timeout=1200,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_too_few_deals_are_no_model_and_a_sentence() -> None:
    found = evaluate("deals", leads=real("leads/seller_leads.csv"), deals=real("leads/seller_deals.csv"))
    assert (found["rows"]["leads"]["accepted"], found["rows"]["outcomes"]["accepted"]) == (4_171, 4_171 + 280)
    assert (found["state"], found["model"], found["positives"]) == ("below_floor", None, 98)
    assert "30 more buyers are needed" in found["sentence"]


def test_too_few_carts_are_no_model_and_the_order_of_the_prior() -> None:
    found = evaluate("web", csv=real("events/shop_web_events.csv.gz"))
    received = found["received"]
    assert (received["engagements"]["accepted"], received["outcomes"]["accepted"]) == (31_538, 193)
    assert found["state"] == "below_floor"
    assert found["auc by recency"]["value"] > 0.8
    at_cart = found["at_first_cart"]
    assert (at_cart["state"], at_cart["positives"]) == ("below_floor", {"fit": 14, "calibrate": 8, "test": 12})
    assert at_cart["auc by the prior"]["low"] < 0.5 < at_cart["auc by the prior"]["high"], "chance"


def test_a_genuine_community_raises_nothing() -> None:
    found = evaluate("community", csv=real("events/student_messages.txt"))
    assert (found["warnings"], found["found"]["value"]) == (0, 0)
    assert found["answered"]["low"] > 0.85
    assert found["community"]["label"] == "community"
    assert found["community"]["index"]["low"] > 0.6


def test_nothing_is_warned_of_in_genuine_data() -> None:
    """In any file of people's acts that there is; the command fails where something is."""
    found = evaluate("controls", folder=real("events/student_messages.txt").parent)
    assert found["warnings"] == 0
    assert set(found["not_used"]) == {"cd_shop_purchases_1997.csv.gz", "shop_web_events.csv.gz"}, "outcomes and views"
    assert list(found["files"]) == ["coordinated_retweets.csv.gz", "student_messages.txt", "video_comments.csv"]
    accepted = [it["rows"].get("engagements", it["rows"])["accepted"] for it in found["files"].values()]
    assert accepted == [44_634, 61_185, 1_138], "acts, and that whoever first did something came then"
    checks = found["files"]["student_messages.txt"]["checks"]
    assert (checks["growth"]["not_found"], checks["synchrony"]["not_found"]) == (19, 7)


def test_at_most_two_of_a_hundred_honest_agencies_see_a_false_warning() -> None:
    """Of 200 it is four, and all of them take longer (docs/evaluation.md)."""
    found = evaluate("agencies", honest="100", sold="2")
    assert found["honest"] == 100
    assert found["accused"] <= 2
    assert found["tested"]["creation_dates"]["tested"] > 700, "or nobody looked"
    assert found["recall_burst"]["value"] == found["recall_aged"]["value"] == 1
