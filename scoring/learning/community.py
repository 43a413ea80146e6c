"""Whether an audience is a community: do its members get answers from each other?"""

from datetime import datetime
from typing import Any

import polars as pl

from scoring.features.clock import Facts
from scoring.features.matrix import matrix
from scoring.learning.report import rate


def community(facts: Facts, as_of: datetime) -> dict[str, Any]:
    """Return, of everybody known before a moment and over the year before it: how many there are; the shares who were
    spoken to by another member (`received`) and were answered by one (`answered`), with 90 % intervals (Wilson), None
    where nobody is there; and with how many others the middle one, the middle one of those with any, and the most
    connected one were in touch (`peers`).
    """
    rows = matrix(facts, as_of)
    shares = {"received": "received_from_peers", "answered": "answered_by_peers"}
    found: dict[str, Any] = {"members": rows.height}
    for name, column in shares.items():
        told = rate(int((rows[column] > 0).sum()), rows.height) if rows.height else None
        found[name] = told and {"value": told["rate"], "low": told["low"], "high": told["high"]}
    any_ = rows.filter(pl.col("peers") > 0)["peers"]
    found["peers"] = {"median": rows["peers"].median(), "median_of_any": any_.median(), "most": rows["peers"].max()}
    return found
