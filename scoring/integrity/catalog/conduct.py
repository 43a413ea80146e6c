"""How a brand treats people: advice, and no accusation."""

from collections.abc import Callable
from functools import partial

from scoring.integrity import counsel
from scoring.integrity.catalog.practice import Advice, Check, Lacks
from scoring.integrity.check import Result


def _lacks(*whys: str) -> Lacks:
    return {why: _of_any_zone(counsel.LACKS[why]) for why in whys}


def _of_any_zone(said: Callable[[Result], str]) -> Callable[[Result, object], str]:
    return lambda result, _: said(result)


def _heading(code: str, name: str, unit: str, needs: str, *whys: str) -> Check:
    said = partial(counsel.sentence, code)
    return Check(code=code, family="conduct", name=name, unit=unit, needs=needs, said=said, lacks=_lacks(*whys))


GENEROUS = _heading(
    "generous",
    "Generous",
    "share of posts that sell",
    "20 posts of which it is known whether they sell",
    "few_posts",
)
RELIABLE = _heading(
    "reliable",
    "Reliable",
    "share of comments and messages answered within a week",
    "30 comments or messages",
    "few_comments",
)
AWARE = _heading(
    "aware",
    "Aware",
    "share of questions answered within a week",
    "30 comments or messages, 10 questions",
    "few_comments",
    "few_questions",
)
CAUSES = _heading(
    "causes",
    "Good causes",
    "share of what was spent that went into telling of it",
    "a good cause with both amounts",
    "no_causes",
    "amounts_not_known",
)
CONDUCT = Advice(
    code="conduct", name="Conduct", version=1, window="quarter", checks=(GENEROUS, RELIABLE, AWARE, CAUSES)
)
COMMUNITY = Advice(
    code="community",
    name="Audience or community",
    version=1,
    window="quarter",
    checks=(
        Check(
            code="community",
            family="community",
            name="Audience or community",
            unit="index from 0, an audience, to 1, a community",
            needs="200 people and 8 weeks",
            said=counsel.of_community,
            lacks=_lacks("few_people", "few_weeks"),
        ),
    ),
)
