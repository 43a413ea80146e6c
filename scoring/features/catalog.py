"""Every feature there is, declared as data. docs/features.md is made of this, and a test compares the two.

The order is that of importance, settled beforehand: where there are few positives a model may use only the first
columns, and may not look for the best ones.
"""

import hashlib
from dataclasses import asdict, dataclass
from typing import Literal

from scoring.features.rungs import HALF_LIVES, RUNG_NAMES

Family = Literal["ladder", "conversation", "constancy", "history"]
Sign = Literal[-1, 0, 1]
# What no feature may be about: a name that holds one of these is refused.
SPECIAL_CATEGORIES = (
    "race", "ethnic", "politic", "religio", "belief", "union", "genetic", "biometric", "health", "sex", "gender",
    "orient", "disab", "crimin",
)  # fmt: skip


@dataclass(frozen=True)
class Feature:
    """One column of the matrix.

    sign: 1 where more may never lower a score (what is made of acts: the hierarchy rests on it), -1 where it may never
    raise one, 0 where the tenant's data decides. group: columns that are explained together, since one act moves all
    of them. missing: what stands where nothing is known.
    """

    name: str
    family: Family
    group: str
    unit: str
    low: float
    high: float
    window: str
    missing: str
    why: str
    source: str
    sign: Sign = 0

    def __post_init__(self) -> None:
        if any(word in self.name for word in SPECIAL_CATEGORIES):
            raise ValueError(f"{self.name} sounds like a special category of personal data (GDPR Art. 9)")


LADDER = (
    "like < retweet < text < call < letter",
    "design 4, family 1; half-lives fixed beforehand: 14, 21, 30, 45, 90, 120, 180 days",
)
MOST = 1e9


def _rung(k: int) -> Feature:
    return Feature(
        f"ladder_{k}", "ladder", "acts", "acts, decayed", 0, MOST,
        f"all time, half-life {HALF_LIVES[k]} days", "0",
        f"acts of the person that are at least {RUNG_NAMES[k]}, at most three a day; {LADDER[0]}", LADDER[1], sign=1,
    )  # fmt: skip


def _talk(name: str, unit: str, why: str, *, group: str = "conversation", window: str = "365 days") -> Feature:
    return Feature(
        name, "conversation", group, unit, 0, MOST, window, "0", why,
        "essay C: engaged after three conversations longer than a one-word sound bite", sign=1,
    )  # fmt: skip


CATALOGUE: tuple[Feature, ...] = (
    Feature(
        "recency", "constancy", "recency", "days", 0, 365, "365 days", "365",
        "how long ago the person last acted or bought; the strongest single sign in most markets, and the baseline",
        "Fader & Hardie 2001; essay D: engage consistently",
    ),
    Feature(
        "purchases_fresh", "history", "purchases", "purchases, decayed", 0, MOST, "all time, half-life 60 days", "0",
        "who bought often and lately buys again", "RFM: Fader & Hardie 2001",
    ),
    _talk("qualified", "interactions", "inbound with more than one word, or a meeting, call or letter shared"),
    _rung(3),
    Feature(
        "purchases", "history", "purchases", "days with a purchase", 0, MOST, "all time", "0",
        "how often the person bought, refunds taken out", "RFM",
    ),
    _rung(1),
    _talk("conversations_fresh", "threads, decayed", "threads in which both sides said something",
          window="365 days, half-life 60 days"),
    Feature(
        "tenure", "constancy", "tenure", "days", 0, 3650, "ten years", "0",
        "how long ago the person was first seen; essay B: let it grow", "BG/NBD's T",
    ),
    Feature(
        "active_weeks", "constancy", "constancy", "weeks", 0, 26, "26 weeks", "0",
        "in how many weeks the person acted or bought; essay D: engage consistently", "design 4, family 3",
    ),
    _rung(4),
    _rung(5),
    _rung(6),
    _rung(7),
    _rung(2),
    Feature(
        "purchase_pace", "history", "purchases", "purchases in 100 days", 0, 100, "since the first purchase", "0",
        "days with a purchase in 100 days since the first, which counts 30 at least", "BG/NBD's x/T",
    ),
    Feature(
        "purchase_value", "history", "purchases", "money", 0, MOST, "all time", "0",
        "what was paid, in the currency that the client's outcomes mostly have", "RFM",
    ),
    Feature(
        "other_outcomes", "history", "other_outcomes", "outcomes, decayed", 0, MOST, "all time, half-life 60 days", "0",
        "leads, meetings and what else is no purchase", "design 4, family 7",
    ),
    _talk("qualified_days", "days", "on how many days there was one"),
    _talk("turns_5", "turns", "turns of the person with five words or more"),
    _talk("turns_15", "turns", "turns of the person with 15 words or more"),
    _talk("turns_40", "turns", "turns of the person with 40 words or more"),
    _talk("questions", "turns", "turns of the person that ask something", group="questions"),
    _talk("answered", "acts", "acts of the person that the brand answered", group="answered"),
    Feature(
        "longest_silence", "constancy", "constancy", "days", 0, 365, "365 days", "365",
        "the longest stretch without an act or a purchase, up to now", "design 4, family 3",
    ),
    Feature(
        "trend", "constancy", "trend", "acts a week", -MOST, MOST, "16 weeks", "0",
        "acts a week in the last four weeks, less those in the twelve before", "design 4, family 3",
    ),
    Feature(
        "refused", "ladder", "refused", "acts", 0, MOST, "all time", "0",
        "blocks, reports and complaints", "design 2: negative acts are kept as such", sign=-1,
    ),
)  # fmt: skip
NAMES_IN_ORDER = tuple(feature.name for feature in CATALOGUE)
BY_NAME = {feature.name: feature for feature in CATALOGUE}


def fingerprint() -> str:
    """Return what changes whenever any declaration does: 16 hexadecimal digits."""
    said = repr([sorted(asdict(feature).items()) for feature in CATALOGUE])
    return hashlib.sha256(said.encode()).hexdigest()[:16]
