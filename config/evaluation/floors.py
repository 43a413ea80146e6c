"""What plain library models reached on real files, and how a figure reads beside it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

# File → figure → floor (docs/evaluation.md). Of a figure in LOWER less is better. Other files have none.
FLOORS: dict[str, dict[str, float]] = {
    "cd_shop_purchases_1997.csv.gz": {"auc": 0.792, "brier": 0.096},
    "stars_by_month.csv.gz": {"auc": 0.875},
    "education_leads_first70.csv": {"auc": 0.867, "brier": 0.145},
    "shop_sessions_feb_oct.csv": {"auc": 0.558},
    "video_comments.csv": {"precision": 0.83, "recall": 0.27, "false_alarms": 0.06},
}
# Of tasks whose file here is too short for a figure: what was reached on the whole data, which are kept back.
OF_WHOLE = {"deals": {"auc": 0.711}, "web": {"auc": 0.898, "auc by the prior": 0.898}}
LOWER = ("brier", "ece", "false_alarms")


def floor_of(file: Path) -> dict[str, float] | None:
    """Return the floors that are known for a file, by its name."""
    return FLOORS.get(file.name)


def lines(found: dict[str, Any]) -> Iterator[str]:
    """Yield one line for each figure of a result, with its interval and its floor; its sentence, if it has one; and
    the same of results within it.
    """
    floors = found.get("floor") or {}
    for name, figure in found.items():
        if isinstance(figure, dict) and set(figure) == {"value", "low", "high"}:
            told = f"{name} {figure['value']:.3f} (90 %: {figure['low']:.3f} to {figure['high']:.3f})"
            yield told + (_beside(name, figure, floors[name]) if name in floors else "")
    if found.get("sentence"):
        yield found["sentence"]
    for name, within in found.items():
        if isinstance(within, dict) and "sentence" in within:
            yield from (f"{name.replace('_', ' ')}: {line}" for line in lines(within))


def _beside(name: str, figure: dict[str, float], floor: float) -> str:
    worse = figure["value"] > floor if name in LOWER else figure["value"] < floor
    if not worse:
        return f"; floor {floor}: reached"
    inside = figure["low"] <= floor <= figure["high"]
    return f"; floor {floor}: not reached{', but inside the interval' if inside else ''}"
