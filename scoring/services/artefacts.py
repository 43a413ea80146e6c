"""Stored models: written once, and opened only where they are what was stored.

What opens them is loaded by the workers that do: the web, which asks only whether they are sound, has no need of it.
"""

from typing import TYPE_CHECKING

from scoring.errors import ArtefactRefused
from scoring.learning import sealing
from scoring.models import Artefact, ModelVersion
from tenants.services.secret import secret_for

if TYPE_CHECKING:
    from scoring.learning.model import Model

SIGNING = "scoring.artefacts"


def key() -> bytes:
    """Return the key that models of the agency in force are signed with."""
    return secret_for(SIGNING)


def stored(model: "Model | None", key: bytes) -> Artefact | None:
    """Return a model's row, made where there is none."""
    from scoring.learning import artefact

    if model is None:
        return None
    made = artefact.seal(model, key)
    row, _ = Artefact.objects.get_or_create(
        digest=made.digest, defaults={"signature": made.signature, "content": made.content}
    )
    return row


def opened(version: ModelVersion) -> "Model":
    """Return the model of a version. Raises ArtefactRefused."""
    from scoring.learning import artefact

    return artefact.opened(_sealed(version), key())


def is_sound(version: ModelVersion) -> bool:
    """Whether the model of a version is what was stored, and of the libraries that are here."""
    try:
        require_sound(version)
    except ArtefactRefused:
        return False
    return True


def require_sound(version: ModelVersion) -> None:
    """Raise ArtefactRefused where the model of a version is not what was stored."""
    sealing.unsealed(_sealed(version), key())


def _sealed(version: ModelVersion) -> sealing.Sealed:
    row = version.artefact
    if row is None:
        raise ArtefactRefused("there is none")
    return sealing.Sealed(bytes(row.content), bytes(row.digest), bytes(row.signature))
