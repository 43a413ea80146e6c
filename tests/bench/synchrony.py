"""Whether the time to look for pods grows as the acts do, and not as their square: there are pods, and posts that so
many look at within minutes that all their pairs would be too many.
"""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from scoring.integrity import pods
from scoring.integrity.check import Answer
from scoring.simulation.pods import TIGHT, with_pods
from tests.bench.harness import Arm, Line, Say, exponent, take_turns, timed

ACTS, PEOPLE, PODS, POSTS = 1_000_000, 100_000, 20, 50_000
SHARES = (0.1, 0.3, 1)
START, DAYS = datetime(2026, 3, 1, tzinfo=UTC), 31
# One act in twenty goes to posts that go viral, at whatever size 5,000 to each.
VIRAL, TO_EACH = 0.05, 5_000
SEED = 5


def measure(*, blocks: int, say: Say, scale: float = 1) -> Line:
    """Measure all checks on a month of one client at a tenth, three tenths and all of 1 M acts of 100 k people."""
    arms = {f"{round(share * scale * ACTS):,} acts": _looked_at(share * scale) for share in SHARES}
    seconds = list(take_turns(arms, blocks=blocks, say=lambda said: say(f"synchrony: {said}")).values())
    grown = exponent(SHARES, seconds)
    return Line("time to look for pods, 1x, 3x, 10x acts", "exponent (1 M acts at 10x)", grown, 1.1, "less")


def _looked_at(share: float) -> Arm:
    made = acts(share)

    def look() -> None:
        found = pods.checks(made, start=START, end=START + timedelta(days=DAYS))
        assert found["closure"].answer == Answer.FOUND

    return lambda: timed(look)


def acts(share: float) -> pl.DataFrame:
    """Draw a month of a client of this share of the size: a tenth of whom post, five times. Acts come within hours of a
    post, to a viral one within half an hour.
    """
    random = np.random.default_rng(SEED)
    number, people, posts = (round(share * of) for of in (ACTS, PEOPLE, POSTS))
    posted = random.uniform(0, DAYS * 86_400, posts)
    post = (posts * random.beta(1, 3, number)).astype(np.int64)  # some are looked at more than others
    viral = random.random(number) < VIRAL
    post[viral] = random.integers(0, max(round(VIRAL * number / TO_EACH), 1), viral.sum())
    after = random.exponential(np.where(viral, 1800, 6 * 3600))
    made = pl.DataFrame(
        {
            "contact": random.integers(1, people + 1, number),
            "target": post % (posts // 5) + 1,
            "post": post + 1,
            "second": ((posted[post] + after) % (DAYS * 86_400)).astype(np.int64),
        }
    ).with_columns(occurred_at=pl.lit(START) + pl.duration(seconds="second"), words=pl.lit(-1, pl.Int16))
    end = START + timedelta(days=DAYS)
    return with_pods(made, start=START, end=end, pods=max(round(share * PODS), 1), tightness=TIGHT[4], seed=SEED)[0]
