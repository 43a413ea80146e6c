"""Agencies with a past, made with numpy and laid in by COPY past the walls; and batches as a sender would send them."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import NamedTuple

import numpy as np
from django.db import transaction

from ingestion.formats.ladder import KINDS
from ingestion.formats.person import Person, Register
from ingestion.models import Delivery, Shape, Source, SourceKind
from ingestion.services.landing import IDENTITY
from tenants import scope
from tenants.models import ApiScope, Client
from tenants.models.owned import random_id
from tenants.services import keys
from tenants.services.secret import secret_for
from tenants.services.tenants import create_tenant
from tests.bench.servers import dump, fill, superuser

# The design's largest agency; BENCH_SCALE is the share of it that is measured.
CONTACTS, EVENTS = 200_000, 5_000_000
CLIENTS = 2
BATCH = 5_000
NEW = BATCH * CONTACTS // EVENTS
PLATFORM = "instagram"
NODS, TALK = ["like", "view", "share", "follow", "unlike"], ["comment", "reply", "direct_message", "call"]
# Mostly likes, of which now and then one is taken back.
NOD_SHARES = (0.7, 0.85, 0.95, 0.99)
RUNGS = {name: kind.rung for name, kind in KINDS.items()}
NULL = "\\N"
ACT_COLUMNS = (
    "tenant_id, delivery_id, contact_id, received_at, ext_id, kind, rung, nature, direction, occurred_at, known_at, "
    "words, asks, automated, post, thread, in_reply_to, provenance"
)
_number = count(1)


@dataclass
class Agency:
    """An agency to measure with. clients: its brands; sources: one of each, as public ids."""

    tenant_id: int
    key: str
    clients: list[Client]
    sources: list[Source]
    contacts: int = 0
    events: int = 0
    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(1))


def agency() -> Agency:
    """Make an agency of which nothing is known yet."""
    number = next(_number)
    tenant = create_tenant(name=f"Bench {number}", owner_email=f"{number}@bench.example")
    with scope.of_tenant(tenant.id), transaction.atomic():
        _row, key = keys.issue(name="Bench", scopes=[ApiScope.INGEST, ApiScope.READ])
        clients = [Client.objects.create(name=f"Brand {n}") for n in range(CLIENTS)]
        sources = [
            Source.objects.create(
                client=client, name="Its past", kind=SourceKind.OWN_SYSTEM, platform=PLATFORM, may_train=True,
                legal_basis="Nobody in it exists.", known_at_basis="lagged",
            )
            for client in clients
        ]  # fmt: skip
    return Agency(tenant.id, key, clients, sources)


def batches(number: int, *, first: int = 0, seed: int = 2) -> list[bytes]:
    """Return batches of fresh rows as JSON, each by two thousand persons of whom every tenth was never seen before.

    That makes 25 acts a person in the long run, as in the design's size. first: the first person's number.
    """
    random = np.random.default_rng(seed)
    now = datetime.now(UTC)
    made = []
    for at in range(number):
        who = first + NEW * at + random.integers(0, 10 * NEW, BATCH)
        talks = random.random(BATCH) < 0.3
        rows = []
        for place, (person, talk, ago) in enumerate(zip(who, talks, random.uniform(0, 400, BATCH), strict=True)):
            kind = TALK[int(ago) % 3] if talk else NODS[int(ago) % 4]
            row = {
                "id": f"fresh-{seed}-{at}-{place}",
                "kind": kind,
                "occurred_at": (now - timedelta(days=ago)).isoformat(),
                "actor": {"handle": f"person{person}", "name": f"Person {person}"},
                "post": f"post-{int(ago)}",
            }
            rows.append({**row, "thread": f"talk-{person}-{int(ago) // 30}", "words": int(ago) % 30} if talk else row)
        made.append(json.dumps(rows).encode())
    return made


def give_a_past(of: Agency, *, contacts: int, events: int) -> None:
    """Lay in contacts and their acts, links, outcomes and receipts, as if they had landed batch by batch."""
    with superuser() as connection:
        # Keys between tables are not looked at, and so laid in faster; what is laid in keeps them.
        connection.execute("SET session_replication_role = replica")
        for client, source in zip(of.clients, of.sources, strict=True):
            people = _contacts(of, client, contacts // CLIENTS)
            fill(connection, f"ingestion_contact ({CONTACT_COLUMNS})", people)
            query = "SELECT id FROM ingestion_contact WHERE client_id = %s ORDER BY id"
            ids = [int(word) for word in dump(connection, query, client.id).split()]
            acts = _acts(of.random, len(ids), events // CLIENTS)
            landed, receipts, outcomes = _lines(of, source, ids, acts)
            fill(connection, f"ingestion_engagement ({ACT_COLUMNS})", landed)
            fill(connection, "ingestion_receipt (tenant_id, source_id, shape, ext_id, digest, delivery_id)", receipts)
            fill(connection, f"ingestion_outcome ({OUTCOME_COLUMNS})", outcomes)
            connection.execute(LINKS, {"tenant": of.tenant_id, "client": client.id})
        connection.execute("VACUUM ANALYZE")
    of.contacts, of.events = contacts, events


CONTACT_COLUMNS = "tenant_id, client_id, public_id, key, kind, platform, handle, name"
OUTCOME_COLUMNS = (
    "tenant_id, delivery_id, contact_id, ext_id, kind, name, occurred_at, known_at, value, currency, refund_of"
)
# One contact in fifty turned out to be the one after it, by another identifier.
LINKS = """
INSERT INTO ingestion_identitylink (tenant_id, client_id, contact_id, public_id, key, kind, how, known_at)
SELECT c.tenant_id, c.client_id, n.id, 'lnk_' || substr(md5(c.id::text), 1, 20), c.key, c.kind, 'same_row',
       now() - interval '300 days'
FROM (SELECT *, lead(id) OVER (ORDER BY id) AS next FROM ingestion_contact
      WHERE tenant_id = %(tenant)s AND client_id = %(client)s) c
JOIN ingestion_contact n ON n.id = c.next AND c.id %% 50 = 0 AND c.key <> n.key
"""


def _contacts(of: Agency, client: Client, number: int) -> bytes:
    with scope.of_tenant(of.tenant_id):
        register = Register(secret_for(IDENTITY), "", PLATFORM, frozenset({PLATFORM}))
        lines = []
        for person in range(number):
            key = register.known(Person(handle=f"person{person}"), "").key.hex()
            shown = f"handle\t{PLATFORM}\tperson{person}\tPerson {person}"
            lines.append(f"{of.tenant_id}\t{client.id}\t{random_id('con')}\t\\\\x{key}\t{shown}\n")
    return "".join(lines).encode()


class Act(NamedTuple):
    """One act as it was drawn. person: whose, from 0; days: how long ago; draw: what else is left to chance."""

    person: int
    days: float
    talks: bool
    is_ours: bool
    buys: bool
    draw: float

    @property
    def kind(self) -> str:
        if self.talks:
            return "call" if self.draw > 0.995 else TALK[int(3 * self.draw)]
        return NODS[int(np.searchsorted(NOD_SHARES, self.draw))]

    @property
    def words(self) -> int | None:
        return int(40 * self.draw**2) if self.talks else None


def _acts(random: np.random.Generator, people: int, events: int) -> Iterator[Act]:
    """Yield each person's acts, the oldest first; everybody has one. Who talks, buys now and then."""
    warmth, since, weight = random.beta(1, 4, people), random.uniform(30, 500, people), random.lognormal(0, 1, people)
    more = random.choice(people, max(events - people, 0), p=weight / weight.sum())
    who = np.sort(np.concatenate([np.arange(people), more]))
    ago = random.random(len(who)) * since[who]
    ago = ago[np.lexsort((-ago, who))]
    talks = random.random(len(who)) < 0.05 + 0.6 * warmth[who]
    ours = talks & (random.random(len(who)) < 0.2)
    buys = random.random(len(who)) < 0.12 * warmth[who]
    draws = random.random(len(who))
    yield from map(Act, *(column.tolist() for column in (who, ago, talks, ours, buys, draws)))


def _lines(of: Agency, source: Source, ids: list[int], acts: Iterable[Act]) -> tuple[bytes, bytes, bytes]:
    """Return acts, receipts and purchases as lines of COPY."""
    with scope.of_tenant(of.tenant_id), transaction.atomic():
        batch = Delivery.objects.create(source=source, shape=Shape.ENGAGEMENTS).id
        sales = Delivery.objects.create(source=source, shape=Shape.OUTCOMES).id
    now = datetime.now(UTC)
    landed, receipts, outcomes, before = [], [], [], -1
    for n, act in enumerate(acts):
        at, kind, words = (now - timedelta(days=act.days)).isoformat(), act.kind, act.words
        thread = f"talk-{act.person}-{int(act.days) // 30}" if act.talks else ""
        reply = f"e{n - 1}" if act.is_ours and before == act.person else ""
        before = act.person
        landed.append(
            f"{of.tenant_id}\t{batch}\t{ids[act.person]}\t{now}\te{n}\t{kind}\t{RUNGS[kind]}\t"
            f"{-1 if kind == 'unlike' else 1}\t{'outbound' if act.is_ours else 'inbound'}\t{at}\t{at}\t"
            f"{NULL if words is None else words}\t{NULL if words is None else words % 5 == 0}\tf\t"
            f"post-{n % 500}\t{thread}\t{reply}\t\n"
        )
        receipts.append(f"{of.tenant_id}\t{source.id}\t1\te{n}\t\\\\x{n:032x}\t{batch}\n")
        if act.buys:
            then = (now - timedelta(days=act.days * act.draw)).isoformat()
            outcomes.append(
                f"{of.tenant_id}\t{sales}\t{ids[act.person]}\to{n}\tpurchase\t\t{then}\t{then}\t{n % 90}\tEUR\t\n"
            )
    return "".join(landed).encode(), "".join(receipts).encode(), "".join(outcomes).encode()
