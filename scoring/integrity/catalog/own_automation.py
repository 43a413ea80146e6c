"""The brand's own automation: timing says where to look; texts, answers and follows that are taken back confirm."""

from scoring.integrity.catalog.acts_known import acts_not_known
from scoring.integrity.catalog.law import CALIFORNIA_17941, EU_AI_ACT_50, NO_FINDING
from scoring.integrity.catalog.practice import Check, Practice
from scoring.integrity.catalog.untimed import untimed
from scoring.integrity.check import Result
from scoring.integrity.phrases import part, part_share, share, told


def _periodic(result: Result) -> str:
    disclosed = result.seen["disclosed"]
    left_out = f" Left out are {told(disclosed)} acts that the register discloses." if disclosed else ""
    return (
        f"Of {told(result.n)} acts of the brand, {_part(result)} are timed as people hardly time theirs, or declared "
        f"as software's by their source. That is {_share(result)}; of 100 people who do as much, 96 or more are never "
        f"so timed.{untimed(result)}{left_out}"
    )


def _identical(result: Result) -> str:
    return (
        f"Of {told(result.n)} texts of the brand, {_part(result)} went to three people or more, nearly the same. That "
        f"is {_share(result)}; {_taken_for_usual(result)}, for who is often asked the same has an answer ready."
    )


def _auto_replies(result: Result) -> str:
    return (
        f"Of {told(result.n)} answers of the brand, {_part(result)} came within ten seconds. That is {_share(result)}; "
        f"{_taken_for_usual(result)} where people write them."
    )


def _churn(result: Result) -> str:
    return (
        f"Of {told(result.n)} accounts that the brand began to follow, it left {_part(result)} within 14 days. That is "
        f"{_share(result)}; {_taken_for_usual(result)}."
    )


def _part(result: Result) -> str:
    return part(result.seen["hits"], result.seen["of"])


def _share(result: Result) -> str:
    return part_share(result.seen["hits"], result.seen["of"], result.low, result.high)


def _taken_for_usual(result: Result) -> str:
    return f"up to {share(result.seen['least'])} is taken for usual"


def _there_are(result: Result, what: str) -> str:
    return f"{result.seen['needed']} {what} are needed, and not disclosed in the register; there are {told(result.n)}."


PERIODIC = Check(
    code="periodic",
    family="timing",
    name="Timing of what the brand does",
    unit="share of what the brand did that is timed as people hardly time theirs, or declared as software's",
    needs="30 acts of the brand on social platforms that the register does not disclose; the second of 30 and of a "
    "fifth of all, or that their source declares them software's",
    said=_periodic,
    lacks={
        "few_outbound": lambda it, _: _there_are(it, "acts of the brand"),
        "coarse_times": lambda it, _: (
            f"the second of {it.seen['needed']} acts of the brand is needed, and of a fifth of all; their sources "
            "round times."
        ),
    },
)
IDENTICAL = Check(
    code="identical",
    family="text",
    name="Identical texts",
    unit="share of the brand's texts that went to three people or more, nearly the same",
    needs="30 invitations, or texts of 20 words or more, that the register does not disclose",
    said=_identical,
    lacks={"few_texts": lambda it, _: _there_are(it, "invitations, or texts of 20 words or more,")},
)
AUTO_REPLIES = Check(
    code="auto_replies",
    family="latency",
    name="How soon the brand answers",
    unit="share of the brand's answers within ten seconds",
    needs="30 answers of the brand that the register does not disclose; the second of each, and of what it answers",
    said=_auto_replies,
    lacks={"few_replies": lambda it, _: _there_are(it, "answers whose second is known")},
)
CHURN = Check(
    code="churn",
    family="follows",
    name="Follows that are taken back",
    unit="share of those whom the brand followed that it left within 14 days",
    needs="30 follows by the brand that the register does not disclose; what it did in the 14 days after the month",
    said=_churn,
    lacks={"acts_not_known": acts_not_known, "few_follows": lambda it, _: _there_are(it, "follows")},
)
OWN_AUTOMATION = Practice(
    code="own_automation",
    name="The brand's own automation",
    version=2,
    screen=PERIODIC,
    confirming=(IDENTICAL, AUTO_REPLIES, CHURN),
    explanations=(
        "Software that acts in the brand's name, without people being told, is one explanation.",
        "A scheduling tool publishes at set times what a person wrote; it belongs in the register all the same.",
        "An assistant who works through a list acts in even steps, and has one text ready for what is often asked.",
        "A platform, or a tool that passes acts on, may round times, collect them, or send a greeting of its own.",
        "Follows are taken back when a list is tidied up, or when a mistake is put right.",
    ),
    advice="Ask whoever runs the client's channels which software acts for them. Enter it in the register (Clients → "
    "Automation register), tell people of it in the bio or in the message itself, and say in the register where they "
    "are told: what is disclosed there is not looked at. Or stop it, and let a person answer. Tell us what happened: "
    "the answer is kept.",
    law=(CALIFORNIA_17941, EU_AI_ACT_50, NO_FINDING),
    untested=("e-mails and other letters to many", "what software does fewer than 30 times on a channel"),
    window="month",
    sets_aside="",
)
