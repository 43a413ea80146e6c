"""Who is there and what they do: the truth that the rows are drawn from.

None of these figures is measured. They are set so that what comes of them looks like a small brand's past: some do
most, many do nothing, likes abound, and buying follows talk in some, comes out of nowhere in others, and never in most.
"""

from collections.abc import Mapping
from dataclasses import dataclass

ALWAYS = 10_000.0


@dataclass(frozen=True)
class Act:
    """How something is sent. says: the texts it is drawn from; answered: by the brand, in which share of cases, and as
    what; once: nobody does it twice.
    """

    kind: str
    says: str = ""
    direction: str = "inbound"
    on_post: bool = False
    answered: float = 0.0
    answer: str = "answer"
    provenance: str = ""
    automated: bool = False
    once: bool = False


ACTS = {
    "view": Act("view", on_post=True),
    "follow": Act("follow", once=True),
    "unfollow": Act("unfollow", once=True),
    "like": Act("like", on_post=True),
    "save": Act("save", on_post=True),
    "share": Act("share", on_post=True),
    "sound bite": Act("comment", "sound bites", on_post=True, answered=0.05),
    "entry": Act("comment", "entries", on_post=True),
    "comment": Act("comment", "comments", on_post=True, answered=0.4),
    "question": Act("comment", "questions", on_post=True, answered=0.7),
    "help": Act("reply", "help", direction="peer", on_post=True),
    "message": Act("direct_message", "messages", answered=0.85, answer="private answer"),
    "event": Act("event_attended", direction="two-sided", provenance="guest list"),
    "call": Act("call", direction="two-sided", provenance="call log"),
    "letter": Act("letter", provenance="letters kept"),
    "block": Act("block", once=True),
    "complaint": Act("complaint", "complaints", answered=0.9, answer="private answer"),
    "bot's comment": Act("comment", "sound bites", on_post=True, automated=True),
    "answer": Act("reply", "answers", direction="outbound", on_post=True),
    "private answer": Act("direct_message", "answers", direction="outbound"),
}
OUTCOMES = ("lead", "meeting", "purchase", "refund")


@dataclass(frozen=True)
class Habit:
    """What people of a role do: an act or an outcome, how often in 30 days, and from when until when: days after they
    came, at the role's usual pace.
    """

    act: str
    a_month: float
    since: float = 0.0
    until: float = ALWAYS


@dataclass(frozen=True)
class Role:
    """stays: after how many days people lose interest, on average. begins: with what they are first seen."""

    stays: float
    habits: tuple[Habit, ...] = ()
    begins: str = "follow"


FIRST_LOOK = Habit("like", 1.2, until=14)
ROLES = {
    "lurker": Role(350, (
        FIRST_LOOK, Habit("view", 0.5), Habit("like", 0.2), Habit("purchase", 0.045), Habit("block", 0.004),
    )),
    "liker": Role(250, (
        Habit("like", 3.5), Habit("view", 0.3), Habit("save", 0.25),
    )),
    "commenter of one word": Role(250, (
        Habit("like", 1.5), Habit("sound bite", 1.6), Habit("purchase", 0.03),
    )),
    "talker": Role(300, (
        FIRST_LOOK, Habit("like", 1.2), Habit("comment", 1.2), Habit("question", 0.4), Habit("message", 0.25),
        Habit("help", 0.3), Habit("complaint", 0.02),
    )),
    "regular": Role(450, (
        Habit("like", 3), Habit("comment", 1.0), Habit("share", 0.5), Habit("sound bite", 0.5), Habit("help", 0.4),
        Habit("question", 0.2), Habit("purchase", 0.14, since=30),
    )),
    "relationship": Role(500, (
        FIRST_LOOK, Habit("like", 1.6), Habit("comment", 0.6, since=20), Habit("question", 0.35, since=40),
        Habit("message", 0.45, since=70), Habit("event", 0.1, since=90), Habit("call", 0.1, since=100),
        Habit("letter", 0.04, since=120), Habit("lead", 0.2, since=80, until=170), Habit("meeting", 0.06, since=100),
        Habit("purchase", 0.5, since=100),
    )),
    # Bought before anybody saw them, and mostly go on like that.
    "customer": Role(350, (
        Habit("purchase", 0.24), Habit("like", 0.2), Habit("message", 0.04), Habit("complaint", 0.03),
    ), begins="purchase"),
    "declared bot": Role(ALWAYS, (Habit("bot's comment", 3),), begins=""),
    "prize hunter": Role(ALWAYS, (
        Habit("entry", 8, until=7), Habit("like", 10, until=7), Habit("unfollow", 0.8, since=10, until=60),
    )),
    "bought": Role(ALWAYS),
}  # fmt: skip

# Of those who come by themselves.
USUAL: Mapping[str, float] = {
    "lurker": 0.35, "liker": 0.15, "commenter of one word": 0.08, "talker": 0.08, "regular": 0.07, "relationship": 0.18,
    "customer": 0.085, "declared bot": 0.005,
}  # fmt: skip
