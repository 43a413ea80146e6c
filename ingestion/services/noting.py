"""The file in which erasures are noted outside the database (ERASURES_FILE), a line of JSON each.

A backup from before an erasure knows nothing of it; `restoring` has it done again. What is noted is keyed hashes: they
say who somebody is to nobody who does not know the identifier already.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
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


def file() -> Path:
    """Return the file, which need not be there yet."""
    found = settings.ERASURES_FILE
    assert found is not None, "config.checks refuses to start without"
    return found


def note(it: Note) -> None:
    """Write an erasure into the file, for good: what is said of one in several lines holds together. Raises OSError."""
    is_new = not file().exists()
    with _opened(os.O_RDWR | os.O_APPEND | os.O_CREAT, fcntl.LOCK_EX) as descriptor:
        before, line = os.fstat(descriptor).st_size, it.line().encode()
        if before and os.pread(descriptor, 1, before - 1) != b"\n":  # the power failed while a line was written
            line = b"\n" + line
        if os.write(descriptor, line) != len(line):  # the disk is full
            os.ftruncate(descriptor, before)
            raise OSError(f"{file()} could not be written to its end.")
        os.fsync(descriptor)
    if is_new:
        folder = os.open(file().parent, os.O_RDONLY)
        os.fsync(folder)
        os.close(folder)


def read() -> dict[str, Note]:
    """Return what is noted, by the erasures' public ids; nothing where there is no file.

    Raises NotesUnreadable or OSError.
    """
    if not file().exists():
        return {}
    with _opened(os.O_RDONLY, fcntl.LOCK_SH) as descriptor, os.fdopen(descriptor, "rb", closefd=False) as reading:
        lines = reading.read().splitlines()
    found: dict[str, Note] = {}
    for number, line in enumerate(lines, start=1):
        if line.strip():
            it = _noted(line, number)
            of_it = found.setdefault(it.erasure, it)
            of_it.keys |= it.keys
            of_it.lifted_at = of_it.lifted_at or it.lifted_at
    return found


def _noted(line: bytes, number: int) -> Note:
    try:
        said = json.loads(line)
        return Note(
            int(said["tenant"]),
            said["client"],
            said["erasure"],
            datetime.fromisoformat(said["asked_at"]),
            said["asked_by"],
            {bytes.fromhex(key) for key in said["keys"]},
            said["lifted_at"] and datetime.fromisoformat(said["lifted_at"]),
        )
    except (ValueError, KeyError, TypeError) as wrong:
        raise NotesUnreadable(file(), number) from wrong


@contextmanager
def _opened(flags: int, lock: int) -> Iterator[int]:
    descriptor = os.open(file(), flags, 0o640)
    try:
        fcntl.flock(descriptor, lock)
        yield descriptor
    finally:
        os.close(descriptor)
