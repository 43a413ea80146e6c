"""A model as bytes that can be trusted: by its digest, its signature, and a list of what may be in it."""

import hashlib
import hmac
from dataclasses import dataclass
from zipfile import BadZipFile

from skops.io import dumps, get_untrusted_types, loads

from scoring.errors import ArtefactRefused
from scoring.learning.model import Model

# All that a model consists of, besides numbers, words and arrays.
ALLOWED = {
    "scoring.learning.calibration.Bins",
    "scoring.learning.calibration.Calibration",
    "scoring.learning.model.Model",
    "scoring.learning.recipes.Boosting",
    "scoring.learning.recipes.Logistic",
}


@dataclass(frozen=True)
class Sealed:
    """content: skops; digest: its SHA-256; signature: HMAC-SHA256 of it with a key of the tenant's own."""

    content: bytes
    digest: bytes
    signature: bytes


def seal(model: Model, key: bytes) -> Sealed:
    content = dumps(model)
    return Sealed(content, _digest(content), _signature(content, key))


def opened(artefact: Sealed, key: bytes) -> Model:
    """Return the model. Raises ArtefactRefused: before anything is parsed where it is not what was sealed with this
    key, and before anything is built where it holds a type that no model has.
    """
    if not hmac.compare_digest(_digest(artefact.content), artefact.digest):
        raise ArtefactRefused("its bytes are not those that were stored")
    if not hmac.compare_digest(_signature(artefact.content, key), artefact.signature):
        raise ArtefactRefused("it was not signed by this agency's key")
    try:
        strange = set(get_untrusted_types(data=artefact.content)) - ALLOWED
    except (BadZipFile, KeyError, TypeError, ValueError) as wrong:
        raise ArtefactRefused("it is no model") from wrong
    if strange:
        raise ArtefactRefused(f"it holds {', '.join(sorted(strange))}, which no model of ours does")
    model = loads(artefact.content, trusted=sorted(ALLOWED))
    if not isinstance(model, Model):
        raise ArtefactRefused("it is no model")
    return model


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _signature(content: bytes, key: bytes) -> bytes:
    return hmac.new(key, content, hashlib.sha256).digest()
