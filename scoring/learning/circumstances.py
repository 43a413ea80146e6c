"""What a model depends on besides data: libraries, seed, the catalogue, and the code that made it."""

import hashlib
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

from scoring import features, learning
from scoring.features import catalog
from scoring.learning.recipes import SEED

LIBRARIES = ("numpy", "polars", "scikit-learn", "scipy", "skops")


def circumstances() -> dict[str, Any]:
    """Return all of it, by name."""
    return {"catalogue": catalog.fingerprint(), "code": _revision(), "libraries": libraries(), "seed": SEED}


def libraries() -> dict[str, str]:
    """Return the versions of what learns."""
    return {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES}


def _revision() -> str:
    """Return a digest of the code that computes features and learns: an image has no history to name a commit of."""
    rooms = [Path(str(room.__file__)).parent for room in (features, learning)]
    digest = hashlib.sha256()
    for file in sorted(file for room in rooms for file in room.glob("*.py")):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:16]
