"""What a warning says, in words: of a pattern in a period, with numbers, other explanations and what was not tested."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from scoring.integrity.catalog import Check, Practice
from scoring.integrity.check import Answer, Result
from scoring.integrity.phrases import LEAST_Q, days, many, q_told


@dataclass(frozen=True)
class Evidence:
    """A warning's text, part by part. headline: what the screen saw; points: what each confirming check saw that could
    be made; context: what else the client did then (`beside`), which is evidence of nothing.
    """

    headline: str
    points: Sequence[str]
    agreement: str
    not_tested: Sequence[str]
    explanations: Sequence[str]
    advice: str
    law: Sequence[str]
    context: Sequence[str] = ()


def evidence(
    practice: Practice,
    results: Mapping[str, Result],
    *,
    subject: str,
    start: datetime,
    end: datetime,
    zone: tzinfo,
    counting: Mapping[str, float],
    of_prospect: bool = False,
) -> Evidence:
    """Put what the checks of a practice saw of one window into words.

    results: check → what it answered. subject: the channel or client, as people call it. zone: of whom the dates are
    for. counting: the confirming families on which the warning stands, with their q. of_prospect: the channel is not
    the client's own.
    """
    whose = f"{subject}, a prospect's channel and not the client's own" if of_prospect else subject
    tried = [check for check in practice.confirming if check.code in results]
    made = [check for check in tried if results[check.code].answer != Answer.NOT_APPLICABLE]
    agreeing = [it for it in made if results[it.code].answer == Answer.FOUND and it.family in counting]
    screen = practice.screen
    return Evidence(
        headline=f"{whose}, {days(start, end)}: {screen.sentence(results[screen.code], zone)}",
        points=[check.sentence(results[check.code], zone) for check in made],
        agreement=f"Besides {screen.family}, {len(agreeing)} of {many(len(made), 'check', 'checks')} that could be "
        f"made {'agrees' if len(agreeing) == 1 else 'agree'}{_weighed(agreeing, counting)}.",
        not_tested=[
            *(f"{it.name}: {it.sentence(results[it.code], zone)}" for it in tried if it not in made),
            *(f"{it.name}: not tested." for it in practice.confirming if it not in tried),
            *(f"Not tested: {it}." for it in practice.untested),
        ],
        explanations=practice.explanations,
        advice=practice.advice_on_prospects if of_prospect else practice.advice,
        law=practice.law,
    )


def _weighed(agreeing: Sequence[Check], counting: Mapping[str, float]) -> str:
    said = (
        f"{family}: q {'below ' if counting[family] < LEAST_Q else ''}{q_told(counting[family]):.3f}"
        for family in dict.fromkeys(it.family for it in agreeing)
    )
    return f" ({'; '.join(said)})" if agreeing else ""
