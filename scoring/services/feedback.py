"""What people say of whom they are shown: not a lead. It is kept, can be taken back, and is learnt from.

While it stands the contact is in no next steps. The last word holds, and none is changed: taking back is another.
"""

from typing import Any

from scoring import selectors
from scoring.errors import NothingToTakeBack
from scoring.models import Feedback, Why
from scoring.services import turns
from scoring.services.promotion import By


def not_a_lead(contact_id: int, by: By, *, why: Why = Why.OTHER) -> Feedback:
    """Say that somebody is not a lead. Said already, for the same reason and in the same words, it stays so."""
    turns.take_turns()
    last = selectors.words_on(contact_id).first()
    if last is not None and last.not_a_lead and (last.why, last.sentence) == (why, by.sentence.strip()):
        return last
    return _said(contact_id, by, not_a_lead=True, why=why)


def take_back(contact_id: int, by: By) -> Feedback:
    """Take back that somebody is not a lead. Raises NothingToTakeBack."""
    turns.take_turns()
    last = selectors.words_on(contact_id).first()
    if last is None or not last.not_a_lead:
        raise NothingToTakeBack
    return _said(contact_id, by, not_a_lead=False, why="")


def _said(contact_id: int, by: By, **said: Any) -> Feedback:
    return Feedback.objects.create(contact_id=contact_id, by=by.user, key=by.key, sentence=by.sentence.strip(), **said)
