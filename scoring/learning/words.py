"""Reasons and discounts in words. Whoever shows them has no need of the libraries that compute them."""

from collections.abc import Callable, Sequence

from scoring.features.rungs import RUNG_NAMES


def _count(number: float, one: str, many: str = "") -> str:
    whole = int(number)
    return f"{whole:,} {one if whole == 1 else many or one + 's'}"


def _acts(of_90_days: float, of_a_year: float, highest: float) -> str:
    if not of_a_year:
        return "No act within a year that is more than a glance"
    when = "in the last 90 days" if of_90_days else "within a year, none of them in the last 90 days"
    return f"{_count(of_90_days or of_a_year, 'act')} {when}; the highest is {RUNG_NAMES[int(highest)]}"


def _conversation(qualified: float, days: float, conversations: float, longest: float) -> str:
    if not qualified:
        return "Has not said more than one word within a year, as far as is known"
    said = f"{_count(qualified, 'interaction')} of more than one word on {_count(days, 'day')}"
    if conversations:
        said += f", {_count(conversations, 'conversation')} in which you answered"
    return f"{said}, the longest of {_count(longest, 'word')}" if longest else said


def _recency(days: float) -> str:
    if days >= 365:
        return "Not seen for a year or more"
    return "Seen within the last day" if days < 1 else f"Last seen {_count(days, 'day')} ago"


def _purchases(purchases: float, days: float) -> str:
    if not purchases:
        return "Has not bought yet, as far as is known"
    when = "within the last day" if days < 1 else f"{_count(days, 'day')} ago"
    return f"Bought on {_count(purchases, 'day')}, the last time {when}"


def _trend(recent: float, before: float) -> str:
    return f"{_count(recent, 'act')} in the last four weeks, after {int(before):,} in the twelve before"


def _listed(*named: tuple[float, str]) -> str:
    """Return what there is more than none of, each named with its count."""
    said = [f"{what} {_count(times, 'time')}" for times, what in named if times]
    return f"{', '.join(said[:-1])} and {said[-1]}" if len(said) > 1 else "".join(said)


def _intent(price: float, availability: float, how: float) -> str:
    said = _listed((price, "for a price"), (availability, "whether there is any"), (how, "how to buy"))
    return f"Asked {said}" if said else "Has not asked for a price, whether there is any, or how to buy"


def _presence(met: float, spoke: float, wrote: float) -> str:
    if not met:
        return "No meeting, call or letter yet, as far as is known"
    said = _listed((met - spoke, "met"), (spoke - wrote, "spoke on the phone"), (wrote, "wrote a letter"))
    return said[0].upper() + said[1:]


def _community(helped: float, received: float, answered: float, peers: float) -> str:
    if not peers and not helped:
        return "Nothing is known between them and other contacts"
    said = f"In touch with {_count(peers, 'other contact')}" if peers else "Speaks to other contacts"
    told = [
        f"said something to them {_count(helped, 'time')}" if helped else "",
        f"they turned to this one {_count(received, 'time')}" if received else "",
        f"{_count(answered, 'act')} answered by them" if answered else "",
    ]
    return "; ".join([said, *filter(None, told)])


def _relevance(language: float, region: float, interest: float) -> str:
    """Each is 1 where it is declared, 0 where it is not, and between where it is not known."""
    named = (("language", language), ("country", region), ("interests", interest))
    fits = [what for what, found in named if found == 1]
    other = [what for what, found in named if found == 0]
    said = [f"{' and '.join(fits)} as declared"] if fits else []
    said += [f"{' and '.join(other)} not as declared"] if other else []
    if not said:
        return "Whether they are of the declared audience is not known"
    return f"Of the declared audience: {', '.join(said)}"


def _discounted(*counts: float) -> str:
    aside = sum(counts)
    return f"{_count(aside, 'act')} set aside" if aside else "Nothing of theirs is set aside"


def _attribute(name: str, *said: str | float) -> str:
    """said: nothing where it is not known, an empty text where it is something rare."""
    called = name.replace("_", " ")
    if not said:
        return f"Says nothing of: {called}"
    (value,) = said
    if isinstance(value, str):
        return f"Says: {called} is {value or 'something that few say'}"
    return f"Says: {called} is {value:,.4f}".rstrip("0").rstrip(".")


def _left_out(times: float, one: str, many: str) -> str:
    return f"1 act {one} counts for nothing" if times == 1 else f"{times:,.0f} acts {many} count for nothing"


OF_REASONS: dict[str, Callable[..., str]] = {
    "acts": _acts,
    "conversation": _conversation,
    "questions": lambda asked: f"Asked {_count(asked, 'question')}" if asked else "Has asked nothing in a year",
    "answered": lambda times: (
        f"You answered {_count(times, 'time')}" if times else "You have answered nothing of theirs"
    ),
    "recency": _recency,
    "tenure": lambda days: f"First seen {_count(days, 'day')} ago",
    "constancy": lambda weeks, silence: (
        f"There in {int(weeks)} of the last 26 weeks, the longest silence {_count(silence, 'day')}"
    ),
    "trend": _trend,
    "purchases": _purchases,
    "other_outcomes": lambda left: (
        "A lead or a meeting came of it before" if left else "No lead and no meeting came of it yet"
    ),
    "refused": lambda times: (
        f"Blocked, reported or complained {_count(times, 'time')}" if times else "Has never blocked or complained"
    ),
    "intent": _intent,
    "presence": _presence,
    "community": _community,
    "relevance": _relevance,
    "discounted": _discounted,
    "attribute": _attribute,
    "not_a_lead": lambda said: (
        "You said that this is not a lead" if said else "You have not said that this is not a lead"
    ),
    "together": lambda: "Several of these at once say more than each alone",
    "nothing_yet": lambda: "Nothing is known yet that would say more of them than of anybody",
}
OF_DISCOUNTS: dict[str, Callable[[float], str]] = {
    "sound_bites": lambda times: (
        "1 reply of one word counts as a nod" if times == 1 else f"{times:,.0f} replies of one word count as a nod each"
    ),
    "automated": lambda times: f"{_count(times, 'act')} declared to be done by software left out",
    "conditioned": lambda times: _left_out(
        times, "that was the price of taking part", "that were the price of taking part"
    ),
    "copied": lambda times: _left_out(times, "with a text of theirs used before", "with texts of theirs used before"),
    "confirmed": lambda times: _left_out(
        times, "in a period confirmed as inauthentic", "in periods confirmed as inauthentic"
    ),
}


# How to meet somebody on a rung.
WAYS = (
    "", "like something of theirs", "pass on something of theirs", "say something to them, in public",
    "write them a message", "ask whether you can meet", "ring them", "write them a letter, by hand",
)  # fmt: skip
HIGHEST = len(WAYS) - 1


def _thank(letters: float, helped: float, passed_on: float) -> str:
    said = [
        "Wrote you a letter" if letters else "",
        f"Said something to other people here {_count(helped, 'time')}" if helped else "",
        f"Passed on what you said {_count(passed_on, 'time')}" if passed_on else "",
    ]
    return "; ".join(filter(None, said)) + ". Nobody has thanked them"


# Next step → why, and what to do first.
OF_STEPS: dict[int, tuple[Callable[..., str], str]] = {
    1: (lambda n: f"Asked {_count(n, 'question')} that nobody has answered", "Answer"),
    2: (lambda n: f"Said {_count(n, 'thing')} to you that nobody has replied to", "Reply"),
    3: (
        lambda days, weeks: (
            f"There in {_count(weeks, 'week')} of the last 26, and not seen for {_count(days, 'day')}: their longest "
            "silence in a year"
        ),
        "Ask how they are",
    ),
    4: (_thank, "Thank them"),
    5: (lambda n, days: f"{_count(n, 'interaction')} of more than one word on {_count(days, 'day')}, and fresh", ""),
}
OF_MOMENTS: dict[int, Callable[..., str]] = {
    1: lambda n: f"Wrote you {_count(n, 'letter')}",
    2: lambda n: f"Spoke with you on the phone, {_count(n, 'time')}",
    3: lambda n: f"Met you, {_count(n, 'time')}",
    4: lambda n, days: (
        f"Engaged since this week: {_count(n, 'interaction')} of more than one word on {_count(days, 'day')}"
    ),
    5: lambda days: f"Back after {_count(days, 'day')} without a sign",
    6: lambda n: f"Said something to other people here, {_count(n, 'time')}",
    7: lambda n, longest: (
        f"Talked with you, {_count(n, 'turn')}" + (f", the longest of {_count(longest, 'word')}" if longest else "")
    ),
    8: lambda n, asks: "Asked you something for the first time" if asks else "Said something to you for the first time",
}


def step(kind: int, values: Sequence[float]) -> str:
    """Return in words why somebody has a next step.

    >>> step(1, [2, 3])
    'Asked 2 questions that nobody has answered'
    """
    why, _ = OF_STEPS[kind]
    return why(*values[:-1])


def next_rung(values: Sequence[float]) -> int:
    """Return the rung on which to meet somebody: one above that on which they stand, which is the last of the values.

    >>> next_rung([2, 3]), next_rung([1, 7])
    (4, 7)
    """
    return min(int(values[-1]) + 1, HIGHEST)


def advice(kind: int, values: Sequence[float]) -> str:
    """Return what to do now: what is owed first, then one rung up, and never three (essay B).

    >>> advice(1, [2, 3])
    'Answer; then, one rung up from a word, write them a message.'
    >>> advice(5, [4, 3, 4])
    'One rung up from a message: ask whether you can meet.'
    """
    _, first = OF_STEPS[kind]
    stands, up = int(values[-1]), WAYS[next_rung(values)]
    if not first:
        return f"One rung up from {RUNG_NAMES[stands]}: {up}."
    if stands >= HIGHEST:
        return f"{first}. They stand on {RUNG_NAMES[HIGHEST]}: nothing is higher."
    return f"{first}; then, one rung up from {RUNG_NAMES[stands]}, {up}."


def moment(kind: int, values: Sequence[float]) -> str:
    """Return a moment in words.

    >>> moment(5, [120])
    'Back after 120 days without a sign'
    """
    return OF_MOMENTS[kind](*values)


def worth(probability: float | None, low: float | None, high: float | None, points: float | None) -> str:
    """Return what a score says, on one line: a chance with its interval or, on the prior, points.

    >>> worth(0.314, 0.2, 0.455, None), worth(None, None, None, 86.4)
    ('31 % (20 to 46 %)', '86 points')
    """
    if probability is None:
        return f"{points or 0:,.0f} points"
    ends = f"{100 * (low or 0):.0f} to {100 * (high or 0):.0f} %"
    return f"{100 * probability:.0f} % ({ends})"


def sentence(reason: Sequence[str | float]) -> str:
    """Return a stored reason in words; of a discount the same.

    >>> sentence(["recency", 0.4, 3.0])
    'Last seen 3 days ago'
    >>> sentence(["conversation", 1.2, 4, 3, 2, 42])
    '4 interactions of more than one word on 3 days, 2 conversations in which you answered, the longest of 42 words'
    >>> sentence(["attribute", 0.3, "lead_source", "Referral Sites"])
    'Says: lead source is Referral Sites'
    >>> sentence(["sound_bites", 1])
    '1 reply of one word counts as a nod'
    """
    code, first, *values = reason
    discount = OF_DISCOUNTS.get(str(code))
    if discount:
        return discount(float(first))
    # A reason that went with a new version may stand in scores until the next run.
    said = OF_REASONS.get(str(code))
    return said(*values) if said else "Something that is not told any more"
