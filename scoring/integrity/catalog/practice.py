"""What a practice and its checks are, with their words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Literal

from scoring.integrity.check import Answer, Result
from scoring.integrity.plots import Plot

Lacks = Mapping[str, Callable[[Result, tzinfo], str]]
"""Code of what is lacking → its sentence; dates are told in a zone."""


@dataclass(frozen=True, eq=False)
class Check:
    """One test. Checks of one family rest on the same data and count once. said, lacks: its answers in a sentence;
    plot: what it saw as a drawing, where there is one.
    """

    code: str
    family: str
    name: str
    unit: str
    needs: str
    said: Callable[[Result], str]
    lacks: Lacks
    plot: Callable[[Result], Plot | None] | None = None

    def sentence(self, result: Result, zone: tzinfo) -> str:
        """Return what it says, in a sentence."""
        return self.lacks[result.why](result, zone) if result.answer == Answer.NOT_APPLICABLE else self.said(result)


@dataclass(frozen=True, eq=False)
class Practice:
    """Something that makes numbers say what nobody meant. screen: says where to look, and no more. version: of the
    rules; what they found stays as it is. window: of a client's practice, "month" or "quarter"; "" of a channel's,
    which is looked at by the windows that its gains are known by. sets_aside: of what people did in the window, what
    counts for nothing once somebody confirms it: all ("acts"), what was done on the posts that begged ("on_posts"), or
    nothing, for it was the brand that did it ("").
    """

    code: str
    name: str
    version: int
    screen: Check
    confirming: Sequence[Check]
    explanations: Sequence[str]
    advice: str
    law: Sequence[str]
    advice_on_prospects: str = ""
    untested: Sequence[str] = ()
    window: str = ""
    sets_aside: Literal["acts", "on_posts", ""] = "acts"

    @property
    def checks(self) -> Sequence[Check]:
        return (self.screen, *self.confirming)


@dataclass(frozen=True, eq=False)
class Advice:
    """Something worth knowing of a client or a channel that is no accusation, and never a warning. A check of
    conduct or of vetting is found where there is something to say; that of community where there is one.
    """

    code: str
    name: str
    version: int
    window: str
    checks: Sequence[Check]
