"""Watching audiences: where did a channel grow as it had not before, and do independent checks agree on why?

    watch ──► growth.screen ──► Findings ── confirm ──► engagement, profiles ──► Findings ──► q ──► EthicsWarning
              every closed window            of the windows the screen found        of the month     two families agree

Each window is tested once: an answer that was found, or not found, stays. What could not be tested is asked again, for
what was lacking may come. Nothing here touches a score.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from ingestion.selectors import frames
from scoring import selectors
from scoring.integrity import engagement, growth, profiles, weighing
from scoring.integrity.catalog import CHECKS, Check
from scoring.integrity.catalog.bought_followers import BOUGHT_FOLLOWERS, ENGAGEMENT, GROWTH, PROFILES
from scoring.integrity.check import Answer, Judged, Result, Window, lacking
from scoring.models import EthicsWarning, Finding
from scoring.services import facts, turns
from tenants.models import Channel, ChannelRole
from tenants.scope import tenant_id_in_force
from tenants.services import jobs
from tenants.services.staging import stage

RULES = (BOUGHT_FOLLOWERS.code, BOUGHT_FOLLOWERS.version)
# For so long what is lacking may come; a history that is imported later is tested when it is first looked at.
ASKED_AGAIN = timedelta(days=400)
COLUMNS = {
    "channel_id": "bigint",
    "check_code": "text",
    "window": "text",
    "place": "integer",
    "start": "timestamptz",
    "end": "timestamptz",
    "answer": "text",
    "why": "text",
    "n": "integer",
    "effect": "float8",
    "low": "float8",
    "high": "float8",
    "p": "float8",
    "seen": "jsonb",
}
NAMES = ", ".join(f'"{name}"' for name in COLUMNS)
NEW = ", ".join(f'"{name}" = EXCLUDED."{name}"' for name in COLUMNS)
# What is final, or says nothing new, is left alone and no row is locked for it: night after night that is nearly all.
STORE = f"""
INSERT INTO scoring_finding (tenant_id, practice, version, {NAMES})
SELECT %(tenant)s, %(practice)s, %(version)s, {NAMES} FROM found
WHERE NOT EXISTS (
    SELECT FROM scoring_finding was
    WHERE was.tenant_id = %(tenant)s AND was.version = %(version)s AND was.channel_id = found.channel_id
      AND was.check_code = found.check_code AND was."window" = found."window" AND was.place = found.place
      AND (was.answer <> 'not_applicable' OR (was.why, was.n, was.seen) = (found.why, found.n, found.seen)))
ORDER BY channel_id, "window", place, check_code
ON CONFLICT (tenant_id, channel_id, check_code, version, "window", place)
DO UPDATE SET {NEW}, created_at = now() WHERE scoring_finding.answer = 'not_applicable'
"""


def watch(work: jobs.Work) -> None:
    """Screen the growth of every channel, in every closed window; then have what stands out confirmed.

    args: as_of, optional: the moment to look at (ISO 8601); what was known later is not looked at.
    """
    with work.reading():
        as_of = facts.moment(work.args.get("as_of"))
        gains = frames.gains(known_before=as_of)
    screened = [(GROWTH, it) for it in growth.screen(growth.windows(gains))]
    with work.finishing():
        _store(screened)
        jobs.enqueue("confirm", {"as_of": as_of.isoformat()}, parent=work.job)


def confirm(work: jobs.Work) -> None:
    """Test what the screen found, as far as it can be tested and was not yet; then weigh and warn. args: as_of."""
    as_of = datetime.fromisoformat(work.args["as_of"])
    with work.reading():
        todo = [
            (check, channel, list(bursts))
            for check in TESTS
            for channel, bursts in groupby(_unanswered(check, as_of), key=attrgetter("channel"))
        ]
        explained = {check: selectors.explained_effects(BOUGHT_FOLLOWERS.code, check.code) for check in TESTS}
    tested: list[tuple[Check, Judged]] = []
    for done, (check, channel, bursts) in enumerate(todo):
        results = TESTS[check](work, channel, bursts, as_of, explained[check])
        tested += [
            (check, Judged(channel.id, it.window, it.place, it.start, it.end, result))
            for it, result in zip(bursts, results, strict=True)
        ]
        if 100 * done // len(todo) > 100 * (done - 1) // len(todo):
            work.report(100 * done // len(todo))
    with work.finishing():
        # Two at once take turns, so that a month is weighed as a whole.
        tenant = turns.take_turns()
        _store(tested)
        answered = [it.end for _, it in tested if it.result.answer != Answer.NOT_APPLICABLE]
        for month in sorted({_month(end, ZoneInfo(tenant.zone)) for end in answered}):
            _weigh_and_warn(*month)


def _unanswered(check: Check, as_of: datetime) -> Iterable[Finding]:
    return selectors.bursts_to_confirm(*RULES, screen=GROWTH.code, check=check.code, since=as_of - ASKED_AGAIN)


def _engagement(
    work: jobs.Work, channel: Channel, bursts: list[Finding], as_of: datetime, explained: list[float]
) -> Iterator[Result]:
    place: dict[str, Any] = {"client_id": channel.client_id, "platform": channel.platform}
    with work.reading():
        owned = Channel.objects.filter(**place, role=ChannelRole.OWNED).count()
        if channel.role == ChannelRole.OWNED and owned == 1:
            followers = frames.followers(
                **place,
                since=bursts[0].start - engagement.EARLIER,
                until=bursts[-1].end,
                within=engagement.WITHIN,
                known_before=as_of,
            )
            acts_until = frames.acts_until(**place, known_before=as_of)
        apart = _bursts_of(channel)
    for it in bursts:
        if channel.role != ChannelRole.OWNED:
            yield lacking("not_owned")
        elif owned > 1:
            yield lacking("several_channels", channels=owned)
        else:
            yield engagement.cohort(
                followers,
                start=it.start,
                end=it.end,
                apart=apart,
                gained=it.seen["gained"],
                acts_until=acts_until,
                most_ratio=max(engagement.LEAST_MOST_RATIO, min([engagement.MOST_RATIO, *explained])),
            )


def _profiles(
    work: jobs.Work, channel: Channel, bursts: list[Finding], as_of: datetime, explained: list[float]
) -> Iterator[Result]:
    with work.reading():
        sampled = frames.profiles(channel_id=channel.id, known_before=as_of)
        apart = _bursts_of(channel)
    least_share = min(profiles.MOST_LEAST_SHARE, max([profiles.LEAST_SHARE, *explained]))
    for it in bursts:
        yield profiles.mixture(sampled, start=it.start, end=it.end, apart=apart, least_share=least_share)


TESTS = {ENGAGEMENT: _engagement, PROFILES: _profiles}


def _bursts_of(channel: Channel) -> list[Window]:
    """Return the windows in which a channel grew as it had not before: who came then is no usual follower."""
    return [(it.start, it.end) for it in selectors.bursts(*RULES, screen=GROWTH.code).filter(channel=channel)]


def _store(tested: Iterable[tuple[Check, Judged]]) -> None:
    practice, version = RULES
    values: dict[str, Any] = {"tenant": tenant_id_in_force(), "practice": practice, "version": version}
    with connection.cursor() as cursor:
        stage(cursor, "found", COLUMNS, (_row(check, it) for check, it in tested))
        cursor.execute(STORE, values)


def _row(check: Check, tested: Judged) -> tuple[Any, ...]:
    it = tested.result
    return (tested.channel, check.code, tested.window, tested.place, tested.start, tested.end, it.answer.value, it.why,
            it.n, it.effect, it.low, it.high, it.p, json.dumps(dict(it.seen)))  # fmt: skip


def _month(end: datetime, zone: ZoneInfo) -> Window:
    """Return the agency's month that a window ends in; one that ends with its month belongs to that month."""
    last = end.astimezone(zone) - timedelta(microseconds=1)
    begun = last.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return begun, (begun + timedelta(days=32)).replace(day=1)


def _weigh_and_warn(start: datetime, end: datetime) -> None:
    """Say what each test of a month is worth among all of them, and open a warning where two families agree.

    A warning that is there stays as it is; no second one is opened on a time that one of the channel speaks of.
    """
    tests = list(selectors.tests_between(*RULES, start, end))
    p_values = [test.p for test in tests if test.p is not None]
    agreeing: dict[tuple[Any, ...], dict[str, float]] = {}
    for test, q in zip(tests, weighing.q_values(p_values), strict=True):
        test.q = q
        if test.answer == Answer.FOUND:
            window = agreeing.setdefault((test.channel_id, test.window, test.place, test.start, test.end), {})
            family = CHECKS[test.check_code].family
            window[family] = min(q, window.get(family, 1.0))
    Finding.objects.bulk_update(tests, ["q"], batch_size=1000)
    practice, version = RULES
    for (channel_id, window_is, place, begun, ended), found in agreeing.items():
        families = weighing.agreeing(found)
        of_channel = EthicsWarning.objects.filter(channel_id=channel_id, practice=practice)
        if families and not of_channel.filter(start__lt=ended, end__gt=begun).exists():
            EthicsWarning.objects.create(
                channel_id=channel_id,
                practice=practice,
                version=version,
                window=window_is,
                place=place,
                start=begun,
                end=ended,
                families=families,
            )
