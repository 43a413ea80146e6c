"""Where the embedded servers of one folder keep their data, logs and sockets."""

import hashlib
import os
import stat
from contextlib import suppress
from pathlib import Path

from config.embedded.identity import NOBODY
from config.embedded.process import ServerFailed


class Place:
    """The folders of one set of servers. All of it follows from `root`: nothing has to run to know an address."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        # A socket's path may have 107 bytes at most and a project can lie deep, so sockets get a short folder of
        # their own. The hash keeps two clones of the project apart, the user id two users of one machine.
        digest = hashlib.sha256(str(self.root).encode()).hexdigest()[:12]
        self.sockets = Path("/tmp") / f"earnest-{os.getuid()}-{digest}"  # noqa: S108 (see own_folder)
        # Data moves here only where an unprivileged server could not reach `root` (see identity.py).
        self.reachable = Path("/var/tmp") / f"earnest-{digest}"  # noqa: S108 (see own_folder)

    @property
    def logs(self) -> Path:
        return self.root / "log"

    def prepare(self) -> None:
        """Make the folders, for their owner alone. Raises ServerFailed when somebody else made one of them first."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.logs.mkdir(exist_ok=True, mode=0o700)
        own_folder(self.sockets, mode=0o700)


def own_folder(folder: Path, *, mode: int) -> None:
    """Make a folder at a name others could guess, and refuse one that is not ours or has other rights than `mode`."""
    with suppress(FileExistsError):
        folder.mkdir(mode=mode)
    found = folder.lstat()
    ours = found.st_uid == os.getuid() or (os.getuid() == 0 and found.st_uid == NOBODY)
    if not (stat.S_ISDIR(found.st_mode) and ours and stat.S_IMODE(found.st_mode) == mode):
        raise ServerFailed(
            f"{folder} belongs to somebody else or is open to others. Remove it, then start again: "
            "the database is only safe in a folder of its own."
        )
