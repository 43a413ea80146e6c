"""Genuine data, of which nothing may be warned: every warning that is raised is printed."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from config import waiting
from config.evaluation import community, series
from config.evaluation.throwaway import Evaluation, EvaluationFailed, header_of, rows_of
from ingestion.models import Source
from scoring import selectors
from scoring.services import warnings

ACTORS = ("actor", "sender", "account_id", "contact")
TOWARDS = ("receiver", "object", "object_id", "target", "post")
TIMES = ("time", "timestamp", "timestamp_share", "occurred_at")
COMMENTS = {"author", "date", "text"}
Import = Callable[[Evaluation, Source], Any]


def controls(evaluation: Evaluation, *, folder: Path) -> dict[str, Any]:
    """Send every file of a folder through an agency of its own; return what was raised (docs/evaluation.md)."""
    known, unknown = read(folder=folder)
    files: dict[str, Any] = {}
    for name, send in known.items():
        evaluation.say(f"{name}: importing")
        with evaluation.agency(f"Control {name}") as source:
            rows = send(evaluation, source)
            evaluation.say(f"{name}: looking for every practice")
            waiting.done("watch")
            waiting.all_done()
            with transaction.atomic():
                raised = [it.evidence.headline for it in warnings.told(list(selectors.warnings()))]
                checks = community.watched()["checks"]
        for headline in raised:
            evaluation.say(f"{name}: WARNING {headline}")
        files[name] = {"rows": rows, "checks": checks, "warnings": raised}
    for name, why in unknown.items():
        evaluation.say(f"{name}: not used: {why}")
    number = sum(len(it["warnings"]) for it in files.values())
    return {
        "files": files,
        "not_used": unknown,
        "warnings": number,
        "sentence": f"{number} {'warning was' if number == 1 else 'warnings were'} raised on {len(files)} files of "
        "genuine data; there should be none.",
        "seconds": evaluation.seconds,
    }


def read(*, folder: Path) -> tuple[dict[str, Import], dict[str, str]]:
    """Return how each file of a folder is sent in, by its name, and why others are not. Raises EvaluationFailed where
    there is none to send in.
    """
    known: dict[str, Import] = {}
    unknown: dict[str, str] = {}
    for file in sorted(it for it in folder.rglob("*") if it.is_file()):
        name = str(file.relative_to(folder))
        try:
            known[name] = _import_of(file)
        except EvaluationFailed as failed:
            unknown[name] = str(failed)
    if not known:
        said = "; ".join(f"{name}: {why}" for name, why in unknown.items()) or "it is empty"
        raise EvaluationFailed(f"There is nothing in {folder.name} that can be sent in ({said}).")
    return known, unknown


def _import_of(file: Path) -> Import:
    if file.name.endswith((".txt", ".txt.gz")):
        return _acts(file, {"sender": "", "receiver": "", "time": ""})
    if not file.name.endswith((".csv", ".csv.gz")):
        raise EvaluationFailed("Neither .csv nor .txt, which may be packed as .gz.")
    header = header_of(file)
    if set(series.COLUMNS) <= set(header):
        rows = series.read(csv=file)
        if not rows:
            raise EvaluationFailed("It has no row.")
        return lambda evaluation, source: series.imported(evaluation, source, rows)[1]
    if set(header) >= COMMENTS:
        return lambda evaluation, source: evaluation.imported(source, "engagements", _comments(file))
    of = [next((name for name in names if name in header), None) for names in (ACTORS, TOWARDS, TIMES)]
    if None in of:
        raise EvaluationFailed(
            f"It has the columns {', '.join(header)}; expected acts (actor, object, time), gains "
            f"({', '.join(series.COLUMNS)}) or comments (author, date, text)."
        )
    sender, to, time = (str(it) for it in of)
    to_people = to in ("receiver", "target")
    return _acts(file, {"sender": sender, "receiver": to, "time": time} | ({} if to_people else {"post": to}))


def _acts(file: Path, columns: dict[str, str]) -> Import:
    acts = community.read(csv=file, **columns)
    passed_on = "post" in columns
    return lambda evaluation, source: community.imported(evaluation, source, acts, passed_on=passed_on)


def _comments(file: Path) -> list[list[str]]:
    """Return comments as acts on the posts that they stand under."""
    made = [["id", "kind", "occurred_at", "direction", "actor.customer", "post", "text"]]
    for number, it in enumerate(rows_of(file, ("author", "date", "text")), 1):
        at = it["date"]
        try:
            moment = datetime.fromisoformat(at)
            at = moment.isoformat() if moment.tzinfo else f"{moment.isoformat()}Z"
        except ValueError:
            pass  # the import says what is wrong with it
        made.append([str(number), "comment", at, "inbound", it["author"], it.get("video", ""), it["text"]])
    return made
