"""Which model scores: one pointer, and every change of it is written down.

    candidate ──► promoted ──► retired
                      ▲            │
                      └── rolled back to

A model in use stays until one comes that is not worse, or until it cannot be opened any more. While it is held, none
takes its place by itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Now

from scoring import selectors
from scoring.errors import ModelNotInUse, NothingToRollBackTo, NotPromotable
from scoring.models import Act, ModelAct, ModelState, ModelVersion
from scoring.services import artefacts, turns
from tenants.models import ApiKey, User
from tenants.services import jobs


@dataclass(frozen=True)
class By:
    """Who does it, and why: a member, a program by its key, or nobody."""

    user: User | None = None
    key: ApiKey | None = None
    sentence: str = ""


ITSELF = By()
CANNOT_BE_OPENED = "It is not what was stored, or was made with another scikit-learn."


def change_over(version: ModelVersion) -> bool:
    """Save a new version, and put it in use if it is to be. Say whether another basis scores from now on.

    Two trainings take turns here; of two, the one that learnt later stays in use.
    """
    turns.take_turns()
    in_use = selectors.model_in_use()
    wanted = version.state == ModelState.PROMOTED
    if wanted:
        version.state = ModelState.CANDIDATE
    is_over = in_use is not None and not artefacts.is_sound(in_use)
    if wanted and in_use is not None and not is_over:
        if in_use.as_of > version.as_of:
            version.sentence += " A model that was learnt later is in use."
            wanted = False
        elif in_use.held_at is not None:
            version.sentence += " The model in use is held, so it stays; promote this one if you want it."
            wanted = False
    version.save()
    if in_use is not None and (wanted or is_over):
        _retire(in_use, By(sentence=CANNOT_BE_OPENED) if is_over else ITSELF)
    if wanted:
        _put_in_use(version, Act.PROMOTED, ITSELF)
    return wanted or is_over


@transaction.atomic
def promote(version: ModelVersion, by: By) -> ModelVersion:
    """Put a candidate in use by hand. Raises NotPromotable, ArtefactRefused."""
    version = locked(version)
    if version.state != ModelState.CANDIDATE:
        raise NotPromotable(version.get_state_display())
    artefacts.require_sound(version)
    return _switch(version, Act.PROMOTED, by)


@transaction.atomic
def roll_back(version: ModelVersion, by: By) -> ModelVersion:
    """Put the model in use again that was in use before this one; return it. Raises ModelNotInUse, NothingToRollBackTo.

    What cannot be opened any more is passed over.
    """
    version = locked(version)
    if version.state != ModelState.PROMOTED:
        raise ModelNotInUse(version.get_state_display())
    before = rolls_back_to(version)
    if before is None:
        raise NothingToRollBackTo
    return _switch(before, Act.ROLLED_BACK, by)


def rolls_back_to(version: ModelVersion) -> ModelVersion | None:
    """Return the model that was in use before one, of those that can be opened; None: there is none."""
    return next(filter(artefacts.is_sound, selectors.models_in_use_before(version)), None)


@transaction.atomic
def hold(version: ModelVersion, by: By) -> ModelVersion:
    """Let no other model take its place by itself. Held already, it stays so. Raises ModelNotInUse."""
    version = locked(version)
    if version.state != ModelState.PROMOTED:
        raise ModelNotInUse(version.get_state_display())
    if version.held_at is None:
        ModelVersion.objects.filter(pk=version.pk).update(held_at=Now())
        _write(version, Act.HELD, by)
        version.refresh_from_db()
    return version


@transaction.atomic
def release(version: ModelVersion, by: By) -> ModelVersion:
    """Let better models take its place again. Not held, it stays so."""
    version = locked(version)
    if version.held_at is not None:
        ModelVersion.objects.filter(pk=version.pk).update(held_at=None)
        _write(version, Act.RELEASED, by)
        version.refresh_from_db()
    return version


def retire_erased(version: ModelVersion) -> None:
    """Take a model out of use that learnt from somebody who was erased long ago."""
    _retire(version, By(sentence="It learnt from somebody who was erased, and was kept for long enough."))


def open_to(version: ModelVersion) -> list[str]:
    """Return what can be done with a model now: names of ACTS."""
    if version.state == ModelState.CANDIDATE:
        return ["promote"]
    if version.state == ModelState.PROMOTED:
        return ["hold" if version.held_at is None else "release", "roll_back"]
    return []


# What people and programs do, by name.
ACTS: Mapping[str, Callable[[ModelVersion, By], ModelVersion]] = {
    "promote": promote, "hold": hold, "release": release, "roll_back": roll_back,
}  # fmt: skip


def locked(version: ModelVersion) -> ModelVersion:
    """Return a version as it is now; nobody changes which model scores until this transaction ends."""
    turns.take_turns()
    return ModelVersion.objects.select_related("artefact").get(pk=version.pk)


def _switch(version: ModelVersion, act: Act, by: By) -> ModelVersion:
    """Move the pointer, and have everybody scored anew; until that is done readers see the scores there are."""
    in_use = selectors.model_in_use()
    if in_use is not None:
        _retire(in_use, by)
    _put_in_use(version, act, by)
    jobs.enqueue("rescore")
    version.refresh_from_db()
    return version


def _put_in_use(version: ModelVersion, act: Act, by: By) -> None:
    ModelVersion.objects.filter(pk=version.pk).update(state=ModelState.PROMOTED, promoted_at=Now(), retired_at=None)
    version.state = ModelState.PROMOTED
    _write(version, act, by)


def _retire(version: ModelVersion, by: By) -> None:
    ModelVersion.objects.filter(pk=version.pk).update(state=ModelState.RETIRED, retired_at=Now(), held_at=None)
    _write(version, Act.RETIRED, by)


def _write(version: ModelVersion, act: Act, by: By) -> None:
    ModelAct.objects.create(version=version, act=act, by=by.user, key=by.key, sentence=by.sentence.strip())
