"""What a warning says, in words: of a pattern in a period, with numbers, other explanations and what was not tested.

Groups under ten are never counted out loud: who they are could be found out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any

from scoring.integrity.catalog import CHECKS, ENGAGEMENT, GROWTH, PROFILES, Check, Practice
from scoring.integrity.check import TO_MIDNIGHT, Answer, Result

FEWEST_TOLD = 10
LEAST_Q = 0.001


@dataclass(frozen=True)
class Evidence:
    """A warning's text, part by part. headline: what the screen saw; points: what each confirming check saw that could
    be made.
    """

    headline: str
    points: Sequence[str]
    agreement: str
    not_tested: Sequence[str]
    explanations: Sequence[str]
    advice: str
    law: Sequence[str]


def evidence(
    practice: Practice,
    results: Mapping[str, Result],
    *,
    channel: str,
    start: datetime,
    end: datetime,
    zone: tzinfo,
    counting: Mapping[str, float],
    of_prospect: bool = False,
) -> Evidence:
    """Put what the checks of a practice saw of one window into words.

    results: check → what it answered. channel: as people call it. zone: of whom the dates are for. counting: the
    confirming families on which the warning stands, with their q. of_prospect: the channel is not the client's own.
    """
    whose = f"{channel}, a prospect's channel and not the client's own" if of_prospect else channel
    burst = sentence(practice.screen.code, results[practice.screen.code], zone)
    tried = [check for check in practice.confirming if check.code in results]
    made = [check for check in tried if results[check.code].answer != Answer.NOT_APPLICABLE]
    agreeing = [check for check in made if check.family in counting]
    return Evidence(
        headline=f"{whose}, {days(start, end)}: {burst}",
        points=[sentence(check.code, results[check.code], zone) for check in made],
        agreement=f"Besides growth, {len(agreeing)} of {_many(len(made), 'check', 'checks')} that could be made "
        f"{'agrees' if len(agreeing) == 1 else 'agree'}{_weighed(agreeing, counting)}.",
        not_tested=[
            *(f"{it.name}: {sentence(it.code, results[it.code], zone)}" for it in tried if it not in made),
            *(f"{it.name}: not tested." for it in practice.confirming if it not in tried),
            *(f"Not tested: {it}." for it in practice.untested),
        ],
        explanations=practice.explanations,
        advice=practice.advice_on_prospects if of_prospect else practice.advice,
        law=practice.law,
    )


def sentence(check: str, result: Result, zone: tzinfo) -> str:
    """Return what one check says, in a sentence."""
    if result.answer == Answer.NOT_APPLICABLE:
        return LACKING[result.why](result, zone)
    return SAID[CHECKS[check].code](result)


def _growth(result: Result) -> str:
    seen = result.seen
    low, high = round(seen["low"]), round(seen["high"])
    spread = f"{low:,} to {high:,} " if low >= FEWEST_TOLD else f"up to {high:,} " if high >= FEWEST_TOLD else ""
    return (
        f"{_told(seen['gained'])} followers arrived where {_told(round(seen['usual']))} were usual "
        f"({spread}in the {result.n} {seen['window']}s before)."
    )


def _engagement(result: Result) -> str:
    seen = result.seen
    usual = seen["earlier_acted"] / seen["earlier"] * seen["new"]
    said = (
        f"Of {seen['new']:,} new followers whose acts are known, {_told(seen['new_acted'])} did anything else within "
        f"14 days; of as many who came in the year before it would have been {_told(round(usual))}."
    )
    if seen["new_acted"] >= FEWEST_TOLD:
        return f"{said} That is {_share(result.effect)} of the usual ({_share(result.low)} to {_share(result.high)})."
    # The ratio itself would tell how many of fewer than ten.
    return f"{said} That is less than {_share(FEWEST_TOLD / usual)} of the usual." if usual > FEWEST_TOLD else said


def _profiles(result: Result) -> str:
    seen = result.seen
    return (
        f"A sample of {seen['new']:,} new followers differs from {seen['earlier']:,} earlier ones as if "
        f"{_share(result.effect)} ({_share(result.low)} to {_share(result.high)}) were of another kind. "
        f"Compared were: {', '.join(seen['facts'])}."
    )


SAID: dict[str, Callable[[Result], str]] = {
    GROWTH.code: _growth,
    ENGAGEMENT.code: _engagement,
    PROFILES.code: _profiles,
}
LACKING: dict[str, Callable[[Result, tzinfo], str]] = {
    "short_past": lambda it, _: (
        f"{_many(it.n, 'earlier window is', 'earlier windows are')} known; {it.seen['needed']} are needed."
    ),
    "acts_not_known": lambda it, zone: (
        f"what people did is needed up to {_day(datetime.fromisoformat(it.seen['needed_until']), zone)}; "
        + (
            f"it is known up to {_day(datetime.fromisoformat(it.seen['known_until']), zone)}."
            if it.seen["known_until"]
            else "nothing of it is known."
        )
    ),
    "not_owned": lambda _, __: "whose acts are known follow the client, and not this channel.",
    "several_channels": lambda it, _: (
        f"the client has {it.seen['channels']} channels on this platform, and a follow does not say which it was of."
    ),
    "few_known": lambda it, _: (
        f"of {it.seen['gained']:,} new followers the follows of {_told(it.seen['new'])} are known; half of them are "
        "needed, and 30 at least."
    ),
    "few_earlier": lambda it, _: (
        "too few follows of the year before are known; 100 are needed, and of those 10 who did something else."
    ),
    "few_profiles": lambda it, _: (
        f"samples of {it.seen['needed']} profiles are needed, of new and of earlier followers; there are "
        f"{_told(it.seen['new'])} and {_told(it.seen['earlier'])}."
    ),
    "few_facts": lambda it, _: "the sampled profiles have too few facts in common.",
}


def _told(count: int) -> str:
    return f"{count:,}" if count >= FEWEST_TOLD else f"fewer than {FEWEST_TOLD}"


def _weighed(agreeing: Sequence[Check], counting: Mapping[str, float]) -> str:
    said = (
        f"{it.family}: q {'below ' if counting[it.family] < LEAST_Q else ''}{q_told(counting[it.family]):.3f}"
        for it in agreeing
    )
    return f" ({'; '.join(said)})" if agreeing else ""


def q_told(q: float) -> float:
    """Return a q as it may be told: of an exact one the counts could be worked out, those of small groups too."""
    return round(max(q, LEAST_Q), 3)


def _share(value: Any) -> str:
    return f"{100 * float(value):.0f} %"


def _many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def days(start: datetime, end: datetime) -> str:
    """Name the first and the last day of a window by the calendar of whoever counted it, seldom the reader's."""
    first, after = ((moment.astimezone(UTC) + TO_MIDNIGHT).date() for moment in (start, end))
    return f"{_date(first)} to {_date(after - timedelta(days=1))}"


def _date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _day(moment: datetime, zone: tzinfo) -> str:
    return _date(moment.astimezone(zone).date())
