"""Facts as tests write them: one line an act or an outcome, everything else filled in."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from scoring.features.clock import INBOUND, PURCHASE, Facts

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
BRAND = 1
MOMENT = pl.Datetime("us", "UTC")
ACTS: dict[str, Any] = {
    "contact": pl.Int64, "occurred_at": MOMENT, "known_at": MOMENT, "rung": pl.Int16, "nature": pl.Int16,
    "direction": pl.Int16, "words": pl.Int16, "asks": pl.Boolean, "automated": pl.Boolean, "act": pl.Int64,
    "reply": pl.Int64, "thread": pl.Int64, "mark": pl.Int64,
}  # fmt: skip
OUTCOMES: dict[str, Any] = {
    "contact": pl.Int64, "occurred_at": MOMENT, "known_at": MOMENT, "kind": pl.Int16, "value": pl.Float64,
    "currency": pl.Int64, "outcome": pl.Int64, "refund_of": pl.Int64,
}  # fmt: skip
LINKS: dict[str, Any] = {"contact": pl.Int64, "person": pl.Int64, "known_at": MOMENT}


def act(rung: int = 3, *, ago: float = 1, contact: int = 1, **more: Any) -> dict[str, Any]:
    """An act so many days before AS_OF, known when it happened; of ten words."""
    at = AS_OF - timedelta(days=ago)
    usual = {"direction": INBOUND, "nature": 1, "words": 10, "asks": False, "automated": False}
    numbers = dict.fromkeys(("act", "reply", "thread", "mark"), 0)
    return {"contact": contact, "occurred_at": at, "known_at": at, "rung": rung, **usual, **numbers, **more}


def outcome(kind: int = PURCHASE, *, ago: float = 1, contact: int = 1, **more: Any) -> dict[str, Any]:
    at = AS_OF - timedelta(days=ago)
    usual = {"value": 10.0, "currency": 7, "outcome": 0, "refund_of": 0}
    return {"contact": contact, "occurred_at": at, "known_at": at, "kind": kind, **usual, **more}


def link(contact: int, person: int, *, ago: float = 1000) -> dict[str, Any]:
    return {"contact": contact, "person": person, "known_at": AS_OF - timedelta(days=ago)}


def facts(
    acts: Iterable[Mapping[str, Any]] = (),
    outcomes: Iterable[Mapping[str, Any]] = (),
    links: Iterable[Mapping[str, Any]] = (),
    withheld: Iterable[int] = (),
) -> Facts:
    tables = (
        pl.DataFrame(list(acts), schema=ACTS),
        pl.DataFrame(list(outcomes), schema=OUTCOMES),
        pl.DataFrame(list(links), schema=LINKS),
    )
    everybody = {1, *(number for table in tables for number in table["contact"]), *tables[2]["person"]}
    contacts = pl.DataFrame({"contact": sorted(everybody)}, schema={"contact": pl.Int64})
    out = pl.col("contact").is_in(list(withheld))
    return Facts(*tables, contacts.with_columns(client=pl.lit(BRAND, pl.Int64), withheld=out))


def known_before(given: Facts, moment: datetime) -> Facts:
    """Return only what was known before the moment."""

    def early(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.filter(pl.col("known_at") < moment)

    return replace(given, acts=early(given.acts), outcomes=early(given.outcomes), links=early(given.links))


def market(people: int = 600, *, seed: int = 1, days: int = 420, talkers: float = 5.0, others: float = 0.6) -> Facts:
    """A simulated brand's past up to AS_OF. Three in ten talk, the rest only like; both act as often, so recency alone
    says little. talkers, others: how often each buys over the days, on average.
    """
    random = np.random.default_rng(seed)
    acts, outcomes = [], []
    for contact in range(1, people + 1):
        talks = bool(random.random() < 0.3)
        for ago in random.uniform(0, days, random.poisson(14)):
            rung, words = (int(random.integers(3, 8)), int(random.integers(3, 40))) if talks else (1, -1)
            acts.append(act(rung, ago=float(ago), contact=contact, words=words))
        bought = random.uniform(0, days, random.poisson(talkers if talks else others))
        outcomes += [outcome(ago=float(ago), contact=contact) for ago in bought]
    return facts(acts, outcomes)
