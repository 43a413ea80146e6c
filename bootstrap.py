"""Makes `.venv` from the hashed lock, with nothing but the standard library.

    python3 bootstrap.py

The environment is made anew when the lock or the Python changed since, and is left alone otherwise. uv installs it
where uv can be had, pip where not. Works without ensurepip (Debian splits it off), as long as the Python that runs
this has pip itself.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
LOCK = ROOT / "requirements-dev.lock"
# Written last, so that an interrupted installation is seen as what it is.
STAMP = ENVIRONMENT / ".lock-fingerprint"
OLDEST = (3, 11)
UV = "uv>=0.9,<1"


def fingerprint() -> str:
    """The lock and the Python as one string: the environment is good for exactly this pair."""
    return hashlib.sha256(LOCK.read_bytes() + sys.version.encode() + str(ROOT).encode()).hexdigest()


def is_current() -> bool:
    return STAMP.exists() and STAMP.read_text() == fingerprint()


def say(message: str) -> None:
    print(f"earnest: {message}", flush=True)


def succeeds(command: "list[str]") -> bool:
    return subprocess.run(command, check=False).returncode == 0


def pip_for_environment(with_pip: bool) -> "list[str]":
    """The pip command that installs into the environment, whether or not the environment has a pip of its own."""
    if with_pip:
        return [str(PYTHON), "-m", "pip"]
    return [sys.executable, "-m", "pip", "--python", str(PYTHON)]


def install_packages(pip: "list[str]") -> bool:
    """Install the lock with uv where it can be had, else with pip. Says whether either did."""
    uv = shutil.which("uv")
    if uv is None and succeeds([*pip, "install", "--quiet", "--disable-pip-version-check", UV]):
        uv = str(ENVIRONMENT / "bin" / "uv")
    if uv and succeeds([uv, "pip", "install", "--quiet", "--python", str(PYTHON), "--require-hashes", "-r", str(LOCK)]):
        return True
    say("uv could not install the packages, trying pip (slower)")
    return succeeds([*pip, "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", str(LOCK)])


def make_environment() -> None:
    with_pip = importlib.util.find_spec("ensurepip") is not None
    say(f"making .venv with Python {sys.version.split()[0]}")
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    venv.create(ENVIRONMENT, with_pip=with_pip, symlinks=True)
    say("installing the packages of requirements-dev.lock (about a minute on a slow line)")
    if not install_packages(pip_for_environment(with_pip)):
        sys.exit(
            "earnest: the packages could not be installed; the lines above say why.\n"
            "Without network access nothing can be fetched. If pip itself is missing: apt-get install python3-venv"
        )
    STAMP.write_text(fingerprint())
    say("the environment is ready")


def main() -> None:
    if sys.version_info < OLDEST:
        sys.exit("earnest: Python %d.%d or newer is needed, this is %s" % (*OLDEST, sys.version.split()[0]))
    if not is_current():
        os.chdir(ROOT)
        make_environment()


if __name__ == "__main__":
    main()
