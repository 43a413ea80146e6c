"""Bought followers: growth says where to look; what the new ones do, and what they look like, confirms."""

from scoring.integrity.catalog.acts_known import acts_not_known
from scoring.integrity.catalog.law import NO_FINDING, US_16_CFR_465_8
from scoring.integrity.catalog.practice import Check, Practice
from scoring.integrity.check import Result
from scoring.integrity.phrases import FEWEST_TOLD, many, share, told


def _growth(result: Result) -> str:
    seen = result.seen
    low, high = round(seen["low"]), round(seen["high"])
    spread = f"{low:,} to {high:,} " if low >= FEWEST_TOLD else f"up to {high:,} " if high >= FEWEST_TOLD else ""
    return (
        f"{told(seen['gained'])} followers arrived where {told(round(seen['usual']))} were usual "
        f"({spread}in the {result.n} {seen['window']}s before)."
    )


def _engagement(result: Result) -> str:
    seen = result.seen
    usual = seen["earlier_acted"] / seen["earlier"] * seen["new"]
    said = (
        f"Of {seen['new']:,} new followers whose acts are known, {told(seen['new_acted'])} did anything else within "
        f"14 days; of as many who came in the year before it would have been {told(round(usual))}."
    )
    if seen["new_acted"] >= FEWEST_TOLD:
        return f"{said} That is {share(result.effect)} of the usual ({share(result.low)} to {share(result.high)})."
    # The ratio itself would tell how many of fewer than ten.
    return f"{said} That is less than {share(FEWEST_TOLD / usual)} of the usual." if usual > FEWEST_TOLD else said


def _profiles(result: Result) -> str:
    seen = result.seen
    return (
        f"A sample of {seen['new']:,} new followers differs from {seen['earlier']:,} earlier ones as if "
        f"{share(result.effect)} ({share(result.low)} to {share(result.high)}) were of another kind. "
        f"Compared were: {', '.join(seen['facts'])}."
    )


GROWTH = Check(
    code="growth",
    family="growth",
    name="Growth",
    unit="followers above what was usual",
    needs="gains by month, week or day; 12 earlier months or 26 earlier weeks; 50 followers above the usual",
    said=_growth,
    lacks={
        "short_past": lambda it, _: (
            f"{many(it.n, 'earlier window is', 'earlier windows are')} known; {it.seen['needed']} are needed."
        ),
    },
)
ENGAGEMENT = Check(
    code="cohort_engagement",
    family="engagement",
    name="What new followers do",
    unit="share of new followers who do anything else, over that of earlier ones",
    needs="the client's only channel on its platform; follows and other acts of people: of half of the new followers "
    "and of 30 at least, of 100 earlier ones and 10 who did something else; 14 days after the window",
    said=_engagement,
    lacks={
        "acts_not_known": acts_not_known,
        "not_owned": lambda _, __: "whose acts are known follow the client, and not this channel.",
        "several_channels": lambda it, _: (
            f"the client has {it.seen['channels']} channels on this platform, and a follow does not say which it was "
            "of."
        ),
        "few_known": lambda it, _: (
            f"of {it.seen['gained']:,} new followers the follows of {told(it.seen['new'])} are known; half of them "
            "are needed, and 30 at least."
        ),
        "few_earlier": lambda _, __: (
            "too few follows of the year before are known; 100 are needed, and of those 10 who did something else."
        ),
    },
)
PROFILES = Check(
    code="profile_mixture",
    family="profiles",
    name="What new followers look like",
    unit="share of new followers of another kind than earlier ones",
    needs="samples of profiles: 170 of new followers, 170 of earlier ones, two facts or more known of nine in ten",
    said=_profiles,
    lacks={
        "few_profiles": lambda it, _: (
            f"samples of {it.seen['needed']} profiles are needed, of new and of earlier followers; there are "
            f"{told(it.seen['new'])} and {told(it.seen['earlier'])}."
        ),
        "few_facts": lambda _, __: "the sampled profiles have too few facts in common.",
    },
)
BOUGHT_FOLLOWERS = Practice(
    code="bought_followers",
    name="Bought followers",
    version=1,
    screen=GROWTH,
    confirming=(ENGAGEMENT, PROFILES),
    explanations=(
        "Purchased followers are one explanation.",
        "A press mention, an advert, a giveaway, or a word from somebody else, brings many people, and other ones.",
        "A platform that counts anew, or merges accounts, moves numbers without anybody having done anything.",
        "Whoever follows may have been bought by somebody else, without whoever runs the channel knowing.",
    ),
    advice="Ask the client, and whoever works for them, what was arranged in this time. Tell us what happened: the "
    "answer is kept, and what comes later is measured by it.",
    advice_on_prospects="Ask the creator what was arranged in this time, before you hire them. It says nothing of the "
    "client. Tell us what happened: the answer is kept, and what comes later is measured by it.",
    law=(US_16_CFR_465_8, NO_FINDING),
    untested=(
        "whether the channel as a whole is acted on less",
        "when the accounts were made",
        "how many of the new followers stayed",
    ),
)
