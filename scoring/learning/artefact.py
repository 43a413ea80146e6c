"""A model as bytes that can be trusted: by its seal, and a list of what may be in it."""

from zipfile import BadZipFile

from skops.io import dumps, get_untrusted_types, loads

from scoring.errors import ArtefactRefused
from scoring.learning import sealing
from scoring.learning.circumstances import libraries
from scoring.learning.model import Model
from scoring.learning.sealing import Sealed

# All that a model consists of, besides numbers, words and arrays.
ALLOWED = {
    "scoring.features.attributes.Attribute",
    "scoring.learning.additive.Additive",
    "scoring.learning.additive.Column",
    "scoring.learning.additive.Line",
    "scoring.learning.additive.Table",
    "scoring.learning.calibration.Bins",
    "scoring.learning.calibration.Calibration",
    "scoring.learning.model.Model",
    "scoring.learning.recipes.Whole",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
}


def seal(model: Model, key: bytes) -> Sealed:
    return sealing.seal(dumps(model), libraries(), key)


def opened(sealed: Sealed, key: bytes) -> Model:
    """Return the model. Raises ArtefactRefused: before anything is parsed where the seal does not hold, and before
    anything is built where it holds a type that no model has.
    """
    content = sealing.unsealed(sealed, key)
    try:
        strange = set(get_untrusted_types(data=content)) - ALLOWED
    except (BadZipFile, KeyError, TypeError, ValueError) as wrong:
        raise ArtefactRefused("it is no model") from wrong
    if strange:
        raise ArtefactRefused(f"it holds {', '.join(sorted(strange))}, which no model of ours does")
    model = loads(content, trusted=sorted(ALLOWED))
    if not isinstance(model, Model):
        raise ArtefactRefused("it is no model")
    return model
