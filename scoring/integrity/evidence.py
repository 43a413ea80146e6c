"""What a warning says, in words: of a pattern in a period, with numbers, other explanations and what was not tested."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from types import MappingProxyType

from scoring.integrity.catalog import Check, Practice
from scoring.integrity.check import LEVEL, Answer, Result, Window
from scoring.integrity.phrases import LEAST_Q, days, many, q_told

NOTHING: Mapping[str, float] = MappingProxyType({})


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
    window: Window,
    zone: tzinfo,
    counting: Mapping[str, float],
    later: Mapping[str, float] = NOTHING,
    of_prospect: bool = False,
) -> Evidence:
    """Put what the checks of a practice saw of one window into words.

    results: check → what it answered. subject: the channel or client, as people call it. zone: of whom the dates are
    for. counting: the confirming families on which the warning stands, with their q. later: the checks that could be
    made only since it opened, with their q. of_prospect: the channel is not the client's own.
    """
    whose = f"{subject}, a prospect's channel and not the client's own" if of_prospect else subject
    tried = [check for check in practice.confirming if check.code in results]
    made = [check for check in tried if results[check.code].answer != Answer.NOT_APPLICABLE]
    screen = practice.screen
    return Evidence(
        headline=f"{whose}, {days(*window)}: {screen.sentence(results[screen.code], zone)}",
        points=[check.sentence(results[check.code], zone) for check in made],
        agreement=_agreement(practice, {it: results[it.code].answer for it in made}, counting, later),
        not_tested=[
            *(f"{it.name}: {it.sentence(results[it.code], zone)}" for it in tried if it not in made),
            *(f"{it.name}: not tested." for it in practice.confirming if it not in tried),
            *(f"Not tested: {it}." for it in practice.untested),
        ],
        explanations=practice.explanations,
        advice=practice.advice_on_prospects if of_prospect else practice.advice,
        law=practice.law,
    )


def _agreement(
    practice: Practice, answers: Mapping[Check, Answer], counting: Mapping[str, float], later: Mapping[str, float]
) -> str:
    """Say how many checks agree, those that could be made only later by themselves: no warning opened on them."""
    found = [it for it, answer in answers.items() if answer == Answer.FOUND]
    first = [it for it in found if it.code not in later and it.family in counting]
    since = {it: later[it.code] for it in found if later.get(it.code, 1.0) <= LEVEL}
    made_later = sum(it.code in later for it in answers)
    said = _of(len(answers) - made_later, {it: counting[it.family] for it in first}, "that could be made")
    opened = f"Besides {practice.screen.family}, {said}."
    return f"{opened} Since then, {_of(made_later, since, 'more')}." if made_later else opened


def _of(made: int, agreeing: Mapping[Check, float], which: str) -> str:
    """Say of how many checks these agree, with the q of their families, each once."""
    q_values = {check.family: q for check, q in agreeing.items()}
    weighed = "; ".join(
        f"{family}: q {'below ' if q < LEAST_Q else ''}{q_told(q):.3f}" for family, q in q_values.items()
    )
    agree = "agrees" if len(agreeing) == 1 else "agree"
    return f"{len(agreeing)} of {many(made, 'check', 'checks')} {which} {agree}{f' ({weighed})' if weighed else ''}"
