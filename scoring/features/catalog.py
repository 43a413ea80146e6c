"""Every feature there is, declared as data. docs/features.md is made of this, and a test compares the two.

The order is that of importance, settled beforehand: where there are few positives a model may use only the first
columns, and may not look for the best ones.
"""

import hashlib
from dataclasses import asdict

from scoring.features.feature import MOST, Feature, Sign
from scoring.features.rungs import HALF_LIVES, RUNG_NAMES

# Raised when columns are added; none is ever changed or moved, so what was learnt by an earlier one scores on.
VERSION = 3
LADDER = (
    "like < retweet < text < call < letter",
    "design 4, family 1; half-lives fixed beforehand: 14, 21, 30, 45, 90, 120, 180 days",
)


def _rung(k: int) -> Feature:
    return Feature(
        f"ladder_{k}", "ladder", "acts", "acts, decayed", 0, MOST,
        f"all time, half-life {HALF_LIVES[k]} days", "0",
        f"acts of the person that are at least {RUNG_NAMES[k]}, at most three a day; {LADDER[0]}", LADDER[1], sign=1,
    )  # fmt: skip


def _talk(
    name: str, unit: str, why: str, *, group: str = "conversation", window: str = "365 days", since: int = 1
) -> Feature:
    return Feature(
        name, "conversation", group, unit, 0, MOST, window, "0", why,
        "essay C: engaged after three conversations longer than a one-word sound bite", sign=1, since=since,
    )  # fmt: skip


def _intent(name: str, why: str) -> Feature:
    return _talk(name, "turns", f"turns of the person that ask {why}", group="intent", since=2)


def _met(name: str, why: str) -> Feature:
    return Feature(
        name, "presence", "presence", "acts", 0, MOST, "all time", "0",
        f"{why}; each counts those above it, or a meeting swapped for a call would count less",
        "design 4, family 6; essay A: likes of people one has really met validate a relationship", sign=1, since=2,
    )  # fmt: skip


def _peers(name: str, unit: str, why: str, *, sign: Sign = 0) -> Feature:
    return Feature(
        name, "reciprocity", "community", unit, 0, MOST, "365 days", "0", why,
        "design 4, family 4; essay D: in a community members get value from each other", sign=sign, since=2,
    )  # fmt: skip


def _match(name: str, why: str) -> Feature:
    return Feature(
        name, "relevance", "relevance", "0 or 1", 0, 1, "all time", "0.5",
        f"1 where {why} is among those of the client's declared audience, 0 where it is another; in the middle where "
        "either side says nothing, so not to know is no mismatch",
        "design 4, family 5; essay A: true engagement speaks to a relevant audience", since=2,
    )  # fmt: skip


def _discount(name: str, why: str) -> Feature:
    return Feature(
        name, "discounted", "discounted", "acts", 0, MOST, "all time", "0", f"{why}: counted here and nowhere else",
        "design 4, family 8; essay E: liking has power only when it is meant", sign=-1, since=2,
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
    _talk("conversations_fresh", "threads, decayed", "threads in which both sides said something, and not by software",
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
    _talk("answered", "acts", "acts of the person that the brand answered, and no software for it", group="answered"),
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
    _intent("asks_price", "for a price"),
    _intent("asks_how_to_buy", "how or where to buy"),
    _intent("asks_availability", "whether there is any"),
    _peers("helped", "acts", "acts of the person towards other contacts that say more than one word", sign=1),
    _met("met", "events, visits and webinars attended, calls, letters"),
    _met("spoke", "calls and letters"),
    _met("wrote", "letters"),
    _match("language_match", "a language that the person writes in or has stated"),
    _match("region_match", "the country that the person has stated"),
    _match("interest_match", "one of the interests that the person has stated"),
    _peers("answered_by_peers", "acts", "acts of the person that other contacts answered"),
    _peers("received_from_peers", "acts", "acts of other contacts towards the person"),
    _peers("peers", "persons", "other contacts to or from whom there was an act"),
    _discount("conditioned_acts", "acts that were the price of taking part in a campaign"),
    _discount("copied_acts", "acts with the text of an earlier one of the person's"),
    _discount("automated_acts", "acts that are declared to be done by software"),
    _discount("confirmed_acts", "acts on a channel in a period that a person has confirmed as inauthentic"),
    Feature(
        "not_a_lead", "history", "not_a_lead", "0 or 1", 0, 1, "all time", "0",
        "1 where the agency's last word on the person was that they are not a lead, from the moment it was said",
        "design 4, next steps: feedback that is kept and learnt from", sign=-1, since=3,
    ),
)  # fmt: skip
NAMES_IN_ORDER = tuple(feature.name for feature in CATALOGUE)
BY_NAME = {feature.name: feature for feature in CATALOGUE}


def fingerprint() -> str:
    """Return what changes whenever any declaration does: 16 hexadecimal digits."""
    said = repr([sorted(asdict(feature).items()) for feature in CATALOGUE])
    return hashlib.sha256(said.encode()).hexdigest()[:16]


def _range(it: Feature) -> str:
    low, high = ("any" if abs(bound) >= MOST else f"{bound:g}" for bound in (it.low, it.high))
    return f"{low} to {high}"


SIGNS = {1: "never lowers", -1: "never raises", 0: "as the data say"}


def table() -> str:
    """Return the catalogue as the table of docs/features.md, which a test compares with it byte for byte."""
    heads = ("feature", "family", "unit", "range", "window", "unknown", "sign", "what it counts", "source", "since")
    lines = [
        (
            f"`{it.name}`",
            it.family,
            it.unit,
            _range(it),
            it.window,
            it.missing,
            SIGNS[it.sign],
            it.why,
            it.source,
            str(it.since),
        )
        for it in CATALOGUE
    ]
    return "".join(f"| {' | '.join(line)} |\n" for line in (heads, ("---",) * len(heads), *lines))
