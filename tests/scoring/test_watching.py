"""The watch as jobs: what is warned of, what is not, and that nothing is tested twice."""

from datetime import timedelta
from typing import Any

import pytest

from ingestion.models import Shape
from scoring.integrity.catalog.bought_followers import BOUGHT_FOLLOWERS
from scoring.models import EthicsWarning, Finding, Score, WarningState
from scoring.services import reviews
from tenants.models import Channel, Schedule
from tests.conftest import Agency, within
from tests.scoring.agency import ask, shown, work_off
from tests.scoring.audience import (
    LATER,
    PURCHASE,
    VIRAL,
    Burst,
    answers,
    counts,
    finding,
    follows,
    month,
    profiles,
    send,
    source_of,
    warned,
    watch,
    with_burst,
)

pytestmark = pytest.mark.django_db(transaction=True)

# More than is usual, and less than is bought.
MILD = Burst(gained=700, acting=0.07, false=0.35)


def test_a_purchase_is_warned_of(mine: Agency) -> None:
    with_burst(mine, PURCHASE)
    watch(mine, as_of=LATER)
    (warning,) = warned(mine)
    assert (warning.channel_id, warning.practice, warning.state) == (mine.channel.id, "bought_followers", "open")
    assert (warning.start, warning.end) == (month(13), month(14))
    assert warning.families.keys() == {"engagement", "profiles"}
    assert all(q <= 0.05 for q in warning.families.values())
    assert answers(mine, "growth") == ["not_applicable"] * 12 + ["not_found", "found"]
    assert finding(mine, "growth").seen["gained"] == 540


def test_a_viral_post_is_not(mine: Agency) -> None:
    """The same burst, but of people who are like those before and take part nearly as much."""
    with_burst(mine, VIRAL)
    watch(mine, as_of=LATER)
    assert warned(mine) == []
    assert answers(mine, "growth")[-1] == "found"
    assert answers(mine, "cohort_engagement") == ["not_found"]
    assert answers(mine, "profile_mixture") == ["not_found"]


@pytest.mark.parametrize(
    ("burst", "found"),
    [
        (Burst(acting=0.35, false=0.8), ["not_found", "found"]),
        (Burst(acting=0.0, false=0.0), ["found", "not_found"]),
    ],
)
def test_one_family_alone_stays_a_finding(mine: Agency, burst: Burst, found: list[str]) -> None:
    with_burst(mine, burst)
    watch(mine, as_of=LATER)
    assert [*answers(mine, "cohort_engagement"), *answers(mine, "profile_mixture")] == found
    assert warned(mine) == []


def test_growth_with_nothing_to_confirm_it_never_warns(mine: Agency) -> None:
    counts(mine, source_of(mine), {13: Burst(gained=100_000)})
    watch(mine, as_of=LATER)
    assert answers(mine, "growth")[-1] == "found"
    assert answers(mine, "cohort_engagement") == ["not_applicable"]
    assert answers(mine, "profile_mixture") == ["not_applicable"]
    assert warned(mine) == []


def test_what_could_not_be_tested_is_asked_again(mine: Agency) -> None:
    source = source_of(mine)
    bursts = {13: PURCHASE}
    counts(mine, source, bursts)
    follows(mine, source, bursts)
    watch(mine, as_of=month(14) + timedelta(days=1))
    assert finding(mine, "cohort_engagement").why == "acts_not_known"
    assert finding(mine, "profile_mixture").why == "few_profiles"
    watch(mine, as_of=LATER)
    assert finding(mine, "cohort_engagement").answer == "found"
    profiles(mine, source, bursts)
    watch(mine, as_of=LATER + timedelta(days=1))
    assert len(warned(mine)) == 1


def test_a_window_is_tested_once(mine: Agency) -> None:
    with_burst(mine, VIRAL)
    watch(mine, as_of=LATER)
    before = everything(mine)
    follows(mine, source_of(mine, "Later"), {13: Burst(gained=2000)}, seed=2)
    with within(mine):
        Channel.objects.create(client=mine.client, platform="instagram", handle="second")
    watch(mine, as_of=LATER + timedelta(days=1))
    assert everything(mine) == before


def test_what_earlier_rules_said_stands_beside_what_later_ones_say(mine: Agency) -> None:
    """T87: a warning keeps the version of its rules, its words and its answer; the windows are tested anew, and no
    second warning is opened on the same time.
    """
    with_burst(mine, PURCHASE)
    watch(mine, as_of=LATER)
    with within(mine):  # as if that had been found by the rules before these
        for model in (Finding, EthicsWarning):
            model.objects.filter(start__gte=month(0)).update(version=0)
    (old,) = warned(mine)
    with within(mine):
        reviews.answer(old, WarningState.ACKNOWLEDGED, by=mine.owner, sentence="It was bought.")
    page, found = f"/v1/warnings/{old.public_id}", everything(mine)
    said = mine.program().get(page).json()
    assert said["rules_version"] == 0
    watch(mine, as_of=LATER + timedelta(days=1))
    assert [it.pk for it in warned(mine)] == [old.pk]
    assert mine.program().get(page).json() == said
    with within(mine):
        of = {
            it: Finding.objects.filter(version=it, practice="bought_followers", start__gte=month(0)).count()
            for it in (0, BOUGHT_FOLLOWERS.version)
        }
    assert of == {0: 19, BOUGHT_FOLLOWERS.version: 19}
    assert [it for it in everything(mine) if it in found] == found


def everything(agency: Agency) -> list[Any]:
    with within(agency):
        return list(Finding.objects.filter(channel__isnull=False).order_by("id").values())


def test_a_count_that_is_corrected_later_changes_no_finding(mine: Agency) -> None:
    with_burst(mine, PURCHASE)
    watch(mine, as_of=LATER)
    before = everything(mine)
    counts(mine, source_of(mine, "Corrected", known_after_days=20), {})
    watch(mine, as_of=LATER + timedelta(days=30))
    assert everything(mine) == before
    assert len(warned(mine)) == 1


def test_what_was_known_later_is_not_looked_at(mine: Agency) -> None:
    with_burst(mine, PURCHASE)
    watch(mine, as_of=month(14))  # its gain is known at the very moment that it ends
    assert len(answers(mine, "growth")) == 13
    assert answers(mine, "cohort_engagement") == []


def test_who_may_yet_act_is_not_taken_for_idle(mine: Agency) -> None:
    """Acts that come in by the month, or late, are not there yet: nothing is said of those who followed."""
    bursts = {13: Burst(acting=0.35, false=0.0)}
    counts(mine, source_of(mine), bursts)
    follows(mine, source_of(mine, "Late", known_after_days=14), bursts)
    watch(mine, as_of=LATER)
    assert finding(mine, "cohort_engagement").why == "acts_not_known"
    watch(mine, as_of=LATER + timedelta(days=14))
    assert finding(mine, "cohort_engagement").answer == "not_found"


def test_a_corrected_end_makes_no_other_window(mine: Agency) -> None:
    with_burst(mine, PURCHASE)
    watch(mine, as_of=LATER)
    before = everything(mine)
    rows = [
        {"id": f"again-{number}", "channel": mine.channel.public_id, "window": "month", "gained": 40,
         "at": (month(number + 1) - timedelta(hours=1)).isoformat()}
        for number in range(14)
    ]  # fmt: skip
    send(mine, source_of(mine, "Corrected"), Shape.AUDIENCE_COUNTS, rows)
    watch(mine, as_of=LATER + timedelta(days=1))
    assert everything(mine) == before


def test_what_was_lacking_is_not_asked_for_for_ever(mine: Agency) -> None:
    bursts = {13: PURCHASE}
    source = source_of(mine)
    counts(mine, source, bursts)
    follows(mine, source, bursts)
    watch(mine, as_of=LATER)
    profiles(mine, source, bursts)
    watch(mine, as_of=LATER + timedelta(days=400))
    assert finding(mine, "profile_mixture").why == "few_profiles"
    assert warned(mine) == []


def test_an_old_past_that_comes_in_at_once_is_tested(mine: Agency) -> None:
    with_burst(mine, PURCHASE)
    watch(mine, as_of=LATER + timedelta(days=4000))
    assert len(warned(mine)) == 1


def test_several_channels_on_one_platform_are_not_told_apart(mine: Agency) -> None:
    with_burst(mine, PURCHASE)
    with within(mine):
        Channel.objects.create(client=mine.client, platform="instagram", handle="second")
        Channel.objects.create(client=mine.client, platform="tiktok", handle="third")
    watch(mine, as_of=LATER)
    found = finding(mine, "cohort_engagement")
    assert (found.why, found.seen) == ("several_channels", {"channels": 2})


def test_a_creator_who_is_vetted_is_not_the_one_who_was_followed(mine: Agency) -> None:
    with_burst(mine, PURCHASE)
    with within(mine):
        Channel.objects.filter(pk=mine.channel.pk).update(role="prospect")
    watch(mine, as_of=LATER)
    assert finding(mine, "cohort_engagement").why == "not_owned"
    assert "found" in answers(mine, "growth")
    assert answers(mine, "profile_mixture") == ["found"]


def test_who_follows_another_client_or_elsewhere_is_not_counted(mine: Agency) -> None:
    with_burst(mine, PURCHASE)
    with within(mine):
        Channel.objects.filter(pk=mine.channel.pk).update(platform="tiktok")
    watch(mine, as_of=LATER)
    assert finding(mine, "cohort_engagement").seen["known_until"] is None


def test_an_explained_burst_is_what_later_ones_are_measured_by(mine: Agency) -> None:
    """The same purchase twice; the first is explained, so the second does not stand out from it."""
    first = two_bursts(mine, MILD, MILD)
    with within(mine):
        reviews.answer(first, WarningState.EXPLAINED, by=mine.owner, sentence="An advert ran in another country.")
    watch(mine, as_of=month(28))
    assert [it.state for it in warned(mine)] == ["explained"]
    assert answers(mine, "growth")[26] == "found"
    assert answers(mine, "cohort_engagement") == ["found", "not_found"]
    assert answers(mine, "profile_mixture") == ["found", "not_found"]


def test_without_an_explanation_the_second_is_warned_of_too(mine: Agency) -> None:
    two_bursts(mine, MILD, MILD)
    watch(mine, as_of=month(28))
    assert [it.end for it in warned(mine)] == [month(14), month(27)]


def test_an_explanation_silences_no_plain_purchase(mine: Agency) -> None:
    """However strong what was explained: the bar goes up to a quarter of the usual, and to half of another kind."""
    first = two_bursts(mine, PURCHASE, PURCHASE)
    with within(mine):
        reviews.answer(first, WarningState.EXPLAINED, by=mine.owner, sentence="An advert ran in another country.")
    watch(mine, as_of=month(28))
    assert [it.state for it in warned(mine)] == ["explained", "open"]


def two_bursts(agency: Agency, first: Burst, second: Burst) -> EthicsWarning:
    """Send a channel with two bursts a year apart; return the warning of the first."""
    source = source_of(agency)
    bursts = {13: first, 26: second}
    for part in (counts, follows):
        part(agency, source, bursts, months=28)
    profiles(agency, source, bursts)
    watch(agency, as_of=LATER)
    (warning,) = warned(agency)
    return warning


def test_a_suspicion_changes_no_score(mine: Agency) -> None:
    with_burst(mine, PURCHASE)
    as_of = {"as_of": (LATER + timedelta(days=1)).isoformat()}
    ask(mine, "rescore", **as_of)
    work_off(mine)
    before = told(shown(mine))
    watch(mine, as_of=LATER)
    assert len(warned(mine)) == 1
    ask(mine, "rescore", **as_of)
    work_off(mine)
    assert len(before) > 500
    assert told(shown(mine)) == before


def told(scores: list[Score]) -> list[tuple[Any, ...]]:
    return [(it.contact_id, it.points, it.rank, it.stage, it.reasons, it.discounts) for it in scores]


def test_an_agency_that_counts_nothing_has_nothing_watched(mine: Agency) -> None:
    watch(mine, as_of=LATER)
    assert answers(mine, "growth") == []


def test_every_agency_is_watched_at_night(mine: Agency) -> None:
    with within(mine):
        schedule = Schedule.objects.get(kind="watch")
    assert (schedule.hour, schedule.enabled) == (4, True)
    ask(mine, "watch")
    assert [(job.kind, job.state) for job in work_off(mine)] == [
        ("watch", "done"),
        ("confirm", "done"),
        ("examine", "done"),
    ]
