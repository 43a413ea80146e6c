"""Which comments are nearly the same as others, and whether those are spam."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from config.evaluation.floors import floor_of
from config.evaluation.leads import NO, YES
from config.evaluation.throwaway import Evaluation, EvaluationFailed, rows_of
from ingestion.formats.hearing import heard
from scoring.integrity.likeness import SIZE, near_duplicates
from scoring.learning.report import rate

COLUMNS, TRUTH, PLACE = ("author", "text"), "is_spam", "video"
FIGURES = ("precision", "recall", "false_alarms")
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Comment:
    """A comment as it is kept. signature: None where next to nothing is said. is_spam: None: the file does not say."""

    author: str
    place: str
    words: int
    signature: bytes | None
    is_spam: bool | None


def comments(evaluation: Evaluation, *, csv: Path) -> dict[str, Any]:
    """Return how many comments are copies, and how well that tells spam: of all together, and under each video by
    itself (docs/evaluation.md).
    """
    with evaluation.stage("read"):
        rows = read(csv=csv)
    with evaluation.stage("compare"):
        evaluation.say(f"comparing {len(rows):,} comments")
        found = _told(rows)
        places = sorted({it.place for it in rows})
        by_place = {place: _told([it for it in rows if it.place == place]) for place in places if len(places) > 1}
    sentence = (
        f"{found['copies']:,} of {len(rows):,} comments are nearly the same as another, and long or by several authors."
    )
    return {
        **found,
        "videos": by_place,
        "floor": floor_of(csv),
        "sentence": sentence,
        "seconds": evaluation.seconds,
    }


def read(*, csv: Path) -> list[Comment]:
    """Return the comments of a file. Raises EvaluationFailed where it cannot be used."""
    rows = list(rows_of(csv, COLUMNS))
    if not rows:
        raise EvaluationFailed(f"{csv.name} has no rows, only a header.")
    is_known = TRUTH in rows[0]
    return [_heard(it, number if is_known else None) for number, it in enumerate(rows, 1)]


def _heard(row: dict[str, str], number: int | None) -> Comment:
    """number: of the row, where it has to say whether it is spam."""
    said = row.get(TRUTH, "").strip().lower()
    if number is not None and said not in (*YES, *NO):
        raise EvaluationFailed(f"{TRUTH} is “{row[TRUTH][:40]}” in row {number}; expected 1 or 0, yes or no.")
    it = heard(row["text"])
    return Comment(row["author"], row.get(PLACE, ""), it.words, it.likeness, None if number is None else said in YES)


def _told(rows: Sequence[Comment]) -> dict[str, Any]:
    copied = _copied(rows)
    found: dict[str, Any] = {
        "rows": len(rows),
        "with_signature": sum(it.signature is not None for it in rows),
        "copies": int(copied.sum()),
        "spam": None,
        **dict.fromkeys(FIGURES),
    }
    if rows[0].is_spam is None:
        return found
    spam = np.array([it.is_spam for it in rows], dtype=bool)
    caught = int((copied & spam).sum())
    of = (found["copies"], int(spam.sum()), int((~spam).sum()))
    hits = (caught, caught, found["copies"] - caught)
    shares = {name: _figure(*it) for name, *it in zip(FIGURES, hits, of, strict=True)}
    return found | shares | {"spam": int(spam.sum())}


def _copied(rows: Sequence[Comment]) -> Flags:
    """Return which comments are copies, by the rule of `integrity.automated.duplicates`."""
    spoken = [place for place, it in enumerate(rows) if it.signature is not None]
    joined = b"".join(it.signature for it in rows if it.signature is not None)
    authors = np.unique([rows[place].author for place in spoken], return_inverse=True)[1]
    words = np.array([rows[place].words for place in spoken], dtype=np.int64)
    copied = np.zeros(len(rows), dtype=bool)
    copied[spoken] = near_duplicates(np.frombuffer(joined, np.uint8).reshape(-1, SIZE), authors, words)
    return copied


def _figure(hits: int, of: int) -> dict[str, float] | None:
    if not of:
        return None
    share = rate(hits, of)
    return {"value": share["rate"], "low": share["low"], "high": share["high"]}
