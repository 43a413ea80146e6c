"""The checks on pods, tried on people of whom it is known, or made so, who acts together. For measuring, and for
nothing else: here alone groups are told by their people.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import polars as pl

from scoring.integrity import draws, pods, synchrony
from scoring.integrity.check import Result, Window
from scoring.integrity.draws import Counts
from scoring.simulation.company import with_company
from scoring.simulation.pods import Tightness, with_pods

Figure = dict[str, float]
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Said:
    """Acts by names, a row each: who, on which object, whose it is ("": nobody's who is known), and when (UTC)."""

    actors: Sequence[str]
    objects: Sequence[str]
    owners: Sequence[str]
    moments: Sequence[datetime]


@dataclass(frozen=True)
class Trial:
    """owned: acts on posts of people; others: those on what is nobody's, each object as if it had an owner of its own.
    names: of each person, by number from 1 on. Both as `synchrony.screen` takes them.
    """

    owned: pl.DataFrame
    others: pl.DataFrame
    names: Sequence[str]
    window: Window

    @classmethod
    def of(cls, said: Said) -> "Trial":
        """Take names for numbers. An object that is its owner's own name is no post that is named."""
        names = sorted({*said.actors, *said.owners} - {""})
        number = {name: at for at, name in enumerate(names, 1)}
        things = {name: at for at, name in enumerate(sorted(set(said.objects)), 1)}
        rows = pl.DataFrame(
            {
                "contact": [number[it] for it in said.actors],
                "target": [number.get(it, 0) for it in said.owners],
                "post": [0 if it == owner else things[it] for it, owner in zip(said.objects, said.owners, strict=True)],
                "occurred_at": said.moments,
            },
            schema_overrides={"occurred_at": pl.Datetime("us", "UTC")},
        ).with_columns(words=pl.lit(-1, pl.Int16))
        start = min(said.moments).replace(hour=0, minute=0, second=0, microsecond=0)
        end = max(said.moments).replace(hour=0, minute=0, second=0, microsecond=0) + DAY
        nobodys = pl.col("target") == 0
        alone = rows.filter(nobodys).with_columns(target=-pl.col("post"))
        return cls(rows.filter(~nobodys), alone, names, (start, end))

    def checks(self) -> dict[str, Result]:
        start, end = self.window
        return pods.checks(self.owned, start=start, end=end)

    def raised(self, window: Window | None = None) -> list[frozenset[str]]:
        """Return the groups that the rule raises in a window, or in the whole time."""
        start, end = window or self.window
        return [frozenset(self.names[it - 1] for it in of) for of in pods.raised(self.owned, start=start, end=end)]

    def alone(self) -> tuple[Result, frozenset[str]]:
        """Return what the screen says of acts on what is nobody's, where the product does not ask it; and of whom."""
        start, end = self.window
        screened = synchrony.screen(self.others, start=start, end=end)
        return screened.result, frozenset(self.names[it - 1] for it in screened.members["contact"])

    def months(self) -> list[Window]:
        """Return the months of the calendar, in UTC, that the time touches."""
        start, end = self.window
        begins = pl.datetime_range(start.replace(day=1), end + 31 * DAY, "1mo", eager=True).to_list()
        return [month for month in pairwise(begins) if month[0] < end]

    def found_of_planted(self, *, plant: int, tightness: Tightness, seed: int) -> tuple[int, int, int]:
        """Plant pods among the people; return how many of their members are raised, of others, and of members not."""
        start, end = self.window
        acts, truth = with_pods(self.owned, start=start, end=end, pods=plant, tightness=tightness, seed=seed)
        found = frozenset().union(*pods.raised(acts, start=start, end=end))
        there = frozenset().union(*truth)
        return len(found & there), len(found - there), len(there - found)

    def raises_company(self, *, kind: str, seed: int) -> bool:
        """Return whether anything is raised once a company of honest people is put among them."""
        start, end = self.window
        acts = with_company(self.owned, start=start, end=end, kind=kind, seed=seed)
        return bool(pods.raised(acts, start=start, end=end))


def figures(right: Sequence[int], wrong: Sequence[int], missed: Sequence[int]) -> dict[str, Figure | None]:
    """Return precision, recall and F1 with 90 % intervals of bootstrap draws of units, people or runs; None where there
    is nothing that could be right.

    >>> figures([1, 1, 0], [0, 0, 0], [0, 0, 1])["recall"]["value"]
    0.6666666666666666
    """
    one, two, three = (np.asarray(it, dtype=np.int64) for it in (right, wrong, missed))
    return {
        "precision": _figure(one, one + two),
        "recall": _figure(one, one + three),
        "f1": _figure(2 * one, 2 * one + two + three),
    }


def of_people(found: Collection[str], truth: Collection[str]) -> dict[str, Figure | None]:
    """Return the figures of those who are found, by people."""
    either = sorted({*found, *truth})
    is_found, is_true = (np.array([it in of for it in either], dtype=np.int64) for of in (set(found), set(truth)))
    return figures(is_found * is_true, is_found * (1 - is_true), (1 - is_found) * is_true)  # type: ignore[arg-type]


def _figure(part: Counts, of: Counts) -> Figure | None:
    if not of.sum():
        return None
    drawn = draws.share(part[of > 0], of[of > 0], least=0)
    return {"value": drawn.effect, "low": drawn.low, "high": drawn.high}
