"""Rescoring an agency through its jobs: against what cannot be left out of it, and against how most would do it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import psycopg
from django.db import transaction

from ingestion.models import Contact, Shape
from ingestion.services import batches
from scoring import selectors
from scoring.features.catalog import NAMES_IN_ORDER
from scoring.features.clock import Facts
from scoring.features.matrix import matrix, rows_of, seen
from scoring.features.today import today
from scoring.learning.model import Model
from scoring.models import ModelState, RunState, ScoreRun
from scoring.services import artefacts, catching_up, facts
from tenants import scope
from tenants.models import Job, JobState
from tenants.services import clock, jobs
from tests.bench import data
from tests.bench.harness import Line, Numbers, Say, noise, ratio, take_turns, timed
from tests.bench.plain import PlainScore
from tests.bench.servers import dump, fill, read, superuser

FEATURES = Path(__file__).with_name("features.sql").read_text()
# What acts and outcomes are read for, as it lies in the tables.
USED = {
    "ingestion_engagement": "contact_id, occurred_at, known_at, rung, nature, direction, words, asks, automated, "
    "ext_id, in_reply_to, thread, kind, post, delivery_id, target_id, channel_id, asks_price, asks_availability, "
    "asks_how_to_buy, language, likeness",
    "ingestion_outcome": "contact_id, occurred_at, known_at, kind, value, currency, ext_id, refund_of, delivery_id",
    "ingestion_contact": "id, client_id",
}
MOST_REASONS = 10


def rescore(tenant_id: int) -> float:
    """Rescore by jobs, one after the other, as one worker would; return the seconds until the run is the current one.

    The scores of the run before are deleted afterwards, by their job, uncounted.
    """
    with scope.of_tenant(tenant_id):
        with transaction.atomic():
            first = jobs.enqueue("rescore")
        seconds = timed(lambda: _with_children(first))
        with transaction.atomic():
            run = ScoreRun.objects.get(job=first)
            late = list(Job.objects.filter(kind="forget_run", state=JobState.QUEUED))
        assert (run.state, run.model_id is None) == ("current", False), run
        for job in late:
            jobs.run(job.id)
    return seconds


def _with_children(first: Job) -> None:
    jobs.run(first.id)
    with transaction.atomic():
        children = list(Job.objects.filter(parent=first).order_by("id"))
    for child in children:
        jobs.run(child.id)


class FewChanged:
    """Some contacts of an agency of whom something comes in again and again: one client's, from all over its table."""

    def __init__(self, of: data.Agency, share: float) -> None:
        self.of, self.source = of, of.sources[0].public_id
        self.number = count()
        with scope.of_tenant(of.tenant_id), transaction.atomic():
            of_client = Contact.objects.filter(client=of.clients[0]).exclude(handle="").order_by("id")
            handles = list(of_client.values_list("handle", flat=True))
        self.handles = handles[:: max(1, round(len(handles) / (share * of.contacts)))]

    def scored_anew(self) -> float:
        """Have each of them say something, uncounted; return the seconds until their scores say so."""
        begun, round_ = datetime.now(UTC), next(self.number)
        rows = [
            {
                "id": f"anew {round_} {len(self.handles)} {handle}",
                "kind": "comment",
                "occurred_at": begun.isoformat(),
                "actor": {"handle": handle},
            }
            for handle in self.handles
        ]
        with scope.of_tenant(self.of.tenant_id):
            with transaction.atomic():
                batches.receive(json.dumps(rows).encode(), source_id=self.source, shape=Shape.ENGAGEMENTS)
                job = Job.objects.get(kind=catching_up.KIND)
                # The rows of a minute ago would be looked at again; only these are to be measured.
                ScoreRun.objects.filter(state=RunState.CURRENT).update(caught_up_at=begun + catching_up.GRACE)
                jobs.hurry(job)
            seconds = timed(lambda: jobs.run(job.id))
            with transaction.atomic():
                anew = selectors.scores().filter(as_of__gt=begun).count()
        assert anew == len(self.handles), (anew, len(self.handles))
        return seconds


def learn(of: data.Agency, say: Say) -> None:
    """Have the agency's model learnt by the product, which has to find it better than recency alone."""
    with scope.of_tenant(of.tenant_id):
        with transaction.atomic():
            job = jobs.enqueue("retrain")
        seconds = timed(lambda: jobs.run(job.id))
        with transaction.atomic():
            version = selectors.model_versions().first()
    assert version is not None, job
    assert version.state == ModelState.PROMOTED, version.sentence
    say(f"learnt from {of.events:,} events in {seconds:.0f} s ({version.recipe}): {version.sentence}")


class Parts:
    """What rescoring consists of, ready to be done apart: the agency's facts, matrix, model and scores."""

    def __init__(self, of: data.Agency, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        self.of, self.connection = of, connection
        with scope.of_tenant(of.tenant_id), transaction.atomic():
            self.as_of: datetime = clock.now()
            self.facts: Facts = facts.known(before=self.as_of)
            version = selectors.model_in_use()
            assert version is not None
            self.model: Model = artefacts.opened(version)
        self.matrix = matrix(self.facts, self.as_of)
        self.scores = dump(connection, "SELECT * FROM scoring_score WHERE tenant_id = %s", of.tenant_id)
        connection.execute("CREATE SCHEMA IF NOT EXISTS bench")
        connection.execute("CREATE TABLE bench.scoring_score (LIKE scoring_score INCLUDING ALL EXCLUDING GENERATED)")

    def floor(self) -> float:
        """Do what cannot be left out: read the columns used, predict, find the strongest reasons, write the scores."""
        self.connection.execute("TRUNCATE bench.scoring_score")
        return timed(self._floor)

    def _floor(self) -> None:
        for table, columns in USED.items():
            read(self.connection, f"SELECT {columns} FROM {table} WHERE tenant_id = %s", self.of.tenant_id)
        self.model.probability(self.matrix)
        added = self.model.contributions(self.matrix).to_numpy()
        strongest = np.argsort(-np.abs(added), axis=1)[:, :MOST_REASONS]
        np.take_along_axis(added, strongest, axis=1)
        fill(self.connection, "bench.scoring_score", self.scores)

    def aggregated(self) -> pl.DataFrame:
        """Return the matrix as one SQL aggregate makes it."""
        values = {"tenant": self.of.tenant_id, "as_of": self.as_of}
        rows = self.connection.execute(FEATURES, values).fetchall()
        return pl.DataFrame(rows, schema=["person", *NAMES_IN_ORDER], orient="row")

    def plain(self) -> None:
        """Rescore as most would: one aggregate, predict, write over what was there. No intervals, no reasons."""
        rows = self.aggregated().join(self.matrix.select("person", "client"), on="person", maintain_order="left")
        worth = self.model.probability(rows)
        ranks = 100 * np.argsort(np.argsort(worth)) / max(len(worth), 1)
        scores = [
            PlainScore(
                tenant_id=self.of.tenant_id, person_id=person, probability=probability, rank=rank, scored_at=self.as_of
            )
            for person, probability, rank in zip(rows["person"], worth.tolist(), ranks.tolist(), strict=True)
        ]
        with scope.of_tenant(self.of.tenant_id), transaction.atomic():
            PlainScore.objects.bulk_create(
                scores,
                update_conflicts=True,
                unique_fields=["tenant_id", "person_id"],
                update_fields=["probability", "rank", "scored_at"],
            )

    def read_and_count(self) -> None:
        """Make the matrix from the database on."""
        with scope.of_tenant(self.of.tenant_id), transaction.atomic():
            known = facts.known(before=self.as_of)
        matrix(known, self.as_of)

    def today(self) -> float:
        """Return the seconds of what is told beside scores: next steps, moments, who is a customer."""
        there = seen(self.facts, self.as_of)
        rows = rows_of(there)
        return timed(lambda: today(there, rows, self.as_of))

    def difference(self) -> float:
        """Return by how much both matrices differ at the most."""
        ours, theirs = (it.select(NAMES_IN_ORDER).to_numpy() for it in (self.matrix, self.aggregated()))
        return float(np.abs(ours - theirs).max())


def measure(agencies: list[data.Agency], *, blocks: int, say: Say) -> tuple[list[Line], list[Numbers]]:
    """Return the lines, and the seconds of rescoring each agency; the last is the largest."""
    of = agencies[-1]
    rescore(of.tenant_id)
    with superuser() as connection:
        parts = Parts(of, connection)
        say(f"scoring: the aggregate's matrix differs from ours by {parts.difference():.1g} at the most")
        arms: dict[str, Callable[[], float]] = {
            "rescoring": lambda: rescore(of.tenant_id),
            "again": lambda: rescore(of.tenant_id),
            **{f"of {it.events}": (lambda it=it: rescore(it.tenant_id)) for it in agencies[:-1]},  # type: ignore[misc]
            "1 %": FewChanged(of, 0.01).scored_anew,
            "10 of it": FewChanged(of, 10 / of.contacts).scored_anew,
            "floors": parts.floor,
            "plain": lambda: timed(parts.plain),
            "today": parts.today,
            "matrix": lambda: timed(lambda: matrix(parts.facts, parts.as_of)),
            "read, matrix": lambda: timed(parts.read_and_count),
            "aggregate": lambda: timed(parts.aggregated),
        }
        seconds = take_turns(arms, blocks=blocks, say=lambda said: say(f"scoring: {said}"))
    whole, one = seconds["rescoring"], "one SQL aggregate of the same features"
    lines = [
        noise("rescoring an agency", seconds["again"], whole),
        Line("rescoring an agency, by its jobs", "its floors: COPY out, predict, reasons, COPY in",
             ratio(whole, seconds["floors"]), 2, "less"),
        Line("scoring 1 % of its contacts anew", "rescoring all of it", ratio(seconds["1 %"], whole), 0.03, "less",
             note="and a constant"),
        Line("scoring ten contacts anew: the constant", "rescoring all of it", ratio(seconds["10 of it"], whole)),
        Line("next steps and moments from frames", "rescoring an agency", ratio(seconds["today"], whole), 0.05, "less"),
        Line("as most would (aggregate, bulk_create)", "rescoring an agency",
             ratio(seconds["plain"], whole), 4),
        Line(one, "feature matrix from frames", ratio(seconds["aggregate"], seconds["matrix"]), 5),
        Line("the same", "reading the frames, and the matrix", ratio(seconds["aggregate"], seconds["read, matrix"])),
        Line("pandas groupby of the same features", "feature matrix from frames", floor=1.8,
             note="not measured: pandas is no dependency"),
    ]  # fmt: skip
    return lines, [*(seconds[f"of {it.events}"] for it in agencies[:-1]), whole]
