"""Tests of one month are weighed together, once, and of one agency only."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from scoring.integrity import check
from scoring.integrity.catalog.bought_followers import BOUGHT_FOLLOWERS
from scoring.integrity.growth import BACK
from scoring.models import Answer, Finding, Span
from tenants.models import Job, Tenant
from tests.conftest import Agency, within
from tests.scoring.agency import ask, do, forget_the_cast
from tests.scoring.audience import LATER, PURCHASE, VIRAL, finding, month, warned, watch, with_burst

pytestmark = pytest.mark.django_db(transaction=True)


def a_test(agency: Agency, *, end: datetime, p: float, check_code: str = "cohort_engagement") -> Finding:
    """Make a test that was done on some week."""
    return Finding.objects.create(
        channel=agency.channel, practice="bought_followers", version=BOUGHT_FOLLOWERS.version,
        check_code=check_code, window="week", place=int(end.timestamp() // 3600),
        start=end - timedelta(days=7), end=end, answer="not_found", n=40, effect=1, low=0.5, high=1.5, p=p, seen={},
    )  # fmt: skip


def test_two_that_confirm_at_the_same_moment_warn_once(mine: Agency) -> None:
    with_burst(mine, PURCHASE)
    for _ in range(2):
        do(mine, ask(mine, "watch", as_of=LATER.isoformat()))
    with within(mine):
        two = list(Job.objects.filter(kind="confirm", state="queued"))
    assert len(two) == 2
    barrier = Barrier(2)

    def worker(job: Job) -> None:
        barrier.wait()
        try:
            do(mine, job)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(worker, two))
    with within(mine):
        assert {job.state for job in Job.objects.filter(kind="confirm")} == {"done"}
        assert Finding.objects.filter(check_code="profile_mixture", end__gte=month(0)).count() == 1
    assert len(warned(mine)) == 1


def q_of(agency: Agency, finding: Finding) -> float | None:
    with within(agency):
        return Finding.objects.get(pk=finding.pk).q


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York"])
def test_all_tests_of_a_month_are_weighed_together_and_no_others(mine: Agency, zone: str) -> None:
    """The month is the agency's; a window that ends with it belongs to it."""
    begun, ended = (datetime(2025, number, 1, tzinfo=ZoneInfo(zone)) for number in (2, 3))
    with within(mine):
        Tenant.objects.update(zone=zone)
        in_it, before, after = (
            a_test(mine, end=end, p=0.3) for end in (begun + timedelta(hours=1), begun, ended + timedelta(hours=1))
        )
    with_burst(mine, PURCHASE)
    watch(mine, as_of=LATER)
    assert (q_of(mine, before), q_of(mine, after)) == (None, None)
    assert q_of(mine, in_it) == 0.3
    of_profiles = finding(mine, "profile_mixture")
    assert of_profiles.p == 1 / 10_000
    assert of_profiles.q == pytest.approx(3 / 2 * of_profiles.p)


def test_who_weighs_waits_for_tests_that_are_being_stored(mine: Agency) -> None:
    with_burst(mine, PURCHASE)
    do(mine, ask(mine, "watch", as_of=LATER.isoformat()))
    with within(mine):
        job = Job.objects.get(kind="confirm")

    def worker() -> None:
        try:
            do(mine, job)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with within(mine):
            Tenant.objects.select_for_update(no_key=True).get(pk=mine.tenant.pk)
            other = a_test(mine, end=month(13) + timedelta(hours=1), p=0.3)
            done = pool.submit(worker)
            with pytest.raises(TimeoutError):
                done.result(timeout=2)
        done.result(timeout=30)
    assert q_of(mine, other) == 0.3


def test_one_time_has_one_warning(mine: Agency) -> None:
    """A month that was warned of, and its weeks when they come in later."""
    with_burst(mine, PURCHASE)
    watch(mine, as_of=LATER)
    (warning,) = warned(mine)
    with within(mine):
        for code in ("cohort_engagement", "profile_mixture"):
            test = a_test(mine, end=month(14) - timedelta(days=7), p=0.0001, check_code=code)
            Finding.objects.filter(pk=test.pk).update(answer="found")
        Finding.objects.filter(check_code="profile_mixture", window="month").delete()
    watch(mine, as_of=LATER + timedelta(days=1))
    assert warned(mine) == [warning]


def test_another_agency_sees_and_weighs_nothing_of_it(mine: Agency, other: Agency) -> None:
    forget_the_cast(other)
    with_burst(other, VIRAL)
    watch(other, as_of=LATER)
    alone = q_values(other)
    assert len(alone) == 2
    with_burst(mine, PURCHASE)
    for agency in (mine, other):
        watch(agency, as_of=LATER + timedelta(days=1))
    assert len(q_values(mine)) == 2
    assert (q_values(other), warned(other)) == (alone, [])


def q_values(agency: Agency) -> list[float | None]:
    with within(agency):
        return list(
            Finding.objects.filter(p__isnull=False, end__gte=month(0)).order_by("id").values_list("q", flat=True)
        )


def test_models_and_checks_speak_the_same_words() -> None:
    assert [it.value for it in check.Answer] == Answer.values
    assert set(BACK) <= set(Span.values)
