"""Batches: through HTTP and in process, against raw COPY and against how most would write it."""

import hmac
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import psycopg
from django.db import transaction

from ingestion import selectors
from ingestion.formats import envelopes
from ingestion.formats.reading import FORMATS
from ingestion.models import Sender, Shape
from ingestion.services import batches, hooks, landing
from tenants import scope
from tests.bench import data
from tests.bench.harness import Line, Numbers, Say, noise, ratio, take_turns, timed
from tests.bench.servers import Web, dump, fill, superuser
from tests.ingestion.of_meta import comment, instagram

# What a batch of engagements writes, with what tells its rows from those of others.
WRITTEN = {
    "ingestion_engagement": "delivery_id = %s",
    "ingestion_receipt": "delivery_id = %s",
    "ingestion_contact": "id > %s",
}
FOREIGN_KEYS = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'"


@dataclass
class Doors:
    """Where the same batches go in, each door with an agency or tables of its own."""

    bodies: list[bytes]
    copies: psycopg.Connection[tuple[Any, ...]]
    port: int

    def copy(self, rows: dict[str, bytes], into: str) -> float:
        def write() -> None:
            with self.copies.transaction():
                for table, of_table in rows.items():
                    fill(self.copies, f"{into}.{table}", of_table)

        return timed(write)

    def landing(self, of: data.Agency, body: bytes) -> float:
        return timed(lambda: land(of, body))

    def land_alone(self, of: data.Agency, body: bytes) -> float:
        """Land rows that were read before: what PostgreSQL is asked, and the verdicts."""
        with scope.of_tenant(of.tenant_id), transaction.atomic():
            source = selectors.source(of.sources[0].public_id)
            format_ = FORMATS[Shape.ENGAGEMENTS.label]
            terms = landing.terms(source, Shape.ENGAGEMENTS)
            reading = envelopes.read(format_, terms, envelopes.split(body, now=terms.now))

        def write() -> None:
            with scope.of_tenant(of.tenant_id), transaction.atomic():
                landing.land(reading, source=source, shape=Shape.ENGAGEMENTS)

        return timed(write)

    def webhook(self) -> Callable[[], float]:
        """Return an arm that posts as many acts as a batch has to a webhook, as Meta does."""
        of = data.agency()
        with scope.of_tenant(of.tenant_id), transaction.atomic():
            hook = hooks.make(of.sources[0], sender=Sender.META, secret="of an app")
        web = Web(self.port, of.key)
        body = json.dumps(instagram(*(comment(f"c-{number}") for number in range(data.BATCH)))).encode()
        signature = {"X-Hub-Signature-256": f"sha256={hmac.new(b'of an app', body, sha256).hexdigest()}"}
        return lambda: timed(lambda: web.post(f"/v1/hooks/{hook.token}", body, **signature))

    def http(self, address: str) -> Callable[[bytes], float]:
        of = data.agency()
        web = Web(self.port, of.key)
        source = of.sources[0].public_id
        return lambda body: timed(lambda: web.post(f"{address}?source={source}", body))


def land(of: data.Agency, body: bytes) -> landing.Landing:
    with scope.of_tenant(of.tenant_id), transaction.atomic():
        found = batches.receive(body, source_id=of.sources[0].public_id, shape=Shape.ENGAGEMENTS)
    assert found.delivery.accepted == data.BATCH, found.quarantined[:3]
    return found


def measure(port: int, *, blocks: int, say: Say) -> list[Line]:
    say("ingestion: making batches")
    bodies = data.batches(2 * blocks + 1)
    with superuser() as copies:
        rows = _landed(copies, bodies)
        _make_copies(copies)
        return _lines(_seconds(Doors(bodies, copies, port), rows, blocks, say))


def _seconds(doors: Doors, rows: list[dict[str, bytes]], blocks: int, say: Say) -> dict[str, Numbers]:
    one, again, alone = data.agency(), data.agency(), data.agency()
    http = doors.http("/v1/engagements:batch")
    plain = doors.http("/v1/bench/events")
    sent: list[bytes] = []

    def first_time(body: bytes) -> float:
        sent.append(body)
        return http(body)

    arms = {
        "COPY": _each(rows, lambda of_batch: doors.copy(of_batch, "bench")),
        "COPY, keys": _each(rows, lambda of_batch: doors.copy(of_batch, "bench_keyed")),
        "landing": _each(doors.bodies, lambda body: doors.landing(one, body)),
        "landing again": _each(doors.bodies, lambda body: doors.landing(again, body)),
        "landing alone": _each(doors.bodies, lambda body: doors.land_alone(alone, body)),
        "HTTP": _each(doors.bodies, first_time),
        "replay": lambda: http(sent[-1]),
        "plain": _each(doors.bodies, plain),
        "webhook": doors.webhook(),
    }
    return take_turns(arms, blocks=blocks, say=lambda said: say(f"ingestion: {said}"))


def _each(of: Iterable[Any], work: Callable[[Any], float]) -> Callable[[], float]:
    """Return an arm that takes the next one each time."""
    left: Iterator[Any] = iter(of)
    return lambda: work(next(left))


def _landed(connection: psycopg.Connection[tuple[Any, ...]], bodies: list[bytes]) -> list[dict[str, bytes]]:
    """Land the batches in an agency that nobody measures; return what each wrote, by table, ready for COPY."""
    of, written = data.agency(), []
    for body in bodies:
        (before,) = connection.execute("SELECT coalesce(max(id), 0) FROM ingestion_contact").fetchone() or (0,)
        known_by = {"delivery_id = %s": land(of, body).delivery.id, "id > %s": before}
        written.append(
            {
                table: dump(connection, f"SELECT * FROM {table} WHERE {where}", known_by[where])
                for table, where in WRITTEN.items()
            }
        )
    return written


def _make_copies(connection: psycopg.Connection[tuple[Any, ...]]) -> None:
    """Make empty tables of the same columns, checks and indexes, without partitions and policies: in the schema `bench`
    without foreign keys too, in `bench_keyed` with them.
    """
    connection.execute("CREATE SCHEMA IF NOT EXISTS bench; CREATE SCHEMA bench_keyed")
    for table in WRITTEN:
        for schema in ("bench", "bench_keyed"):
            connection.execute(f"CREATE TABLE {schema}.{table} (LIKE {table} INCLUDING ALL)")
        for (key,) in connection.execute(FOREIGN_KEYS, [table]).fetchall():
            connection.execute(f"ALTER TABLE bench_keyed.{table} ADD {key}")


def _lines(seconds: dict[str, Numbers]) -> list[Line]:
    copy, http, landed = seconds["COPY"], seconds["HTTP"], seconds["landing"]
    raw = "raw COPY into copies of its 3 tables, rows/s"
    return [
        noise("landing a batch of 5,000", seconds["landing again"], landed),
        Line("batch of 5,000 through HTTP", raw, ratio(copy, http), 0.25),
        Line("landing it (batches.receive)", raw, ratio(copy, landed), 0.35),
        Line("of that: landing.land, rows read", raw, ratio(copy, seconds["landing alone"])),
        Line("landing it (batches.receive)", "the same COPY with foreign keys", ratio(seconds["COPY, keys"], landed)),
        Line("batch of 5,000 through HTTP", "plain DRF list + bulk_create, rows/s", ratio(seconds["plain"], http), 6),
        Line("the same acts to a webhook", "batch of 5,000 through HTTP, posts/s", ratio(http, seconds["webhook"])),
        Line("the same batch again", "first time, rows/s", ratio(http, seconds["replay"]), 1),
    ]
