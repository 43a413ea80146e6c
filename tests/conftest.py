"""Servers, databases and the cast.

The tests run as the web's own role: as superuser every test of the walls would be vacuous. One template database is
migrated as the owner; every worker of pytest works on a copy of it.
"""

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import psycopg
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connections, transaction
from django.test import Client as Browser

from config.environment import VARIABLES
from config.installation import ROLES
from ingestion.models import (
    Asked,
    Delivery,
    FileBlock,
    FileImport,
    HookBody,
    KindMapping,
    Poll,
    Removal,
    SavedLayout,
    Sender,
    Shape,
    Source,
    SourceKind,
    Why,
)
from ingestion.services import hooks
from tenants import scope
from tenants.models import ApiScope, Channel, Client, Job, Slot, Tenant, User
from tenants.services import clock, jobs, keys, members, schedules
from tenants.services.tenants import create_tenant
from tests import replanting
from tests.canaries import ask_for_somebody, deliver, enter_by_hand, score_somebody, warn_of

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
        score_somebody(job, canary)
        enter_by_hand(channel, batch, canary)
        ask_for_somebody(client, job, canary)
        warn_of(channel, email, canary)
    return Agency(tenant, joined(email), client, channel, job, source, batch, file, api_key, canary)


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
