"""Taking turns, and what may be said of the outcome: ratios with intervals, never absolute times.

What is compared runs in one process on one machine, one after the other and then in the opposite order (ABBA), block by
block: whatever slows the machine down for a while slows both.
"""

import gc
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
# Does something once and returns the seconds that count; what it has to prepare it does not count.
Arm = Callable[[], float]
Say = Callable[[str], None]

RESAMPLES = 4000
LEVEL = (5, 95)  # per cent: a 90 % interval
SEED = 7


def timed(work: Callable[[], object]) -> float:
    """Return the seconds that the work took."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def take_turns(arms: Mapping[str, Arm], *, blocks: int, say: Say) -> dict[str, Numbers]:
    """Return the seconds of each arm, two a block: once in this order, once in the opposite one.

    Each arm runs once before, uncounted: what is loaded and cached with the first run is no one's fault.
    """
    for arm in arms.values():
        arm()
    seconds: dict[str, list[float]] = {name: [] for name in arms}
    for block in range(1, blocks + 1):
        for name in (*arms, *reversed(list(arms))):
            gc.collect()  # what one leaves behind is not cleared away in the other's time
            seconds[name].append(arms[name]())
        last = ", ".join(f"{name} {sum(of[-2:]) / 2:.3g} s" for name, of in seconds.items())
        say(f"block {block} of {blocks}: {last}")
    return {name: np.array(of).reshape(blocks, 2) for name, of in seconds.items()}


@dataclass(frozen=True)
class Estimate:
    """A median over the blocks with its 90 % bootstrap interval."""

    value: float
    low: float
    high: float


def estimate(of_blocks: Numbers) -> Estimate:
    """Return the median of one number a block. Blocks are what is drawn again: runs within one are not independent."""
    draw = np.random.default_rng(SEED)
    drawn = draw.choice(of_blocks, size=(RESAMPLES, len(of_blocks)))
    low, high = np.percentile(np.median(drawn, axis=1), LEVEL)
    return Estimate(float(np.median(of_blocks)), float(low), float(high))


def ratio(above: Numbers, below: Numbers) -> Estimate:
    """Return how many times as long the first takes as the second."""
    return estimate(above.sum(axis=1) / below.sum(axis=1))


def exponent(sizes: Sequence[float], seconds: Sequence[Numbers]) -> Estimate:
    """Return the power of the size with which time grows: 1 is as much more time as there is more to do."""
    logs = np.log([of.sum(axis=1) for of in seconds])  # (sizes, blocks)
    slopes = np.polyfit(np.log(sizes), logs, 1)[0]
    return estimate(slopes)


@dataclass(frozen=True)
class Line:
    """One line of the table. floor: None where the design asks for nothing; note: where there is nothing to measure."""

    what: str
    against: str
    found: Estimate | None = None
    floor: float | None = None
    better: Literal["more", "less"] = "more"
    note: str = ""

    def reached(self) -> str:
        """Say whether the floor is reached; “in doubt” where it lies within the interval."""
        if self.found is None or self.floor is None:
            return self.note
        if self.found.low < self.floor < self.found.high:
            word = "in doubt"
        else:
            word = "yes" if (self.found.value >= self.floor) == (self.better == "more") else "no"
        return f"{word}; {self.note}" if self.note else word

    def cells(self) -> tuple[str, ...]:
        found, floor = self.found, self.floor
        return (
            self.what,
            self.against,
            f"{found.value:.3g}" if found else "",
            f"{found.low:.3g} to {found.high:.3g}" if found else "",
            "" if floor is None else f"{'>=' if self.better == 'more' else '<='} {floor:g}",
            self.reached(),
        )


def noise(what: str, above: Numbers, below: Numbers) -> Line:
    """Return the line of something measured against itself: nothing tighter than it may be claimed."""
    return Line(what, "itself (A/A: the noise floor)", ratio(above, below))


def table(lines: Sequence[Line]) -> str:
    """Return the lines as a table, in Markdown that can be read as it is."""
    rows = [("what", "against", "ratio", "90 %", "floor", "reached"), *(line.cells() for line in lines)]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    written = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    ]
    return "\n".join([written[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *written[1:]])
