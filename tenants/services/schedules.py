"""What is due again and again: planned in the agency's time zone, enqueued by the tick, each slot once."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models.functions import Now

from tenants import scope
from tenants.models import Schedule, Slot, Tenant
from tenants.models.schedule import every_day
from tenants.services import clock
from tenants.services.jobs import enqueue

logger = logging.getLogger(__name__)


def slot_after(moment: datetime, *, at: time, weekdays: Sequence[int], zone: str) -> datetime:
    """Return the first moment after this one at which the zone's clocks show the time, on one of the weekdays.

    Once a day, also where clocks change: a time that is skipped is due when it would have been had they not changed,
    one that comes twice at the first.

    >>> slot_after(datetime(2026, 3, 28, 12, tzinfo=UTC), at=time(1, 30), weekdays=[7], zone="Europe/London")
    datetime.datetime(2026, 3, 29, 1, 30, tzinfo=datetime.timezone.utc)
    >>> slot_after(datetime(2026, 3, 29, 1, 30, tzinfo=UTC), at=time(1, 30), weekdays=[1, 7], zone="Europe/London")
    datetime.datetime(2026, 3, 30, 0, 30, tzinfo=datetime.timezone.utc)
    """
    there = ZoneInfo(zone)
    # From the day before: the zone may have moved across the date line since.
    day = moment.astimezone(there).date() - timedelta(days=1)
    while True:
        due = datetime.combine(day, at, tzinfo=there).astimezone(UTC)
        if due > moment and day.isoweekday() in weekdays:
            return due
        day += timedelta(days=1)


def create(
    kind: str, *, hour: int, minute: int = 0, weekdays: Sequence[int] | None = None, args: dict[str, Any] | None = None
) -> Schedule:
    """Have jobs of the kind enqueued for the tenant in force from now on. weekdays: 1 Monday to 7 Sunday; all if none.

    Raises ValidationError for a time or a weekday that does not exist.
    """
    schedule = Schedule(
        kind=kind, hour=hour, minute=minute, weekdays=list(every_day() if weekdays is None else weekdays),
        args=args or {},
    )  # fmt: skip
    schedule.clean_fields(exclude=["tenant", "next_at", "args"])
    schedule.next_at = _next_slot(schedule, after=clock.now(), zone=_zone())
    schedule.save()
    return schedule


def replan() -> None:
    """Plan the tenant's coming slots anew: its time zone changed. What is due already stays due."""
    # Locked are all of them: a tick that is at one of those due finds the new zone when it comes after us.
    schedules = list(Schedule.objects.select_for_update())
    now, zone = clock.now(), _zone()
    for schedule in schedules:
        if schedule.next_at > now:
            schedule.next_at = _next_slot(schedule, after=now, zone=zone)
            schedule.save(update_fields=["next_at"])


def tick() -> None:
    """Enqueue whatever is due, of any tenant. Two ticks at once, or one too many, do no harm."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT due_tenants()")
        due = [tenant_id for (tenant_id,) in cursor.fetchall()]
    for tenant_id in due:
        with scope.of_tenant(tenant_id):
            for schedule_id in _due():
                try:
                    _enqueue_due(schedule_id)
                except Exception:
                    # One schedule's trouble is not the others'; the next tick tries again.
                    logger.exception("schedule %s: what is due could not be enqueued", schedule_id)


def _due() -> list[int]:
    with transaction.atomic():
        return list(Schedule.objects.filter(enabled=True, next_at__lte=Now()).values_list("id", flat=True))


@transaction.atomic
def _enqueue_due(schedule_id: int) -> None:
    # Another tick that is at it locks the row; it need not be waited for.
    waiting = Schedule.objects.select_for_update(skip_locked=True).filter(enabled=True, next_at__lte=Now())
    schedule = waiting.filter(pk=schedule_id).first()
    if schedule is None:
        return
    now, zone = clock.now(), _zone()
    slots = [schedule.next_at]
    while (coming := _next_slot(schedule, after=slots[-1], zone=zone)) <= now:
        slots.append(coming)
    *missed, latest = slots
    job = enqueue(schedule.kind, schedule.args, dedupe_key=f"{schedule.public_id} {latest.isoformat()}")
    Slot.objects.bulk_create(
        Slot(schedule=schedule, due_at=due_at, job=job, coalesced=due_at in missed) for due_at in slots
    )
    schedule.next_at = coming
    schedule.save(update_fields=["next_at"])


def _next_slot(schedule: Schedule, *, after: datetime, zone: str) -> datetime:
    return slot_after(after, at=time(schedule.hour, schedule.minute), weekdays=schedule.weekdays, zone=zone)


def _zone() -> str:
    return Tenant.objects.get(pk=scope.tenant_id_in_force()).zone
