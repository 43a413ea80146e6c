"""Conduct, and community, in sentences: what was seen, and what to do about it."""

from collections.abc import Callable, Mapping

from scoring.integrity import phrases
from scoring.integrity.check import Answer, Result
from scoring.integrity.phrases import interval

# What to do, by the code of the advice.
ADVICE = {
    "promotional": "More than half of what is posted sells. Be generous: show, explain and ask more than you offer.",
    "few_questions": "Hardly any post asks anything. Ask what people think, and stay for the answers.",
    "unanswered": "More than half of what people say is left standing. Answer it, if only with a word of thanks.",
    "slower_than_typical": "Answers take longer than the typical 10 hours. Say when you answer, and keep to it.",
    "slower_than_expected": "Answers come later than the 4 hours that people expect.",
    "weeks_without": "In more than a quarter of the weeks nothing was said. Rather less at a time, and every week.",
    "questions_unanswered": "More than a quarter of the questions are left open. Begin each day with them.",
    "telling_above_gift": "More was spent on telling of a gift than on the gift. Give more, or tell less.",
}
LABELS = {"community": "A community", "mixed": "Between an audience and a community", "audience": "An audience"}
LACKS: Mapping[str, Callable[[Result], str]] = {
    "few_posts": lambda it: (
        f"{it.seen['needed']} posts are needed of which it is known whether they sell; there are {phrases.told(it.n)}."
    ),
    "few_comments": lambda it: f"{it.seen['needed']} comments or messages are needed; there are {phrases.told(it.n)}.",
    "few_questions": lambda it: f"{it.seen['needed']} questions are needed; there are {phrases.told(it.n)}.",
    "few_people": lambda it: f"{it.seen['needed_people']} people are needed; {phrases.told(it.n)} were there.",
    "few_weeks": lambda it: (
        f"acts of {it.seen['needed_weeks']} weeks are needed; there are those of {it.seen['weeks']}."
    ),
    "no_causes": lambda _: "no good cause was entered for this time.",
    "amounts_not_known": lambda _: "of no good cause both the gift and what was spent on telling of it are known.",
}


def sentence(heading: str, result: Result) -> str:
    """Return what one heading says: what was seen, then what to do, or that it is fine as it is; or what is lacking."""
    if result.answer == Answer.NOT_APPLICABLE:
        return LACKS[result.why](result)
    to_do = [ADVICE[code] for code in result.seen["advise"]] or ["Nothing to advise."]
    return " ".join([SEEN[heading](result), *to_do])


def of_community(result: Result) -> str:
    """Return what the index says: the label, and what it is made of; or what is lacking."""
    if result.answer == Answer.NOT_APPLICABLE:
        return LACKS[result.why](result)
    seen = result.seen
    of_chance = seen["chance"]
    by_chance = f" (by chance {phrases.share(of_chance['reciprocity'])} would be)" if of_chance else ""
    returned = _returned(seen["reciprocity"]["value"], of_chance)
    shares = {name: interval(seen[name]) for name in ("peer_share", "remains", "top_fifth", "lurkers")}
    return (
        f"{LABELS[seen['label']]}: {result.effect:.2f} of 1 ({result.low:.2f} to {result.high:.2f}), of {result.n:,} "
        f"people in {seen['weeks']} weeks. {shares['peer_share']} of what they say goes to each other"
        f"{returned}{by_chance if returned else ''}. Without the brand {shares['remains']} would still hang "
        f"together. The most active fifth say {shares['top_fifth']} of all; {shares['lurkers']} nothing."
    )


def _returned(above: float, of_chance: Mapping[str, float] | None) -> str:
    if not of_chance:
        return ""
    chance = of_chance["reciprocity"]
    return f"; {phrases.share(above * (1 - chance) + chance)} of the links are returned"


def _generous(result: Result) -> str:
    seen = result.seen
    said = f"Of {result.n:,} posts {interval(seen['promotional'])} offer something for sale or name a price"
    return said + (f"; {interval(seen['asking'])} ask something." if seen["asking"] else ".")


def _reliable(result: Result) -> str:
    weeks = result.seen["weeks"]
    said = f"Of {result.n:,} comments and messages {interval(result.seen['answered'])} were answered within a week"
    there = f" The brand said something in {weeks['value'] * weeks['n']:.0f} of {weeks['n']} weeks." if weeks else ""
    return said + _hours(result) + there


def _aware(result: Result) -> str:
    return f"Of {result.n:,} questions {interval(result.seen['answered'])} were answered within a week{_hours(result)}"


def _causes(result: Result) -> str:
    most = result.seen["most"]
    of_how_many = f"Of {result.n:,} good causes the one with the most promotion for its gift" if result.n > 1 else "It"
    return (
        f"{of_how_many} gave {most['donation']:,.2f} {most['currency']} and spent {most['promotion']:,.2f} "
        f"{most['currency']} on telling of it."
    )


SEEN: Mapping[str, Callable[[Result], str]] = {
    "generous": _generous, "reliable": _reliable, "aware": _aware, "causes": _causes,
}  # fmt: skip


def _hours(result: Result) -> str:
    hours = result.seen["hours"]
    if not hours:
        return "."
    return f", half of them after {hours['value']:.1f} hours ({hours['low']:.1f} to {hours['high']:.1f}) or sooner."
