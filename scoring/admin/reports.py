"""What is told of a model beside its figures, as drawings and tables."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from scoring.admin.plots import Bar, bars
from scoring.learning import card
from scoring.learning.card import METRICS, figure, percent
from scoring.models import Hindsight

NOTHING = "none: there was nothing to judge"
NOT_YET = "not to be told yet: a week after it first scored it is looked at for the first time, then every week"


def table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> SafeString:
    """Return a table whose first column names its rows."""
    head = format_html_join("", '<th scope="col" class="pr-4 text-left">{}</th>', ((it,) for it in heads))
    lines = format_html_join(
        "",
        '<tr class="align-top"><th scope="row" class="font-normal pb-2 pr-4 text-left">{}</th>{}</tr>',
        (
            (first, format_html_join("", '<td class="pb-2 pr-4">{}</td>', ((it,) for it in others)))
            for first, *others in rows
        ),
    )
    return format_html(
        '<div class="overflow-x-auto"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>', head, lines
    )


def calibration(report: dict[str, Any]) -> str:
    """Show what was said beforehand beside what came, tenth by tenth."""
    parts = report.get("calibration")
    if not parts:
        return NOTHING
    drawn = bars(
        "What came, and (rings) what was said beforehand",
        [Bar(str(at), it["rate"], it["low"], it["high"], it["said"]) for at, it in enumerate(parts, 1)],
        percent=True,
    )
    rows = ((at, f"{it['n']:,}", f"{100 * it['said']:.1f} %", percent(it)) for at, it in enumerate(parts, 1))
    return drawn + table(
        ["Tenth, lowest first", "Contacts", "Said beforehand (ring)", "Came (bar, 90 % interval)"], rows
    )


def lift(report: dict[str, Any]) -> str:
    """Show how often each tenth had the outcome, over everybody."""
    parts = report.get("deciles")
    if not parts:
        return NOTHING
    drawn = bars(
        "Lift of each tenth",
        [Bar(str(at), it["lift"], it["low"], it["high"]) for at, it in enumerate(parts, 1)],
        percent=False,
    )
    rows = ((at, f"{it['n']:,}", f"{it['lift']:.2f} ({it['low']:.2f} to {it['high']:.2f})")
            for at, it in enumerate(parts, 1))  # fmt: skip
    return drawn + table(["Tenth, highest first", "Contacts", "Times everybody's rate (90 % interval)"], rows)


def rungs(report: dict[str, Any]) -> str:
    """Show what a like is worth here: what came, by the highest rung that people had reached."""
    parts = [it for it in report.get("rungs", []) if it["n"]]
    if not parts:
        return NOTHING
    drawn = bars(
        "What came, by the highest rung reached",
        [Bar(it["name"], it["rate"], it["low"], it["high"]) for it in parts],
        percent=True,
    )
    rows = ((it["name"].capitalize(), f"{it['n']:,}", percent(it), _more(it)) for it in parts)
    heads = [
        "Highest rung within a year",
        "Contacts",
        "Had the outcome (90 % interval)",
        "More than those who only glanced",
    ]
    return drawn + table(heads, rows)


def _more(row: dict[str, Any]) -> str:
    more = row.get("more")
    if more is None:
        return "-"
    return f"{100 * more['value']:+.1f} points ({100 * more['low']:+.1f} to {100 * more['high']:+.1f})"


def five_beat_a_hundred(report: dict[str, Any]) -> str:
    """Say what five authentic engagers brought, and a hundred raw likes."""
    told = report.get("five_beat_a_hundred")
    if not told or told["more"] is None:
        return "not to be told: nobody said something, or nobody only liked"
    five, hundred, more = (
        f"{told[name]['value']:.2f} ({told[name]['low']:.2f} to {told[name]['high']:.2f})"
        for name in ("five", "hundred", "more")
    )
    return (
        f"Five who said something brought {five} outcomes, a hundred likes of everybody else {hundred}: {more} more. "
        f"Of {told['engagers']:,} engagers and {told['likes']:,} likes; an association, no cause."
    )


def first_twenty(report: dict[str, Any]) -> str:
    told = report.get("first_twenty")
    return f"{percent(told)} of {told['n']:,}" if told else NOTHING


def clients(report: dict[str, Any], names: dict[str, str]) -> str:
    """Show the figures of each client. names: by public id."""
    told = report.get("clients")
    if not told:
        return "no client beside another with ten outcomes or more"
    rows = (
        (names.get(client, "a client that is gone"), f"{it['n']:,}", f"{it['positives']:,}",
         figure(it["figures"]["auc"]), figure(it["figures"]["brier_skill"]))
        for client, it in told.items()
    )  # fmt: skip
    return table(["Client", "Contacts", "Had the outcome", "AUC", "Brier skill"], rows)


def windows(report: dict[str, Any]) -> str:
    """Show how good the same way of learning was in the windows before."""
    rows = (
        (it["from"][:10], f"{it['positives']:,}", figure(it["quality"]["auc"]), figure(it["baseline"]["auc"]),
         figure(it["quality"]["brier_skill"]))
        for it in report.get("windows", [])
    )  # fmt: skip
    heads = ["Window from", "Had the outcome", "AUC", "of recency alone", "Brier skill"]
    return table(heads, rows) if report.get("windows") else "none: the past does not reach back so far"


def without_gate(report: dict[str, Any], quality: dict[str, Any]) -> str:
    """Show how good the model is with and without what was set aside. quality: the model's figures."""
    told = report.get("without_gate")
    if not told:
        return NOTHING
    if not told["quality"]:
        return "the same: no act was set aside"
    rows = (
        (said, figure(quality.get(name)), figure(told["quality"].get(name)))
        for name, said in (("auc", "AUC"), ("average_precision", "Average precision"), ("brier_skill", "Brier skill"))
    )
    heads = [f"{told['set_aside']:,} acts, by then", "set aside", "counted as any act"]
    return table(heads, rows)


def guard(told: Hindsight | None) -> str:
    """Say when it was looked back, and whether the model before would have done better."""
    if told is None:
        return NOT_YET
    looked = date_format(timezone.localtime(told.seen_at), "DATETIME_FORMAT")
    return f"{told.sentence} Looked at {looked}, {told.days} days after it first scored."


def expected(told: Hindsight | None) -> str:
    """Say how many had the outcome, and how many were said to have it by then."""
    return card.expected(told.report["expected"]) if told else NOT_YET


def came(told: Hindsight | None) -> str:
    """Show what was said beside what came, tenth by tenth, and of those who were contacted."""
    if told is None or not told.report["deciles"]:
        return NOT_YET
    parts = told.report["deciles"]
    drawn = bars(
        "What came, and (rings) what was said to come by now",
        [Bar(str(at), it["rate"], it["low"], it["high"], it["said"]) for at, it in enumerate(parts, 1)],
        percent=True,
    )
    rows = (
        (at, f"{it['n']:,}", f"{100 * it['said']:.1f} %", percent(it), _of(it["contacted"]), _of(it["others"]))
        for at, it in enumerate(parts, 1)
    )
    heads = [
        "Tenth, highest first", "Contacts", "Said to come by now (ring)", "Came (bar, 90 % interval)",
        "Of those contacted before", "Of the others",
    ]  # fmt: skip
    return drawn + table(heads, rows)


def _of(part: dict[str, Any] | None) -> str:
    return f"{percent(part)} of {part['n']:,}" if part else "-"


def figures_since(told: Hindsight | None) -> str:
    """Show its figures on what came since."""
    if told is None:
        return NOT_YET
    figures = told.report.get("figures")
    if not figures:
        return "too little came to say"
    rows = ((METRICS[name], figure(of)) for name, of in figures.items())
    return table(["Figure", "Value (90 % interval)"], rows)


def drifted(moved: list[dict[str, Any]] | None) -> str:
    """Name the features in which people look otherwise than when the model was calibrated."""
    if moved is None:
        return "not to be told: it has not scored yet, or was learnt before this was looked at"
    if not moved:
        return "yes: no feature that it looks at has moved further than luck and time move it"
    rows = ((it["feature"], card.WAYS[it["way"]], f"{it['psi']:.2f}", f"{it['least']:.2f}") for it in moved)
    return table(["Feature", "Now", "Stability index (PSI)", "Which is above"], rows)


def inversions(report: dict[str, Any]) -> str:
    """Say where the data alone would contradict the ladder."""
    told = report.get("inversions")
    if not told:
        return "not to be told: there are no acts on the ladder"
    rows = (
        (f"{it['from']} → {it['to']}", f"{it['value']:+.2f} ({it['low']:+.2f} to {it['high']:+.2f})",
         "contradicts the ladder" if it["inverted"] else "no contradiction for sure")
        for it in told
    )  # fmt: skip
    return table(["An act swapped", "would add, in log-odds (90 % interval)", "so the data"], rows)
