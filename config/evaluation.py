"""Real data through the product's front door: a throwaway agency, an import, jobs, workers, and what came of it."""

import csv
import gzip
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from ingestion.models import FileImport, Source, SourceKind
from scoring.learning.evaluation import METRICS
from scoring.learning.labels import HORIZON
from scoring.models import ModelState, ModelVersion, RunState, ScoreRun
from tenants import scope
from tenants.errors import EarnestError
from tenants.models import ApiScope, Client, Job, JobState
from tenants.models.job import OPEN
from tenants.services import jobs, keys
from tenants.services.tenants import create_tenant

COLUMNS = ["customer_id", "date", "units", "value"]
# The last window of the floors in docs/evaluation.md; the ones before it follow each other without a gap.
LAST_WINDOW = datetime(1997, 11, 1, tzinfo=UTC)
WINDOWS = [LAST_WINDOW - HORIZON * back for back in (2, 1, 0)]
LOOK_EVERY = 0.2  # seconds


class EvaluationFailed(EarnestError):
    """An evaluation that came to no result."""

    code = "evaluation_failed"


@dataclass
class Evaluation:
    """One run: where it says how far it is, and how long each stage took."""

    say: Callable[[str], None]
    seconds: dict[str, float] = field(default_factory=dict)

    def purchases(self, file: Path) -> dict[str, Any]:
        """Return how well purchases within 60 days are told beforehand, window by window (docs/evaluation.md)."""
        with self._agency("Evaluation on past purchases") as source, connection_of_this_thread():
            with self._stage("import"):
                rows = self._imported(source, "outcomes", _as_outcomes(file))
            windows = [self._window(start) for start in WINDOWS]
            with self._stage("score"):
                scores = self._scored(WINDOWS[-1] + HORIZON)
        return {"rows": rows, **windows[-1], "scores": scores, "windows": windows, "seconds": self.seconds}

    @contextmanager
    def _stage(self, name: str) -> Iterator[None]:
        begun = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - begun, 1)

    @contextmanager
    def _agency(self, name: str) -> Iterator[Source]:
        tenant = create_tenant(name=name, owner_email="nobody@evaluation.example")
        with scope.of_tenant(tenant.id):
            with transaction.atomic():
                _row, key = keys.issue(name="Evaluation", scopes=[ApiScope.INGEST])
                source = Source.objects.create(
                    client=Client.objects.create(name="A shop"),
                    name="Its past",
                    kind=SourceKind.EXPORT,
                    platform="other",
                    may_train=True,
                    legal_basis="Public data without identities, for evaluation only",
                    known_at_basis="lagged",
                )
            (settings.VAR / "evaluation_key").write_text(key)
            yield source

    def _imported(self, source: Source, shape: str, lines: Iterator[list[str]]) -> dict[str, int]:
        """Import rows as anybody would; return how many have which verdict."""
        made = settings.VAR / f"{shape}.csv"
        with made.open("w", newline="") as content:
            csv.writer(content).writerows(lines)
        key = settings.VAR / "evaluation_key"
        call_command("import_file", shape, str(made), source=source.public_id, key_file=key)
        with transaction.atomic():
            file = FileImport.objects.get(source=source)
        return {name: getattr(file, name) for name in ("received", "accepted", "duplicate", "quarantined")}

    def _window(self, start: datetime) -> dict[str, Any]:
        """Learn as on the day after the window, and return what the model would have known of it beforehand."""
        as_of = start + HORIZON
        with self._stage(f"train {start:%Y-%m-%d}"):
            self._done("retrain", {"as_of": as_of.isoformat()}, f"learning, to be judged from {start:%d %B %Y} on")
        with transaction.atomic():
            version = ModelVersion.objects.get(as_of=as_of)
        return {
            "from": start.date().isoformat(),
            "until": as_of.date().isoformat(),
            "contacts": version.data["rows"].get("test", 0),
            "positives": version.data["positives"].get("test", 0),
            "model": version.recipe or None,
            "state": version.state,
            "sentence": version.sentence,
            **{name: version.quality.get(name) for name in METRICS},
            "baseline": {name: version.baseline.get(name) for name in METRICS},
        }

    def _scored(self, as_of: datetime) -> int:
        """Return how many contacts have a score, once the run at this moment is shown."""
        with transaction.atomic():
            in_use = ModelVersion.objects.filter(as_of=as_of, state=ModelState.PROMOTED).exists()
        if not in_use:  # a model that is put in use has everybody scored by itself
            self._done("rescore", {"as_of": as_of.isoformat()}, "scoring")
        self.say("waiting for the scores")
        while True:
            with transaction.atomic():
                run = ScoreRun.objects.filter(as_of=as_of, state=RunState.CURRENT).first()
                stopped = Job.objects.exclude(state__in=[*OPEN, JobState.DONE]).first()
            if run is not None:
                return run.contacts
            if stopped is not None:
                raise EvaluationFailed(f"{stopped}: {stopped.error}")
            time.sleep(LOOK_EVERY)

    def _done(self, kind: str, args: dict[str, Any], doing: str) -> None:
        """Have a job done by a worker, and wait for its end."""
        self.say(doing)
        with transaction.atomic():
            job = jobs.enqueue(kind, args)
        while job.state in OPEN:
            time.sleep(LOOK_EVERY)
            with transaction.atomic():
                job.refresh_from_db()
        if job.state != JobState.DONE:
            raise EvaluationFailed(f"{job}: {job.error}")


@contextmanager
def connection_of_this_thread() -> Iterator[None]:
    """Close it at the end, since no request does."""
    try:
        yield
    finally:
        connection.close()


def _as_outcomes(file: Path) -> Iterator[list[str]]:
    """Yield the file's purchases as rows of our own format. What is wrong with one, the import says.

    A day stands for its first moment, in UTC. Their ids are their numbers, for the file has none.
    """
    with gzip.open(file, "rt", newline="") if file.suffix == ".gz" else file.open(newline="") as content:
        rows = csv.reader(content)
        header = next(rows, [])
        if header != COLUMNS:
            raise EvaluationFailed(f"{file.name} has the columns {', '.join(header)}; expected {', '.join(COLUMNS)}.")
        yield ["id", "kind", "occurred_at", "who.customer", "value", "currency"]
        for number, row in enumerate(rows, 1):
            customer, day, _units, value = (*row, "", "", "", "")[:4]
            yield [str(number), "purchase", f"{day}T00:00:00Z", customer, value, "USD"]
