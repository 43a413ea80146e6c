"""What can go wrong with models and scores."""

from tenants.errors import EarnestError


class ArtefactRefused(EarnestError):
    """A stored model that is not what was stored, or holds what no model needs. Nothing of it was run."""

    code = "artefact_refused"
    status = 409

    def __init__(self, why: str) -> None:
        super().__init__(
            f"The stored model was refused: {why}. The scores there are stay; retrain to replace it, and have the log "
            "looked at."
        )
