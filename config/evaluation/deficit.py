"""How well accounts whose gains were bought are told by what did not come with them."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from config.evaluation import labelled
from config.evaluation.throwaway import Evaluation, EvaluationFailed, rows_of
from scoring.integrity.deficit import deficit as deficit_of
from scoring.learning.evaluation import evaluate

NAME, GAINED = "repo", "WatchEvent"
OTHERS = ("ForkEvent", "IssuesEvent", "IssueCommentEvent", "PullRequestEvent")
# By how much was gained. Smaller ones are not judged.
TIERS = (50, 100, 200, 500, 1_000, 5_000)

Counts = dict[str, NDArray[np.float64]]


def deficit(evaluation: Evaluation, *, flagged: Path, random: Path) -> dict[str, Any]:
    """Return how well flagged rows are told from random ones by the deficit, without labels (docs/evaluation.md)."""
    with evaluation.stage("read"):
        of_flagged, of_random = read(flagged=flagged, random=random)
    both = {name: counts for name, counts in of_random.items() if name not in of_flagged}
    counts = np.array([*of_flagged.values(), *both.values()])
    labels = np.concatenate([np.ones(len(of_flagged)), np.zeros(len(both))])
    is_judged = counts[:, 0] >= TIERS[0]
    counts, labels = counts[is_judged], labels[is_judged]
    gained, others = counts[:, 0], counts[:, 1:]
    of_all, of_one = deficit_of(gained, others), deficit_of(gained, others[:, :1])
    with evaluation.stage("judge"):
        evaluation.say(f"judging {len(labels):,} accounts")
        figures = {name: _auc(labels, scores) for name, scores in (("auc", of_all), ("auc_of_one_ratio", of_one))}
        tiers = {}
        for least, most in zip(TIERS, (*TIERS[1:], np.inf), strict=True):
            at = (gained >= least) & (gained < most)
            tiers[f"from {least}"] = {
                "flagged": int(labels[at].sum()), "random": int((1 - labels[at]).sum()),
                "auc": _auc(labels[at], of_all[at]), "auc_of_one_ratio": _auc(labels[at], of_one[at]),
            }  # fmt: skip
    return {
        "rows": {"flagged": len(of_flagged), "random": len(of_random)},
        "in_both": len(of_random) - len(both),
        "judged": len(labels),
        "true": int(labels.sum()),
        **figures,
        "by_tier": tiers,
        "seconds": evaluation.seconds,
    }


def read(*, flagged: Path, random: Path) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Return the counts of each account, by its name: what it gained, and the others. Raises EvaluationFailed where a
    file cannot be used.
    """
    of_flagged, of_random = _counts(flagged), _counts(random)
    for file, counts in (
        (flagged, of_flagged),
        (random, {name: it for name, it in of_random.items() if name not in of_flagged}),
    ):
        if not any(it[0] >= TIERS[0] for it in counts.values()):
            raise EvaluationFailed(f"{file.name} has no account of its own that gained {TIERS[0]} or more.")
    return of_flagged, of_random


def _counts(file: Path) -> dict[str, list[float]]:
    rows = list(rows_of(file, (NAME, GAINED, *OTHERS)))
    columns = [labelled.numbers(file, rows, column) for column in (GAINED, *OTHERS)]
    table = np.nan_to_num(np.stack(columns, axis=1)) if rows else np.zeros((0, 1))
    if (table < 0).any():
        raise EvaluationFailed(f"{file.name} has a count below 0.")
    return {row[NAME]: counts for row, counts in zip(rows, table.tolist(), strict=True)}


def _auc(labels: NDArray[np.float64], scores: NDArray[np.float64]) -> labelled.Figure | None:
    if not 0 < labels.sum() < len(labels):
        return None
    return evaluate(labels, scores, seed=0, of=("auc",))["auc"]
