"""What can be seen of a channel from outside, such as a creator's who is vetted: followers, and what posts get."""

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from ingestion.models import Shape
from scoring.services import warnings
from tenants.models import Channel, ChannelRole
from tests.conftest import Agency, within
from tests.scoring.audience import PURCHASE, answers, finding, month, send, source_of, warned, watch, with_burst

pytestmark = pytest.mark.django_db(transaction=True)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
FIRST = datetime(2024, 1, 1, tzinfo=UTC)  # a Monday
CREATOR = "instagram/creator"
# In this week 6,000 come to half as many; 20 days after it three in five of them are gone.
START = FIRST + 40 * WEEK
END = START + WEEK
BOUGHT, GONE = 6_000, 0.6


@pytest.fixture
def vetting(mine: Agency) -> Agency:
    with within(mine):
        Channel.objects.create(client=mine.client, platform="instagram", handle="creator", role=ChannelRole.PROSPECT)
    return mine


def levels(*, bought: int = BOUGHT) -> list[tuple[datetime, int, int]]:
    """Return how many follow, and how many of them came by themselves, at the end of each day of 60 weeks."""
    random = np.random.default_rng(1)
    at = [FIRST + (day + 1) * DAY for day in range(7 * 60)]
    own = (1_000 + random.poisson(8, len(at)).cumsum()).tolist()
    here = [bought * (it > START + 2 * DAY) * (1 - GONE * (it > END + 20 * DAY)) for it in at]
    return [(when, int(level + more), level) for when, level, more in zip(at, own, here, strict=True)]


def counted(agency: Agency, *, stated: bool = False, every: int = 1, bought: int = BOUGHT) -> None:
    """Send how many follow, and, where it is stated, how many came."""
    rows: list[dict[str, Any]] = []
    before = 1_000
    for at, level, _ in levels(bought=bought)[every - 1 :: every]:
        gained = {"gained": max(0, level - before), "window": "day"} if stated else {}
        rows.append({"channel": CREATOR, "at": at.isoformat(), "followers": level, **gained})
        before = level
    send(agency, source_of(agency), Shape.AUDIENCE_COUNTS, rows)


def posted(agency: Agency) -> None:
    """Send three posts a week, with the likes and comments that those who came by themselves give; no shares are
    shown.
    """
    random = np.random.default_rng(2)
    source, posts, counts = source_of(agency, "Posts"), [], []
    for number, (at, _, own) in enumerate(it for day, it in enumerate(levels()) if day % 7 in (1, 3, 5)):
        posts.append({"id": f"post-{number}", "channel": CREATOR, "published_at": at.isoformat()})
        likes, comments = random.poisson([own / 50, own / 250]).tolist()
        later = (at + DAY).isoformat()
        counts.append({"post": f"post-{number}", "at": later, "likes": likes, "comments": comments})
    send(agency, source, Shape.POSTS, posts)
    send(agency, source, Shape.POST_COUNTS, counts)


@pytest.mark.parametrize("every", [1, 7])
def test_a_creator_of_whom_only_followers_and_posts_are_counted_is_warned_of(vetting: Agency, every: int) -> None:
    counted(vetting, every=every)
    posted(vetting)
    watch(vetting, as_of=END + 31 * DAY)
    assert warned(vetting) == []
    watch(vetting, as_of=END + 11 * WEEK)
    (warning,) = warned(vetting)
    with within(vetting):
        assert str(warning.subject).startswith("creator")
        (told,) = warnings.told([warning])
    assert (warning.start, warning.end) == (START, END)
    assert set(warning.families) == {"retention", "engagement"}
    assert "The number of followers rose by 6,0" in told.evidence.headline
    assert ", net of those who left, where 5" in told.evidence.headline
    assert ("It rose by 6,0" in told.evidence.headline) is (every == 1)
    assert any("(likes, comments)" in it for it in told.evidence.points)


def test_a_creator_who_bought_nothing_is_not(vetting: Agency) -> None:
    counted(vetting, bought=0)
    posted(vetting)
    watch(vetting, as_of=END + 11 * WEEK)
    assert warned(vetting) == []
    assert answers(vetting, "growth").count("not_found") > 20
    assert "found" not in answers(vetting, "growth")


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
