"""What can go wrong with models and scores."""

from tenants.errors import EarnestError


class AlreadyAnswered(EarnestError):
    """An answer to a warning that has had its last one, or the same one before."""

    code = "already_answered"
    status = 409


class SentenceMissing(EarnestError):
    """An explanation that explains nothing, or one that is taken back without a reason."""

    code = "sentence_missing"
    status = 400

    def __init__(self) -> None:
        super().__init__("Say in a sentence what happened, in three words or more; what comes later is measured by it.")


class ArtefactRefused(EarnestError):
    """A stored model that is not what was stored, or holds what no model needs. Nothing of it was run."""

    code = "artefact_refused"
    status = 409

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The stored model was refused: {why}. The scores there are stay; retrain to replace it, and have the log "
            "looked at."
        )


class ProfilingObjected(EarnestError):
    """A score was asked for of somebody who has objected to profiling."""

    code = "profiling_objected"
    status = 404

    def __init__(self) -> None:
        super().__init__("This person objects to profiling: no score of them is computed.")


class NothingToTakeBack(EarnestError):
    """That somebody is not a lead was to be taken back, and does not stand."""

    code = "nothing_to_take_back"
    status = 409

    def __init__(self) -> None:
        super().__init__("Nobody has said that this is not a lead, or it was taken back already.")


class NotPromotable(EarnestError):
    """A model that was to be put in use, and is no candidate."""

    code = "not_promotable"
    status = 409

    def __init__(self, state: str) -> None:
        super().__init__(f"Only a candidate can be put in use; this model is: {state.lower()}.")


class ModelNotInUse(EarnestError):
    """A model that was to be held or rolled back, and does not score."""

    code = "model_not_in_use"
    status = 409

    def __init__(self, state: str) -> None:
        super().__init__(f"This can be done with the model in use; this model is: {state.lower()}.")


class NothingToRollBackTo(EarnestError):
    """The model in use is the first one, or none before it can be opened any more."""

    code = "nothing_to_roll_back_to"
    status = 409

    def __init__(self) -> None:
        super().__init__("There is no model before this one that can still be opened; hold it, or retrain.")
