"""Genuine people: nothing is raised of them, and pods that are planted among them are found (docs/evaluation.md)."""

import csv

import numpy as np
import polars as pl
import pytest

from config.evaluation.synchrony import read
from ingestion.formats.hearing import heard
from scoring.integrity import comments
from scoring.integrity.likeness import SIZE
from scoring.integrity.pod_trials import Trial, figures
from scoring.simulation.company import KINDS
from scoring.simulation.pods import TIGHT, Tightness
from tests.real.conftest import real


@pytest.fixture(scope="module")
def students() -> Trial:
    said, _, _ = read(csv=real("events/student_messages.txt"), actor="", target="", time="")
    return Trial.of(said)


def test_no_group_of_a_genuine_community_is_raised(students: Trial) -> None:
    assert students.checks()["synchrony"].answer == "not_found"
    months = students.months()
    assert len(months) == 7
    assert [students.raised(month) for month in months] == [[]] * 7


@pytest.mark.parametrize("tightness", [TIGHT[2], TIGHT[4], TIGHT[6]], ids=str)
def test_planted_pods_are_found(students: Trial, tightness: Tightness) -> None:
    """The loosest of those that are asked for, one in the middle, and a tight one; `evaluate` takes more of each."""
    counted = [students.found_of_planted(plant=5, tightness=tightness, seed=seed) for seed in (21, 22)]
    f1 = figures(*zip(*counted, strict=True))["f1"]
    assert f1 is not None
    assert f1["value"] >= 0.95


@pytest.mark.parametrize("kind", KINDS)
def test_honest_company_among_them_is_not_raised(students: Trial, kind: str) -> None:
    assert not students.raises_company(kind=kind, seed=21)


def test_retweets_are_of_nobodys_posts() -> None:
    """Whose posts they are is not known, so nothing is raised; and the screen would not, either."""
    said, _, _ = read(
        csv=real("events/coordinated_retweets.csv.gz"), actor="account_id", target="object_id", time="timestamp_share"
    )
    trial = Trial.of(said)
    assert (trial.owned.height, trial.others.height) == (0, 35_125)
    assert trial.checks()["synchrony"].why == "few_posts"
    assert trial.alone()[0].answer == "not_found"


def test_no_audience_of_three_videos_is_another_by_more_than_the_minimum() -> None:
    """What organic data show: one video's audience is briefer than those of the others by .32 (.25 without spam)."""
    with real("events/video_comments.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    told = [heard(row["text"]) for row in rows]
    said = pl.DataFrame(
        {
            "contact": np.unique([row["author"] for row in rows], return_inverse=True)[1],
            "occurred_at": [row["date"] for row in rows],
            "words": [it.words for it in told],
            "signature": [list(it.likeness or bytes(SIZE)) for it in told],
            "video": [row["video"] for row in rows],
            "is_spam": [row["is_spam"] for row in rows],
        },
        schema_overrides={"signature": pl.Array(pl.UInt8, SIZE)},
    )
    effects = []
    for some in (said, said.filter(pl.col("is_spam") == "0")):
        for video in some["video"].unique().sort():
            audience = some.filter(pl.col("video") == video).select("contact", group=pl.lit(0)).unique()
            result = comments.comments(comments.commenters(some, audience), audience)
            assert result.answer == "not_found"
            effects.append(result.effect or 0)
    assert max(effects) == pytest.approx(0.32, abs=0.01)
