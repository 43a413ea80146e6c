"""Whether stored bytes are what was stored, by whom, and for the libraries that are here: asked before anything of
them is parsed, and without loading what learns.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version

from scoring.errors import ArtefactRefused


@dataclass(frozen=True)
class Sealed:
    """content: a line of JSON, then the model; digest: its SHA-256; signature: HMAC-SHA256 of it with a key of the
    tenant's own.
    """

    content: bytes
    digest: bytes
    signature: bytes


def seal(model: bytes, made_with: Mapping[str, str], key: bytes) -> Sealed:
    """Return a model sealed. made_with: the versions of libraries, by name."""
    content = json.dumps(dict(made_with), sort_keys=True).encode() + b"\n" + model
    return Sealed(content, _digest(content), _signature(content, key))


def unsealed(sealed: Sealed, key: bytes) -> bytes:
    """Return the model. Raises ArtefactRefused where it is not what was sealed with this key, or was made with another
    scikit-learn, whose boosters may not mean the same here.
    """
    if not hmac.compare_digest(_digest(sealed.content), sealed.digest):
        raise ArtefactRefused("its bytes are not those that were stored")
    if not hmac.compare_digest(_signature(sealed.content, key), sealed.signature):
        raise ArtefactRefused("it was not signed by this agency's key")
    first, _, model = sealed.content.partition(b"\n")
    try:
        made_with = json.loads(first)["scikit-learn"]
    except (KeyError, TypeError, ValueError) as wrong:
        raise ArtefactRefused("it is no model") from wrong
    here = version("scikit-learn")
    if made_with != here:
        raise ArtefactRefused(f"it was made with scikit-learn {made_with}, and here is {here}")
    return model


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()


def _signature(content: bytes, key: bytes) -> bytes:
    return hmac.new(key, content, hashlib.sha256).digest()
