"""Schedules: the agency's own clock, each slot once, and nothing missed without being said."""

import threading
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import pytest
from django.core.exceptions import ValidationError
from django.db import ProgrammingError, connection, transaction
from django.db.models.functions import Now

from tenants import scope
from tenants.models import Job, Schedule, Slot
from tenants.models.schedule import every_day
from tenants.services import schedules
from tenants.services.schedules import slot_after
from tests.conftest import Agency, connected_as
from tests.tenants.ledger import elsewhere


@pytest.mark.parametrize("hour", [0, 2, 3])
def test_every_zone_has_one_slot_a_day_for_two_years(hour: int) -> None:
    """Both changes of the clock twice, in every zone there is; half past, where most changes fall."""
    begin = datetime(2025, 1, 1, tzinfo=UTC)
    for zone in available_timezones():
        moment, days = begin, []
        while moment < begin + timedelta(days=730):
            following = slot_after(moment, at=time(hour, 30), weekdays=every_day(), zone=zone)
            assert following > moment
            moment = following
            days.append(following.astimezone(ZoneInfo(zone)).date())
        assert len(days) - len(set(days)) == 0, zone
        assert (days[-1] - days[0]).days == len(days) - 1, zone


@pytest.mark.parametrize("hour", [1, 20])
def test_the_next_slot_is_never_more_than_a_day_away(hour: int) -> None:
    """Whatever the moment, and on whichever side of midnight the zone is; a day with a change may have an hour more."""
    begin = datetime(2026, 3, 1, tzinfo=UTC)
    for zone in available_timezones():
        for moment in (begin + timedelta(hours=7 * n) for n in range(120)):
            wait = slot_after(moment, at=time(hour), weekdays=every_day(), zone=zone) - moment
            assert timedelta(0) < wait <= timedelta(hours=25), (zone, moment)


@pytest.mark.parametrize(
    ("after", "zone", "weekdays", "expected"),
    [
        # Skipped: at 01:00 the clocks show 02:00; half past one is when it would have been.
        ("2026-03-28T12:00", "Europe/London", every_day(), "2026-03-29T01:30"),
        # Twice: the first of the two.
        ("2026-10-24T12:00", "Europe/London", every_day(), "2026-10-25T00:30"),
        ("2026-10-25T00:30", "Europe/London", every_day(), "2026-10-26T01:30"),
        # A change by half an hour.
        ("2026-04-04T12:00", "Australia/Lord_Howe", every_day(), "2026-04-04T14:30"),
        # Fridays only.
        ("2026-11-20T01:30", "Europe/London", [5], "2026-11-27T01:30"),
        # A day that Samoa never had: Friday 30 December 2011. Its slot and Saturday's are the same moment.
        ("2011-12-29T11:30", "Pacific/Apia", every_day(), "2011-12-30T11:30"),
        ("2011-12-30T11:30", "Pacific/Apia", every_day(), "2011-12-31T11:30"),
    ],
)
def test_slots_around_changes_of_the_clock(after: str, zone: str, weekdays: list[int], expected: str) -> None:
    found = slot_after(datetime.fromisoformat(after + "Z"), at=time(1, 30), weekdays=weekdays, zone=zone)
    assert found == datetime.fromisoformat(expected + "Z")


def plan(agency: Agency, kind: str = "nightly", **more: Any) -> Schedule:
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        return schedules.create(kind, **{"hour": 3, **more})


def set_due(agency: Agency, schedule: Schedule, ago: timedelta) -> datetime:
    """Have its coming slot lie so long ago, as when nobody ticked since; return the slot."""
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        Schedule.objects.filter(pk=schedule.pk).update(next_at=Now() - ago)
        return Schedule.objects.get(pk=schedule.pk).next_at


def tick() -> None:
    with connected_as("earnest_worker"):
        schedules.tick()


def enqueued(agency: Agency, kind: str = "nightly") -> list[Job]:
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        return list(Job.objects.filter(kind=kind))


def slots(agency: Agency, schedule: Schedule) -> list[tuple[bool, int]]:
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        return list(Slot.objects.filter(schedule=schedule).order_by("due_at").values_list("coalesced", "job_id"))


@pytest.mark.django_db(transaction=True)
def test_a_slot_is_enqueued_once_with_its_arguments(agency: Agency) -> None:
    schedule = plan(agency, args={"client": "cli_x"})
    assert schedule.next_at.astimezone(ZoneInfo("Europe/London")).hour == 3
    tick()
    assert enqueued(agency) == []
    set_due(agency, schedule, timedelta(seconds=1))
    for _ in range(3):
        tick()
    (job,) = enqueued(agency)
    assert job.args == {"client": "cli_x"}
    assert slots(agency, schedule) == [(False, job.id)]
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        assert Schedule.objects.get(pk=schedule.pk).next_at > job.created_at


@pytest.mark.django_db(transaction=True)
def test_slots_that_nobody_looked_at_are_one_job_and_said(agency: Agency) -> None:
    schedule = plan(agency)
    set_due(agency, schedule, timedelta(days=2, hours=6))
    tick()
    (job,) = enqueued(agency)
    found = slots(agency, schedule)
    assert len(found) in (3, 4)  # by the hour at which this test runs
    assert found == [(True, job.id)] * (len(found) - 1) + [(False, job.id)]


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_enqueue_each_slot_once(agency: Agency, other: Agency) -> None:
    planned = [(one, plan(one, f"kind {n}")) for one in (agency, other) for n in range(10)]
    for one, schedule in planned:
        set_due(one, schedule, timedelta(seconds=1))

    with connected_as("earnest_worker"):
        threads = [threading.Thread(target=elsewhere, args=(schedules.tick,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        schedules.tick()
    for one, schedule in planned:
        assert len(enqueued(one, schedule.kind)) == 1
        assert len(slots(one, schedule)) == 1


@pytest.mark.django_db(transaction=True)
def test_one_agencys_trouble_is_not_the_others(agency: Agency, other: Agency, caplog: pytest.LogCaptureFixture) -> None:
    broken, fine = sorted((agency, other), key=lambda one: one.tenant.id)
    for one in (broken, fine):
        set_due(one, plan(one), timedelta(seconds=1))
    with scope.of_tenant(broken.tenant.id), transaction.atomic():
        type(broken.tenant).objects.filter(pk=broken.tenant.id).update(zone="Nowhere/Atall")
    tick()
    assert enqueued(broken) == []
    assert len(enqueued(fine)) == 1
    assert "what is due could not be enqueued" in caplog.text
    assert "Nowhere/Atall" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_what_is_switched_off_is_not_due(agency: Agency) -> None:
    schedule = plan(agency)
    set_due(agency, schedule, timedelta(seconds=1))
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        Schedule.objects.update(enabled=False)
    tick()
    assert enqueued(agency) == []


@pytest.mark.django_db(transaction=True)
def test_only_workers_learn_which_agencies_have_something_due(agency: Agency) -> None:
    set_due(agency, plan(agency), timedelta(seconds=1))
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute("SELECT due_tenants()")
    with connected_as("earnest_worker"), connection.cursor() as cursor:
        cursor.execute("SELECT due_tenants()")
        assert cursor.fetchall() == [(agency.tenant.id,)]
        cursor.execute("SELECT count(*) FROM tenants_schedule")
        assert cursor.fetchone() == (0,)


def test_the_agencys_new_zone_moves_its_slots(agency: Agency) -> None:
    form = {"name": agency.tenant.name, "zone": "Asia/Tokyo", "locale": "en-gb"}
    answer = agency.browser().post(f"/admin/tenants/tenant/{agency.tenant.id}/change/", form)
    assert answer.status_code == 302
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        for planned in Schedule.objects.all():
            assert planned.next_at.astimezone(ZoneInfo("Asia/Tokyo")).hour == planned.hour
        assert len(Schedule.objects.all()) == 6


@pytest.mark.django_db(transaction=True)
def test_a_new_zone_leaves_due_what_is_due(agency: Agency) -> None:
    schedule = plan(agency)
    due_at = set_due(agency, schedule, timedelta(minutes=1))
    form = {"name": agency.tenant.name, "zone": "Asia/Tokyo", "locale": "en-gb"}
    agency.browser().post(f"/admin/tenants/tenant/{agency.tenant.id}/change/", form)
    tick()
    assert len(enqueued(agency)) == 1
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        assert Slot.objects.get(schedule=schedule).due_at == due_at
        assert Schedule.objects.get(pk=schedule.pk).next_at.astimezone(ZoneInfo("Asia/Tokyo")).hour == 3


@pytest.mark.parametrize("wrong", [{"hour": 24}, {"minute": 60}, {"weekdays": [8]}, {"weekdays": []}])
def test_a_time_that_does_not_exist_is_refused(inside: Agency, wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        schedules.create("nightly", **{"hour": 3, **wrong})
