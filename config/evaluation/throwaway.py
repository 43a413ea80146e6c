"""A throwaway agency to measure with: rows go in by import_file, work is done by jobs, and nothing is left."""

import csv
import gzip
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from ingestion.models import FileImport, Source, SourceKind
from tenants import scope
from tenants.errors import EarnestError
from tenants.models import ApiScope, Client
from tenants.services import keys
from tenants.services.tenants import create_tenant

PLATFORM = "other"


class EvaluationFailed(EarnestError):
    """An evaluation that came to no result."""

    code = "evaluation_failed"


@dataclass
class Evaluation:
    """One run: where it says how far it is, and how long each stage took."""

    say: Callable[[str], None]
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        begun = time.monotonic()
        yield
        self.seconds[name] = round(time.monotonic() - begun, 1)

    @contextmanager
    def agency(self, name: str) -> Iterator[Source]:
        """Make an agency and enter it; its source's rows were known when they happened, and may be learnt from."""
        tenant = create_tenant(name=name, owner_email="nobody@evaluation.example")
        with scope.of_tenant(tenant.id), _connection_of_this_thread():
            with transaction.atomic():
                _row, key = keys.issue(name="Evaluation", scopes=[ApiScope.INGEST])
                source = Source.objects.create(
                    client=Client.objects.create(name="Whoever it is of"),
                    name="Its past",
                    kind=SourceKind.EXPORT,
                    platform=PLATFORM,
                    may_train=True,
                    legal_basis="Public data without identities, for evaluation only",
                    known_at_basis="lagged",
                )
            (settings.VAR / "evaluation_key").write_text(key)
            yield source

    def imported(self, source: Source, shape: str, lines: Iterable[Sequence[str]]) -> dict[str, int]:
        """Import rows as anybody would; return how many have which verdict."""
        made = settings.VAR / f"{shape}.csv"
        with made.open("w", newline="") as content:
            csv.writer(content).writerows(lines)
        key = settings.VAR / "evaluation_key"
        call_command("import_file", shape, str(made), source=source.public_id, key_file=key)
        with transaction.atomic():
            file = FileImport.objects.filter(source=source).latest("id")
        return {name: getattr(file, name) for name in ("received", "accepted", "duplicate", "quarantined")}


@contextmanager
def _connection_of_this_thread() -> Iterator[None]:
    """Close it at the end, since no request does."""
    try:
        yield
    finally:
        connection.close()


@contextmanager
def _opened(file: Path) -> Iterator[TextIO]:
    """Open a text, unpacked. Raises EvaluationFailed where it cannot be read."""
    opened = gzip.open if file.suffix == ".gz" else open
    try:
        with opened(file, "rt", encoding="utf-8-sig", newline="") as content:
            yield content
    except UnicodeDecodeError as wrong:
        raise EvaluationFailed(f"{file.name} is not UTF-8.") from wrong
    except (csv.Error, OSError, EOFError, zlib.error) as wrong:
        raise EvaluationFailed(f"{file.name} cannot be read: {wrong}") from wrong


def lines_of(file: Path) -> Iterator[str]:
    """Yield the lines of a text that are not empty. Raises EvaluationFailed."""
    with _opened(file) as content:
        yield from (line for line in content if line.strip())


def header_of(file: Path) -> list[str]:
    """Return the first line of a CSV file, cell by cell. Raises EvaluationFailed."""
    with _opened(file) as content:
        return next(csv.reader(content), [])


def rows_of(file: Path, columns: Sequence[str]) -> Iterator[dict[str, str]]:
    """Yield the rows of a CSV file with these columns, or more; what a row lacks is empty. Raises EvaluationFailed."""
    with _opened(file) as content:
        rows = csv.DictReader(content, restval="")
        header = list(rows.fieldnames or ())
        if not header:
            raise EvaluationFailed(f"{file.name} is empty.")
        if twice := sorted({name for name in header if header.count(name) > 1}):
            raise EvaluationFailed(f"{file.name} has two columns with the name “{twice[0]}”.")
        if not set(columns) <= set(header):
            lacking = ", ".join(name for name in columns if name not in header)
            raise EvaluationFailed(f"{file.name} has the columns {', '.join(header)}; it lacks {lacking}.")
        for number, row in enumerate(rows, 1):
            if None in row:
                raise EvaluationFailed(f"Row {number} of {file.name} has more cells than its header.")
            yield row
