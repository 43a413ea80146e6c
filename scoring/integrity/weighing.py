"""When several checks together are enough to warn."""

from collections.abc import Mapping, Sequence

from scipy.stats import false_discovery_control

from scoring.integrity.check import LEVEL

LEAST_FAMILIES = 2


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
