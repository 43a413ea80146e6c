"""1,899 students who wrote to each other, all of them people: nothing is found, and planted software is."""

from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
import pytest

from scoring.integrity import automated
from scoring.integrity.draws import difference
from scoring.integrity.timing import (
    LEAST_GAP_ENTROPY,
    MOST_IN_A_MINUTE,
    MOST_IN_A_SECOND,
    MOST_OF_A_GAP,
    timed,
)
from tests.real.conftest import real
from tests.real.members import members

MONTHS = list(pairwise(datetime(2004, month, 1, tzinfo=UTC) for month in range(4, 12)))
MAY: dict[str, Any] = {"start": MONTHS[1][0], "end": MONTHS[1][1]}
MANY = 15


@pytest.fixture(scope="module")
def students() -> pl.DataFrame:
    return members().drop("target")


def test_hardly_any_of_them_is_timed_beyond_the_bounds(students: pl.DataFrame) -> None:
    """Of 443 with 30 messages or more one, by two bounds; the bounds are for 1 % each."""
    measured = timed(students, "contact")
    beyond = measured.select(
        (pl.col("gap_entropy") < LEAST_GAP_ENTROPY).sum(),
        (pl.col("in_a_second") > MOST_IN_A_SECOND).sum(),
        (pl.col("in_a_minute") > MOST_IN_A_MINUTE).sum(),
        (pl.col("of_a_gap") > MOST_OF_A_GAP).sum(),
        "beyond",
    ).row(0)[:4]
    assert (measured.height, *beyond, measured["beyond"].sum()) == (443, 0, 0, 1, 1, 1)


def test_no_month_of_theirs_is_found(students: pl.DataFrame) -> None:
    for start, end in MONTHS:
        for check in (automated.clockwork, automated.sleepless, automated.latency):
            assert check(students, start=start, end=end).answer != "found"
        assert automated.clockwork(students, start=start, end=end).answer == "not_found"


@pytest.mark.parametrize("month", [0, 1, 2, 3])
def test_ten_drawn_at_random_rest_as_the_others_do(students: pl.DataFrame, month: int) -> None:
    """They differ by 3 points at most in 500 draws; what is found differs by 5 or more."""
    start, end = MONTHS[month]
    units = automated.at_rest(*automated.timed_acts(students, start, end))
    hits, of = units["hits"].to_numpy(), units["of"].to_numpy()
    random = np.random.default_rng(1)
    differences = []
    for _ in range(500):
        chosen = random.permutation(len(of)) < 10
        differences.append(hits[chosen].sum() / of[chosen].sum() - hits[~chosen].sum() / of[~chosen].sum())
    assert max(differences) < 0.03
    assert difference(hits, of, chosen, least=automated.LEAST_MORE_AT_REST).p > 0.05


def software(kind: str, number: int) -> pl.DataFrame:
    """Return an account that messages every 47 minutes or so through May, or answers everything within seconds."""
    random = np.random.default_rng(number)
    at = MAY["start"].timestamp() + random.uniform(0, 3000) + 2820 * np.arange(600) + random.normal(0, 60, 600)
    asked = 10_000_000 + 1000 * number + np.arange(600)
    late = 0 if kind == "scheduler" else 2
    made = pl.DataFrame({"at": np.concatenate([at + late, at]), "own": [True] * 600 + [False] * 600})
    return made.select(
        contact=pl.when("own").then(50_000 + number).otherwise(60_000 + number).cast(pl.Int64),
        occurred_at=pl.from_epoch(pl.col("at").cast(pl.Int64)).cast(pl.Datetime("us", "UTC")),
        act=pl.Series(np.concatenate([asked + 500_000, asked])),
        reply=pl.Series(np.concatenate([asked, asked * 0])) * int(kind != "scheduler"),
        direction=pl.lit(4, pl.Int64), nature=pl.lit(1, pl.Int64), words=pl.lit(-1, pl.Int64),
        automated=~pl.col("own"), source=pl.lit(1, pl.Int64),
        signature=pl.lit([0] * 64, pl.Array(pl.UInt8, 64)),
    )  # fmt: skip


@pytest.mark.parametrize(("kind", "found"), [("scheduler", ["sleepless"]), ("answerer", ["sleepless", "latency"])])
def test_software_among_them_is_found(students: pl.DataFrame, kind: str, found: list[str]) -> None:
    both = pl.concat([students, *(software(kind, number) for number in range(MANY))])
    screened = automated.clockwork(both, **MAY)
    assert (screened.answer, screened.seen["beyond"]) == ("found", MANY)
    confirmed = [it.__name__ for it in (automated.sleepless, automated.latency) if it(both, **MAY).answer == "found"]
    assert confirmed == found


def test_accounts_that_people_ran_together_are_not_timed_as_software() -> None:
    """Coordinated retweets: 3 of 141 busy accounts are beyond the bounds, with .4 % of all shares."""
    shared = pl.read_csv(real("events/coordinated_retweets.csv.gz")).select(
        contact=pl.col("account_id").rank("dense").cast(pl.Int64),
        occurred_at=pl.from_epoch(pl.col("timestamp_share").cast(pl.Int64)).cast(pl.Datetime("us", "UTC")),
        direction=1, nature=1, automated=False, source=1,
    )  # fmt: skip
    result = automated.clockwork(shared, start=datetime(2021, 1, 1, tzinfo=UTC), end=datetime(2021, 9, 1, tzinfo=UTC))
    assert (result.answer, result.n, result.seen["beyond"]) == ("not_found", 141, 3)
    assert result.effect == pytest.approx(0.0036, abs=0.0001)
