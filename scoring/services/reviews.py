"""What people answer to a warning. Each answer is kept for good, and changes what later tests are measured by.

open ─► acknowledged ─► explained | disputed ─► confirmed | resolved | dismissed
 ▲                                                             │
 └──────────── taken back, with a reason ◄─────────────────────┘
"""

from django.db import transaction

from scoring.errors import AlreadyAnswered, SentenceMissing
from scoring.models import EthicsWarning, Review, WarningState
from tenants.models import User

# Fewer explain nothing to whoever reads it in a year.
LEAST_WORDS = 3
LOOKED_AT = (WarningState.ACKNOWLEDGED, WarningState.EXPLAINED, WarningState.DISPUTED)
DECIDED = (WarningState.CONFIRMED, WarningState.RESOLVED, WarningState.DISMISSED)
# Answer → the states in which it can be given. Nothing is decided before somebody has looked at it.
CAN_BE_GIVEN = {
    WarningState.ACKNOWLEDGED: (WarningState.OPEN,),
    WarningState.EXPLAINED: (WarningState.OPEN, WarningState.ACKNOWLEDGED, WarningState.DISPUTED),
    WarningState.DISPUTED: (WarningState.OPEN, WarningState.ACKNOWLEDGED, WarningState.EXPLAINED),
    WarningState.CONFIRMED: LOOKED_AT,
    WarningState.RESOLVED: (*LOOKED_AT, WarningState.CONFIRMED),
    WarningState.DISMISSED: LOOKED_AT,
    WarningState.OPEN: (*LOOKED_AT, *DECIDED),
}


def answer(warning: EthicsWarning, given: WarningState, *, by: User, sentence: str = "") -> Review:
    """Answer a warning. Raises SentenceMissing, AlreadyAnswered.

    acknowledged: somebody has seen it and looks into it. explained: something happened, and nothing was bought or
    arranged; counts as organic. disputed: the client says that it is not so. confirmed: it is so; from then on acts in
    that window are set aside, and are no past to measure by. resolved: it was so, and has been put right; they stay set
    aside. dismissed: a false alarm; counts as organic. open: what was answered before does not hold.
    """
    if lacks_a_sentence(given, sentence):
        raise SentenceMissing
    with transaction.atomic():
        answered = EthicsWarning.objects.filter(pk=warning.pk, state__in=CAN_BE_GIVEN[given]).update(state=given)
        if not answered:
            warning.refresh_from_db()
            state = warning.get_state_display().lower()
            if warning.state == given:
                raise AlreadyAnswered(f"This warning is {state} already.")
            raise AlreadyAnswered(f"This warning is {state}, and cannot become {given.label.lower()} from there.")
        warning.state = given
        return Review.objects.create(warning=warning, by=by, answer=given, sentence=sentence.strip())


def lacks_a_sentence(given: str, said: str) -> bool:
    return given != WarningState.ACKNOWLEDGED and len(said.split()) < LEAST_WORDS
