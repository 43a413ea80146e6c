"""An agency with a past, sent in through the front door, and its jobs done one after the other."""

import json
from datetime import timedelta
from typing import Any

import numpy as np
import psycopg
from django.conf import settings
from django.db import connections
from django.utils import timezone

import scoring.tasks  # noqa: F401 (both declare their handlers)
from ingestion.models import KnownAt, Shape, Source
from ingestion.services import batches
from scoring import selectors
from scoring.models import Artefact, BandChange, ClientRun, Feedback, Hindsight, ModelVersion, Score, ScoreRun
from tenants import scope
from tenants.models import Job
from tenants.models.job import OPEN
from tenants.services import jobs
from tests.conftest import Agency, within


def forget_the_cast(agency: Agency) -> None:
    """Take away the model, run and jobs that every agency of the tests has: this one makes its own."""
    # What was done with a model is kept for good: only the tables' owner may take it away.
    of_owner, here = (connections[alias].settings_dict for alias in ("owner", "default"))
    with psycopg.connect(settings.SERVERS.postgres.url(role=of_owner["USER"], database=here["NAME"])) as owner:
        owner.execute("SELECT set_config('app.tenant_id', %s, true)", [str(agency.tenant.id)])
        owner.execute("DELETE FROM scoring_modelact")
    with within(agency):
        for model in (Feedback, BandChange, ClientRun, Score, ScoreRun, Hindsight, ModelVersion, Artefact):
            model.objects.all().delete()
        for job in Job.objects.filter(state__in=OPEN):
            jobs.cancel(job)


def past(
    agency: Agency, *, people: int = 150, days: int = 400, may_train: bool = True, seed: int = 1, names: str = "person"
) -> Source:
    """Send a year in which those who talk buy; return its source, whose rows were known when they happened."""
    random, now = np.random.default_rng(seed), timezone.now()
    acts: list[dict[str, Any]] = []
    bought: list[dict[str, Any]] = []

    def at(ago: float) -> str:
        return (now - timedelta(days=ago)).isoformat()

    for number in range(people):
        who, talks = {"handle": f"{names}{number}"}, number % 3 == 0
        for ago in random.uniform(0, days, 8):
            kind = {"kind": "comment", "text": f"how much is number {len(acts)}"} if talks else {"kind": "like"}
            acts.append({"id": f"{seed}-{len(acts)}", "actor": who, "occurred_at": at(ago), **kind})
        for ago in random.uniform(0, days, random.poisson(5 if talks else 0.4)):
            bought.append(
                {"id": f"{seed}-{len(bought)}", "kind": "purchase", "who": who, "occurred_at": at(ago),
                 "value": 10, "currency": "GBP"}
            )  # fmt: skip
    with within(agency):
        source = Source.objects.create(
            client=agency.client, name=f"Past {seed}", kind="own_system", platform="instagram", may_train=may_train,
            legal_basis="Nobody in it exists." if may_train else "", known_at_basis=KnownAt.LAGGED,
        )  # fmt: skip
        for shape, rows in ((Shape.ENGAGEMENTS, acts), (Shape.OUTCOMES, bought)):
            landing = batches.receive(json.dumps(rows).encode(), source_id=source.public_id, shape=shape)
            assert landing.delivery.accepted == len(rows)
    return source


def ask(agency: Agency, kind: str, **args: Any) -> Job:
    with within(agency):
        return jobs.enqueue(kind, args)


def waiting(agency: Agency) -> list[Job]:
    """Return what is to be done now."""
    with within(agency):
        return [job for job in Job.objects.filter(state__in=OPEN).order_by("id") if not job.rests]


def work_off(agency: Agency) -> list[Job]:
    """Do what waits, and what comes of it, as a worker would; return the jobs as they stand then."""
    done: list[int] = []
    while todo := [job for job in waiting(agency) if job.id not in done]:
        for job in todo:
            do(agency, job)
            done.append(job.id)
    with within(agency):
        return list(Job.objects.filter(id__in=done).order_by("id"))


def only(agency: Agency, model: Any) -> Any:
    """Return the agency's one row of a model."""
    with within(agency):
        return model.objects.select_related().get()


def shown(agency: Agency) -> list[Score]:
    """Return the scores that readers see, in their order."""
    with within(agency):
        return list(selectors.scores().order_by("client_id", "sort_key", "contact_id"))


def do(agency: Agency, job: Job) -> None:
    """Do one job as a worker would."""
    with scope.of_tenant(agency.tenant.id):
        jobs.run(job.id)


def begun(agency: Agency, **args: Any) -> list[Job]:
    """Begin a run; return the jobs that are to score its clients."""
    job = ask(agency, "rescore", **args)
    do(agency, job)
    with within(agency):
        return list(Job.objects.filter(parent=job))
