"""What checks answered is kept, weighed by the month, and warned of where two families agree."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from scoring import selectors
from scoring.integrity import weighing
from scoring.integrity.catalog import CHECKS, PRACTICES, Advice, Check, Practice
from scoring.integrity.check import Answer, Judged
from scoring.models import EthicsWarning, Finding
from scoring.services import turns
from tenants.scope import tenant_id_in_force
from tenants.services.staging import stage

Tested = tuple[Check, Judged]
COLUMNS = {
    "channel_id": "bigint",
    "client_id": "bigint",
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
WHERE {{subject}} IS NOT NULL AND NOT EXISTS (
    SELECT FROM scoring_finding was
    WHERE was.tenant_id = %(tenant)s AND was.version = %(version)s AND was.{{subject}} = found.{{subject}}
      AND was.check_code = found.check_code AND was."window" = found."window" AND was.place = found.place
      AND (was.answer <> 'not_applicable' OR (was.why, was.n, was.seen) = (found.why, found.n, found.seen)))
ORDER BY {{subject}}, "window", place, check_code
ON CONFLICT (tenant_id, {{subject}}, check_code, version, "window", place) {{where}}
DO UPDATE SET {NEW}, created_at = now() WHERE scoring_finding.answer = 'not_applicable'
"""
OF_CHANNELS = STORE.format(subject="channel_id", where="")
OF_CLIENTS = STORE.format(subject="client_id", where="WHERE client_id IS NOT NULL")


def store(looked_at: Practice | Advice, tested: Iterable[Tested]) -> None:
    """Keep what checks answered; what was found or not found before stays."""
    values: dict[str, Any] = {
        "tenant": tenant_id_in_force(),
        "practice": looked_at.code,
        "version": looked_at.version,
    }
    with connection.cursor() as cursor:
        stage(cursor, "found", COLUMNS, (_row(check, it) for check, it in tested))
        cursor.execute(OF_CHANNELS, values)
        cursor.execute(OF_CLIENTS, values)


def _row(check: Check, tested: Judged) -> tuple[Any, ...]:
    it = tested.result
    return (tested.channel, tested.client, check.code, tested.window, tested.place, tested.start, tested.end,
            it.answer.value, it.why, it.n, it.effect, it.low, it.high, it.p, json.dumps(dict(it.seen)))  # fmt: skip


def store_and_weigh(looked_at: Practice | Advice, tested: Iterable[Tested]) -> None:
    """Keep what checks answered, and weigh the months that they speak of. Two at once take turns, so that a month is
    weighed as a whole.
    """
    tested = list(tested)
    zone = ZoneInfo(turns.take_turns().zone)
    store(looked_at, tested)
    months = {weighing.month(it.end, zone) for _, it in tested if it.result.p is not None}
    for month in sorted(months):
        _weigh_and_warn(*month)


def _weigh_and_warn(start: datetime, end: datetime) -> None:
    """Say what each test of a month is worth among all of them, of every practice, and open a warning where two
    families agree.

    A warning that is there stays as it is; no second one is opened on a time that one of the same practice speaks of.
    """
    rules = [(it.code, it.version) for it in PRACTICES.values()]
    tests = list(selectors.tests_between(rules, start, end))
    worth, agreeing = weighing.weighed([_weighable(it) for it in tests])
    for test, q in zip(tests, worth, strict=True):
        test.q = q
    Finding.objects.bulk_update(tests, ["q"], batch_size=1000)
    for subject, families in agreeing.items():
        spoken_of = dict(zip(WARNED_OF, subject, strict=True))
        if not _is_warned_of(spoken_of):
            EthicsWarning.objects.create(**spoken_of, families=families)


WARNED_OF = ("channel_id", "client_id", "practice", "version", "window", "place", "start", "end")


def _weighable(test: Finding) -> weighing.Weighable:
    subject = tuple(getattr(test, name) for name in WARNED_OF)
    assert test.p is not None, "else it is no test"
    return weighing.Weighable(subject, CHECKS[test.check_code].family, test.p, test.answer == Answer.FOUND)


def _is_warned_of(spoken_of: dict[str, Any]) -> bool:
    same = {name: spoken_of[name] for name in ("channel_id", "client_id", "practice")}
    overlapping = EthicsWarning.objects.filter(**same, start__lt=spoken_of["end"], end__gt=spoken_of["start"])
    return overlapping.exists()
