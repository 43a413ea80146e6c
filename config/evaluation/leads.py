"""How a plain table of leads ends, told from its columns alone."""

from collections.abc import Iterable, Sequence
from csv import reader
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config.evaluation.floors import floor_of
from config.evaluation.throwaway import Evaluation, EvaluationFailed, rows_of
from scoring.learning.evaluation import METRICS
from scoring.learning.tables import Judged, Table, judge

YES, NO = ("1", "1.0", "yes", "true"), ("0", "0.0", "no", "false")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def leads(
    evaluation: Evaluation, *, csv: Path, label: str, order: str, drop: Sequence[str] = (), keep: Sequence[str] = ()
) -> dict[str, Any]:
    """Return how well the last rows of a table are told by those before them (docs/evaluation.md). Raises
    EvaluationFailed where a column looks as if it was filled in later.
    """
    with evaluation.stage("read"):
        table = read(csv=csv, label=label, order=order, drop=drop, keep=keep)
    with evaluation.stage("learn"):
        evaluation.say(f"learning from {len(table.columns)} columns of {len(table.labels):,} rows")
        judged = judge(table, keep=keep)
    _refuse(judged)
    trained = judged.trained
    return {
        "rows": {"received": len(table.labels), **trained.rows},
        "positives": trained.positives,
        "columns": {
            "learnt_from": list(judged.learnt_from),
            "kept": list(keep),
            "dropped": list(drop),
            "passed_over": [name for name in table.columns if name not in judged.learnt_from],
        },
        **{name: trained.quality.get(name) for name in METRICS},
        **_suspected(judged),
        "floor": floor_of(csv),
        "baseline": {name: trained.baseline.get(name) for name in METRICS},
        "model": trained.recipe or None,
        "state": trained.verdict.value,
        "sentence": f"{trained.sentence} {_told(judged)}".strip(),
        "missing": trained.missing,
        "seconds": evaluation.seconds,
    }


def names(text: str) -> list[str]:
    """Return the columns that an option names: parted by commas; in double quotes where a name has one."""
    return [name.strip() for row in reader([text], skipinitialspace=True) for name in row if name.strip()]


def read(*, csv: Path, label: str, order: str, drop: Sequence[str] = (), keep: Sequence[str] = ()) -> Table:
    """Return a file as a table, without the columns to drop. Raises EvaluationFailed where it cannot be used."""
    if label == order:
        raise EvaluationFailed(f"“{label}” cannot be both the label and the order.")
    if both := sorted(set(drop) & set(keep)):
        raise EvaluationFailed(f"{_listed(both)}: either dropped or kept, not both.")
    rows = list(rows_of(csv, (label, order, *drop, *keep)))
    if not rows:
        raise EvaluationFailed(f"{csv.name} has no rows, only a header.")
    columns = {name: [row[name] for row in rows] for name in rows[0] if name not in (label, order, *drop)}
    if not columns:
        raise EvaluationFailed("No column is left to learn from: drop fewer.")
    return Table(columns, _labels(label, [row[label] for row in rows]), _places(order, [row[order] for row in rows]))


def _labels(name: str, values: Sequence[str]) -> list[int]:
    for number, value in enumerate(values, 1):
        if value.strip().lower() not in (*YES, *NO):
            raise EvaluationFailed(
                f"“{name}” is no label: row {number} has “{value[:40]}”. Every row needs 1 or 0, yes or no, true or "
                "false; name another column with --label."
            )
    return [int(value.strip().lower() in YES) for value in values]


def _places(name: str, values: Sequence[str]) -> list[float]:
    """Return where each row stands in time, by the first way to read that holds for all."""
    wrong = values[0]
    for read_ in (_number, _moment, _month):
        places = [read_(value.strip()) for value in values]
        if None not in places:
            return [place for place in places if place is not None]
        if places[0] is not None:  # so the others are likely meant
            wrong = values[places.index(None)]
    raise EvaluationFailed(
        f"“{name}” cannot be put in order: row {values.index(wrong) + 1} has “{wrong[:40]}”. Every row needs a number, "
        "a day or moment such as 2026-11-01, or a month by its English name; name another column with --order."
    )


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


def _moment(value: str) -> float | None:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _month(value: str) -> float | None:
    """Return the number of a month of one year."""
    short = value.lower()[:3]
    return float(MONTHS.index(short)) if short in MONTHS else None


def _refuse(judged: Judged) -> None:
    if not judged.leaks:
        return
    said = "\n".join(f"  {it.sentence}" for it in judged.leaks)
    raise EvaluationFailed(
        "Columns are refused, for they look as if they were filled in once it was known how it ended; whoever learns "
        f"from them tells the past:\n{said}\nPut them into --drop; what you know was there beforehand, into --keep:\n"
        f"  --drop '{written(it.column for it in judged.leaks)}'"
    )


def written(columns: Iterable[str]) -> str:
    """Return columns as an option names them."""
    return ",".join('"' + name.replace('"', '""') + '"' if "," in name or '"' in name else name for name in columns)


def _suspected(judged: Judged) -> dict[str, Any]:
    """Return which columns may have been filled in later, and the figures without them."""
    without = judged.without.quality if judged.without else {}
    return {
        "suspected": {it.column: it.sentence for it in judged.suspects},
        **{f"{name} without suspected": figure for name, figure in without.items()},
    }


def _told(judged: Judged) -> str:
    if not judged.suspects:
        return ""
    said = " ".join(it.sentence for it in judged.suspects)
    return (
        f"{said} Whoever asks only those who stay cannot tell by it who will: the figures without are what could be "
        "known beforehand. Put such columns into --drop, or into --keep if everybody was asked."
    )


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(f"“{name}”" for name in columns)
