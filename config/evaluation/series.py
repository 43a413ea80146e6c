"""Which months have bought followers, from gains by month alone."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from django.db import transaction

from config import waiting
from config.evaluation.floors import floor_of
from config.evaluation.throwaway import PLATFORM, Evaluation, EvaluationFailed, rows_of
from ingestion.models import Source
from scoring.integrity.catalog.bought_followers import GROWTH
from scoring.learning.evaluation import ALARM_METRICS, evaluate_alarms
from scoring.models import Answer, EthicsWarning, Finding
from tenants.models import Channel

COLUMNS, TRUTH = ("repo", "month", "n_stars"), "n_stars_clustered"
# What is judged, and when it is true (docs/evaluation.md).
LEAST_GAINED, FEWEST_EARLIER, LEAST_FLAGGED, FLAGGED_SHARE = 50, 3, 50, 0.5
MONTH = re.compile(r"(\d{4})-(\d{1,2})(?!\d)")


@dataclass(frozen=True)
class Row:
    """A month as the file has it. number: months after year 0; None: it cannot be read. bought: None: not said."""

    repo: str
    month: str
    stars: str
    bought: float | None

    @property
    def number(self) -> int | None:
        found = MONTH.match(self.month)
        if found is None or not 1 <= int(found[2]) <= 12 or not 1970 <= int(found[1]) < 9999:
            return None
        return int(found[1]) * 12 + int(found[2]) - 1


def series(evaluation: Evaluation, *, csv: Path) -> dict[str, Any]:
    """Return how well months with bought stars are told by the growth screen alone (docs/evaluation.md)."""
    with evaluation.agency("Evaluation on audience series") as source:
        with evaluation.stage("import"):
            rows = read(csv=csv)
            channels, verdicts, zeros = imported(evaluation, source, rows)
        with evaluation.stage("watch"):
            evaluation.say("screening every month of every channel")
            waiting.done("watch")
            waiting.all_done()
        with evaluation.stage("judge"), transaction.atomic():
            evaluation.say("judging")
            found = {"channels": len(channels), "warnings": EthicsWarning.objects.count()}
            found |= _judged(rows, channels)
    return {
        "rows": verdicts,
        "zeros_added": zeros,
        **found,
        "floor": floor_of(csv),
        "seconds": evaluation.seconds,
    }


def imported(evaluation: Evaluation, source: Source, rows: list[Row]) -> tuple[dict[str, str], dict[str, int], int]:
    """Import gains by month, with the months that had none; return how rows name the channels, how many rows of the
    file have which verdict, and how many months were added.
    """
    channels = _channels(rows, source)
    zeros = _zeros(rows)
    counts = [[channels[it.repo], _end(it.number) if it.number else it.month, it.stars] for it in rows]
    counts += [[channels[repo], _end(number), "0"] for repo, number in zeros]
    lines = [["channel", "at", "gained", "window"], *([*it, "month"] for it in counts)]
    verdicts = evaluation.imported(source, "audience-counts", lines)
    of_file = {name: verdicts[name] - len(zeros) for name in ("received", "accepted")}
    return channels, verdicts | of_file, len(zeros)


def read(*, csv: Path) -> list[Row]:
    """Return the months of a file. Raises EvaluationFailed where it cannot be used."""
    rows = []
    for it in rows_of(csv, COLUMNS):
        try:
            bought = float(it[TRUTH]) if it.get(TRUTH) else None
        except ValueError as wrong:
            said = f"{TRUTH} is “{it[TRUTH]}” for {it['repo']} in {it['month']}; expected a number."
            raise EvaluationFailed(said) from wrong
        rows.append(Row(it["repo"], it["month"], _whole(it["n_stars"]), bought))
    return rows


def _whole(number: str) -> str:
    """Return 375.0 as 375; what is no whole number as it stands, for the import to say what is wrong with it."""
    try:
        return str(int(number)) if "." not in number else str(int(float(number))) if float(number) % 1 == 0 else number
    except ValueError:
        return number


def _channels(rows: list[Row], source: Source) -> dict[str, str]:
    """Make a channel of every repository; return how rows name it. By number: the file's names may be any text."""
    repos = dict.fromkeys(it.repo for it in rows)
    handles = {repo: f"r{number:06}" for number, repo in enumerate(repos, 1)}
    with transaction.atomic():
        Channel.objects.bulk_create(
            (Channel(client=source.client, platform=PLATFORM, handle=handle) for handle in handles.values()),
            batch_size=1000,  # to write them all out at once takes longer than a transaction may be idle
        )
    return {repo: f"{PLATFORM}/{handle}" for repo, handle in handles.items()}


def _zeros(rows: list[Row]) -> list[tuple[str, int]]:
    """Return the months that a repository lacks between two of its own: they had no star, and the file has only those
    that had some.
    """
    known: dict[str, set[int]] = {}
    for it in rows:
        if it.number is not None:
            known.setdefault(it.repo, set()).add(it.number)
    return [(repo, number) for repo, of in known.items() for number in range(min(of), max(of)) if number not in of]


def _end(number: int) -> str:
    """Return the moment at which a month is over."""
    return datetime((number + 1) // 12, (number + 1) % 12 + 1, 1, tzinfo=UTC).isoformat()


def _judged(rows: list[Row], channels: dict[str, str]) -> dict[str, Any]:
    """Return how well what the screen said of each month tells whether its stars were bought."""
    truth: dict[tuple[str, int | None], float] = {}
    for it in rows:
        if it.bought is not None:
            truth.setdefault((channels[it.repo], it.number), it.bought)  # as the import: the first one counts
    screened = list(
        Finding.objects.filter(check_code=GROWTH.code, n__gte=FEWEST_EARLIER, seen__gained__gte=LEAST_GAINED)
        .order_by("channel_id", "end")
        .values_list("channel_id", "channel__handle", "end", "seen", "answer")
    )
    found: dict[str, Any] = {"judged": len(screened), "true": None, **dict.fromkeys(ALARM_METRICS), "screen": None}
    if not truth:
        return found
    labels = np.array(
        [
            max(LEAST_FLAGGED, FLAGGED_SHARE * seen["gained"]) <= truth.get((f"{PLATFORM}/{handle}", _of(end)), 0)
            for _, handle, end, seen, _ in screened
        ],
        dtype=np.float64,
    )
    found["true"] = int(labels.sum())
    if 0 < found["true"] < len(screened):
        z = np.array([seen["z"] for _, _, _, seen, _ in screened])
        accounts = np.unique([channel for channel, *_ in screened], return_inverse=True)[1]
        found |= evaluate_alarms(labels, z, accounts, seed=0)
        answers = np.array([answer for *_, answer in screened])
        is_found, is_applicable = answers == Answer.FOUND, answers != Answer.NOT_APPLICABLE
        found["screen"] = {
            "applicable": int(is_applicable.sum()),
            "recall": float(is_found[labels == 1].mean()),
            "false_alarms": float(is_found[labels == 0].mean()),
        }
    return found


def _of(end: datetime) -> int:
    """Return the number of the month that is over at a moment."""
    last = end.astimezone(UTC) - timedelta(days=1)
    return last.year * 12 + last.month - 1
