"""The file in which erasures are noted outside the database (ERASURES_FILE), a line of JSON each.

A backup from before an erasure knows nothing of it; `restoring` has it done again. What is noted is keyed hashes: they
say who somebody is to nobody who does not know the identifier already.
"""

import fcntl
import json
import os
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings

from ingestion.errors import NotesUnreadable
from ingestion.models import Erasure


@dataclass
class Note:
    """One erasure. tenant, asked_by: row numbers; client: a public id; keys: of the tombstones."""

    tenant: int
    client: str
    erasure: str
    asked_at: datetime
    asked_by: int | None
    keys: set[bytes] = field(default_factory=set)
    lifted_at: datetime | None = None

    def line(self) -> str:
        said: dict[str, Any] = {
            "tenant": self.tenant,
            "client": self.client,
            "erasure": self.erasure,
            "asked_at": self.asked_at.isoformat(),
            "asked_by": self.asked_by,
            "keys": sorted(key.hex() for key in self.keys),
            "lifted_at": self.lifted_at and self.lifted_at.isoformat(),
        }
        return json.dumps(said) + "\n"


def of(erasure: Erasure, keys: set[bytes]) -> Note:
    """Return what is to be noted of an erasure with these tombstones."""
    return Note(
        erasure.tenant_id,
        erasure.client.public_id,
        erasure.public_id,
        erasure.created_at,
        erasure.asked_by_id,
        keys,
        erasure.lifted_at,
    )


def _file() -> Path:
    file = settings.ERASURES_FILE
    assert file is not None, "config.checks refuses to start without"
    return file


def note(it: Note) -> None:
    """Write an erasure into the file, for good: what is said twice of one holds together. Raises OSError."""
    descriptor = os.open(_file(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "wb", buffering=0) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        before, line = os.fstat(descriptor).st_size, it.line().encode()
        if file.write(line) != len(line):  # the disk is full
            file.truncate(before)
            raise OSError(f"{_file()} could not be written to its end.")
        os.fsync(descriptor)


def read() -> dict[str, Note]:
    """Return what is noted, by the erasures' public ids. Raises NotesUnreadable."""
    found: dict[str, Note] = {}
    file = _file()
    for number, line in enumerate(file.read_bytes().splitlines() if file.exists() else (), start=1):
        try:
            said = json.loads(line)
            lifted_at = said["lifted_at"] and datetime.fromisoformat(said["lifted_at"])
            asked_at, keys = datetime.fromisoformat(said["asked_at"]), {bytes.fromhex(key) for key in said["keys"]}
            first = Note(said["tenant"], said["client"], said["erasure"], asked_at, said["asked_by"])
        except (ValueError, KeyError, TypeError) as wrong:
            raise NotesUnreadable(file, number) from wrong
        of_it = found.setdefault(first.erasure, first)
        of_it.keys |= keys
        of_it.lifted_at = of_it.lifted_at or lifted_at
    return found
