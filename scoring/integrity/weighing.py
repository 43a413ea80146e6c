"""When several checks together are enough to warn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from scipy.stats import false_discovery_control

from scoring.integrity.check import LEVEL, Window

LEAST_FAMILIES = 2
Named = tuple[Any, ...]


@dataclass(frozen=True)
class Weighable:
    """A confirming test of a window that a screen found. of: what names the window, and of which channel or client."""

    of: Named
    family: str
    p: float
    is_found: bool


def month(end: datetime, zone: tzinfo) -> Window:
    """Return the agency's month that a window ends in; one that ends with its month belongs to that month."""
    last = end.astimezone(zone) - timedelta(microseconds=1)
    begun = last.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return begun, (begun + timedelta(days=32)).replace(day=1)


def weighed(tests: Sequence[Weighable]) -> tuple[list[float], dict[Named, dict[str, float]]]:
    """Return what each test of one agency and month is worth, in their order, and of which windows there is enough to
    warn: window → the families that agree, with the least q of each.

    >>> one, other = (Weighable((1,), family, 0.01, True) for family in ("engagement", "profiles"))
    >>> weighed([one, other, Weighable((2,), "profiles", 0.5, False)])
    ([0.015, 0.015, 0.5], {(1,): {'engagement': 0.015, 'profiles': 0.015}})
    """
    worth = q_values([it.p for it in tests])
    found: dict[Named, dict[str, float]] = {}
    for it, q in zip(tests, worth, strict=True):
        if it.is_found:
            families = found.setdefault(it.of, {})
            families[it.family] = min(q, families.get(it.family, 1.0))
    return worth, {of: families for of, its in found.items() if (families := agreeing(its))}


def q_values(p_values: Sequence[float]) -> list[float]:
    """Return what each p-value is worth among all tests of one agency and month (Benjamini & Hochberg 1995).

    >>> q_values([0.01, 0.04, 0.5])
    [0.03, 0.06, 0.5]
    """
    return [float(q) for q in false_discovery_control(p_values, method="bh")] if p_values else []


def agreeing(found: Mapping[str, float]) -> dict[str, float]:
    """Return the families that count, with their q, if they are enough to warn; else nothing.

    found: confirming family → q of its check, of those that found something in a window the screen found.

    >>> agreeing({"engagement": 0.01, "profiles": 0.04})
    {'engagement': 0.01, 'profiles': 0.04}
    >>> agreeing({"engagement": 0.01, "profiles": 0.2})
    {}
    """
    counting = {family: q for family, q in found.items() if q <= LEVEL}
    return counting if len(counting) >= LEAST_FAMILIES else {}
