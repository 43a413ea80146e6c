"""How far off the share of bought followers is that is told from profiles, where it is known."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from config.evaluation import labelled
from config.evaluation.labelled import Flags, Numbers, Rows
from config.evaluation.throwaway import Evaluation, EvaluationFailed
from scoring.integrity import trials
from scoring.integrity.check import Answer

SHARES = (0.0, 0.05, 0.1, 0.3)
# Of each cohort: the larger where there are real rows enough for two, else the fewest that the check takes.
SIZES = (200, 170)
LEAST_DRAWS = 200
SEED = 1
# What the check compares → the columns it is made of, the first that a file has.
FACTS: dict[str, tuple[tuple[str, ...], ...]] = {
    "followers": (("followers",),),
    "following": (("following",),),
    "posts": (("posts",),),
    "bio_length": (("bio_length",),),
    "digit_share": (("digit_share",), ("username_digit_share",), ("username_digits", "username_length")),
    "has_avatar": (("has_avatar",),),
}


def profiles(evaluation: Evaluation, *, csv: Path, draws: int = LEAST_DRAWS) -> dict[str, Any]:
    """Return how far the told share is off at true shares of 0, 5, 10 and 30 % (docs/evaluation.md)."""
    with evaluation.stage("read"):
        facts, is_fake, size, columns = read(csv=csv, draws=draws)
    by_share: dict[str, Any] = {}
    with evaluation.stage("judge"):
        for share in SHARES:
            evaluation.say(f"{draws} cohorts of {size}, of whom {share:.0%} are false")
            drawn = trials.of_profiles(facts, is_fake, share=share, size=size, draws=draws, seed=SEED)
            told = [(it.effect or 0.0, it.answer == Answer.FOUND) for it in drawn]
            errors = [effect - round(share * size) / size for effect, _ in told]
            by_share[str(share)] = {
                "bias": labelled.mean(errors),
                "sd": float(np.std(errors, ddof=1)),
                "found": labelled.rate([found for _, found in told]),
            }
    worst = max((it["bias"] for it in by_share.values()), key=lambda bias: abs(bias["value"]))
    ends = sorted(abs(worst[end]) for end in ("low", "high"))
    is_of_one_sign = worst["low"] * worst["high"] > 0
    return {
        "rows": {"received": len(is_fake), "real": int((~is_fake).sum()), "false": int(is_fake.sum())},
        "columns": columns,
        "size": size,
        "draws": draws,
        "bias": {"value": abs(worst["value"]), "low": ends[0] if is_of_one_sign else 0.0, "high": ends[1]},
        "sd": max(it["sd"] for it in by_share.values()),
        "by_share": by_share,
        "seconds": evaluation.seconds,
    }


def read(*, csv: Path, draws: int) -> tuple[Mapping[str, Numbers], Flags, int, dict[str, list[str]]]:
    """Return what is known of each profile, which are false, how large cohorts are, and which columns were used. Raises
    EvaluationFailed where a file cannot be used.
    """
    if draws < LEAST_DRAWS:
        raise EvaluationFailed(f"--draws is {draws}; fewer than {LEAST_DRAWS} say too little.")
    rows, is_fake = labelled.read(csv)
    header = rows[0].keys()
    columns = {fact: [*made] for fact, ways in FACTS.items() for made in _first(ways, lambda way: {*way} <= {*header})}
    if len(columns) < len(FACTS):
        lacking = ", ".join(" or ".join(" and ".join(way) for way in FACTS[it]) for it in FACTS if it not in columns)
        raise EvaluationFailed(f"{csv.name} has the columns {', '.join(header)}; it lacks {lacking}.")
    real, false = int((~is_fake).sum()), int(is_fake.sum())
    sizes = [it for it in SIZES if real >= 2 * it and false >= SHARES[-1] * it]
    if not sizes:
        least = SIZES[-1]
        raise EvaluationFailed(
            f"{csv.name} has {real} real rows and {false} false ones; {2 * least} and {round(SHARES[-1] * least)} are "
            "needed."
        )
    return {fact: _fact(csv, rows, made) for fact, made in columns.items()}, is_fake, sizes[0], columns


def _first(ways: tuple[tuple[str, ...], ...], is_there: Callable[[tuple[str, ...]], bool]) -> list[tuple[str, ...]]:
    return [way for way in ways if is_there(way)][:1]


def _fact(csv: Path, rows: Rows, columns: list[str]) -> Numbers:
    """Return a column, or a share that two of them make."""
    values = [labelled.numbers(csv, rows, column) for column in columns]
    return values[0] / np.maximum(values[1], 1) if len(values) == 2 else values[0]
