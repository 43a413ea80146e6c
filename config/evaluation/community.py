"""What the product says of an audience whose members speak to each other, or pass the same things on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Count

from config import waiting
from config.evaluation.throwaway import PLATFORM, Evaluation, EvaluationFailed, lines_of, rows_of
from ingestion.models import Source
from scoring.integrity.catalog import PRACTICES
from scoring.integrity.check import Answer, Result
from scoring.integrity.community import community as judged
from scoring.learning.report import rate
from scoring.models import EthicsWarning, Finding
from scoring.services import facts
from tenants.models import Channel

HANDLE = "members"
DAY, YEAR = timedelta(days=1), timedelta(days=365)
# What is said of its members, and what the index is made of or stands beside it.
OF_MEMBERS = ("received", "answered")
OF_COMMUNITY = ("peer_share", "reciprocity", "closure", "remains", "linked", "gini", "top_fifth", "lurkers")


@dataclass(frozen=True)
class Said:
    """One act: who did it, towards whom, or what was passed on; when, None where that cannot be read."""

    sender: str
    to: str
    at: datetime | None
    time: str


def community(
    evaluation: Evaluation, *, csv: Path, sender: str, receiver: str, time: str, post: str = ""
) -> dict[str, Any]:
    """Return whom members hear from, and what every check that there is finds (docs/evaluation.md)."""
    acts = read(csv=csv, sender=sender, receiver=receiver, time=time, post=post)
    until = max(it.at for it in acts if it.at)
    with evaluation.agency("Evaluation on a community") as source:
        with evaluation.stage("import"):
            imported_rows = imported(evaluation, source, acts, passed_on=bool(post))
        with evaluation.stage("watch"):
            evaluation.say("screening every day, and testing what stands out")
            waiting.done("watch")
            waiting.all_done()
        with evaluation.stage("look"), transaction.atomic():
            after = until + timedelta(seconds=1)
            told = _told(judged(facts.known(before=after), start=after - YEAR, end=after, as_of=after))
            found = watched()
    warnings = found["warnings"]
    sentence = f"{warnings} {'warning was' if warnings == 1 else 'warnings were'} opened" + (
        "." if post else "; in a genuine community there is none."
    )
    if post:
        told = {"members": told["members"]}  # who passes things on speaks to nobody
    return {"rows": imported_rows, **told, **found, "sentence": sentence, "seconds": evaluation.seconds}


def imported(evaluation: Evaluation, source: Source, acts: list[Said], *, passed_on: bool) -> dict[str, dict[str, int]]:
    """Import acts, and how many came on each day; return how many rows of each have which verdict."""
    with transaction.atomic():
        Channel.objects.create(client=source.client, platform=PLATFORM, handle=HANDLE)
    return {
        "engagements": evaluation.imported(source, "engagements", _as_acts(acts, passed_on=passed_on)),
        "audience-counts": evaluation.imported(source, "audience-counts", _as_counts(acts)),
    }


def read(*, csv: Path, sender: str, receiver: str, time: str, post: str = "") -> list[Said]:
    """Return the acts of a file, the earliest first. Raises EvaluationFailed where it cannot be used."""
    to = post or receiver
    if csv.suffix == ".txt":
        made = [_of_three(csv.name, number, line) for number, line in enumerate(lines_of(csv), 1)]
    else:
        made = [Said(it[sender], it[to], _moment(it[time]), it[time]) for it in rows_of(csv, (sender, to, time))]
    if not any(it.at for it in made):
        raise EvaluationFailed(
            f"No row of {csv.name} has a time; expected seconds since 1970, or a moment such as 2026-11-01T10:00:00Z."
        )
    never = datetime.max.replace(tzinfo=UTC)
    return sorted(made, key=lambda it: it.at or never)


def _of_three(name: str, number: int, line: str) -> Said:
    parts = line.split()
    if len(parts) != 3:
        raise EvaluationFailed(
            f"Line {number} of {name} has {len(parts)} words; expected three: sender, receiver and seconds since 1970."
        )
    return Said(parts[0], parts[1], _moment(parts[2]), parts[2])


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(text), UTC)
    except (ValueError, OverflowError, OSError):
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _as_acts(acts: Iterable[Said], *, passed_on: bool) -> Iterator[list[str]]:
    """Yield acts as rows of our own format: a message to another member, or something passed on. Whoever acts for the
    first time has come, which is a follow; a message to somebody who wrote before and has no answer yet, is one.
    """
    people = ("actor.customer", "target.customer")
    yield ["id", "kind", "occurred_at", "direction", *people, "post", "in_reply_to"]
    here: set[str] = set()
    unanswered: dict[tuple[str, str], str] = {}
    for number, it in enumerate(acts, 1):
        at = it.at.isoformat() if it.at else it.time
        if it.sender not in here:
            here.add(it.sender)
            yield [f"came {number}", "follow", at, "inbound", it.sender, "", "", ""]
        if passed_on:
            yield [str(number), "repost", at, "inbound", it.sender, "", it.to, ""]
            continue
        answers = unanswered.pop((it.to, it.sender), "")
        unanswered[it.sender, it.to] = str(number)
        yield [str(number), "direct_message", at, "peer", it.sender, it.to, "", answers]


def _as_counts(acts: Iterable[Said]) -> Iterator[list[str]]:
    """Yield how many members came on each day, from the first to the last."""
    yield ["channel", "at", "gained", "window"]
    first: dict[str, datetime] = {}
    for it in acts:
        if it.at:
            first.setdefault(it.sender, it.at)
    days = [it.replace(hour=0, minute=0, second=0, microsecond=0) for it in first.values()]
    came = dict.fromkeys((min(days) + DAY * ahead for ahead in range((max(days) - min(days)).days + 1)), 0)
    for day in days:
        came[day] += 1
    for day, gained in came.items():
        yield [f"{PLATFORM}/{HANDLE}", (day + DAY).isoformat(), str(gained), "day"]


def _told(result: Result) -> dict[str, Any]:
    """Return whom members hear from, and whether they are a community."""
    seen = result.seen
    told = {"members": seen["members"], **{name: _figure(seen[name]) for name in OF_MEMBERS}, "peers": seen["peers"]}
    if result.answer == Answer.NOT_APPLICABLE:
        sentence = "Too few people or weeks to tell whether this is a community or an audience."
        return {**told, "community": {"label": None, "people": result.n, "weeks": seen["weeks"], "sentence": sentence}}
    index = {"value": result.effect, "low": result.low, "high": result.high}
    return {
        **told,
        "community": {
            "index": index,
            **{name: _figure(seen[name]) for name in OF_COMMUNITY},
            "label": seen["label"],
            "people": result.n,
            "weeks": seen["weeks"],
            "chance": seen["chance"],
            "p": seen["p"],
            "sentence": f"{result.n:,} people in {seen['weeks']} weeks: {seen['label']}.",
        },
    }


def _figure(figure: dict[str, float] | None) -> dict[str, float] | None:
    return figure and {name: figure[name] for name in ("value", "low", "high")}


def watched() -> dict[str, Any]:
    """Return how many windows each check answered how, the share of tested ones in which one found something, and how
    many warnings there are.
    """
    of_practices = Finding.objects.filter(
        practice__in=PRACTICES
    )  # advice finds, too, and holds nothing against anybody
    answers = of_practices.values_list("check_code", "answer").annotate(n=Count("pk")).order_by("check_code", "answer")
    checks: dict[str, dict[str, int]] = {}
    for check, answer, n in answers:
        checks.setdefault(check, {})[answer] = n
    tested = sum(n for _, answer, n in answers if answer != Answer.NOT_APPLICABLE)
    found = sum(n for _, answer, n in answers if answer == Answer.FOUND)
    share = rate(found, tested) if tested else None
    figure = share and {"value": share["rate"], "low": share["low"], "high": share["high"]}
    return {"found": figure, "tested": tested, "checks": checks, "warnings": EthicsWarning.objects.count()}
