"""Followers who are gone again, from the counts that an agency sends to the curve that people see."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from scoring.models import Finding
from tests.conftest import Agency, within
from tests.ingestion.doors import act, change, count, profile
from tests.scoring.agency import forget_the_cast
from tests.scoring.examined import DAY, deliver, opened, told, watch

pytestmark = pytest.mark.django_db(transaction=True)

# A week, of which whole ones of days are made: from a Monday on.
START = datetime(2026, 4, 5, 23, tzinfo=UTC)
END = START + 7 * DAY
BURST, SAMPLED = 2_100, 200
WHO = ("zqnew", "zqold")
SAID = {"growth": "found", "profile_mixture": "found", "cohort_engagement": "few_known"}


@pytest.fixture
def mine(agency: Agency) -> Agency:
    forget_the_cast(agency)
    change(agency, known_at_basis="lagged")
    return agency


def counted(agency: Agency, *, kept: float) -> None:
    """Send the followers of each day of 340 before the burst and 100 after; of the burst a part goes in the second
    month.
    """
    random = np.random.default_rng(1)
    rows: list[dict[str, Any]] = []
    followers = 20_000
    for day in range(-340, 108):
        gained, lost = int(random.poisson(20)), int(random.poisson(7))
        gained += BURST // 7 if 0 <= day < 7 else 0
        lost += round(BURST * (1 - kept) / 30) if 37 <= day < 67 else 0
        followers += gained - lost
        at = START + (day + 1) * DAY
        rows.append(count(at=at.isoformat(), window="day", followers=followers, gained=gained, lost=lost))
    deliver(agency, rows, "audience-counts")


def sampled(agency: Agency, *, false: float) -> None:
    """Send who was sampled of the year before and of the burst, and of some of both that they followed."""
    random = np.random.default_rng(2)
    rows: list[dict[str, Any]] = []
    for begin, end, share in ((START - 300 * DAY, START - 14 * DAY, 0.0), (START, END, false)):
        for number in range(SAMPLED):
            looks: dict[str, Any] = {
                "followers": int(random.lognormal(5, 1)), "following": int(random.lognormal(5.5, 0.8)),
                "bio_length": int(random.integers(0, 150)), "digit_share": float(random.choice([0.0, 0.1, 0.3])),
            }  # fmt: skip
            if random.random() < share:
                looks = {"followers": 3, "following": 4000, "bio_length": 0, "digit_share": 0.4}
            rows.append(profile(cohort_from=begin.isoformat(), cohort_to=end.isoformat(), number=number + 1,
                                sampled_at=(END + DAY).isoformat(), **looks))  # fmt: skip
    deliver(agency, rows, "profile-samples")
    follows = [
        act(f"{who}-{n}", kind="follow", actor={"handle": f"{who}{n}"},
            occurred_at=(begin + timedelta(hours=float(random.uniform(0, 160)))).isoformat())
        for who, begin in (("zqold", START - 100 * DAY), ("zqnew", START))
        for n in range(150)
    ]  # fmt: skip
    talk = [act(f"zqold-t{day}", actor={"handle": "zqold1"}, occurred_at=(START + day * DAY).isoformat())
            for day in range(22)]  # fmt: skip
    deliver(agency, follows + talk)


def of_burst(agency: Agency) -> dict[str, str]:
    """Return what the checks say of the burst, or what they lack."""
    with within(agency):
        of_channel = Finding.objects.filter(channel=agency.channel, start=START, check_code__in=[*SAID, "retention"])
        return {it.check_code: it.why or it.answer for it in of_channel}


def test_a_burst_that_is_gone_after_three_months_is_warned_of_and_drawn(mine: Agency) -> None:
    counted(mine, kept=0.15)
    sampled(mine, false=0.6)
    watch(mine, END + 45 * DAY)
    assert of_burst(mine) == {**SAID, "retention": "not_over"}
    assert opened(mine) == [], "growth and profiles alone stay a finding"
    watch(mine, END + 95 * DAY)
    (warning,) = opened(mine)
    assert (warning.practice, warning.window, sorted(warning.families)) == (
        "bought_followers", "week", ["profiles", "retention"],
    )  # fmt: skip
    said = told(mine, warning, names=WHO)
    assert said["channel"]["id"] == mine.channel.public_id
    assert said["headline"].startswith(
        "Ours.handle (Instagram), 6 April 2026 to 12 April 2026: 2,247 followers arrived where 139 were usual "
    )
    profiles, retention = said["points"]
    assert profiles.startswith("A sample of 200 new followers differs from 200 earlier ones as if 57 % (50 % to 63 %)")
    assert retention == (
        "Of 2,108 followers above the usual, 82 % (79 % to 85 %) were gone after 60 days, beyond what the channel "
        "gains or loses in as many days; up to 50 % is taken for usual. Gone were 0 % after 30 days "
        "and 85 % after 90 days."
    )
    growth, curve = said["plots"]
    assert [(it["at"], it["value"]) for it in growth["points"] if it["marked"]] == [
        ("6 April 2026 to 12 April 2026", 2247)
    ]
    points = curve["points"]
    assert (curve["code"], curve["unit"], len(points)) == ("retention", "share", 31)
    assert [points[at]["at"] for at in (0, 30)] == ["after 0 days", "after 90 days"]
    assert points[0]["value"] == 1
    assert points[9]["low"] < points[9]["value"] < points[9]["high"], "of the first month nothing is lost"
    assert points[20]["value"] < 0.2, "after the second most"
    assert 0.9 < points[20]["low"] < 1


def test_a_wave_that_stays_is_not(mine: Agency) -> None:
    counted(mine, kept=0.95)
    sampled(mine, false=0.6)
    watch(mine, END + 95 * DAY)
    assert of_burst(mine) == {**SAID, "retention": "not_found"}
    assert opened(mine) == []
