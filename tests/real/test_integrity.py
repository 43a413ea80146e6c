"""Genuine people and labelled profiles: what confirming checks do with them (docs/integrity.md)."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from scoring.integrity import engagement, profiles
from tests.real.conftest import real

START, END = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
def students() -> pl.DataFrame:
    """A genuine community: whoever writes a first message has come, and acts by writing another."""
    file = real("events/student_messages.txt")
    sent = pl.read_csv(file, separator=" ", has_header=False, new_columns=["who", "to", "at"]).with_columns(
        at=pl.from_epoch("at").cast(pl.Datetime("us", "UTC"))
    )
    came = sent.with_columns(followed_at=pl.col("at").min().over("who"))
    is_later = (pl.col("at") > pl.col("followed_at")) & (pl.col("at") < pl.col("followed_at") + engagement.WITHIN)
    return came.group_by("who").agg(pl.col("followed_at").first(), acted=is_later.any()).drop("who")


def test_no_weekly_cohort_of_a_genuine_community_is_found(students: pl.DataFrame) -> None:
    """The worst stands at .88 of those before it. These are no bursts; the minimum of one half lies well below."""
    begun, until = students["followed_at"].min(), students["followed_at"].max()
    ratios = []
    start = begun + WEEK  # type: ignore[operator]
    while start < until - engagement.WITHIN:  # type: ignore[operator]
        result = engagement.cohort(students, start=start, end=start + WEEK, gained=1, acts_until=until, apart=[])  # type: ignore[arg-type]
        assert result.answer != "found"
        if result.effect is not None:
            ratios.append(result.effect)
        start += WEEK
    assert len(ratios) >= 5
    assert min(ratios) > 0.85


def labelled(file: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the real and the false profiles of a file."""
    rows = pl.read_csv(file)
    digits = (
        pl.col("username_digit_share")
        if "username_digit_share" in rows.columns
        else pl.col("username_digits") / pl.col("username_length")
    )
    facts = rows.with_columns(digit_share=digits).select(
        pl.col("followers", "following", "posts", "bio_length", "digit_share", "has_avatar").cast(pl.Float64), "is_fake"
    )
    return tuple(facts.filter(pl.col("is_fake") == label).drop("is_fake") for label in (0, 1))  # type: ignore[return-value]


@pytest.mark.parametrize(("name", "size"), [("instafake", 200), ("insta_genuine_fake", 170)])
@pytest.mark.parametrize("share", [0.0, 0.05, 0.1, 0.3])
def test_the_share_of_another_kind_is_off_by_less_than_a_point(name: str, size: int, share: float) -> None:
    genuine, false = labelled(real(f"follower_profiles/{name}.csv"))
    random = np.random.default_rng(1)
    effects = []
    for _ in range(200):
        drawn = genuine[random.permutation(genuine.height)]
        planted = round(size * share)
        new = pl.concat([drawn[size : 2 * size - planted], false[random.permutation(false.height)[:planted]]])
        parts = [(new, START, END), (drawn[:size], START - 30 * WEEK, START)]
        of = pl.concat(
            [
                part.with_columns(cohort_from=pl.lit(a), cohort_to=pl.lit(b), sampled_at=pl.lit(b))
                for part, a, b in parts
            ]
        )
        effects.append(float(profiles.mixture(of, start=START, end=END, apart=[]).effect or 0))
    assert abs(np.mean(effects) - share) < 0.01
