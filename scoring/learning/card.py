"""A model's card: what it says and does not say, what it was learnt from, how good it is, and who answers for it.

After Mitchell et al. 2019, Model Cards for Model Reporting. Words about what is stored with a model; whoever shows them
has no need of the libraries that compute it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

# Metric → what it says, which way is better.
METRICS = {
    "auc": "AUC: how often a buyer stands above somebody who did not buy (1 always, .5 by chance)",
    "average_precision": "Average precision: of those on top, how many buy (higher is better)",
    "brier": "Brier: squared error of the chances (lower is better)",
    "brier_skill": "Brier skill: against knowing the rate alone (1 perfect, 0 no better)",
    "ece": "Calibration error: between chances and rates (lower is better)",
    "lift_top_decile": "Lift: how often the highest tenth buys, over everybody (higher is better)",
}
RECIPES = {
    "logistic": "logistic regression, strongly held back: columns add in straight lines, no act takes anything away",
    "boosting": "additive boosting: a table for each column, and no act takes anything away",
    "whole": "boosting with columns that count together, as this told people apart better by more than a set margin",
}
PARTS = {"fit": "Learnt from", "calibrate": "Calibrated on", "test": "Judged on"}
# How a feature has moved, by the name of the way.
WAYS = {
    "up": "higher than when it was calibrated",
    "down": "lower than when it was calibrated",
    "unknown": "mostly not known any more: look at where it comes from",
    "mixed": "in other proportions than when it was calibrated",
}
# A line each.
FOR = """\
It ranks attention: whom to talk to first. It prices, refuses and excludes nobody, and is no reason to.
It speaks of people by what came in about them; of nobody who objected, is being erased, or belongs to the brand.
It tells an association: nobody buys for their score, and whom you talk to because of it changes what comes.
It is made for the brands that it learnt from, and for no decision about people: no credit, price, job or insurance.
"""
LIMITS = """\
It knows what was sent in, once it was: who is known by two identifiers that nothing links is two people to it.
Rates move from season to season: it is calibrated on the newest span that is over, and the next may differ.
An interval says how far the figures may be luck. It does not say what a new kind of campaign would change.
"""


@dataclass(frozen=True)
class Section:
    title: str
    lines: list[str]


@dataclass(frozen=True)
class Done:
    """Something that was done with a model: what, when, by whom, and why, in words."""

    at: datetime
    act: str
    by: str
    sentence: str


def card(version: Mapping[str, Any], done: Sequence[Done]) -> list[Section]:
    """Return the sections of a card. version: what is stored with it, by the names of `ModelVersion`, `hindsight`,
    `drift`.
    """
    sections = (
        ("What it says", _says(version)),
        ("What it is for, and what not", FOR.splitlines()),
        ("What it was learnt from", _origins(version["data"])),
        ("How good it is", _quality(version)),
        ("What came of what it said", _since(version)),
        ("What a like is worth here", _worth(version["report"])),
        ("Where it may be wrong", _limits(version)),
        ("What was done with it", [_act(it) for it in done]),
        ("What it depends on", _circumstances(version)),
    )
    return [Section(title, list(lines)) for title, lines in sections]


def markdown(title: str, sections: Iterable[Section]) -> str:
    """Return a card as a page."""
    parts = [f"# {title}", *(f"## {it.title}\n\n" + "\n".join(f"- {line}" for line in it.lines) for it in sections)]
    return "\n\n".join(parts) + "\n"


def figure(told: Mapping[str, float] | None) -> str:
    """Return a figure with its interval."""
    return f"{told['value']:.3f} ({told['low']:.3f} to {told['high']:.3f})" if told else "-"


def percent(told: Mapping[str, float]) -> str:
    """Return a rate with its interval."""
    return f"{100 * told['rate']:.1f} % ({100 * told['low']:.1f} to {100 * told['high']:.1f})"


def _says(version: Mapping[str, Any]) -> Iterator[str]:
    kinds = " or ".join(version["target"])
    yield (
        f"The chance that a contact has a {kinds} within {version['horizon_days']} days, with the 90 % interval of "
        "those who were scored alike, and the reasons, which add up to it exactly."
    )
    yield f"Learnt at {_day(version['as_of'])}; nothing that was known later went into it."
    if version["recipe"]:
        yield f"By {RECIPES[version['recipe']]}."
    yield f"Verdict: {version['sentence']}"


def _origins(data: Mapping[str, Any]) -> Iterator[str]:
    for part, said in PARTS.items():
        at = data.get("windows", {}).get(part)
        if at:
            moments = [at] if isinstance(at, str) else at
            yield (
                f"{said} {data['rows'][part]:,} rows, {data['positives'][part]:,} people with the outcome: of what was "
                f"known at {', '.join(moment[:10] for moment in moments)}, and what came within the time after each."
            )
    for source, rows in sorted(data.get("left_out", {}).items()):
        counted = ", ".join(f"{count:,} {what}" for what, count in sorted(rows.items()) if count)
        if counted:
            yield f"Not learnt from, as the source's policy does not allow it: {counted} of {source}."
    yield f"Left out as staff, partners or family: {data.get('insiders_left_out', 0):,} people."
    yield f"Left out as done on the accounts of prospects: {data.get('acts_on_prospects_left_out', 0):,} acts."


def _quality(version: Mapping[str, Any]) -> Iterator[str]:
    if not version["quality"]:
        yield "There was nothing to judge."
        return
    yield "In the newest span that is over, which nothing was fitted on or chosen by, with 90 % intervals by people:"
    for name, said in METRICS.items():
        ours, alone = (figure(version[of].get(name)) for of in ("quality", "baseline"))
        yield f"{said}: {ours}; recency alone {alone}."
    report = version["report"]
    if told := report.get("first_twenty"):
        yield f"Of the first twenty of each client, whom one would ring, {percent(told)} of {told['n']:,} had it."
    for client, told in sorted(report.get("clients", {}).items()):
        yield f"{client}: {told['positives']:,} of {told['n']:,} had it; AUC {figure(told['figures']['auc'])}."
    if (told := report.get("without_gate")) and told["quality"]:
        yield (
            f"With the {told['set_aside']:,} acts that were set aside counted as any other: AUC "
            f"{figure(told['quality'].get('auc'))}."
        )


def _since(version: Mapping[str, Any]) -> Iterator[str]:
    told = version["hindsight"]
    if told is None:
        yield "It has not scored for a week yet, so nothing can be told of what came."
    else:
        yield f"{told.days} days after it first scored {told.contacts:,} contacts: {expected(told.report['expected'])}"
        if auc := told.report.get("figures", {}).get("auc"):
            yield f"On these it told people apart with an AUC of {figure(auc)}."
        yield told.sentence
    for it in version["drift"] or []:
        yield f"Feature {it['feature']}: {WAYS[it['way']]} (stability index {it['psi']:.2f})."


def expected(told: Mapping[str, Any]) -> str:
    """Return how many had the outcome, and how many were said to have it by then, in a sentence."""
    seen = f"{told['came']:,} had the outcome, {told['said']:.1f} were said to by then"
    if (ratio := told["ratio"]) is None:
        return f"{seen}; that is too little to compare."
    times = f"{ratio['value']:.2f} times as many (90 % interval {ratio['low']:.2f} to {ratio['high']:.2f})"
    moved = " Luck does not explain that: outcomes come at another rate now." if told["drifted"] else ""
    return f"{seen}: {times}.{moved}"


def _worth(report: Mapping[str, Any]) -> Iterator[str]:
    rungs = [it for it in report.get("rungs", []) if it["n"]]
    if not rungs:
        yield "Not to be told: there was nobody to tell it of."
    for it in rungs:
        yield f"Highest rung within a year {it['name']}: {percent(it)} of {it['n']:,} had the outcome."
    contradicted = [f"{it['from']} and {it['to']}" for it in report.get("inversions") or [] if it["inverted"]]
    if contradicted:
        yield f"The data alone contradict the order of {', '.join(contradicted)}. Scores keep the order."


def _limits(version: Mapping[str, Any]) -> Iterator[str]:
    if version["provisional"] and version["quality"]:
        yield "It was judged by fewer than 100 people with the outcome: take the figures with their intervals."
    before = [it["quality"]["auc"]["value"] for it in version["report"].get("windows", [])]
    if len(before) > 1:
        yield f"Learnt the same way in {len(before)} spans before, its AUC was {min(before):.3f} to {max(before):.3f}."
    yield from LIMITS.splitlines()


def _act(it: Done) -> str:
    return f"{_day(it.at)}: {it.act.lower()} by {it.by}. {it.sentence}".strip()


def _circumstances(version: Mapping[str, Any]) -> Iterator[str]:
    made = version["circumstances"]
    libraries = ", ".join(f"{name} {number}" for name, number in sorted(made.get("libraries", {}).items()))
    catalogue, code, seed = (made.get(name, "-") for name in ("catalogue", "code", "seed"))
    yield f"Catalogue of features {catalogue}, code {code}, seed {seed}."
    yield f"Made with {libraries or 'what nobody noted'}."
    if (marked := version["saw_erased_at"]) is not None:
        yield f"Somebody whom it learnt from was erased: marked at {_day(marked)}, and deleted 30 days later."


def _day(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
