"""What the law sets apart (GDPR, Art. 9 and 10), as names of attributes would have it."""

import re

# Where a word ends in a name: at signs, blanks and a capital after a small letter.
BREAKS = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])")
# Whole words, or how they begin, where they would be found in others; the rest wherever they stand.
SPECIAL = re.compile(
    r"\b(?:race\b|ancestr|faith\b|church|trade ?union|union member|hiv\b|crimin|convict)"
    r"|racial|ethni|politic|relig|belief|genetic|biometric|health|medic(?:al|ation|ine)|diagnos|pregnan|disab|sexual",
    re.IGNORECASE,
)


def words_of(name: str) -> str:
    """Return a name with a blank between its words."""
    return BREAKS.sub(" ", name)


def is_special(name: str) -> bool:
    """Whether a name sounds like something that is not to be taken: whoever needs that needs another place for it.

    >>> [is_special(name) for name in ("Health_status", "hivStatus", "terrace", "trace id", "credit union")]
    [True, True, False, False, False]
    """
    return SPECIAL.search(words_of(name)) is not None
