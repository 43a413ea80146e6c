"""Who the database runs as: PostgreSQL refuses to run as root, and containers often are root.

Three cases: an ordinary user runs it as himself; root maps itself to `nobody` inside a user namespace, so that files
stay root's; and where namespaces are forbidden (most containers), root drops to the real `nobody`, who then needs data
and binaries in a place he can reach.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NOBODY = 65534
NAMESPACE = ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--")


@dataclass(frozen=True)
class Identity:
    """How a process is started so that it is not root.

    prefix: words put before the command. uid, gid: whom to become, None for nobody else.
    """

    prefix: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None


def identity_for(data: Path) -> Identity:
    """Return the identity that can own `data`; data written under one identity stays with it."""
    if os.geteuid() != 0:
        return Identity()
    nobody = pwd.getpwnam("nobody")
    dropped = Identity(uid=nobody.pw_uid, gid=nobody.pw_gid)
    if data.exists():
        return dropped if data.stat().st_uid == nobody.pw_uid else Identity(prefix=NAMESPACE)
    return Identity(prefix=NAMESPACE) if _namespaces_work() else dropped


def _namespaces_work() -> bool:
    if os.environ.get("EARNEST_NO_USER_NAMESPACE") or shutil.which("unshare") is None:
        return False
    return subprocess.run([*NAMESPACE, "true"], capture_output=True, check=False).returncode == 0


def reachable_by(uid: int, path: Path) -> bool:
    """Whether the user may pass through every folder down to `path`."""
    for folder in (path, *path.parents):
        if not folder.exists():
            continue
        found = folder.stat()
        owned = found.st_uid == uid and found.st_mode & 0o100
        if not (owned or found.st_mode & 0o001):
            return False
    return True
