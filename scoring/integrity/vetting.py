"""What is known of a creator's channel before they are hired, what is not, and what to ask: in words.

Nothing here accuses anybody. What could not be looked at is said, and is no sign of anything.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo

from scoring.integrity import phrases
from scoring.integrity.catalog.bought_followers import BOUGHT_FOLLOWERS, GROWTH
from scoring.integrity.catalog.practice import Check
from scoring.integrity.catalog.vetting import ASKS, LOOKED_BACK, UNSEEN, VETTING
from scoring.integrity.check import Answer, Judged, Result


@dataclass(frozen=True)
class Looked:
    """What one check says of a channel as a whole. result: the latest that it rests on, None where there is none; ask:
    what to ask the creator, "" where nothing is lacking.
    """

    code: str
    name: str
    answer: Answer
    sentence: str
    ask: str
    result: Result | None = None


@dataclass(frozen=True)
class Vetted:
    """looked: seen from outside first, then growth and what looks into it, then what nobody sees."""

    looked: Sequence[Looked]

    @property
    def made(self) -> Sequence[Looked]:
        """What could be looked at."""
        return [it for it in self.looked if it.answer != Answer.NOT_APPLICABLE]

    @property
    def found(self) -> Sequence[str]:
        """What is worth a question, by name."""
        return [it.name.lower() for it in self.made if it.answer == Answer.FOUND]

    @property
    def asks(self) -> Sequence[str]:
        """What to ask the creator before they are hired."""
        return [it.ask for it in self.looked if it.ask]

    @property
    def summary(self) -> str:
        return " ".join(_summary(self))


def vet(tested: Iterable[tuple[Check, Judged]], *, zone: tzinfo) -> Vetted:
    """Return what the checks said of one channel. tested: of `VETTING` and `BOUGHT_FOLLOWERS`, in any order."""
    by_check: dict[Check, list[Judged]] = {}
    for check, judged in sorted(tested, key=lambda it: (it[1].end, it[1].start, it[1].window)):
        by_check.setdefault(check, []).append(judged)
    growth = by_check.get(GROWTH, [])
    looked = [
        *(_latest(check, by_check.get(check, []), zone) for check in VETTING.checks),
        _screened(growth, zone),
        *(_confirmed(check, by_check.get(check, []), growth, zone) for check in BOUGHT_FOLLOWERS.confirming),
        *(Looked(it.code, it.name, Answer.NOT_APPLICABLE, "nobody sees it from outside.", it.ask) for it in UNSEEN),
    ]
    return Vetted(looked)


def _latest(check: Check, judged: Sequence[Judged], zone: tzinfo) -> Looked:
    if not judged:
        return _not_made(check, NOT_YET)
    last = judged[-1]
    if last.result.answer == Answer.NOT_APPLICABLE:
        return _not_made(check, check.sentence(last.result, zone))
    return _made(check, [replace(last, start=last.end - LOOKED_BACK)], zone)


def _screened(judged: Sequence[Judged], zone: tzinfo) -> Looked:
    made = [it for it in judged if it.result.answer != Answer.NOT_APPLICABLE]
    if not made:
        return _not_made(GROWTH, GROWTH.sentence(judged[-1].result, zone) if judged else NOT_YET)
    if any(it.result.answer == Answer.FOUND for it in made):
        return _made(GROWTH, made, zone)
    since = phrases.days(made[0].start, made[-1].end)
    sentence = f"{since}: {phrases.many(len(made), 'window was', 'windows were')} looked at, and none stands out."
    return Looked(GROWTH.code, GROWTH.name, Answer.NOT_FOUND, sentence, "", made[-1].result)


def _confirmed(check: Check, judged: Sequence[Judged], growth: Sequence[Judged], zone: tzinfo) -> Looked:
    """Say what a check found in the bursts: without one, it has nothing to look into."""
    if not any(it.result.answer == Answer.FOUND for it in growth):
        if any(it.result.answer == Answer.NOT_FOUND for it in growth):
            return Looked(check.code, check.name, Answer.NOT_APPLICABLE, "there was no burst to look into.", "")
        return _not_made(check, "it looks into bursts, and none could be looked for.")
    made = [it for it in judged if it.result.answer != Answer.NOT_APPLICABLE]
    if made:
        return _made(check, made, zone)
    return _not_made(check, check.sentence(judged[-1].result, zone) if judged else NOT_YET)


def _made(check: Check, made: Sequence[Judged], zone: tzinfo) -> Looked:
    """Tell what was found, each time; else the latest that was not."""
    found = [it for it in made if it.result.answer == Answer.FOUND]
    told = found or made[-1:]
    sentence = " ".join(f"{phrases.days(it.start, it.end)}: {check.sentence(it.result, zone)}" for it in told)
    return Looked(check.code, check.name, Answer(told[-1].result.answer), sentence, "", told[-1].result)


def _not_made(check: Check, sentence: str) -> Looked:
    return Looked(check.code, check.name, Answer.NOT_APPLICABLE, sentence, ASKS[check])


def _summary(known: Vetted) -> Iterator[str]:
    yield f"{len(known.made)} of {len(known.looked)} checks were made with what is known of the channel."
    if known.found:
        yield f"Worth a question: {'; '.join(known.found)}. It says nothing of who caused it."
    elif known.made:
        yield "Nothing stood out in them, which is no proof of anything."
    if lacking := [it.name.lower() for it in known.looked if it.ask]:
        yield f"Not known: {'; '.join(lacking)}."


NOT_YET = "nothing is known of it yet; what comes in is looked at every night."
