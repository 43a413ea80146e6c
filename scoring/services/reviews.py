"""What people answer to a warning. Each answer is kept for good; what they explain, later tests are measured by."""

from django.db import transaction

from scoring.errors import AlreadyAnswered, SentenceMissing
from scoring.models import EthicsWarning, Review, WarningState
from tenants.models import User

NEED_A_SENTENCE = (WarningState.EXPLAINED, WarningState.OPEN)
# Fewer explain nothing to whoever reads it in a year.
LEAST_WORDS = 3
# Answer → the states in which it can be given.
CAN_BE_GIVEN = {
    WarningState.ACKNOWLEDGED: (WarningState.OPEN,),
    WarningState.EXPLAINED: (WarningState.OPEN, WarningState.ACKNOWLEDGED),
    WarningState.OPEN: (WarningState.EXPLAINED,),
}


def acknowledge(warning: EthicsWarning, *, by: User, sentence: str = "") -> Review:
    """Say that somebody has seen it and takes it for true. Raises AlreadyAnswered.

    From then on acts on the channel in that window are set aside, until it is explained.
    """
    return _answer(warning, WarningState.ACKNOWLEDGED, by, sentence)


def explain(warning: EthicsWarning, *, by: User, sentence: str) -> Review:
    """Say what happened. Raises SentenceMissing, AlreadyAnswered.

    From then on this burst counts as organic: what is to be warned of has to stand out from it as well.
    """
    return _answer(warning, WarningState.EXPLAINED, by, sentence)


def reopen(warning: EthicsWarning, *, by: User, sentence: str) -> Review:
    """Take an explanation back, and say why. Raises SentenceMissing, AlreadyAnswered.

    It stays among the answers; what comes later is measured as if it had not been given.
    """
    return _answer(warning, WarningState.OPEN, by, sentence)


def lacks_a_sentence(answer: str, said: str) -> bool:
    return answer in NEED_A_SENTENCE and len(said.split()) < LEAST_WORDS


def _answer(warning: EthicsWarning, answer: WarningState, by: User, sentence: str) -> Review:
    if lacks_a_sentence(answer, sentence):
        raise SentenceMissing
    with transaction.atomic():
        answered = EthicsWarning.objects.filter(pk=warning.pk, state__in=CAN_BE_GIVEN[answer]).update(state=answer)
        if not answered:
            warning.refresh_from_db()
            raise AlreadyAnswered(f"This warning is {warning.get_state_display().lower()} already.")
        warning.state = answer
        return Review.objects.create(warning=warning, by=by, answer=answer, sentence=sentence.strip())
