"""Examining what was done with a client, month by month and quarter by quarter, and creators' channels before they are
hired.

    watch ─┬► examine (one job a client) ──► screen ──► confirming checks, where it found something ──► findings
           └► vet (one job for all prospects) ──► what is seen from outside ──────────────────────────►
              every closed window that was not yet

A window is looked at a week after its end, for acts come in late. What could not be tested is asked again every week
for six weeks more, and later where more came in: to read a year of a client's acts every night would be dear, what is
seen from outside is asked every night. Each is tested once by each version of the rules, as those of channels are.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ingestion.selectors import watched
from scoring import selectors
from scoring.integrity import examine as checks
from scoring.integrity.catalog import CHECKS, LOOKED_AT, OF_CLIENTS, VETTING, Practice
from scoring.integrity.check import Judged, Window
from scoring.integrity.outside import from_outside
from scoring.services import facts, findings
from scoring.services.warnings import zone_in_force
from tenants.models import Channel, ChannelRole
from tenants.services import jobs

DAY = timedelta(days=1)
SETTLED = WEEK = timedelta(days=7)
ASKED_AGAIN = timedelta(days=50)
# What the checks want to know from before a window.
BEFORE = timedelta(days=366)
MONTHS = {"month": 1, "quarter": 3}


def examine(work: jobs.Work) -> None:
    """Look at the closed windows of one client for every practice of clients, and for what there is to advise. args:
    client (its row number), as_of.
    """
    client_id, as_of = work.args["client"], datetime.fromisoformat(work.args["as_of"])
    with work.reading():
        zone = zone_in_force()
        months = watched.months_of_client(client_id=client_id, known_before=as_of, zone=zone.key)
        due = [
            (looked_at, place, window)
            for looked_at in OF_CLIENTS
            for place, window in due_windows(
                months,
                selectors.places_answered(looked_at.code, looked_at.version, client=client_id),
                length=MONTHS[looked_at.window],
                zone=zone,
                as_of=as_of,
            )
        ]
        since = min((start for _, _, (start, _) in due), default=as_of) - BEFORE
        known = _known(client_id, since, as_of) if due else None
        explained = _explained(client_id)
    tested: dict[str, list[findings.Tested]] = {}
    for done, (looked_at, place, (start, end)) in enumerate(due):
        assert known is not None
        if isinstance(looked_at, Practice):
            results = checks.practice(looked_at.code, known, start=start, end=end, explained=explained)
        else:
            results = checks.advice(looked_at.code, known, start=start, end=end, as_of=as_of)
        tested.setdefault(looked_at.code, []).extend(
            (CHECKS[code], Judged(looked_at.window, place, start, end, result, client=client_id))
            for code, result in results.items()
        )
        work.report(100 * done // len(due))
    with work.finishing():
        for code, of_it in tested.items():
            findings.store_and_weigh(LOOKED_AT[code], of_it)


def _explained(client_id: int) -> dict[str, float]:
    """Return the largest effect that somebody took for organic, of each confirming check. Brands differ more than
    channels of one do, so it is this client's own.
    """
    effects = {
        check.code: selectors.explained_effects(it.code, check.code, client_id=client_id)
        for it in OF_CLIENTS
        if isinstance(it, Practice)
        for check in it.confirming
    }
    return {code: max(found) for code, found in effects.items() if found}


def vet(work: jobs.Work) -> None:
    """Look at every prospect's channel from outside, in each closed month of which posts or counts are known. args:
    as_of.
    """
    as_of = datetime.fromisoformat(work.args["as_of"])
    with work.reading():
        zone = zone_in_force()
        channels = list(Channel.objects.filter(role=ChannelRole.PROSPECT).order_by("pk").values_list("pk", flat=True))
    tested: list[findings.Tested] = []
    for done, channel in enumerate(channels):
        with work.reading():
            months = _filled(watched.months_of_channel(channel_id=channel, known_before=as_of, zone=zone.key))
            answered = selectors.places_answered(VETTING.code, VETTING.version, channel=channel)
            of_vetting: dict[str, Any] = {"length": MONTHS[VETTING.window], "every": DAY}
            due = list(due_windows(months, answered, **of_vetting, zone=zone, as_of=as_of))
            if not due:
                continue
            posts = watched.posts(channel_id=channel, known_before=as_of)
            levels = watched.levels(channel_id=channel, known_before=as_of)
        tested += [
            (CHECKS[code], Judged(VETTING.window, place, start, end, it, channel=channel))
            for place, (start, end) in due
            for code, it in from_outside(posts, levels, end=end).items()
        ]
        work.report(100 * done // len(channels))
    with work.finishing():
        findings.store(VETTING, tested)


def _known(client_id: int, since: datetime, as_of: datetime) -> checks.Known:
    return checks.Known(
        acts=watched.acts(client_id=client_id, known_before=as_of, since=since),
        posts=watched.posts(client_id=client_id, known_before=as_of),
        arrivals=watched.arrivals(client_id=client_id, known_before=as_of),
        automations=watched.automations(client_id=client_id),
        causes=watched.causes(client_id=client_id, known_before=as_of),
        facts=facts.known(before=as_of, client_id=client_id),
    )


def due_windows(
    months: Mapping[date, datetime],
    answered: Mapping[int, bool],
    *,
    length: int,
    zone: ZoneInfo,
    as_of: datetime,
    every: timedelta = WEEK,
) -> Iterator[tuple[int, Window]]:
    """Yield the closed windows of which not all is said that can be, with their places.

    months: of which something is known, by their first day → when some of it came in last. answered: the places of
    which something is said → whether something was lacking. length: of a window, in months. every: how often what
    lacked is asked again, for 50 days, and for as long as more comes in.
    """
    arrived: dict[int, datetime] = {}
    for month, at in months.items():
        place = (month.year * 12 + month.month - 1) // length
        arrived[place] = max(at, arrived.get(place, at))
    for place in sorted(arrived):
        start, end = (_begins(at * length, zone) for at in (place, place + 1))
        age = as_of - end
        is_new, lacks = place not in answered, answered.get(place, False)
        may_change = age < ASKED_AGAIN or arrived[place] > as_of - every - DAY
        is_asked_again = lacks and may_change and age.days % every.days == 0
        if age >= SETTLED and (is_new or is_asked_again):
            yield place, (start, end)


def _filled(months: Mapping[date, datetime]) -> dict[date, datetime]:
    """Return every month from the first to the last of which anything is known: who posted nothing in one between was
    silent. What came in of one is looked at in the two after it as well, so all may have changed.
    """
    known = sorted(it.year * 12 + it.month - 1 for it in months)
    numbers = range(known[0], known[-1] + 1) if known else ()
    return {date(number // 12, number % 12 + 1, 1): max(months.values()) for number in numbers}


def _begins(month: int, zone: ZoneInfo) -> datetime:
    """Return when a month begins by the agency's clock. month: counted from the year 0."""
    return datetime(month // 12, month % 12 + 1, 1, tzinfo=zone).astimezone(UTC)
