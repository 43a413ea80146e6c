"""Servers, databases and the cast.

The tests run as the web's own role: as superuser every test of the walls would be vacuous. One template database is
migrated as the owner; every worker of pytest works on a copy of it.
"""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connections, transaction
from django.test import Client as Browser
from django.utils import timezone

from config.environment import VARIABLES
from config.installation import ROLES
from ingestion.models import (
    Asked,
    Automation,
    Contact,
    Delivery,
    Erasure,
    Export,
    FileBlock,
    FileImport,
    HookBody,
    Insider,
    KindMapping,
    LoggedAct,
    Poll,
    Removal,
    SavedLayout,
    Sender,
    Shape,
    Source,
    SourceKind,
    Tombstone,
    Why,
)
from ingestion.services import batches, hooks
from scoring.models import Artefact, EthicsWarning, Finding, ModelState, ModelVersion, RunState, Score, ScoreRun
from scoring.services import reviews
from tenants import scope
from tenants.models import ApiScope, Channel, Client, Job, Slot, Tenant, User
from tenants.services import answers, clock, jobs, keys, members, schedules
from tenants.services.tenants import create_tenant
from tests import replanting

# The same examples on every run, however slow the machine is at the moment.
hypothesis.settings.register_profile("earnest", deadline=None, database=None, derandomize=True)
hypothesis.settings.load_profile("earnest")

TEMPLATE = "earnest_template"
PASSWORD = "a-long-enough-password"
# The cast, which most tests ask for.
OURS, STRANGER = "Ours", "Stranger"


def is_controller(config: pytest.Config) -> bool:
    return not hasattr(config, "workerinput")


def pytest_configure(config: pytest.Config) -> None:
    # From the main thread of the first process: the servers end with the thread that started them.
    if is_controller(config) and not config.option.collectonly:
        settings.SERVERS.start()


def pytest_unconfigure(config: pytest.Config) -> None:
    if is_controller(config):
        settings.SERVERS.remove()


def environment_of_a_shell() -> dict[str, str]:
    """Return this process's environment as a shell would have it: without any of our settings, or the tests'."""
    return {
        name: value for name, value in os.environ.items() if name not in VARIABLES and not name.startswith("DJANGO")
    }


@contextmanager
def alone() -> Iterator[None]:
    """One worker at a time."""
    with (Path(settings.VAR) / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def make_template() -> None:
    """Migrate the template as its owner, in a process of its own that knows no test settings."""
    made = Path(settings.VAR) / "template.made"
    if made.exists():
        return
    postgres = settings.SERVERS.postgres
    postgres.create_database(TEMPLATE, laid_with=ROLES.read_text())
    environment = {
        **environment_of_a_shell(),
        "DATABASE_URL": postgres.url(role="earnest_app", database=TEMPLATE),
        "DATABASE_OWNER_URL": postgres.url(role="earnest_owner", database=TEMPLATE),
        "REDIS_URL": settings.SERVERS.valkey.url(),
        "SECRET_KEY": settings.SECRET_KEY,
        "ALLOWED_HOSTS": "localhost",
        "ERASURES_FILE": str(settings.ERASURES_FILE),
    }
    command = [sys.executable, "manage.py", "migrate", "--database", "owner", "--verbosity", "0"]
    subprocess.run(command, check=True, cwd=settings.BASE_DIR, env=environment)
    made.touch()


def copy_template(name: str) -> None:
    with psycopg.connect(settings.SERVERS.postgres.url(role="postgres", database="postgres"), autocommit=True) as it:
        it.execute(f"DROP DATABASE IF EXISTS {name}")
        it.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    # A copy takes over tables and policies, not the rights on the database itself.
    settings.SERVERS.postgres.create_database(name, laid_with=ROLES.read_text())


@pytest.fixture(scope="session")
def django_db_setup(worker_id: str, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    name = f"test_{worker_id}"
    with alone():
        make_template()
        copy_template(name)
    for alias in ("default", "owner"):
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        for canary in (OURS, STRANGER):
            replanting.keep(sow(canary))
        transaction.set_rollback(True)
    yield
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        for alias in ("default", "owner"):
            connections[alias].close()


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    """The sign-in lock counts in the cache, which no rolled-back transaction empties."""
    cache.clear()


@dataclass(frozen=True)
class Agency:
    """An agency with somebody to act for it. `canary` stands in every text of it: where it shows, something leaked."""

    tenant: Tenant
    owner: User
    client: Client
    channel: Channel
    job: Job
    source: Source
    batch: Delivery
    file: FileImport
    api_key: str
    canary: str

    def browser(self, user: User | None = None) -> Browser:
        """Return a browser that is signed in as the owner, or as somebody else, with this agency in force."""
        browser = Browser()
        browser.force_login(user or self.owner, backend="tenants.services.roles.RoleBackend")
        session = browser.session
        session["tenant_id"] = self.tenant.id
        session.save()
        return browser

    def program(self, key: str | None = None) -> Browser:
        """Return an HTTP client that speaks with the agency's key."""
        return Browser(headers={"authorization": f"Bearer {key or self.api_key}"})

    def member(self, role: str) -> User:
        """Return somebody new who has joined in this role."""
        address = f"another-{role}-{self.canary.lower()}@agency.example"
        with scope.of_tenant(self.tenant.id), transaction.atomic():
            members.invite(email=address, role=role)
        return joined(address)


def joined(email: str) -> User:
    user = User.objects.get(email=email)
    user.set_password(PASSWORD)
    user.save()
    members.enter(user, members.memberships(user)[0].public_id)
    return user


def make_agency(canary: str) -> Agency:
    """Make an agency with a row in every table; of the two of the cast, what was made of them before is planted."""
    return replanting.plant(canary) or sow(canary)


def sow(canary: str) -> Agency:
    """Make it by what makes agencies: for tests in which that would be otherwise than usual."""
    email = f"owner-{canary.lower()}@agency.example"
    tenant = create_tenant(name=f"{canary} agency", owner_email=email)
    with scope.of_tenant(tenant.id), transaction.atomic():
        client = Client.objects.create(name=f"{canary} brand", audience_interests=[f"{canary} interest"])
        channel = Channel.objects.create(client=client, platform="instagram", handle=f"{canary}.handle")
        job = jobs.enqueue(f"{canary} kind")
        schedule = schedules.create(f"{canary} kind", hour=3)
        Slot.objects.create(schedule=schedule, due_at=schedule.next_at, job=job)
        _row, api_key = keys.issue(name=f"{canary} key", scopes=list(ApiScope.values))
        source = Source.objects.create(
            client=client, name=f"{canary} source", kind=SourceKind.OWN_SYSTEM, platform="instagram", may_match=True
        )
        KindMapping.objects.create(source=source, word=f"{canary} word", rung=1)
        hook = hooks.make(source, sender=Sender.META, secret=f"{canary} secret", account=f"{canary} account")
        HookBody.objects.create(hook=hook, body=f"{canary} body".encode())
        Poll.objects.create(
            source=source, platform=Asked.BLUESKY, server="bsky.social", handle=f"{canary} asked", job=job,
            secrets=f"{canary} password".encode(), account=f"{canary} did", error=f"{canary} wrong",
        )  # fmt: skip
        batch = deliver(source, canary)
        file = FileImport.objects.create(
            source=source, shape=Shape.ENGAGEMENTS, name=f"{canary} file.csv", columns=["id"], size=1, job=job
        )
        FileBlock.objects.create(file=file, start=0, end=1, content=canary.encode())
        Removal.objects.create(
            source=source, why=Why.KEPT_LONG_ENOUGH, job=job, removed={"ingestion_contact": 1}, due_at=clock.now()
        )
        layout = {"type": "mapping", "format": "engagements", "fields": {"id": {"column": f"{canary} column"}}}
        SavedLayout.objects.create(source=source, shape=Shape.ENGAGEMENTS, layout=layout, saved_at=clock.now())
        score_somebody(job)
        enter_by_hand(channel, batch, canary)
        ask_for_somebody(client, job, canary)
        warn_of(channel, email, canary)
    return Agency(tenant, joined(email), client, channel, job, source, batch, file, api_key, canary)


def deliver(source: Source, canary: str) -> Delivery:
    """Send a row of every shape, and one that is set aside; return the batch that the latter is in."""
    happened = "2026-05-01T00:00:00Z"
    who = {"handle": f"{canary} person", "email": f"{canary}@person.example"}
    rows: dict[Shape, list[dict[str, object]]] = {
        Shape.OUTCOMES: [{"id": f"{canary} outcome", "kind": "lead", "occurred_at": happened, "who": who}],
        Shape.AUDIENCE_COUNTS: [{"channel": f"instagram/{canary}.handle", "at": happened, "followers": 5}],
        Shape.PROFILE_SAMPLES: [
            {
                "channel": f"instagram/{canary}.handle",
                "cohort_from": "2026-04-01T00:00:00Z",
                "cohort_to": happened,
                "sampled_at": happened,
                "number": 1,
                "followers": 5,
                "method": f"{canary} method",
            }
        ],
        Shape.POSTS: [{"id": f"{canary} post", "channel": f"instagram/{canary}.handle", "published_at": happened}],
        Shape.POST_COUNTS: [{"post": f"{canary} post", "at": happened, "likes": 5}],
        Shape.CONTACT_FACTS: [{"who": who, "at": happened, "facts": {f"{canary} fact": canary}}],
        Shape.CAMPAIGNS: [
            {"id": f"{canary} campaign", "kind": "paid", "name": f"{canary} campaign", "starts_at": happened}
        ],
        Shape.VENDORS: [
            {"id": f"{canary} vendor", "name": f"{canary} vendor", "promise": "5,000 followers", "starts_at": happened}
        ],
        Shape.IDENTITY_LINKS: [
            {"id": f"{canary} link", "who": who, "same_as": {"customer": f"{canary} customer"}, "at": happened}
        ],
        Shape.ENGAGEMENTS: [
            {"id": f"{canary} act", "kind": "comment", "occurred_at": happened, "actor": who, "text": f"{canary} text"},
            {"id": f"{canary} bad row", "kind": "wink", "occurred_at": happened, "actor": who},
        ],
    }
    for shape, sent in rows.items():
        landing = batches.receive(json.dumps(sent).encode(), source_id=source.public_id, shape=shape)
    asked = answers.Asked("POST /v1/engagements:batch", f"{canary} answered", b"digest")
    answers.keep(asked, status=202, body=json.dumps({"said": f"{canary} answer"}))
    return landing.delivery


def enter_by_hand(channel: Channel, batch: Delivery, canary: str) -> None:
    """Make what members enter by hand: a call with the agency's one contact, automation, a handle to leave out."""
    client = channel.client
    LoggedAct.objects.create(
        client=client, contact=Contact.objects.get(), delivery=batch, what="call", occurred_at=batch.created_at
    )
    Automation.objects.create(
        client=client, channel=channel, what=f"{canary} welcome messages", disclosed=True,
        disclosed_where=f"{canary} bio", accountable=f"{canary} accountable", starts_at=batch.created_at,
    )  # fmt: skip
    Insider.objects.create(
        client=client, platform="instagram", handle=f"{canary} colleague", key=canary.encode(), why="staff"
    )


def ask_for_somebody(client: Client, job: Job, canary: str) -> None:
    """Make what comes of people's requests: an archive of the agency's one contact, and somebody else's erasure."""
    now = timezone.now()
    Export.objects.create(
        contact=Contact.objects.get(), job=job, content=f"{canary} archive".encode(), finished_at=now,
        expires_at=now + timedelta(days=1),
    )  # fmt: skip
    erasure = Erasure.objects.create(
        client=client, job=job, contacts=1, removed={"ingestion_contact": 1}, finished_at=now
    )
    Tombstone.objects.create(client=client, erasure=erasure, key=canary.encode())


def score_somebody(job: Job) -> None:
    """Make a model that is in use, and a run with the score of the agency's one contact."""
    stored = Artefact.objects.create(digest=b"digest", signature=b"signature", content=b"content")
    now = timezone.now()
    model = ModelVersion.objects.create(
        state=ModelState.PROMOTED, sentence="Better than recency alone.", as_of=now, target=["purchase"],
        horizon_days=60, recipe="logistic", artefact=stored, promoted_at=now,
    )  # fmt: skip
    run = ScoreRun.objects.create(
        state=RunState.CURRENT, as_of=now, expires_at=now, model=model, job=job, clients=1, clients_done=1, contacts=1
    )
    contact = Contact.objects.get()
    Score.objects.create(
        run=run, client_id=contact.client_id, contact=contact, probability=0.25, low=0.125, high=0.5, lift=1.0,
        band="some", rank=50, position=1, stage="acquaintance", trend="steady", reasons=[["recency", 0.5, 3.0]],
        discounts=[],
    )  # fmt: skip


def warn_of(channel: Channel, owner_email: str, canary: str) -> None:
    """Make a warning of long ago that was answered, with what it speaks of."""
    window = {
        "channel": channel, "practice": "bought_followers", "version": 1, "window": "month", "place": 24_244,
        "start": datetime(2020, 4, 1, tzinfo=UTC), "end": datetime(2020, 5, 1, tzinfo=UTC),
    }  # fmt: skip
    Finding.objects.create(
        check_code="growth", answer="found", n=12, effect=500.0, low=480.0, high=520.0,
        seen={"window": "month", "gained": 540, "usual": 40.0, "low": 20.0, "high": 60.0}, **window,
    )  # fmt: skip
    Finding.objects.create(
        check_code="cohort_engagement", answer="not_found", n=40, effect=1.0, low=0.5, high=1.5, p=0.5, q=0.5,
        seen={"new": 40, "new_acted": 20, "earlier": 100, "earlier_acted": 50, "most_ratio": 0.5}, **window,
    )  # fmt: skip
    warning = EthicsWarning.objects.create(families={"engagement": 0.01}, **window)
    reviews.acknowledge(warning, by=User.objects.get(email=owner_email), sentence=f"{canary} sentence")


@contextmanager
def connected_as(role: str, **address: str) -> Iterator[None]:
    """Work as another of the database's roles, or at another address. What was not committed is gone."""
    connection = connections["default"]
    usual = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update({"USER": role, **address})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(usual)


@contextmanager
def within(agency: Agency) -> Iterator[None]:
    """Put the agency's tenant in force and open a transaction."""
    with scope.of_tenant(agency.tenant.id), transaction.atomic():
        yield


@pytest.fixture
def agency(db: None) -> Agency:
    """The agency a test is about."""
    return make_agency(OURS)


@pytest.fixture
def other(db: None) -> Agency:
    """An agency that must stay unseen and untouched."""
    return make_agency(STRANGER)


@pytest.fixture
def inside(agency: Agency) -> Iterator[Agency]:
    """The agency, with its tenant in force and a transaction open."""
    with within(agency):
        yield agency
