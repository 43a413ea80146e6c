"""Whether simulated agencies that bought nothing are warned of it, and those that bought are."""

from typing import Any

from config.evaluation import labelled
from config.evaluation.throwaway import Evaluation, EvaluationFailed
from scoring.integrity import agencies as trials
from scoring.integrity.agencies import Agency
from scoring.integrity.catalog.bought_followers import BOUGHT_FOLLOWERS
from scoring.integrity.check import Answer
from scoring.simulation.years import SOLD

# Those that buy are others than those that do not.
OTHERS = 100_000


def agencies(evaluation: Evaluation, *, honest: int, sold: int) -> dict[str, Any]:
    """Return how many honest agencies see a warning, and how many purchases of each kind are found, over the nights
    of a year (docs/evaluation.md).
    """
    look(honest=honest, sold=sold)
    with evaluation.stage("honest"):
        evaluation.say(f"{honest} agencies live through a year without buying anything")
        of_honest = [trials.agency(seed=seed) for seed in range(honest)]
    accused = [bool(it.warnings) for it in of_honest]
    by_kind: dict[str, Any] = {}
    for kind in SOLD:
        with evaluation.stage(kind):
            evaluation.say(f"{sold} agencies buy once: {kind}")
            by_kind[kind] = _found([trials.agency(seed=OTHERS + seed, sold=kind) for seed in range(sold)])
    return {
        "honest": honest,
        "accused": sum(accused),
        "false_warnings": labelled.rate(accused),
        "tested": _answers(of_honest),
        **{f"recall_{kind}": of["recall"] for kind, of in by_kind.items()},
        "by_kind": by_kind,
        "seconds": evaluation.seconds,
    }


def look(*, honest: int, sold: int) -> None:
    """Raise EvaluationFailed where that is too few."""
    if min(honest, sold) < 1:
        raise EvaluationFailed("--honest and --sold are 1 or more.")


def _found(of: list[Agency]) -> dict[str, Any]:
    """Return how often the purchase was seen by the screen, and warned of, and what agreed where it was."""
    agreed: dict[str, int] = {}
    for it in of:
        for families in {", ".join(warning.families) for warning in it.of_purchase}:
            agreed[families] = agreed.get(families, 0) + 1
    return {
        "agencies": len(of),
        "screened": labelled.rate([it.is_screened for it in of]),
        "recall": labelled.rate([bool(it.of_purchase) for it in of]),
        "other_warnings": sum(len(it.warnings) > len(it.of_purchase) for it in of),
        "agreed": agreed,
    }


def _answers(of: list[Agency]) -> dict[str, dict[str, int]]:
    """Return how many honest bursts each check tested, and in how many it found something."""
    tested = [it for agency in of for it in agency.tested]
    return {
        check: {
            "tested": sum(it.check == check for it in tested),
            "found": sum(it.check == check and it.result.answer == Answer.FOUND for it in tested),
        }
        for check in (it.code for it in BOUGHT_FOLLOWERS.confirming)
    }
