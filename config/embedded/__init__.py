"""The servers of a machine that has none: real PostgreSQL and Valkey, private to one folder.

`Servers(root)` keeps its data below `root`, listens on sockets in a private folder and on no network port, and is gone
with the process that started it. Starting is idempotent: where the servers of that folder already run, it attaches.
"""

import fcntl
import os
import shutil
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from config.embedded.place import Place
from config.embedded.postgres import Postgres
from config.embedded.process import ServerFailed
from config.embedded.valkey import Valkey

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ServerFailed", "Servers"]


class Servers:
    """PostgreSQL and Valkey of one folder.

    root: where data and logs are kept; made when missing.
    durable: False gives up surviving a crash of the machine for speed (tests).
    """

    def __init__(self, root: Path, *, durable: bool = True) -> None:
        self.place = Place(root)
        self.postgres = Postgres(self.place, durable=durable)
        self.valkey = Valkey(self.place, durable=durable)

    def start(self, *, say: Callable[[str], None] = lambda _: None) -> None:
        """Start what does not run yet and wait until it answers. Must be called from the main thread.

        Raises ServerFailed with a sentence that says what is missing or wrong and where the log is.
        """
        self.place.prepare()
        with self._alone():
            for server in (self.postgres, self.valkey):
                found = "already runs" if server.start() == "attached" else "started"
                say(f"{server.name} {found} ({server.version()})")

    def revive(self, say: Callable[[str], None]) -> None:
        """Start again what this object started and what ended since, whoever ended it."""
        for server in (self.postgres, self.valkey):
            if server.has_ended():
                say(f"{server.name} ended; starting it again")
                try:
                    server.start()
                except ServerFailed as failed:  # what still runs goes on; the next look tries again
                    say(str(failed))

    def stop(self) -> None:
        """Stop what this object started; servers it only attached to go on."""
        self.valkey.stop()
        self.postgres.stop()

    def remove(self) -> None:
        """Stop them and remove every trace, data included: for servers that were only tried out."""
        self.stop()
        for folder in (self.place.root, self.place.sockets, self.place.reachable):
            shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def _alone(self) -> "Iterator[None]":
        """Two commands started at the same moment must not both create the cluster."""
        descriptor = os.open(self.place.root / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
