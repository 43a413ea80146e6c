"""Kinds of acts and their place on the ladder (docs/concepts.md): like < retweet < text < call < handwritten letter.

The order is the essays'. Kinds that are not here are set aside, not guessed.
"""

from dataclasses import dataclass
from enum import IntEnum


class Nature(IntEnum):
    """What a kind says of the relationship."""

    ACT = 1
    UNDO = -1  # takes back the act it names
    NEGATIVE = 0  # kept as what it is: a block, a report, a complaint


@dataclass(frozen=True)
class Kind:
    """rung: 0 glance to 7 letter; of an undo, the rung of what it takes back."""

    rung: int
    nature: Nature = Nature.ACT


# From glance (0) to letter (7).
ACTS = (
    ("view", "click", "profile_visit"),
    ("like", "reaction", "follow", "poll_vote", "connection_request"),
    ("share", "repost", "favourite", "save", "quote"),
    ("comment", "reply", "mention", "review"),
    ("direct_message", "text_message", "email"),
    ("event_attended", "webinar", "visit"),
    ("call",),
    ("letter",),
)
KINDS = {
    **{name: Kind(rung) for rung, names in enumerate(ACTS) for name in names},
    "unlike": Kind(1, Nature.UNDO),
    "unfollow": Kind(1, Nature.UNDO),
    "delete": Kind(0, Nature.UNDO),  # of whatever act `in_reply_to` names
    "block": Kind(0, Nature.NEGATIVE),
    "report": Kind(0, Nature.NEGATIVE),
    "complaint": Kind(0, Nature.NEGATIVE),
}
# What people do, without what takes it back and what speaks against the brand.
DEEDS = tuple(name for name, kind in KINDS.items() if kind.nature == Nature.ACT)
# A friend who is tagged is named in what somebody writes: no act of its own, and a way to enter a giveaway.
TAG, TAGS_ARE = "tag", ("comment", "reply", "mention")
ENTRIES = (*DEEDS, TAG)
QUOTE_WITH_WORDS = Kind(3)


def placed(kind: str, words: int | None) -> Kind:
    """Return a known kind's place. A quote of more than one word is a word; any other is passing on.

    >>> placed("quote", 1).rung, placed("quote", 12).rung, placed("letter", None).rung
    (2, 3, 7)
    """
    return QUOTE_WITH_WORDS if kind == "quote" and words is not None and words > 1 else KINDS[kind]
