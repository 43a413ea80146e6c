"""Automated engagement: timing says where to look; rest, answers and texts confirm. No account is told of."""

from scoring.integrity.catalog.law import EU_UCPD_23C, NO_FINDING, US_16_CFR_465_8
from scoring.integrity.catalog.practice import Check, Lacks, Practice
from scoring.integrity.catalog.untimed import untimed
from scoring.integrity.check import Result
from scoring.integrity.phrases import FEWEST_TOLD, more, share, told

# Of accounts, of which ten have to be others, fewer than ten may be left: then not even both together are counted.
FEWEST_COMPARED = 2 * FEWEST_TOLD


def _clockwork(result: Result) -> str:
    return (
        f"{share(result.effect)} ({share(result.low)} to {share(result.high)}) of the engagement was by accounts that "
        "are timed as people hardly are; had all of them been people, it would have been "
        f"{share(result.seen['by_people'])} or less in 95 of 100 cases. Timing can be told of "
        f"{told(result.n)} accounts, with 30 acts or more.{untimed(result)}"
    )


def _sleepless(result: Result) -> str:
    those, others = _shares(result)
    return (
        "In the five hours of the day in which each did least, accounts that are timed as people hardly are did "
        f"{those} of what they did, and others who were as busy {others}. That is {_difference(result)}; who takes no "
        f"rest at all does 21 % then.{_compared(result)}"
    )


def _latency(result: Result) -> str:
    those, others = _shares(result)
    return (
        f"Of what accounts that are timed as people hardly are replied to others, {those} came within ten seconds, of "
        f"everybody else's replies {others}. That is {_difference(result)}.{_compared(result)}"
    )


def _duplicates(result: Result) -> str:
    those, others = _shares(result)
    return (
        f"Of the texts of accounts that are timed as people hardly are, {those} were nearly the same as another of the "
        f"month, of everybody else's {others}. That is {_difference(result)}.{_compared(result)}"
    )


def _shares(result: Result) -> tuple[str, str]:
    seen = result.seen
    return share(seen["hits"] / seen["of"]), share(seen["others_hits"] / seen["others_of"])


def _difference(result: Result) -> str:
    return more(result.effect, result.low, result.high)


def _compared(result: Result) -> str:
    return f" Compared were {result.n:,} accounts." if result.n >= FEWEST_COMPARED else ""


def _lacks(what: str) -> Lacks:
    return {
        "few_of_clockwork": lambda it, _: (
            f"accounts that are timed as people hardly are have too few {what}; {it.seen['needed']} are needed."
        ),
        "few_others": lambda it, _: (
            f"too few others have {what}; {it.seen['needed']} accounts are needed to compare with."
        ),
    }


CLOCKWORK = Check(
    code="clockwork",
    family="timing",
    name="Timing",
    unit="share of the engagement by accounts that are timed as people hardly are",
    needs="acts whose second is known, one in twenty of all or more; accounts with 30 of them or more",
    said=_clockwork,
    lacks={
        "no_acts": lambda _, __: "no engagement is known.",
        "coarse_times": lambda _, __: (
            "of fewer than one act in twenty the second is known: the sources round their times."
        ),
        "few_busy": lambda it, _: (
            f"nobody has {it.seen['needed']} acts whose second is known, and of fewer timing tells nothing."
        ),
    },
)
SLEEPLESS = Check(
    code="sleepless",
    family="hours",
    name="Rest",
    unit="share of their acts in the five hours in which each did least, less that of others who were as busy",
    needs="accounts with 30 acts on seven days or more: some that are timed as people hardly are, and 10 others",
    said=_sleepless,
    lacks=_lacks("acts on seven days or more"),
)
LATENCY = Check(
    code="latency",
    family="latency",
    name="How soon they answer",
    unit="share of their replies to others within ten seconds, less that of everybody else",
    needs="what was answered, and when; 30 replies to others of accounts that are timed as people hardly are, and "
    "replies of 10 other accounts",
    said=_latency,
    lacks=_lacks("replies to others"),
)
DUPLICATES = Check(
    code="duplicates",
    family="text",
    name="What they write",
    unit="share of their texts that are nearly the same as another, less that of everybody else",
    needs="30 texts of accounts that are timed as people hardly are, and texts of 10 other accounts",
    said=_duplicates,
    lacks=_lacks("texts"),
)
AUTOMATED_ENGAGEMENT = Practice(
    code="automated_engagement",
    name="Automated engagement",
    version=2,
    screen=CLOCKWORK,
    confirming=(SLEEPLESS, LATENCY, DUPLICATES),
    explanations=(
        "Software that likes, follows or comments as if it were people is one explanation.",
        "People plan their own posts with scheduling tools, and what they planned goes out by the clock.",
        "Several people who share an account, or work in shifts, leave no hours empty; nor does somebody who travels.",
        "A platform, or a tool that passes acts on, may round times, collect them, or pass them on late.",
        "Whoever set software up may have done so without whoever runs the brand knowing.",
    ),
    advice="Ask whoever runs the client's channels, and whoever works for them, what was set up or arranged in this "
    "time. Software that acts for the brand belongs in the register (Clients → Automation register) and in the bio of "
    "its account; staff and partners belong among the handles to leave out (People → Handles to leave out). Tell us "
    "what happened: the answer is kept.",
    law=(US_16_CFR_465_8, EU_UCPD_23C, NO_FINDING),
    untested=(
        "accounts with fewer than 30 acts",
        "software that waits for random times, or keeps office hours",
    ),
    window="month",
)
