"""Each of the students who wrote most, taken for a brand: none of them is software."""

from datetime import UTC, datetime

import polars as pl
import pytest

from scoring.integrity import outbound
from scoring.integrity.check import Answer, Result
from scoring.integrity.timing import OUTBOUND
from tests.real.members import members

ALL = {"start": datetime(2004, 4, 1, tzinfo=UTC), "end": datetime(2004, 11, 1, tzinfo=UTC)}
MOMENT = pl.Datetime("us", "UTC")
NOTHING = pl.DataFrame(schema={"start": MOMENT, "end": MOMENT, "channel": pl.Int64, "disclosed": pl.Boolean})
MOST = 40


@pytest.fixture(scope="module")
def results() -> dict[str, list[Result]]:
    """The answers of both checks that need no texts and follows."""
    acts = members().with_columns(channel=pl.lit(0, pl.Int64), kind=pl.lit(1, pl.Int64))
    wrote = acts.group_by("contact").len().sort("len", "contact", descending=True)["contact"].head(MOST)
    found: dict[str, list[Result]] = {"periodic": [], "auto_replies": []}
    for brand in wrote:
        is_own = pl.col("contact") == brand
        of_brand = acts.filter(is_own | (pl.col("target") == brand)).with_columns(
            direction=pl.when(is_own).then(OUTBOUND).otherwise(1).cast(pl.Int64),
            contact=pl.when(is_own).then("target").otherwise("contact"),
        )
        for check in (outbound.periodic, outbound.auto_replies):
            found[check.__name__].append(check(of_brand, NOTHING, **ALL))
    return found


def test_hardly_anybody_who_wrote_much_is_timed_like_software(results: dict[str, list[Result]]) -> None:
    """Of all 440 with 30 messages that can be judged one is; and they are among the 40 who wrote most."""
    answers = [it.answer for it in results["periodic"]]
    assert (answers.count(Answer.FOUND), answers.count(Answer.NOT_FOUND)) == (1, MOST - 1)


def test_nobody_answers_at_once(results: dict[str, list[Result]]) -> None:
    """Of all 283 with 30 answers none does."""
    answers = [it.answer for it in results["auto_replies"]]
    assert answers.count(Answer.NOT_FOUND) >= 30
    assert Answer.FOUND not in answers
    assert max(it.effect or 0 for it in results["auto_replies"]) < outbound.LEAST_AT_ONCE
