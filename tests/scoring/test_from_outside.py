"""What can be seen of a channel from outside, such as a creator's who is vetted: followers, and what posts get."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from ingestion.models import Shape
from scoring.services import warnings
from tenants.models import Channel, ChannelRole
from tests.conftest import Agency, within
from tests.scoring.audience import PURCHASE, finding, month, send, source_of, warned, watch, with_burst

pytestmark = pytest.mark.django_db(transaction=True)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
FIRST = datetime(2024, 1, 1, tzinfo=UTC)  # a Monday
CREATOR = "instagram/creator"
# In this week 3,000 come to as many; 20 days after it three in five of them are gone.
START = FIRST + 40 * WEEK
END = START + WEEK
BOUGHT, GONE = 3_000, 0.6


@pytest.fixture
def vetting(mine: Agency) -> Agency:
    with within(mine):
        Channel.objects.create(client=mine.client, platform="instagram", handle="creator", role=ChannelRole.PROSPECT)
    return mine


def levels(*, weeks: int = 60) -> list[tuple[datetime, int]]:
    """Return how many follow, at the end of each day."""
    random = np.random.default_rng(1)
    at = [FIRST + (day + 1) * DAY for day in range(7 * weeks)]
    level = 1_000 + random.poisson(8, len(at)).cumsum()
    here = [BOUGHT * (it > START + 2 * DAY) * (1 - GONE * (it > END + 20 * DAY)) for it in at]
    return [(when, int(own + more)) for when, own, more in zip(at, level.tolist(), here, strict=True)]


def counted(agency: Agency, *, stated: bool, every: int = 1) -> None:
    """Send how many follow, and, where it is stated, how many came."""
    rows: list[dict[str, Any]] = []
    before = 1_000
    for at, level in levels()[every - 1 :: every]:
        gained = {"gained": max(0, level - before), "window": "day"} if stated else {}
        rows.append({"channel": CREATOR, "at": at.isoformat(), "followers": level, **gained})
        before = level
    send(agency, source_of(agency), Shape.AUDIENCE_COUNTS, rows)


def test_what_is_gone_at_once_is_told_at_once_and_drawn_on_until_the_ninetieth_day(vetting: Agency) -> None:
    counted(vetting, stated=True)
    told: list[tuple[Any, ...]] = []
    for days, drawn in ((31, 30), (62, 60), (95, 90), (120, 90)):
        watch(vetting, as_of=END + days * DAY + timedelta(hours=1))
        found = finding(vetting, "retention")
        told.append((found.answer, found.p, found.effect, found.low, found.high, found.q, found.seen["days"]))
        assert [day for day, *_ in found.seen["curve"]] == list(range(0, drawn + 1, 3))
        assert list(found.seen["lost"]) == [str(it) for it in (30, 60, 90) if it <= drawn]
    assert set(told) == {told[0]}
    assert told[0][0] == "found"


def test_who_stayed_is_drawn_before_anything_can_be_said_of_it(mine: Agency) -> None:
    source = with_burst(mine, PURCHASE)
    rows = [
        {"channel": mine.channel.public_id, "id": f"level-{number}", "at": month(number).isoformat(),
         "followers": 1_000 + 40 * number + (500 if number > 13 else 0)}
        for number in range(16)
    ]  # fmt: skip
    send(mine, source, Shape.AUDIENCE_COUNTS, rows)
    watch(mine, as_of=month(15) + DAY)
    assert finding(mine, "retention").why == "not_over"
    (warning,) = warned(mine)
    with within(mine):
        (curve,) = [it for it in warnings.plots(warning) if it.code == "retention"]
    assert [it.at for it in curve.points][::10] == ["after 0 days", "after 30 days"]
