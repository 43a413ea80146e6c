"""How often bought followers are found by when their accounts were made, and how often people are."""

from pathlib import Path
from typing import Any

import numpy as np

from config.evaluation import labelled
from config.evaluation.labelled import Flags, Numbers
from config.evaluation.throwaway import Evaluation, EvaluationFailed
from scoring.integrity import trials
from scoring.integrity.check import Answer

DAY = "created_day"
SIZES = (100, 200, 500)
SHARES = (0.0, 0.02, 0.05, 0.1, 0.2)
LEAST_DRAWS = 200
SEED = 1


def creation(evaluation: Evaluation, *, csv: Path, draws: int = LEAST_DRAWS) -> dict[str, Any]:
    """Return the power of the scan by size and share of a purchase, and its false alarms (docs/evaluation.md)."""
    with evaluation.stage("read"):
        days, is_fake = read(csv=csv, draws=draws)
    real = int((~is_fake).sum())
    sizes = [size for size in SIZES if real >= 2 * size]
    by_size: dict[str, Any] = {}
    with evaluation.stage("judge"):
        for size in sizes:
            evaluation.say(f"{draws} cohorts of {size} for each share")
            by_size[str(size)] = {str(share): _of(days, is_fake, share, size, draws) for share in SHARES}
    largest = by_size[str(sizes[-1])]
    return {
        "rows": {"received": len(is_fake), "real": real, "false": int(is_fake.sum())},
        "draws": draws,
        "size": sizes[-1],
        "power": largest["0.05"]["found"],
        "false_alarms": largest["0.0"]["found"],
        "worst_false_alarms": max((it["0.0"]["found"] for it in by_size.values()), key=lambda rate: rate["value"]),
        "by_size": by_size,
        "seconds": evaluation.seconds,
    }


def read(*, csv: Path, draws: int) -> tuple[Numbers, Flags]:
    """Return on which day each account was made, and which are false; those without a day are left out. Raises
    EvaluationFailed where a file cannot be used.
    """
    if draws < LEAST_DRAWS:
        raise EvaluationFailed(f"--draws is {draws}; fewer than {LEAST_DRAWS} say too little.")
    rows, is_fake = labelled.read(csv, (DAY,))
    days = labelled.days(csv, rows, DAY)
    is_known = np.isfinite(days)
    days, is_fake = days[is_known], is_fake[is_known]
    real, false, least = int((~is_fake).sum()), int(is_fake.sum()), SIZES[0]
    if real < 2 * least or false < SHARES[-1] * SIZES[-1]:
        raise EvaluationFailed(
            f"{csv.name} has {real} real rows with a day and {false} false ones; {2 * least} and "
            f"{round(SHARES[-1] * SIZES[-1])} are needed."
        )
    return days, is_fake


def _of(days: Numbers, is_fake: Flags, share: float, size: int, draws: int) -> dict[str, Any]:
    found = [
        (it.answer == Answer.FOUND, it.effect or 0.0)
        for it in trials.of_creation(days, is_fake, share=share, size=size, draws=draws, seed=SEED)
    ]
    return {"found": labelled.rate([it for it, _ in found]), "effect": labelled.mean(effect for _, effect in found)}
