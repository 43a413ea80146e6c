"""The practices that are looked for, and the checks that look. docs/integrity.md shows the same; a test compares."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One test. Checks of one family rest on the same data and count once."""

    code: str
    family: str
    name: str
    unit: str
    needs: str


@dataclass(frozen=True)
class Practice:
    """Something that makes numbers say what nobody meant. screen: says where to look, and no more. version: of the
    rules; what they found stays as it is.
    """

    code: str
    name: str
    version: int
    screen: Check
    confirming: Sequence[Check]
    explanations: Sequence[str]
    advice: str
    advice_on_prospects: str
    law: Sequence[str]
    untested: Sequence[str]


GROWTH = Check(
    code="growth",
    family="growth",
    name="Growth",
    unit="followers above what was usual",
    needs="gains by month, week or day; 12 earlier months or 26 earlier weeks; 50 followers above the usual",
)
ENGAGEMENT = Check(
    code="cohort_engagement",
    family="engagement",
    name="What new followers do",
    unit="share of new followers who do anything else, over that of earlier ones",
    needs="the client's only channel on its platform; follows and other acts of people: of half of the new followers "
    "and of 30 at least, of 100 earlier ones and 10 who did something else; 14 days after the window",
)
PROFILES = Check(
    code="profile_mixture",
    family="profiles",
    name="What new followers look like",
    unit="share of new followers of another kind than earlier ones",
    needs="samples of profiles: 170 of new followers, 170 of earlier ones, two facts or more known of nine in ten",
)
US_16_CFR_465_8 = (
    "United States, 16 CFR 465.8 (in force since 21 October 2024): concerns selling or buying fake indicators of "
    "social media influence that one knew or should have known to be fake and that materially misrepresent influence "
    "for a commercial purpose."
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
    law=(
        US_16_CFR_465_8,
        "This note is information and no legal finding.",
    ),
    untested=(
        "whether the channel as a whole is acted on less",
        "when the accounts were made",
        "how many of the new followers stayed",
    ),
)
PRACTICES = {it.code: it for it in (BOUGHT_FOLLOWERS,)}
CHECKS = {it.code: it for practice in PRACTICES.values() for it in (practice.screen, *practice.confirming)}
