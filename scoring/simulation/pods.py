"""People who have agreed to act on each other's posts, put among genuine ones: pods of which the truth is known."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl
from numpy.typing import NDArray

Numbers = NDArray[np.int64]

SMALLEST, LARGEST = 5, 20
POSTS = 10  # of each member
# For each act for the pod one more of a member's, on anybody's post at any time, as genuine people act.
CAMOUFLAGE = 1.0


@dataclass(frozen=True)
class Tightness:
    """share: of the others' posts on which a member acts. minutes: after how long, on average (exponential)."""

    share: float
    minutes: float


TIGHT = tuple(Tightness(share, minutes) for share in (0.5, 0.7, 0.9) for minutes in (2, 5, 8))
# Where it is to be seen how far it goes.
LOOSE = (Tightness(0.3, 8), Tightness(0.5, 15))


def with_pods(
    acts: pl.DataFrame, *, start: datetime, end: datetime, pods: int, tightness: Tightness, seed: int
) -> tuple[pl.DataFrame, list[frozenset[int]]]:
    """Return the acts with those of some pods of 5 to 20 of the people who act in [start, end), and who is in which.

    acts: contact, target, post, occurred_at, words. No post of a pod is named (0), so the target stands for it.
    Members go on acting as they did. When they post follows when people act; whom camouflage is for, on whom they act.
    """
    random = np.random.default_rng(seed)
    inside = acts.filter((pl.col("occurred_at") >= start) & (pl.col("occurred_at") < end))
    people = inside["contact"].unique().sort().to_numpy()
    sizes = random.integers(SMALLEST, LARGEST + 1, pods)
    drawn = np.split(random.permutation(people)[: sizes.sum()], np.cumsum(sizes)[:-1])
    moments = np.sort((inside["occurred_at"] - start).dt.total_seconds().to_numpy())
    targets = inside.sort("occurred_at", "contact", "target")["target"].to_numpy()
    parts = [_acts_of(pod, moments, targets, tightness, random) for pod in drawn]
    contact, target, second = (np.concatenate(it) for it in zip(*parts, strict=True))
    made = pl.DataFrame({"contact": contact, "target": target, "second": second.astype(np.int64)})
    made = made.filter((pl.col("contact") != pl.col("target")) & (pl.col("second") < (end - start).total_seconds()))
    made = made.select(
        "contact", "target", post=pl.lit(0, pl.Int64), words=pl.lit(-1, acts.schema["words"]),
        occurred_at=pl.lit(start).cast(acts.schema["occurred_at"]) + pl.duration(seconds="second"),
    )  # fmt: skip
    columns = made.columns
    return pl.concat([acts.select(columns), made]), [frozenset(pod.tolist()) for pod in drawn]


def _acts_of(
    pod: Numbers, moments: Numbers, targets: Numbers, tightness: Tightness, random: np.random.Generator
) -> tuple[Numbers, Numbers, NDArray[np.float64]]:
    """Return who acts on whose post when: for the pod, and for show."""
    owner = np.repeat(pod, POSTS)
    posted = random.choice(moments, len(owner))
    acts = (random.random((len(owner), len(pod))) < tightness.share) & (owner[:, None] != pod[None, :])
    post, member = np.nonzero(acts)
    after = random.exponential(tightness.minutes * 60, len(post))
    shown = random.integers(0, len(post), round(CAMOUFLAGE * len(post)))
    return (
        np.append(pod[member], pod[member[shown]]),
        np.append(owner[post], random.choice(targets, len(shown))),
        np.append(posted[post] + after, random.choice(moments, len(shown))),
    )
