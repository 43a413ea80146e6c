"""What a feature is: one number about one person at one moment, declared as data."""

import re
from dataclasses import dataclass
from typing import Literal

from tenants.special import is_special, words_of

Family = Literal[
    "ladder", "conversation", "constancy", "reciprocity", "relevance", "presence", "history", "discounted", "attributes"
]
Sign = Literal[-1, 0, 1]
# What no feature may be about beside what the law sets apart: gender, and what may mean such a thing or another.
NOR = re.compile(r"\b(?:sex\b|orientation|union\b)|gender", re.IGNORECASE)
# More than there ever is of anything.
MOST = 1e9


def is_refused(name: str) -> bool:
    """Whether a name sounds like what no feature may be about: a special category of personal data, or gender,
    or an orientation or union of whatever kind.
    """
    return is_special(name) or NOR.search(words_of(name)) is not None


@dataclass(frozen=True)
class Feature:
    """One column of the matrix.

    sign: 1 where more may never lower a score (what is made of acts: the hierarchy rests on it), -1 where it may never
    raise one, 0 where the tenant's data decides. group: columns that are explained together, since one act moves all
    of them. missing: what stands where nothing is known. since: the version of the catalogue that first had it.
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
    since: int = 1

    def __post_init__(self) -> None:
        if is_refused(self.name):
            raise ValueError(f"{self.name} sounds like a special category of personal data (GDPR Art. 9)")
